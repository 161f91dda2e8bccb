import { LqError } from '../errors.js'
import { COVARIANCES, type CovarianceName } from '../optimize/portfolio/covariance.js'
import { METHODS } from '../optimize/portfolio/methods.js'
import { parseTimeframe, type Timeframe } from '../timeframe.js'

/** Which portfolios are made, of what, and at which dates. */
export interface PortfolioRequest {
  exchange?: string
  symbols: string[] | 'all'
  timeframe: string
  method: string
  /** instants, ms: bars with a timestamp ≤ each are known; left out with `every`: the last bar */
  asOf?: number[]
  /** `1M`: the last bar of each month */
  every?: string
  /** returns before a date, or all there are */
  lookback: number | 'all'
  returns: 'simple' | 'log'
  covariance: CovarianceName
  /** of ewma: weight of a row relative to the one after it */
  decay: number
  /** periods a year; left out: by the timeframe */
  annual?: number
  /** fraction a year */
  rf: number
  /** least and greatest weight; no cap: +∞ */
  floor: number
  cap: number
  target: { kind: 'return' | 'risk'; value: number } | null
  /** file of symbol, group, min, max */
  groups?: string
  /** greatest Σ |weight − the weight at the date before| */
  turnover: number | null
  /** file of symbol, weight: what is held before the first date */
  current?: string
  /** cost of a unit of variance, of mean-variance */
  aversion: number
  /** probability beyond which losses count, of cvar */
  level: number
  /** share of the full bet, of kelly */
  fraction: number
  /** file of symbol, weight: the market, of black-litterman; left out: equal weights */
  market?: string
  /** file of long, short, return, confidence, of black-litterman */
  views?: string
  /** `ratio`: adjusted closes where there are some */
  adjust?: 'none' | 'ratio'
  /** ms UTC, first inclusive, last exclusive: of the dates of `every` */
  fromMs?: number
  toMs?: number
  /** a .parquet file; without it, the lake's gold layer */
  out?: string
  runId?: string
}

export const LOOKBACK_MAX = 100_000
const LOOKBACK_MIN = 2

/**
 * Checks a request by itself, before anything is opened.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_TIMEFRAME
 */
export function checkPortfolio(request: PortfolioRequest): { timeframe: Timeframe; every: Timeframe | null } {
  const { method, asOf, every, lookback, out, fromMs, toMs } = request
  oneOf(method, Object.keys(METHODS), '--method')
  oneOf(request.covariance, [...COVARIANCES], '--covariance')
  oneOf(request.returns, ['simple', 'log'], '--returns')
  if (asOf && every !== undefined) throw usage('expected --as-of or --every, got both', 'one of them names the dates')
  if (asOf?.length === 0) throw usage('expected --as-of to name a date, got none', '--as-of 2024-12-31')
  if (lookback !== 'all') {
    const isCount = Number.isInteger(lookback) && lookback >= LOOKBACK_MIN && lookback <= LOOKBACK_MAX
    if (!isCount) throw range('--lookback', `${LOOKBACK_MIN} … ${LOOKBACK_MAX} returns, or all`, lookback)
  }
  if (out !== undefined && !out.toLowerCase().endsWith('.parquet')) {
    throw usage(`expected --out to be a .parquet file, got ${out}`, '--out weights.parquet')
  }
  if (fromMs !== undefined && toMs !== undefined && !(fromMs < toMs)) {
    throw usage('expected --start before --end, got it after', 'the end is exclusive')
  }
  checkNumbers(request)
  checkMeaning(request)
  const timeframe = parseTimeframe(request.timeframe)
  return { timeframe, every: every === undefined ? null : parseTimeframe(every) }
}

function checkNumbers(request: PortfolioRequest): void {
  const { decay, annual = 1, rf, floor, cap, turnover, aversion, level, fraction, target } = request
  within('--decay', decay, decay > 0 && decay < 1, 'above 0 and below 1')
  within('--annual', annual, annual > 0, 'periods a year, above 0')
  within('--rf', rf, true, 'a fraction a year')
  within('--floor', floor, floor <= 1, '1 at most')
  if (cap !== Number.POSITIVE_INFINITY) within('--cap', cap, cap > 0 && cap >= floor, 'above 0, and not below --floor')
  if (turnover !== null) within('--turnover', turnover, turnover >= 0, '0 at least')
  within('--risk-aversion', aversion, aversion > 0, 'above 0')
  within('--level', level, level > 0 && level < 1, 'above 0 and below 1')
  within('--fraction', fraction, fraction > 0 && fraction <= 1, 'above 0, and 1 at most')
  if (target) within('--target', target.value, target.kind === 'return' || target.value > 0, 'a fraction a year')
}

/** Options that the method has no use for are mistakes. */
function checkMeaning({ method, target, groups, turnover, floor, market, views, current }: PortfolioRequest): void {
  const { targets, formula } = METHODS[method]
  if (target && !targets.includes(target.kind)) {
    const allowed = targets.length > 0 ? `takes --target ${targets.join(' or ')}` : 'takes no --target'
    throw usage(`--method ${method} ${allowed}, got ${target.kind}`, 'mean-variance takes both')
  }
  if (formula && (groups !== undefined || turnover !== null || floor < 0)) {
    const hint = 'its weights are a formula: --cap and a --floor of 0 at least cut it, nothing else does'
    throw usage(`--method ${method} takes no --groups, --turnover or negative --floor`, hint)
  }
  if (method !== 'black-litterman' && (market !== undefined || views !== undefined)) {
    throw usage(`--method ${method} takes no --market or --views`, 'they are of --method black-litterman')
  }
  if (current !== undefined && turnover === null) {
    throw usage('expected --turnover with --current, got --current alone', 'what is held matters to the turnover only')
  }
}

function oneOf(found: string, allowed: string[], option: string): void {
  if (!allowed.includes(found)) throw usage(`expected ${option} to be one of ${allowed.join(', ')}, got ${found}`, '')
}

function within(option: string, value: number, holds: boolean, unit: string): void {
  if (!Number.isFinite(value) || !holds) throw range(option, unit, value)
}

const range = (option: string, unit: string, found: number): LqError =>
  new LqError('LQ_OPTION_RANGE', `${option} must be ${unit}, got ${found}`)
const usage = (message: string, hint: string): LqError => new LqError('LQ_USAGE', message, { hint })
