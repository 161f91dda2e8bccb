// Written by scripts/generate.mjs from the catalogue in kernels/. Do not edit: npm run generate.
import { runKernel, type TableShape } from '../compute/kernel-call.js'

/**
 * Absolute value.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] |x|
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function absolute(x: Float64Array, shape: TableShape) {
  return runKernel('absolute', [x], shape, [])[0]
}

/**
 * Exponential mean whose α, bounded to 0 … 1, is given for each row; it starts from the value before the first α, or at the first value where there is none before.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param alpha [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] y + α·(x − y)
 * @throws LQ_USAGE if a table has another size
 * @see Kaufman 1995, Smarter Trading
 */
export function adaptiveMean(x: Float64Array, alpha: Float64Array, shape: TableShape) {
  return runKernel('adaptive_mean', [x, alpha], shape, [])[0]
}

/**
 * Sum of two fields.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x + y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function add(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('add', [x, y], shape, [])[0]
}

/**
 * Average true range: Wilder's mean of the true range, from the second valid bar on.
 *
 * @param high [rows × cols] row-major; NaN = missing
 * @param low [rows × cols] row-major; NaN = missing
 * @param close [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @returns [rows × cols] mean of max(high − low, |high − close[−1]|, |low − close[−1]|)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Wilder 1978, New Concepts in Technical Trading Systems
 */
export function atr(high: Float64Array, low: Float64Array, close: Float64Array, shape: TableShape, options: { window?: number } = {}) {
  return runKernel('atr', [high, low, close], shape, [options.window ?? 20])[0]
}

/**
 * x, or y where x is missing.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x valid ? x : y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function coalesce(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('coalesce', [x, y], shape, [])[0]
}

/**
 * Pearson correlation across the row, of the columns where both are valid, in every column; missing where either is all equal.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] Σ (x − mean x)(y − mean y) / √(Σ (x − mean x)² · Σ (y − mean y)²)
 * @throws LQ_USAGE if a table has another size
 * @see Pearson 1895, doi:10.1098/rspl.1895.0041
 */
export function crossCorr(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('cross_corr', [x, y], shape, [])[0]
}

/**
 * Count of the valid values of the row, in every column; missing where there is none.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] n
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function crossCount(x: Float64Array, shape: TableShape) {
  return runKernel('cross_count', [x], shape, [])[0]
}

/**
 * The value less the mean of its row.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x − mean
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function crossDemean(x: Float64Array, shape: TableShape) {
  return runKernel('cross_demean', [x], shape, [])[0]
}

/**
 * Mean of the row, in every column; missing where there is no value.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] Σ x / n
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function crossMean(x: Float64Array, shape: TableShape) {
  return runKernel('cross_mean', [x], shape, [])[0]
}

/**
 * Percentile across the row, 0 … 100, ties at their average rank; 50 where there is one value.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] 100·(average rank − 1)/(n − 1)
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function crossPercentile(x: Float64Array, shape: TableShape) {
  return runKernel('cross_percentile', [x], shape, [])[0]
}

/**
 * Average rank of ties across the row, divided by the count of valid values.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] (#{other < x} + (#{other = x} + 1)/2) / n
 * @throws LQ_USAGE if a table has another size
 * @see Kakushadze 2016, doi:10.2139/ssrn.2701346
 */
export function crossRank(x: Float64Array, shape: TableShape) {
  return runKernel('cross_rank', [x], shape, [])[0]
}

/**
 * What is left of y when its least-squares multiple of x across the row, through the origin, is taken away; y where x is all 0, and 0 where no more than 1e-24 of Σy² would be left.
 *
 * @param y [rows × cols] row-major; NaN = missing
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] y − x·Σxy/Σx²
 * @throws LQ_USAGE if a table has another size
 * @see Gauss 1809, Theoria motus
 */
export function crossResidual(y: Float64Array, x: Float64Array, shape: TableShape) {
  return runKernel('cross_residual', [y, x], shape, [])[0]
}

