import type { Command } from 'commander'
import { type Logger, pino } from 'pino'
import { type Config, loadConfig, wantsTraces } from '../config.js'
import { EXIT, LqError, maskSecrets, messageOf } from '../errors.js'
import { createProgress, type Progress } from './progress.js'

/** What every command gets: its settings, a log on stderr, a signal that SIGINT and SIGTERM abort, a progress bar. */
export interface Context {
  config: Config
  log: Logger
  signal: AbortSignal
  progress: Progress
  /** words of the command line, without secrets: for the job's record */
  argv: string[]
}

/** What a command answers: one document for `--json`, a text for people, perhaps an exit code other than 0. */
export interface Answer {
  json: unknown
  text: string
  exitCode?: number
}

/**
 * Gives a command `--json` and runs its action in the frame that all share: settings are validated, errors become a
 * message, a hint and an exit code, and stdout carries the answer alone.
 */
export function action<Options extends object>(
  command: Command,
  run: (context: Context, options: Options, args: string[]) => Promise<Answer>,
): Command {
  return command.option('--json', 'print exactly one JSON document on stdout').action(async (...input) => {
    const self = input.at(-1) as Command
    const options = self.opts<Options & { json?: boolean }>()
    const abort = new AbortController()
    const interrupt = () => abort.abort()
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    let progress: Progress | undefined
    try {
      const config = loadConfig()
      const log = createLog(config.logLevel)
      progress = createProgress({ enabled: process.stderr.isTTY === true, color: config.color })
      const context = { config, log, signal: abort.signal, progress, argv: process.argv.slice(2).map(maskSecrets) }
      const answer = await run(context, options, self.args)
      progress.done()
      write(options.json ? `${JSON.stringify(answer.json)}\n` : answer.text && `${answer.text}\n`)
      process.exitCode = answer.exitCode ?? EXIT.OK
    } catch (error) {
      progress?.done()
      process.exitCode = report(error, { json: options.json === true })
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    }
  })
}

/** One JSON object per line on stderr. */
function createLog(level: string): Logger {
  const formatters = { level: (label: string) => ({ level: label }) }
  const stderr = pino.destination({ fd: 2, sync: true })
  stderr.on('error', () => {}) // nobody is left to be told
  return pino({ level, base: null, formatters }, stderr)
}

/** Collects a repeatable option: `.option('--expr <e>', '…', collect, [])`. */
export const collect = (value: string, previous: string[]): string[] => [...previous, value]

/** Prints an error (stdout with `--json`, else stderr). @returns the exit code */
function report(error: unknown, { json }: { json: boolean }): number {
  const hintForOurs = 'a fault of lq itself: run with LQ_LOG_LEVEL=debug and report the trace'
  const known =
    error instanceof LqError ? error : new LqError('LQ_INTERNAL', messageOf(error), { cause: error, hint: hintForOurs })
  const message = maskSecrets(known.message)
  const hint = maskSecrets(known.hint)
  if (json) write(`${JSON.stringify({ error: { code: known.code, message, hint } })}\n`)
  else process.stderr.write(`lq: ${message}${hint ? `\n    ${hint}` : ''}\n`)
  if (wantsTraces()) process.stderr.write(`${trace(error)}\n`)
  return known.exitCode
}

/** Stack traces of an error and its causes, without secrets. */
function trace(error: unknown): string {
  if (!(error instanceof Error)) return maskSecrets(String(error))
  return maskSecrets(error.stack ?? error.message) + (error.cause ? `\ncaused by ${trace(error.cause)}` : '')
}

function write(text: string): void {
  if (text) process.stdout.write(text)
}
