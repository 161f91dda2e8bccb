import { LqError } from '../errors.js'
import type { Execution } from '../optimize/backtest.js'
import type { ParameterSpec } from '../optimize/types.js'
import { parseTimeframe, type Timeframe } from '../timeframe.js'
import type { Span } from './score-bars.js'

/** How parameter sets are chosen. */
export const SEARCHES = ['grid', 'random', 'sobol', 'tpe'] as const
export type SearchName = (typeof SEARCHES)[number]

/** What is swept, on what, and how. */
export interface SweepRequest {
  exchange?: string
  symbols: string[] | 'all'
  timeframe: string
  /** a name of the library, or a file */
  strategy: string
  /** those left out have the values that the strategy names */
  parameters: ParameterSpec[]
  /** conditions on parameter sets, all of which must hold: `$fast < $slow` */
  constraints: string[]
  search: SearchName
  /** of searches that are no grid */
  trials?: number
  seed: number
  /** basis points of what is turned over: commission, half the spread and slippage together */
  costBps: number
  /** basis points a year of what is sold short */
  borrowBps: number
  execution: Execution
  /** the symbols as one book of equal weights, instead of each on its own */
  pool: boolean
  /** sets that are kept, of each symbol */
  top: number
  /** bars a year; left out, from the timeframe */
  annual?: number
  /** ms UTC, inclusive: positions start flat here; indicators see the bars before */
  fromMs?: number
  /** ms UTC, exclusive */
  toMs?: number
  /** .parquet files of the kept sets */
  equity?: string
  tradeList?: string
  runId?: string
}

export const TOP_MAX = 100_000
const BPS_MAX = 10_000

/**
 * Checks a request by itself, before anything is opened.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_TIMEFRAME
 */
export function checkSweep(request: SweepRequest): { span: Span; timeframe: Timeframe } {
  const { search, trials, seed, costBps, borrowBps, top, annual } = request
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = request
  checkBounds(costBps, { option: '--cost-bps', min: 0, max: BPS_MAX - 1, unit: 'basis points' })
  checkBounds(borrowBps, { option: '--borrow-bps', min: 0, max: 100 * BPS_MAX, unit: 'basis points a year' })
  checkBounds(seed, { option: '--seed', min: 0, max: Number.MAX_SAFE_INTEGER, unit: '', whole: true })
  checkBounds(top, { option: '--top', min: 1, max: TOP_MAX, unit: 'sets', whole: true })
  if (annual !== undefined) checkBounds(annual, { option: '--annual', min: 1e-3, max: 1e9, unit: 'bars a year' })
  if (trials !== undefined) {
    checkBounds(trials, { option: '--trials', min: 1, max: Number.MAX_SAFE_INTEGER, unit: '', whole: true })
  }
  if (search === 'grid' && trials !== undefined) {
    throw new LqError('LQ_USAGE', 'expected --trials with a search that draws, got it with grid', {
      hint: '--search random --trials 1000',
    })
  }
  if (search !== 'grid' && trials === undefined) {
    throw new LqError('LQ_USAGE', `expected --trials with --search ${search}, got none`, { hint: '--trials 1000' })
  }
  for (const [option, path] of Object.entries({ '--equity': request.equity, '--trades': request.tradeList })) {
    if (path !== undefined && !path.toLowerCase().endsWith('.parquet')) {
      throw new LqError('LQ_USAGE', `expected ${option} to be a .parquet file, got ${path}`)
    }
  }
  if (!(fromMs < toMs)) {
    const found = `${new Date(fromMs).toISOString()} … ${new Date(toMs).toISOString()}`
    throw new LqError('LQ_USAGE', `expected a start before the end, got ${found}`, { hint: 'the end is exclusive' })
  }
  return { span: { fromMs, toMs }, timeframe: parseTimeframe(request.timeframe) }
}

function checkBounds(
  value: number,
  {
    option,
    min,
    max,
    unit,
    whole = false,
  }: { option: string; min: number; max: number; unit: string; whole?: boolean },
): void {
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return
  throw new LqError('LQ_OPTION_RANGE', `${option} must be ${min} … ${max}${unit && ` ${unit}`}, got ${value}`)
}