/**
 * The row scaled to a sum of absolute values of a; missing where that sum is 0.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.a -1e+300 … 1e+300 sum of absolute values; default 1
 * @returns [rows × cols] a·x / Σ|x|
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Kakushadze 2016, doi:10.2139/ssrn.2701346
 */
export function crossScale(x: Float64Array, shape: TableShape, options: { a?: number } = {}) {
  return runKernel('cross_scale', [x], shape, [options.a ?? 1])[0]
}

/**
 * Population standard deviation of the row (ddof = 0), in every column.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] √(Σ (x − mean)² / n)
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function crossStd(x: Float64Array, shape: TableShape) {
  return runKernel('cross_std', [x], shape, [])[0]
}

/**
 * Sum of the row, in every column; missing where there is no value.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] Σ x
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function crossSum(x: Float64Array, shape: TableShape) {
  return runKernel('cross_sum', [x], shape, [])[0]
}

/**
 * Values beyond k·1.4826 median absolute deviations from the row's median are set to that bound.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.k 0 … 1000000 scaled median absolute deviations; default 5
 * @returns [rows × cols] min(max(x, median − k·1.4826·MAD), median + k·1.4826·MAD)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Hampel 1974, doi:10.1080/01621459.1974.10482962
 */
export function crossWinsorizeMad(x: Float64Array, shape: TableShape, options: { k?: number } = {}) {
  return runKernel('cross_winsorize_mad', [x], shape, [options.k ?? 5])[0]
}

/**
 * Values beyond the row's quantiles q and 1 − q are set to them; quantiles interpolate linearly.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.q 0 … 0.5 share of the row; default 0.01
 * @returns [rows × cols] min(max(x, Q(q)), Q(1 − q))
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Hyndman, Fan 1996, type 7, doi:10.1080/00031305.1996.10473566
 */
export function crossWinsorizeQuantile(x: Float64Array, shape: TableShape, options: { q?: number } = {}) {
  return runKernel('cross_winsorize_quantile', [x], shape, [options.q ?? 0.01])[0]
}

/**
 * Values beyond k population standard deviations (ddof = 0) from the row's mean are set to that bound.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.k 0 … 1000000 standard deviations; default 3
 * @returns [rows × cols] min(max(x, mean − k·σ), mean + k·σ)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Tukey 1962, doi:10.1214/aoms/1177704711
 */
export function crossWinsorizeSigma(x: Float64Array, shape: TableShape, options: { k?: number } = {}) {
  return runKernel('cross_winsorize_sigma', [x], shape, [options.k ?? 3])[0]
}

/**
 * Z-score across the row with the population standard deviation (ddof = 0); missing where all values are equal.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.clip 0 … 1000000 standard deviations; 0 = none; default 0
 * @returns [rows × cols] (x − mean) / √(Σ (x − mean)² / n)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function crossZScore(x: Float64Array, shape: TableShape, options: { clip?: number } = {}) {
  return runKernel('cross_zscore', [x], shape, [options.clip ?? 0])[0]
}

/**
 * Product of all values so far.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] Π x
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function cumulativeProduct(x: Float64Array, shape: TableShape) {
  return runKernel('cumulative_product', [x], shape, [])[0]
}

/**
 * Sum of all values so far; what each addition rounds off is kept, so it does not drift.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] Σ x
 * @throws LQ_USAGE if a table has another size
 * @see Neumaier 1974, doi:10.1002/zamm.19740540106
 */
export function cumulativeSum(x: Float64Array, shape: TableShape) {
  return runKernel('cumulative_sum', [x], shape, [])[0]
}

/**
 * Change over some rows.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.steps 1 … 16384 rows; default 1
 * @returns [rows × cols] x[t] − x[t − steps]
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function difference(x: Float64Array, shape: TableShape, options: { steps?: number } = {}) {
  return runKernel('difference', [x], shape, [options.steps ?? 1])[0]
}

/**
 * Quotient of two fields; missing where y = 0.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x/y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function divide(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('divide', [x, y], shape, [])[0]
}

/**
 * Exponential moving average, seeded with the mean of the first `window` valid values.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @returns [rows × cols] y + 2/(window + 1)·(x − y)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see TA-Lib TA_EMA
 */
