import { rollingKnown } from './series.js'

/** Pairs below which a date has no correlation and no portfolios: two values always correlate with ±1. */
export const PAIRS_MIN = 3

/** What one factor did at each date; missing is NaN. */
export interface FactorDates {
  name: string
  /** [dates] symbols with a score and a price ÷ symbols with a price */
  coverage: Float64Array
  /** [dates] correlation of the ranks with those of the date before, of the symbols that have both */
  rankAutocorrelation: Float64Array
  /** per quantile, lowest first: [dates] share of its symbols that were not in it at the date before */
  turnover: Float64Array[]
  horizons: HorizonDates[]
}

/** What came of one factor's scores after some rows. */
export interface HorizonDates {
  /** rows of the forward return */
  horizon: number
  /** [dates] symbols with a score and a forward return */
  pairs: Float64Array
  /** [dates] Pearson correlation of score and forward return */
  ic: Float64Array
  /** [dates] the same of their ranks */
  rankIc: Float64Array
  /** per quantile, lowest first: [dates] mean forward return */
  returns: Float64Array[]
  /** per group, those that were met: correlations within it */
  groups: GroupDates[]
}

/** Correlations within one group of symbols. */
export interface GroupDates {
  /** [dates] */
  ic: Float64Array
  /** [dates] */
  rankIc: Float64Array
}

/** @returns the dates of a factor, all missing */
export function emptyDates(name: string, shape: { dates: number; horizons: number[]; quantiles: number }): FactorDates {
  const missing = () => new Float64Array(shape.dates).fill(Number.NaN)
  const each = <T>(count: number, make: () => T) => Array.from({ length: count }, make)
  return {
    name,
    coverage: missing(),
    rankAutocorrelation: missing(),
    turnover: each(shape.quantiles, missing),
    horizons: shape.horizons.map((horizon) => ({
      horizon,
      pairs: new Float64Array(shape.dates),
      ic: missing(),
      rankIc: missing(),
      returns: each(shape.quantiles, missing),
      groups: [],
    })),
  }
}

/** Top quantile's mean return less the bottom one's: [dates]. */
export function spreadOf({ returns }: HorizonDates): Float64Array {
  const [bottom, top] = [returns[0], returns[returns.length - 1]]
  return top.map((value, date) => value - bottom[date])
}

/** Dates whose correlations a rolling mean takes. */
export const ROLLING_DATES = 60

/**
 * Rolling mean of correlations as it was known at each date: of the last 60 whose forward return had ended by then.
 *
 * @param ic [dates]
 * @param at.rows [dates] panel row of each date
 */
export function rollingIc(
  ic: Float64Array,
  { horizon, delay, rows }: { horizon: number; delay: number; rows: Int32Array },
): Float64Array {
  return rollingKnown(ic, { rows, known: rows.map((row) => row + delay + horizon), window: ROLLING_DATES })
}
