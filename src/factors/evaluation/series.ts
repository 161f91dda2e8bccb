import { deviations, mean, sumOfProducts } from '../../reference/statistics.js'

/** The values that are there, in order. */
export function present(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value))
}

/** Arithmetic mean of the values that are there; NaN of none. */
export function meanPresent(values: Float64Array): number {
  return mean(present(values))
}

/** Standard deviation, ddof 1; NaN of fewer than two values. */
export function sampleStd(values: Float64Array): number {
  const around = deviations(values)
  return values.length < 2 ? Number.NaN : Math.sqrt(sumOfProducts(around, around) / (values.length - 1))
}

/** mean ÷ standard deviation (ddof 1), not annualised; NaN where all values are equal. */
export function informationRatio(values: Float64Array): number {
  return quotient(mean(values), sampleStd(values))
}

/**
 * Lags of the autocovariance that the error of a mean takes in: at least those by which forward returns overlap.
 *
 * @param horizon rows of a forward return
 * @param count   values
 * @returns max(horizon − 1, ⌊4 (count/100)^(2/9)⌋), but fewer than there are values
 * @see Newey & West 1994, doi:10.2307/2297912
 */
export function neweyWestLag(horizon: number, count: number): number {
  return Math.max(0, Math.min(Math.max(horizon - 1, Math.floor(4 * (count / 100) ** (2 / 9))), count - 1))
}

/**
 * t statistic of a mean whose values are correlated in time: mean ÷ √(S/n), S = γ₀ + 2 Σ (1 − k/(lag + 1)) γₖ with
 * Bartlett's weights and γₖ = Σ (xₜ − mean)(xₜ₋ₖ − mean) / n.
 *
 * @param values none missing
 * @param lag    0 … n − 1
 * @returns NaN of fewer than two values, or where all are equal
 * @see Newey & West 1987, doi:10.2307/1913610
 */
export function neweyWestT(values: Float64Array, lag: number): number {
  const n = values.length
  if (n < 2) return Number.NaN
  const around = deviations(values)
  let spread = sumOfProducts(around, around) / n
  for (let k = 1; k <= lag; k++) {
    spread += 2 * (1 - k / (lag + 1)) * (sumOfProducts(around.slice(k), around.slice(0, n - k)) / n)
  }
  return quotient(mean(values), Math.sqrt(spread / n))
}

/** Share of the values above 0; NaN of none. */
export function positiveShare(values: Float64Array): number {
  return values.filter((value) => value > 0).length / values.length
}

/**
 * Mean of the last values that were known at each date: what somebody could have computed then.
 *
 * @param values [dates] missing ones are passed over
 * @param known  [dates] row at which each value becomes known, ascending
 * @param rows   [dates] row of each date, ascending
 * @param window values
 * @returns [dates] NaN until as many values as the window has are known
 */
export function rollingKnown(
  values: Float64Array,
  { known, rows, window }: { known: ArrayLike<number>; rows: ArrayLike<number>; window: number },
): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN)
  const last: number[] = []
  for (let date = 0, next = 0; date < values.length; date++) {
    for (; next < values.length && known[next] <= rows[date]; next++) {
      if (Number.isNaN(values[next])) continue
      last.push(values[next])
      if (last.length > window) last.shift()
    }
    if (last.length === window) out[date] = mean(last)
  }
  return out
}

/** a ÷ b, missing where b is no positive number. */
function quotient(a: number, b: number): number {
  return b > 0 ? a / b : Number.NaN
}
