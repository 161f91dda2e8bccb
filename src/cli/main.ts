#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT } from '../errors.js'
import { listenToStreams } from './streams.js'

/** One line per command; its module is loaded only when it is used, so that `lq --help` answers at once. */
const COMMANDS: Record<string, { summary: string; load: () => Promise<{ command: () => Command }> }> = {
  doctor: { summary: 'what this machine can run: addon, CUDA, database, lake', load: () => import('./doctor.js') },
  demo: { summary: 'the main job on a small data set made on the spot', load: () => import('./demo.js') },
  ingest: { summary: 'CSV, JSON, NDJSON, Parquet and SQLite bars into the lake', load: () => import('./ingest.js') },
  lake: { summary: 'list, verify, compact and measure the lake', load: () => import('./lake.js') },
  resample: { summary: 'bars of a wider timeframe', load: () => import('./resample.js') },
  factors: { summary: 'operators, and what an expression means', load: () => import('./factors.js') },
  score: { summary: 'factors over a universe', load: () => import('./score.js') },
  evaluate: { summary: 'what scores are worth: IC, decay, quantile returns', load: () => import('./evaluate.js') },
  optimize: { summary: 'sweeps of strategies, portfolios with a certificate', load: () => import('./optimize.js') },
  db: { summary: 'the state database: init, status', load: () => import('./db.js') },
  bench: { summary: 'how fast this machine is, against itself and others', load: () => import('./bench.js') },
}

const version = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version as string

async function main(argv: string[]): Promise<void> {
  const program = new Command('lq')
    .description('GPU-accelerated compute worker for market data: the same bits on every backend.')
    .version(version)
    .showHelpAfterError('(see lq --help)')
    .addHelpText(
      'after',
      `\nExample:\n  lq demo\n  lq resample --exchange binance --symbol BTC/USDT --from 1m --to 5m,1h\n
Settings are read from LQ_* variables; lq doctor shows them at work.`,
    )
  const wanted = argv.find((word) => !word.startsWith('-')) ?? ''
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    if (name === wanted) program.addCommand((await load()).command().description(summary))
    else
      program
        .command(name)
        .description(summary)
        .allowUnknownOption()
        .argument('[args...]')
        .action(() => {})
  }
  if (argv.length === 0) return program.outputHelp()
  throwOnExit(program)
  await program.parseAsync(argv, { from: 'user' })
}

/** Makes commander throw, in every subcommand, where it would exit: usage errors are exit 2, not its own 1. */
function throwOnExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) throwOnExit(child)
}

/** `lq help resample` is `lq resample --help`. */
function withoutHelpWord([first, ...rest]: string[]): string[] {
  return first === 'help' ? [...rest, '--help'] : first === undefined ? [] : [first, ...rest]
}

/** What commander has told on stderr, as the one document of `--json`. */
function usageDocument({ code, message }: CommanderError): string {
  const found = code === 'commander.help' ? 'expected a command, got none' : message.replace(/^error: /, '')
  return `${JSON.stringify({ error: { code: 'LQ_USAGE', message: found, hint: 'see lq --help' } })}\n`
}

const words = withoutHelpWord(process.argv.slice(2))
listenToStreams()
try {
  await main(words)
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? EXIT.OK : EXIT.USAGE
  if (error.exitCode !== 0 && words.includes('--json')) process.stdout.write(usageDocument(error))
}
