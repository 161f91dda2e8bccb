/*
 * Terms of the optimizer, one meaning each:
 *
 *   parameter set  a value for each of a strategy's `$params`;  trial = one back-test of one set on one span of bars
 *   bar return r   simple, of one bar, 0 while flat: from the second bar of the span on, so `bars` counts returns
 *   equity         starts from 1, compounded;  peak = the greatest equity so far, the start included
 *   block          one of BLOCKS spans of (nearly) equal length that a trial's returns are cut into, for CSCV
 */

/** Blocks of a trial's returns: S of CSCV. Even, since a split takes half of them. */
export const BLOCKS = 16

/**
 * Sums of one trial's returns per bar: every metric but the quantile ones follows from them. Return i of n (from 0)
 * belongs to block ⌊i · 16 / n⌋.
 */
export interface TrialSums {
  /** count of returns */
  bars: number
  /** Σr, Σr², Σr³, Σr⁴: about 0, not about the mean */
  sum: number
  sum2: number
  sum3: number
  sum4: number
  /** [BLOCKS] each */
  blocks: { count: Float64Array; sum: Float64Array; sum2: Float64Array }
}

/** What one trial leaves. */
export interface TrialResult {
  params: Record<string, number>
  sums: TrialSums
  /** Σ min(r, 0)² */
  downside2: number
  finalEquity: number
  /** max(1 − equity/peak), a fraction from 0 on */
  maxDrawdown: number
  /** the most bars between a peak and the bar at which equity is at that peak again, or the end */
  maxDrawdownBars: number
  /** entries */
  trades: number
  /** trades that made more than they cost */
  wins: number
  /** sums of the trades' returns, costs included: of those above 0, and of those below, as a positive number */
  grossProfit: number
  grossLoss: number
  /** Σ|Δposition| */
  turnover: number
  /** bars with a position that is not 0 */
  exposureBars: number
}

/** A figure per name; null where it is undefined (0 trades have no hit rate), with the reason beside it. */
export type Metrics = { [name: string]: number | null }

/** Values of one parameter: a list of them, or from … to in steps (without a step: any number between). */
export interface ParameterSpec {
  name: string
  values?: number[]
  from?: number
  to?: number
  step?: number
}
