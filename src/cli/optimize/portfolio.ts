import { Command } from 'commander'
import { LqError } from '../../errors.js'
import { executeJob } from '../../jobs/job.js'
import { type PortfolioResult, runPortfolio } from '../../jobs/optimize-portfolio.js'
import { checkPortfolio, type PortfolioRequest } from '../../jobs/optimize-portfolio-request.js'
import { openFileStore } from '../../lake/file-store.js'
import { openLakeStore } from '../../lake/lake-store.js'
import { type CovarianceName, EWMA_DECAY } from '../../optimize/portfolio/covariance.js'
import { CVAR_LEVEL } from '../../optimize/portfolio/cvar.js'
import { DEFAULTS, METHODS } from '../../optimize/portfolio/methods.js'
import { type Answer, action, type Context } from '../frame.js'
import { parseInstant } from '../instant.js'

interface Options {
  exchange?: string
  input?: string[]
  timeframe?: string
  symbols: string
  method?: string
  asOf?: string
  every?: string
  lookback: string
  returns: string
  covariance: string
  decay: string
  annual?: string
  rf: string
  cap?: string
  floor: string
  target?: string
  groups?: string
  turnover?: string
  current?: string
  riskAversion: string
  level: string
  fraction: string
  market?: string
  views?: string
  adjust?: string
  start?: string
  end?: string
  tz: string
  out?: string
  runId?: string
  checksumOnly?: boolean
}

/** Lines of the tables that people are shown. */
const DATES_SHOWN = 24
const WEIGHTS_SHOWN = 12
const WEIGHT_SHOWN_MIN = 5e-5

/** `lq optimize portfolio`: weights at dates. */
export function command(): Command {
  const self = new Command('portfolio')
    .option('--exchange <name>', 'exchange of the bars in the lake')
    .option('--input <file...>', 'Parquet files of bars to read in place of the lake')
    .option('--timeframe <timeframe>', 'timeframe of the bars: 1d')
    .option('--symbols <list>', 'symbols, separated by commas, or all', 'all')
    .option('--method <name>', `one of ${Object.keys(METHODS).join(', ')}`)
    .option(
      '--as-of <dates>',
      'dates, separated by commas: bars with a timestamp up to each are known; else the last bar',
    )
    .option('--every <width>', 'the last bar of each 1M, 1w, 3M, …')
    .option('--lookback <count>', 'returns before a date, or all', '252')
    .option('--returns <kind>', 'simple or log', 'simple')
    .option('--covariance <kind>', 'sample (ddof 1), ewma or ledoit-wolf', 'sample')
    .option('--decay <share>', 'of ewma: weight of a bar relative to the one after it', String(EWMA_DECAY))
    .option('--annual <periods>', 'periods a year; else 252 for 1d, 12 for 1M, of 365 whole days below a day')
    .option('--rf <rate>', 'rate without risk, a fraction a year', '0')
    .option('--cap <weight>', 'greatest weight of a symbol; else none')
    .option('--floor <weight>', 'least weight of a symbol; negative: shorts', '0')
    .option('--target <what>', 'return=0.12, the least expected, or risk=0.15, the greatest volatility; a year')
    .option('--groups <file>', 'symbol, group, min, max: limits of the sums of weights')
    .option('--turnover <sum>', 'greatest sum of |changes| of the weights from date to date')
    .option('--current <file>', 'symbol, weight: what is held before the first date; with --turnover')
    .option('--risk-aversion <cost>', 'of mean-variance: cost of a unit of variance', String(DEFAULTS.aversion))
    .option('--level <probability>', 'of cvar: losses beyond it count', String(CVAR_LEVEL))
    .option('--fraction <share>', 'of kelly: share of the full bet', String(DEFAULTS.fraction))
    .option('--market <file>', 'of black-litterman: symbol, weight; else equal weights')
    .option('--views <file>', 'of black-litterman: long, short, return a year, confidence')
    .option('--adjust <how>', 'none, or ratio: adjusted closes (default where adj_close exists)')
    .option('--start <time>', 'first moment of the dates of --every, ISO 8601')
    .option('--end <time>', 'moment up to which, exclusive')
    .option('--tz <zone>', 'civil time of --as-of, --start and --end', 'UTC')
    .option('--out <file>', 'a .parquet file of weights; else the gold layer of the lake')
    .option('--run-id <id>', 'identity of the run; else made of its inputs')
    .option('--checksum-only', 'print the checksum of the result alone')
    .addHelpText(
      'after',
      '\nExample:\n' +
        '  lq optimize portfolio --exchange nyse --timeframe 1d --method min-variance --cap 0.1 --every 1M\n' +
        '  lq optimize portfolio --input bars.parquet --timeframe 1d --method cvar --as-of 2024-06-28 --json',
    )
  return action<Options>(self, run)
}

async function run(context: Context, options: Options): Promise<Answer> {
  const request = requestOf(options)
  checkPortfolio(request)
  const { config, signal, progress, log } = context
  const { exchange, timeframe } = request
  let shown = 0
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    if (shown === 0) progress.start('portfolio', total)
    for (; shown < done; shown++) progress.advance()
  }
  const result = await executeJob('portfolio', context, async (state) => {
    const { input } = options
    const store = input ? await openFileStore(input, { exchange, timeframe }, config) : await openLakeStore(config)
    const result = await runPortfolio(request, { config, store, state, signal, onProgress })
    return { runId: result.run_id, result, ledger: { seconds: result.seconds } }
  })
  for (const { date, conflict } of result.infeasible) {
    log.warn(`${date}: no weights keep to all limits; these cannot hold together: ${conflict.join('; ')}`)
  }
  const leftOut = new Set(result.dates.flatMap(({ left_out }) => left_out))
  if (leftOut.size > 0) {
    log.warn(`${leftOut.size} symbols lack bars of the lookback at some dates, and are left out there: left_out`)
  }
  return { json: result, text: options.checksumOnly ? result.checksum : textOf(result) }
}