export function ema(x: Float64Array, shape: TableShape, options: { window?: number } = {}) {
  return runKernel('ema', [x], shape, [options.window ?? 20])[0]
}

/**
 * 1 where x = y, else 0; missing where either is missing.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x = y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function equal(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('equal', [x, y], shape, [])[0]
}

/**
 * Exponentially weighted mean of all values so far, its weights summing to 1 from the first value on, as pandas and qlib have it.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @returns [rows × cols] Σ (1 − α)^i·x[−i] / Σ (1 − α)^i, α = 2/(window + 1)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see pandas DataFrame.ewm, adjust=True
 */
export function ewm(x: Float64Array, shape: TableShape, options: { window?: number } = {}) {
  return runKernel('ewm', [x], shape, [options.window ?? 20])[0]
}

/**
 * Exponential.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] e^x
 * @throws LQ_USAGE if a table has another size
 * @see FDLIBM e_exp.c (Sun Microsystems 1993)
 */
export function exp(x: Float64Array, shape: TableShape) {
  return runKernel('exp', [x], shape, [])[0]
}

/**
 * Ehlers' Fisher transform of a position in its range, −1 … 1, both smoothed: v is set to ±0.999 where it is beyond ±0.99.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] ½·ln((1 + v)/(1 − v)) + ½·y[−1], v = 0.33·x + 0.67·v[−1]
 * @throws LQ_USAGE if a table has another size
 * @see Ehlers 2002, Using the Fisher Transform, Stocks & Commodities 20
 */
export function fisher(x: Float64Array, shape: TableShape) {
  return runKernel('fisher', [x], shape, [])[0]
}

/**
 * The value less the mean of its group; a group is the columns of a row with one code g.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param g [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x − mean
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function groupDemean(x: Float64Array, g: Float64Array, shape: TableShape) {
  return runKernel('group_demean', [x, g], shape, [])[0]
}

/**
 * Mean of the group, in every column that has a group; a group is the columns of a row with one code g.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param g [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] Σ x / n
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function groupMean(x: Float64Array, g: Float64Array, shape: TableShape) {
  return runKernel('group_mean', [x, g], shape, [])[0]
}

/**
 * Average rank of ties in the group, divided by its count of valid values.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param g [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] (#{other < x} + (#{other = x} + 1)/2) / n
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function groupRank(x: Float64Array, g: Float64Array, shape: TableShape) {
  return runKernel('group_rank', [x, g], shape, [])[0]
}

/**
 * The group scaled to a sum of absolute values of a; missing where that sum is 0.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param g [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.a -1e+300 … 1e+300 sum of absolute values; default 1
 * @returns [rows × cols] a·x / Σ|x|
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function groupScale(x: Float64Array, g: Float64Array, shape: TableShape, options: { a?: number } = {}) {
  return runKernel('group_scale', [x, g], shape, [options.a ?? 1])[0]
}

/**
 * Z-score in the group with the population standard deviation (ddof = 0); missing where all values are equal.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param g [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] (x − mean) / √(Σ (x − mean)² / n)
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function groupZScore(x: Float64Array, g: Float64Array, shape: TableShape) {
  return runKernel('group_zscore', [x, g], shape, [])[0]
}

/**
 * The value some rows ago.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.steps 0 … 16384 rows; default 1
 * @returns [rows × cols] x[t − steps]
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function lag(x: Float64Array, shape: TableShape, options: { steps?: number } = {}) {
  return runKernel('lag', [x], shape, [options.steps ?? 1])[0]
}

/**
 * 1 where x < y, else 0; missing where either is missing.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x < y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function less(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('less', [x, y], shape, [])[0]
}

/**
 * 1 where x ≤ y, else 0; missing where either is missing.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x ≤ y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function lessEqual(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('less_equal', [x, y], shape, [])[0]
}

/**
 * Natural logarithm; missing for values ≤ 0.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] ln x
 * @throws LQ_USAGE if a table has another size
 * @see FDLIBM e_log.c (Ng, Sun Microsystems 1993)
 */
