import { LqError } from '../errors.js'
import { WINDOW_MAX } from '../factors/limits.js'
import { parseTimeframe, type Timeframe } from '../timeframe.js'
import { checkRunId } from './run-id.js'
import type { Span } from './score-bars.js'

/** Which scores are evaluated, against which prices, and how. */
export interface EvaluateRequest {
  /** a Parquet file as `lq score` writes it, or the id of a run that wrote one */
  scores: string
  exchange?: string
  timeframe: string
  /** column of the prices that forward returns are made of, default close */
  price?: string
  /** rows from a score to the price at which its return begins, default 0 */
  delay?: 0 | 1
  /** rows of the forward returns, default 1, 5, 21; the first decides which factors are best */
  horizons?: number[]
  /** default 5 */
  quantiles?: number
  /** column of the scores or of the bars: correlations are taken within its groups too */
  group?: string
  /** names of columns of the scores; left out, all */
  factors?: string[]
  /** ms UTC, inclusive: no score and no price before it is used */
  fromMs?: number
  /** ms UTC, exclusive: no score and no price from it on is used */
  toMs?: number
  /** a .parquet file for the figures of each date; without it, the lake's gold layer */
  out?: string
  /** a file for the report; without it there is none */
  html?: string
  runId?: string
}

/** A request whose defaults are filled in. */
export type SettledEvaluate = EvaluateRequest &
  Required<Pick<EvaluateRequest, 'price' | 'delay' | 'horizons' | 'quantiles'>>

/** Fills in what a request leaves out. */
export function settledEvaluate(request: EvaluateRequest): SettledEvaluate {
  const { price = 'close', delay = 0, horizons = [1, 5, 21], quantiles = 5 } = request
  return { ...request, price, delay, horizons, quantiles }
}

export const HORIZONS_MAX = 32
export const QUANTILES_MAX = 100

/**
 * Checks a request by itself, before anything is opened.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_TIMEFRAME
 */
export function checkEvaluate(request: SettledEvaluate): { span: Span; timeframe: Timeframe } {
  const { out, html, horizons, quantiles, delay, factors } = request
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = request
  checkRunId(request.runId)
  checkEnding(out, { option: '--out', ending: '.parquet' })
  checkEnding(html, { option: '--html', ending: '.html' })
  if (horizons.length === 0 || horizons.length > HORIZONS_MAX) {
    throw new LqError('LQ_OPTION_RANGE', `--horizons must be 1 … ${HORIZONS_MAX} of them, got ${horizons.length}`)
  }
  for (const rows of horizons) checkInteger(rows, { option: '--horizons', min: 1, max: WINDOW_MAX, unit: ' rows' })
  checkOnce(horizons, '--horizons')
  if (factors) checkOnce(factors, '--factors')
  checkInteger(quantiles, { option: '--quantiles', min: 2, max: QUANTILES_MAX, unit: '' })
  checkInteger(delay, { option: '--delay', min: 0, max: 1, unit: ' rows' })
  if (!(fromMs < toMs)) {
    const found = `${new Date(fromMs).toISOString()} … ${new Date(toMs).toISOString()}`
    throw new LqError('LQ_USAGE', `expected a start before the end, got ${found}`, { hint: 'the end is exclusive' })
  }
  return { span: { fromMs, toMs }, timeframe: parseTimeframe(request.timeframe) }
}

function checkEnding(path: string | undefined, { option, ending }: { option: string; ending: string }): void {
  if (path === undefined || path.toLowerCase().endsWith(ending)) return
  throw new LqError('LQ_USAGE', `expected ${option} to be a ${ending} file, got ${path}`, {
    hint: `${option} evaluation${ending}`,
  })
}

function checkInteger(
  value: number,
  { option, min, max, unit }: { option: string; min: number; max: number; unit: string },
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new LqError('LQ_OPTION_RANGE', `${option} must be ${min} … ${max}${unit}, got ${value}`)
}

function checkOnce(values: (string | number)[], option: string): void {
  const twice = values.find((value, i) => values.indexOf(value) < i)
  if (twice !== undefined) throw new LqError('LQ_USAGE', `expected ${option} to name each once, got ${twice} twice`)
}
