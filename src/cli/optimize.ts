import { Command } from 'commander'
import { command as portfolio } from './optimize/portfolio.js'

/** `lq optimize`: what is chosen by search, and by programs with a proof. */
export function command(): Command {
  const described = (child: Command, summary: string) => child.description(summary)
  return new Command('optimize').addCommand(described(portfolio(), 'weights of a method at dates, with a certificate'))
}