export function log(x: Float64Array, shape: TableShape) {
  return runKernel('log', [x], shape, [])[0]
}

/**
 * Logarithmic change over some rows.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.steps 1 … 16384 rows; default 1
 * @returns [rows × cols] ln(x[t]/x[t − steps])
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function logReturn(x: Float64Array, shape: TableShape, options: { steps?: number } = {}) {
  return runKernel('log_return', [x], shape, [options.steps ?? 1])[0]
}

/**
 * Logical and of two conditions; missing where either is missing.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x ≠ 0 ∧ y ≠ 0
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function logicalAnd(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('logical_and', [x, y], shape, [])[0]
}

/**
 * 1 where a condition is 0, else 0; missing where it is missing.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x = 0
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function logicalNot(x: Float64Array, shape: TableShape) {
  return runKernel('logical_not', [x], shape, [])[0]
}

/**
 * Logical or of two conditions; missing where either is missing.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x ≠ 0 ∨ y ≠ 0
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function logicalOr(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('logical_or', [x, y], shape, [])[0]
}

/**
 * The greater of two values.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] max(x, y)
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function maximum(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('maximum', [x, y], shape, [])[0]
}

/**
 * The smaller of two values.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] min(x, y)
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function minimum(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('minimum', [x, y], shape, [])[0]
}

/**
 * Product of two fields.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x·y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function multiply(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('multiply', [x, y], shape, [])[0]
}

/**
 * The value with its sign changed.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] −x
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function negate(x: Float64Array, shape: TableShape) {
  return runKernel('negate', [x], shape, [])[0]
}

/**
 * 1 where x ≠ y, else 0; missing where either is missing.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x ≠ y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function notEqual(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('not_equal', [x, y], shape, [])[0]
}

/**
 * x to the power y; missing where that is no real number.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x^y
 * @throws LQ_USAGE if a table has another size
 * @see Dekker 1971, doi:10.1007/BF01397083
 */
export function power(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('power', [x, y], shape, [])[0]
}

/**
 * The last value before this one, however many rows without a value lie between.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] the last valid x before x[t]
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function previous(x: Float64Array, shape: TableShape) {
  return runKernel('previous', [x], shape, [])[0]
}

/**
 * Position of the first greatest value of a window, its oldest row counted as 1.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] argmax x
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Kakushadze 2016, doi:10.2139/ssrn.2701346
 */
