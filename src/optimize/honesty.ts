import type { ReturnMoments } from './metrics.js'
import { normalCdf, normalQuantile } from './normal.js'

/** Euler's constant γ. */
const EULER = 0.5772156649015329
const CONFIDENCE = 0.95

/** Count, mean and Σ(x − mean)² of the Sharpe ratios of all trials, taken in one at a time. */
export interface SharpeSpread {
  /** trials run, those without a Sharpe ratio included */
  trials: number
  /** trials that have one */
  count: number
  mean: number
  /** Σ (SR − mean)² */
  squares: number
}

/** What a Sharpe ratio is worth, given how it was found. Null where undefined, with the reason beside it. */
export interface Honesty {
  /** P(true Sharpe > 0), had this been the only trial */
  probabilisticSharpe: number | null
  /** P(true Sharpe > the best that as many trials without any skill are expected to show) */
  deflatedSharpe: number | null
  /** that expected best, per bar: SR₀ */
  expectedMaxSharpe: number | null
  /** bars that a Sharpe ratio as this needs to be above 0 with a confidence of 95 % */
  minTrackRecordBars: number | null
  reason: string | null
}

export function sharpeSpread(): SharpeSpread {
  return { trials: 0, count: 0, mean: 0, squares: 0 }
}

/**
 * Takes in one trial. The order decides the last bits: take them in the order of the trials.
 *
 * @param sharpe per bar, or NaN where a trial has none: it counts as a trial, not in the variance
 * @see Welford 1962, doi:10.1080/00401706.1962.10490022
 */
export function addSharpe(spread: SharpeSpread, sharpe: number): void {
  spread.trials += 1
  if (Number.isNaN(sharpe)) return
  spread.count += 1
  const before = sharpe - spread.mean
  spread.mean += before / spread.count
  spread.squares += before * (sharpe - spread.mean)
}

/** Variance (ddof 1) of the Sharpe ratios taken in, per bar; NaN of fewer than two. */
export function varianceOf({ count, squares }: SharpeSpread): number {
  return count > 1 ? squares / (count - 1) : Number.NaN
}

/**
 * The best Sharpe ratio that N trials without skill are expected to show:
 * SR₀ = √V · ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))).
 *
 * @param trials   N ≥ 2, of one there is no best
 * @param variance V of the Sharpe ratios of all of them, per bar
 * @returns per bar
 * @see Bailey & López de Prado 2014, The Deflated Sharpe Ratio, doi:10.3905/jpm.2014.40.5.094
 */
export function expectedMaxSharpe({ trials, variance }: { trials: number; variance: number }): number {
  if (trials < 2) return Number.NaN
  // Φ⁻¹(1 − p) = −Φ⁻¹(p), and p keeps its digits where 1 − p has lost them.
  const [one, other] = [normalQuantile(1 / trials), normalQuantile(1 / (trials * Math.E))]
  return -Math.sqrt(variance) * ((1 - EULER) * one + EULER * other)
}

/**
 * P(true Sharpe > benchmark) = Φ((SR − SR*) √(T − 1) / √(1 − γ₃ SR + (γ₄ − 1)/4 · SR²)), all per bar. With the
 * benchmark SR₀ it is the deflated Sharpe ratio.
 *
 * @param moments   kurtosis γ₄ not in excess: 3 for a normal distribution
 * @param benchmark SR*, per bar
 * @returns 0 … 1; NaN where the Sharpe ratio is undefined
 * @see Bailey & López de Prado 2012, The Sharpe Ratio Efficient Frontier, doi:10.21314/JOR.2012.255
 */
export function probabilisticSharpe(moments: ReturnMoments, benchmark = 0): number {
  return normalCdf(((moments.sharpe - benchmark) * Math.sqrt(moments.bars - 1)) / Math.sqrt(sharpeVariance(moments)))
}

/**
 * Bars after which the probabilistic Sharpe ratio reaches a confidence:
 * 1 + (1 − γ₃ SR + (γ₄ − 1)/4 · SR²) · (Φ⁻¹(confidence) / (SR − SR*))².
 *
 * @returns bars, not rounded; NaN where SR ≤ SR*: no record is long enough
 * @see Bailey & López de Prado 2012, doi:10.21314/JOR.2012.255
 */
export function minTrackRecord(
  moments: ReturnMoments,
  { benchmark = 0, confidence = CONFIDENCE }: { benchmark?: number; confidence?: number } = {},
): number {
  const above = moments.sharpe - benchmark
  return above > 0 ? 1 + sharpeVariance(moments) * (normalQuantile(confidence) / above) ** 2 : Number.NaN
}

/**
 * The honest figures of the best of many trials.
 *
 * @param moments of its returns
 * @param spread  of the Sharpe ratios, per bar, of all trials run
 */
export function honestyOf(moments: ReturnMoments, spread: SharpeSpread): Honesty {
  const benchmark = expectedMaxSharpe({ trials: spread.trials, variance: varianceOf(spread) })
  return {
    probabilisticSharpe: orNull(probabilisticSharpe(moments)),
    deflatedSharpe: orNull(probabilisticSharpe(moments, benchmark)),
    expectedMaxSharpe: orNull(benchmark),
    minTrackRecordBars: orNull(minTrackRecord(moments)),
    reason: reasonOf(moments, spread),
  }
}

function reasonOf({ sharpe }: ReturnMoments, { trials, count }: SharpeSpread): string | null {
  if (Number.isNaN(sharpe)) return 'the Sharpe ratio is undefined'
  if (trials < 2) return 'one trial: nothing was selected, so nothing is deflated'
  if (count < 2) return 'fewer than two trials have a Sharpe ratio'
  return sharpe > 0 ? null : 'a Sharpe ratio of at most 0 has no minimum track record'
}

/** 1 − γ₃ SR + (γ₄ − 1)/4 · SR²: T − 1 times the variance of an estimated Sharpe ratio. */
function sharpeVariance({ sharpe, skewness, kurtosis }: ReturnMoments): number {
  return 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
