import { Command } from 'commander'
import { LqError } from '../errors.js'
import type { FactorSummary } from '../factors/evaluation/summary.js'
import { runEvaluate } from '../jobs/evaluate.js'
import { checkEvaluate, type SettledEvaluate } from '../jobs/evaluate-request.js'
import type { EvaluateResult } from '../jobs/evaluate-result.js'
import { type Answer, action, type Context } from './frame.js'
import { parseInstant } from './instant.js'
import { numberOf } from './number.js'
import { overBars } from './over-bars.js'

interface Options {
  scores?: string
  exchange?: string
  input?: string[]
  timeframe?: string
  price: string
  delay: string
  horizons: string
  quantiles: string
  group?: string
  factors?: string
  start?: string
  end?: string
  tz: string
  out?: string
  html?: string
  runId?: string
  checksumOnly?: boolean
}

/** Lines of the table that people are shown. */
const SHOWN_MAX = 40

/** `lq evaluate`: what scores are worth. */
export function command(): Command {
  const self = new Command('evaluate')
    .option('--scores <file>', 'scores as lq score writes them: a Parquet file, or the id of the run')
    .option('--exchange <name>', 'exchange of the bars in the lake')
    .option('--input <file...>', 'Parquet files of bars to read in place of the lake')
    .option('--timeframe <timeframe>', 'timeframe of the bars: 1m, 1d')
    .option('--price <column>', 'price of the forward returns; adjusted where the bars have adj_close', 'close')
    .option('--delay <rows>', 'rows from a score to the price its return begins at: 0 or 1', '0')
    .option('--horizons <list>', 'rows of the forward returns; the first ranks the factors', '1,5,21')
    .option('--quantiles <count>', 'portfolios of equal count', '5')
    .option('--group <column>', 'column of the scores or the bars: correlations within its groups too')
    .option('--factors <list>', 'factors of the file, separated by commas; else all')
    .option('--start <time>', 'first moment of scores and prices, ISO 8601')
    .option('--end <time>', 'moment up to which, exclusive: no later price is used')
    .option('--tz <zone>', 'civil time of --start and --end', 'UTC')
    .option('--out <file>', 'a .parquet file for the figures of each date; else the gold layer of the lake')
    .option('--html <file>', 'a report: one page that stands alone')
    .option('--run-id <id>', 'identity of the run; else made of its inputs')
    .option('--checksum-only', 'print the checksum of the result alone')
    .addHelpText(
      'after',
      '\nExample:\n' +
        '  lq evaluate --scores scores.parquet --exchange nyse --timeframe 1d --html report.html\n' +
        '  lq evaluate --scores scores.parquet --input bars.parquet --timeframe 1d --delay 1 --horizons 1,5 --json',
    )
  return action<Options>(self, run)
}

async function run(context: Context, options: Options): Promise<Answer> {
  const request = requestOf(options)
  checkEvaluate(request)
  const bars = { ...request, input: options.input }
  const result = await overBars('evaluate', context, bars, (on) => runEvaluate(request, on))
  if (result.unplaced > 0) {
    context.log.warn(
      `${result.unplaced} of ${result.rows_in} scores are at timestamps without bars: they count nowhere`,
    )
  }
  return { json: result, text: options.checksumOnly ? result.checksum : textOf(result) }
}

function requestOf(options: Options): SettledEvaluate {
  const { scores, exchange, input, timeframe, price, group, tz: timeZone, out, html, runId } = options
  if (!scores) throw needed('--scores', '--scores scores.parquet')
  if (!timeframe) throw needed('--timeframe', '--timeframe 1d')
  if (!exchange && !input) throw needed('--exchange or --input', '--exchange nyse, or --input bars.parquet')
  const instant = (text: string | undefined, option: string) =>
    text === undefined ? undefined : parseInstant(text, { option, timeZone })
  return {
    ...{ scores, exchange, timeframe, price, group, out, html, runId },
    delay: numberOf(options.delay, '--delay') as 0 | 1,
    horizons: listOf(options.horizons, '--horizons').map((text) => numberOf(text, '--horizons')),
    quantiles: numberOf(options.quantiles, '--quantiles'),
    factors: options.factors === undefined ? undefined : listOf(options.factors, '--factors'),
    fromMs: instant(options.start, '--start'),
    toMs: instant(options.end, '--end'),
  }
}

function listOf(text: string, option: string): string[] {
  const words = text.split(',').map((word) => word.trim())
  if (words.every((word) => word !== '')) return words
  throw new LqError('LQ_USAGE', `expected ${option} to be a list such as 1,5, got ${JSON.stringify(text)}`)
}

const needed = (what: string, hint: string): LqError => new LqError('LQ_USAGE', `expected ${what}, got none`, { hint })

function textOf(result: EvaluateResult): string {
  const { run_id, backend, rows_in, symbols, dates, factors, redundant, orthogonal, checksum, seconds } = result
  const { read, compute, write, total } = seconds
  const phases = Object.entries({ read, compute, write }).map(([name, time]) => `${name} ${time.toFixed(3)}`)
  const best = factors.toSorted((a, b) => Math.abs(b.icir ?? 0) - Math.abs(a.icir ?? 0)).slice(0, SHOWN_MAX)
  const outputs = [...result.outputs.map(({ path }) => path), ...(result.html === null ? [] : [result.html])]
  return [
    `run       ${run_id}`,
    `backend   ${backend.resolved} (${backend.reason})`,
    `scores    ${rows_in} of ${symbols} symbols at ${dates} timestamps`,
    ...tableOf(best),
    ...(best.length < factors.length ? [`… the best ${best.length} of ${factors.length}; --json has all`] : []),
    ...(redundant.length > 0 ? [`redundant ${redundant.length} pairs, without them: ${orthogonal.join(', ')}`] : []),
    `checksum  ${checksum}`,
    `seconds   ${total.toFixed(3)} (${phases.join(', ')})`,
    `output    ${outputs.join(', ')}`,
  ].join('\n')
}

const COLUMNS: [head: string, width: number, cell: (summary: FactorSummary) => string][] = [
  ['horizon', 8, ({ horizon }) => String(horizon)],
  ['IC', 9, ({ ic_mean }) => figure(ic_mean, 4)],
  ['ICIR', 8, ({ icir }) => figure(icir, 3)],
  ['t', 8, ({ t_nw }) => figure(t_nw, 2)],
  ['rank IC', 9, ({ rank_ic_mean }) => figure(rank_ic_mean, 4)],
  ['IC > 0', 8, ({ positive_share }) => figure(positive_share, 3)],
  ['turnover', 9, ({ turnover }) => figure(turnover, 3)],
  ['dates', 7, ({ dates }) => String(dates)],
]

function tableOf(summaries: FactorSummary[]): string[] {
  const width = Math.max(9, ...summaries.map(({ name }) => name.length))
  const line = (first: string, of: (column: (typeof COLUMNS)[number]) => string) =>
    first.padEnd(width) + COLUMNS.map((column) => of(column).padStart(column[1])).join('')
  return [line('factor', ([head]) => head), ...summaries.map((one) => line(one.name, ([, , cell]) => cell(one)))]
}

const figure = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '-'