function requestOf(options: Options): PortfolioRequest {
  const {
    exchange,
    input,
    timeframe,
    method,
    every,
    groups,
    current,
    market,
    views,
    out,
    runId,
    tz: timeZone,
  } = options
  if (!method) throw needed('--method', '--method min-variance')
  if (!timeframe) throw needed('--timeframe', '--timeframe 1d')
  if (!exchange && !input) throw needed('--exchange or --input', '--exchange nyse, or --input bars.parquet')
  const instant = (text: string, option: string) => parseInstant(text, { option, timeZone })
  return {
    ...{ exchange, timeframe, method, every, groups, current, market, views, out, runId },
    symbols: options.symbols.trim().toLowerCase() === 'all' ? 'all' : listOf(options.symbols, '--symbols'),
    asOf: options.asOf === undefined ? undefined : listOf(options.asOf, '--as-of').map((t) => instant(t, '--as-of')),
    lookback: options.lookback.trim().toLowerCase() === 'all' ? 'all' : numberOf(options.lookback),
    returns: options.returns as 'simple' | 'log',
    covariance: options.covariance as CovarianceName,
    decay: numberOf(options.decay),
    annual: options.annual === undefined ? undefined : numberOf(options.annual),
    rf: numberOf(options.rf),
    floor: numberOf(options.floor),
    cap: options.cap === undefined ? Number.POSITIVE_INFINITY : numberOf(options.cap),
    target: options.target === undefined ? null : targetOf(options.target),
    turnover: options.turnover === undefined ? null : numberOf(options.turnover),
    aversion: numberOf(options.riskAversion),
    level: numberOf(options.level),
    fraction: numberOf(options.fraction),
    adjust: options.adjust === undefined ? undefined : adjustOf(options.adjust),
    fromMs: options.start === undefined ? undefined : instant(options.start, '--start'),
    toMs: options.end === undefined ? undefined : instant(options.end, '--end'),
  }
}

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

function listOf(text: string, option: string): string[] {
  const words = text.split(',').map((word) => word.trim())
  if (words.every((word) => word !== '')) return words
  throw new LqError('LQ_USAGE', `expected ${option} to be a list such as A,B, got ${JSON.stringify(text)}`)
}

function targetOf(text: string): PortfolioRequest['target'] {
  const found = /^\s*(return|risk)\s*[=:]\s*(\S+)\s*$/i.exec(text)
  if (found) return { kind: found[1].toLowerCase() as 'return' | 'risk', value: Number(found[2]) }
  throw new LqError('LQ_USAGE', `expected --target return=0.12 or --target risk=0.15, got ${JSON.stringify(text)}`)
}

function adjustOf(text: string): 'none' | 'ratio' {
  if (text === 'none' || text === 'ratio') return text
  throw new LqError('LQ_USAGE', `expected --adjust to be none or ratio, got ${text}`)
}

const needed = (what: string, hint: string): LqError => new LqError('LQ_USAGE', `expected ${what}, got none`, { hint })

function textOf(result: PortfolioResult): string {
  const { run_id, method, dates, symbols, rows_in, rows_out, checksum, seconds, outputs, infeasible, early } = result
  const shown = dates.slice(-DATES_SHOWN)
  const left = [
    ...(infeasible.length > 0 ? [`${infeasible.length} dates without weights that keep to the limits`] : []),
    ...(early > 0 ? [`${early} dates without enough bars before them`] : []),
  ]
  const phases = (['read', 'compute', 'write'] as const).map((name) => `${name} ${seconds[name].toFixed(3)}`)
  return [
    `run       ${run_id}`,
    `method    ${method}, ${dates.length} dates, ${symbols} symbols`,
    `rows      ${rows_in} in, ${rows_out} weights out${left.length > 0 ? `; ${left.join(', ')}` : ''}`,
    'date          return  volatility    sharpe  held   primal     dual      gap',
    ...shown.map(lineOf),
    ...(shown.length < dates.length ? [`… the last ${shown.length} of ${dates.length}; --json has all`] : []),
    ...(dates.length === 1 ? weightLines(dates[0].weights) : []),
    `checksum  ${checksum}`,
    `seconds   ${seconds.total.toFixed(3)} (${phases.join(', ')})`,
    `output    ${outputs.map(({ path }) => path).join(', ')}`,
  ].join('\n')
}

function lineOf({ date, expected_return, volatility, sharpe, weights, certificate }: PortfolioResult['dates'][number]) {
  const held = Object.values(weights).filter((weight) => Math.abs(weight) > WEIGHT_SHOWN_MIN).length
  const proof = [certificate.primal, certificate.dual, certificate.gap].map((value) => value?.toExponential(1) ?? '-')
  return [
    ...[date.padEnd(10), expected_return.toFixed(4).padStart(9), volatility.toFixed(4).padStart(11)],
    ...[(sharpe?.toFixed(3) ?? '-').padStart(9), String(held).padStart(5), ...proof.map((text) => text.padStart(8))],
  ].join(' ')
}

function weightLines(weights: Record<string, number>): string[] {
  const held = Object.entries(weights).filter(([, weight]) => Math.abs(weight) > WEIGHT_SHOWN_MIN)
  const greatest = held.toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, WEIGHTS_SHOWN)
  const lines = greatest.map(([symbol, weight]) => `  ${symbol.padEnd(12)} ${(weight * 100).toFixed(2).padStart(7)} %`)
  return held.length > greatest.length ? [...lines, `  … and ${held.length - greatest.length} more`] : lines
}