export function rollingArgmax(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_argmax', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Position of the first least value of a window, its oldest row counted as 1.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] argmin x
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Kakushadze 2016, doi:10.2139/ssrn.2701346
 */
export function rollingArgmin(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_argmin', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Pearson correlation over a window, of the rows where both are valid; missing where either side is all equal.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Σ (x − mean x)(y − mean y) / √(Σ (x − mean x)² · Σ (y − mean y)²)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Pearson 1895, doi:10.1098/rspl.1895.0041
 */
export function rollingCorr(x: Float64Array, y: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_corr', [x, y], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Sample covariance over a window (ddof = 1), of the rows where both are valid.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Σ (x − mean x)(y − mean y) / (n − 1)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115
 */
export function rollingCov(x: Float64Array, y: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_cov', [x, y], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Mean of the valid values of a window, weighted by row: 1 for the oldest, the window for the newest.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Σ k·x / Σ k
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Kakushadze 2016, doi:10.2139/ssrn.2701346
 */
export function rollingDecayLinear(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_decay_linear', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Greatest fall within a window, from a value to a later one; 0 where it only rises.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] max x[i] − x[j], i ≤ j
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Magdon-Ismail, Atiya 2004, Risk 17 (10)
 */
export function rollingDrawdown(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_drawdown', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Excess kurtosis of a window, corrected for bias: 0 for normal values; missing where all values are equal.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 4 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] n(n + 1)/((n − 1)(n − 2)(n − 3)) · Σ ((x − mean)/std)⁴ − 3(n − 1)²/((n − 2)(n − 3))
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Joanes, Gill 1998, doi:10.1111/1467-9884.00122
 */
export function rollingKurt(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_kurt', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * The least-squares line of the valid values on the row number, at some row after the newest one, or before it.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @param options.ahead -16384 … 16384 rows after the newest; default 0
 * @returns [rows × cols] mean x + slope·(t + ahead − mean t)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingLine(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number; ahead?: number } = {}) {
  return runKernel('rolling_line', [x], shape, [options.window ?? 20, options.minPeriods ?? 0, options.ahead ?? 0])[0]
}

/**
 * Mean absolute deviation of a window from its mean.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Σ |x − mean| / n
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingMad(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_mad', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Greatest value of a window.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] max x
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingMax(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_max', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Mean over a window.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Σ x / n
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingMean(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_mean', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Least value of a window.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] min x
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingMin(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_min', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Product over a window.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Π x
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingProduct(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_product', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Quantile of a window by linear interpolation: 0.5 is the median.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @param options.q 0 … 1 share of the values; default 0.5
 * @returns [rows × cols] x₍ₖ₎ + (x₍ₖ₊₁₎ − x₍ₖ₎)·f, k + f = 1 + (n − 1)·q
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Hyndman, Fan 1996, doi:10.1080/00031305.1996.10473566
 */
export function rollingQuantile(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number; q?: number } = {}) {
  return runKernel('rolling_quantile', [x], shape, [options.window ?? 20, options.minPeriods ?? 0, options.q ?? 0.5])[0]
}

/**
 * Average rank of the newest value among the valid ones of its window, divided by their count.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] (#{x < newest} + (#{x = newest} + 1)/2) / n
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Kakushadze 2016, doi:10.2139/ssrn.2701346
 */
export function rollingRank(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_rank', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * The newest value less the least-squares line of the valid values on the row number.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] x − mean x − slope·(t − mean t)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingResi(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_resi', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Share of the variance of a window that its least-squares line explains; missing where all values are equal.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] (Σ (t − mean t)(x − mean x))² / (Σ (t − mean t)² · Σ (x − mean x)²)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingRsquare(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_rsquare', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Rows since the last greatest value of a window, 0 where it is the newest.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] t − max{i: x[i] = max x}
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Chande 1995, Aroon, Stocks & Commodities 13
 */
export function rollingSinceMax(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_since_max', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Rows since the last least value of a window, 0 where it is the newest.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] t − max{i: x[i] = min x}
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Chande 1995, Aroon, Stocks & Commodities 13
 */
export function rollingSinceMin(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_since_min', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Skewness of a window, corrected for bias; missing where all values are equal.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 3 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] n/((n − 1)(n − 2)) · Σ ((x − mean)/std)³
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Joanes, Gill 1998, doi:10.1111/1467-9884.00122
 */
export function rollingSkew(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_skew', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Slope of the least-squares line of the valid values on the row number.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Σ (t − mean t)(x − mean x) / Σ (t − mean t)²
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingSlope(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_slope', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Sample standard deviation over a window (ddof = 1).
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] √(Σ (x − mean)² / (n − 1))
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115
 */
export function rollingStd(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_std', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Sum over a window.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Σ x
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function rollingSum(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_sum', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Sample variance over a window (ddof = 1).
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] Σ (x − mean)² / (n − 1)
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115
 */
export function rollingVar(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_var', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Rolling z-score with the sample standard deviation (ddof = 1); missing where all values are equal.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 2 … 16384 rows; default 20
 * @param options.minPeriods 0 … 16384 valid values; 0 = the whole window; default 0
 * @returns [rows × cols] (x − mean) / √(Σ (x − mean)² / (n − 1))
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115
 */
export function rollingZScore(x: Float64Array, shape: TableShape, options: { window?: number; minPeriods?: number } = {}) {
  return runKernel('rolling_zscore', [x], shape, [options.window ?? 20, options.minPeriods ?? 0])[0]
}

/**
 * Wilder's relative strength index, 0 … 100; 0 where there was neither gain nor loss.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @returns [rows × cols] 100·gain/(gain + loss), both Wilder means of the changes between valid values
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Wilder 1978, New Concepts in Technical Trading Systems
 */
export function rsi(x: Float64Array, shape: TableShape, options: { window?: number } = {}) {
  return runKernel('rsi', [x], shape, [options.window ?? 20])[0]
}

/**
 * Wilder's parabolic stop and reverse, from the second valid bar on; the first trend is down where the low fell, and by more than the high rose.
 *
 * @param high [rows × cols] row-major; NaN = missing
 * @param low [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.acceleration 0 … 1 of the way to the extreme; default 0.02
 * @param options.maximum 0 … 1 of the way to the extreme; default 0.2
 * @returns [rows × cols] stop + a·(extreme − stop), within the last two bars; a grows with each new extreme
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Wilder 1978, New Concepts in Technical Trading Systems; first trend: TA-Lib TA_SAR
 */
export function sar(high: Float64Array, low: Float64Array, shape: TableShape, options: { acceleration?: number; maximum?: number } = {}) {
  return runKernel('sar', [high, low], shape, [options.acceleration ?? 0.02, options.maximum ?? 0.2])[0]
}

/**
 * 1, 0 or −1.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] sign(x)
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function sign(x: Float64Array, shape: TableShape) {
  return runKernel('sign', [x], shape, [])[0]
}

/**
 * Relative change over some rows.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.steps 1 … 16384 rows; default 1
 * @returns [rows × cols] x[t]/x[t − steps] − 1
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function simpleReturn(x: Float64Array, shape: TableShape, options: { steps?: number } = {}) {
  return runKernel('simple_return', [x], shape, [options.steps ?? 1])[0]
}

/**
 * Square root; missing for negative values.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] √x
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function squareRoot(x: Float64Array, shape: TableShape) {
  return runKernel('square_root', [x], shape, [])[0]
}

/**
 * Difference of two fields.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] x − y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function subtract(x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('subtract', [x, y], shape, [])[0]
}

/**
 * A stop that trails the close: the lower band, which only rises, until the close falls below it, then the upper one, which only falls; it starts with the upper.
 *
 * @param upper [rows × cols] row-major; NaN = missing
 * @param lower [rows × cols] row-major; NaN = missing
 * @param close [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] lower while close ≥ lower, else upper while close ≤ upper
 * @throws LQ_USAGE if a table has another size
 * @see Seban 2008, Tout le monde mérite d'être riche
 */
export function supertrend(upper: Float64Array, lower: Float64Array, close: Float64Array, shape: TableShape) {
  return runKernel('supertrend', [upper, lower, close], shape, [])[0]
}

/**
 * x where the condition is not 0, else y; missing where the condition or the chosen value is missing.
 *
 * @param condition [rows × cols] row-major; NaN = missing
 * @param x [rows × cols] row-major; NaN = missing
 * @param y [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @returns [rows × cols] condition ? x : y
 * @throws LQ_USAGE if a table has another size
 * @see definition
 */
export function where(condition: Float64Array, x: Float64Array, y: Float64Array, shape: TableShape) {
  return runKernel('where', [condition, x, y], shape, [])[0]
}

/**
 * Wilder's moving average, seeded with the mean of the first `window` valid values.
 *
 * @param x [rows × cols] row-major; NaN = missing
 * @param shape rows, cols
 * @param options.window 1 … 16384 rows; default 20
 * @returns [rows × cols] y + (x − y)/window
 * @throws LQ_OPTION_RANGE if an option is out of range
 * @throws LQ_USAGE if a table has another size
 * @see Wilder 1978, New Concepts in Technical Trading Systems
 */
export function wilderMean(x: Float64Array, shape: TableShape, options: { window?: number } = {}) {
  return runKernel('wilder_mean', [x], shape, [options.window ?? 20])[0]
}
