import { Command } from 'commander'
import { command as portfolio } from './optimize/portfolio.js'
import { command as sweep } from './optimize/sweep.js'

/** `lq optimize`: what is chosen by search, and by programs with a proof. */
export function command(): Command {
  const described = (child: Command, summary: string) => child.description(summary)
  return new Command('optimize')
    .addCommand(described(sweep(), 'parameter sets of a strategy: all counted, the best kept'))
    .addCommand(described(portfolio(), 'weights of a method at dates, with a certificate'))
}
