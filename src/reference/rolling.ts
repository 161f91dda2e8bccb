import { finiteOrMissing, missingTable, type ReferenceKernel } from './kernel.js'
import { allEqual, correlation, deviations, mean, quantile, sum, sumOfPowers, sumOfProducts } from './statistics.js'

/** Kernels of the last `window` rows of a column; rows before the first count as missing. */
export const ROLLING: Record<string, ReferenceKernel> = {
  lag: lagged((_now, past) => past),
  difference: lagged((now, past) => now - past),
  simple_return: lagged((now, past) => now / past - 1),
  log_return: lagged((now, past) => Math.log(now / past)),
  rolling_sum: rolling(({ x }) => sum(x)),
  rolling_mean: rolling(({ x }) => mean(x)),
  rolling_std: rolling(({ x }) => Math.sqrt(covariance(x, x))),
  rolling_var: rolling(({ x }) => covariance(x, x)),
  rolling_min: rolling(({ x }) => x.reduce((a, b) => Math.min(a, b))),
  rolling_max: rolling(({ x }) => x.reduce((a, b) => Math.max(a, b))),
  rolling_zscore: rolling(zscore),
  rolling_corr: rolling(({ x, y }) => correlation(x, y)),
  rolling_cov: rolling(({ x, y }) => covariance(x, y)),
  rolling_slope: rolling((window) => lineOf(window).slope),
  rolling_line: rolling((window, { ahead }) => lineAt(window, window.rows + ahead)),
  rolling_resi: rolling((window) => (window.newest ? last(window.x) - lineAt(window, window.rows) : Number.NaN)),
  rolling_rsquare: rolling(explained),
  rolling_decay_linear: rolling(({ x, position }) => (allEqual(x) ? x[0] : sumOfProducts(x, position) / sum(position))),
  rolling_product: rolling(({ x }) => x.reduce((a, b) => a * b)),
  rolling_skew: rolling(skewness),
  rolling_kurt: rolling(kurtosis),
  rolling_mad: rolling(({ x }) => mean(deviations(x).map(Math.abs))),
  rolling_quantile: rolling(({ x }, { q }) => quantile(x.slice().sort(), q)),
  rolling_rank: rolling(rank),
  rolling_argmin: rolling(({ x, position }) => position[first(x, (a, b) => a < b)]),
  rolling_argmax: rolling(({ x, position }) => position[first(x, (a, b) => a > b)]),
  rolling_since_min: rolling(({ x, position, rows }) => rows - position[x.lastIndexOf(Math.min(...x))]),
  rolling_since_max: rolling(({ x, position, rows }) => rows - position[x.lastIndexOf(Math.max(...x))]),
  rolling_drawdown: rolling(({ x }) => Math.max(...x.map((low, j) => Math.max(...x.subarray(0, j + 1)) - low))),
}

/** The rows of a window in which every input is there, oldest first. */
interface Window {
  x: Float64Array
  /** the second input; of a kernel with one input the same as `x` */
  y: Float64Array
  /** place of each row in the window; the oldest row of the window, there or not, is 1 */
  position: Float64Array
  /** rows of the window, there or not */
  rows: number
  /** whether the window's last row is one of them */
  newest: boolean
}

function rolling(formula: (window: Window, options: Record<string, number>) => number): ReferenceKernel {
  return ([first, second = first], options, shape) => {
    const { window, min_periods } = options
    const { rows, cols } = shape
    const out = missingTable(shape)
    const least = min_periods || window
    const longest = Math.min(window, rows)
    const x = new Float64Array(longest)
    const y = new Float64Array(longest)
    const position = new Float64Array(longest)
    for (let n = 0; n < cols; n++) {
      for (let t = 0; t < rows; t++) {
        let count = 0
        for (let row = Math.max(0, t - window + 1); row <= t; row++) {
          const at = row * cols + n
          if (!Number.isFinite(first[at]) || !Number.isFinite(second[at])) continue
          x[count] = first[at]
          y[count] = second[at]
          position[count++] = window - (t - row)
        }
        if (count < least) continue
        const part = (values: Float64Array) => values.subarray(0, count)
        const newest = position[count - 1] === window
        const found = { x: part(x), y: part(y), position: part(position), newest, rows: window }
        out[t * cols + n] = finiteOrMissing(formula(found, options))
      }
    }
    return [out]
  }
}

function lagged(formula: (now: number, past: number) => number): ReferenceKernel {
  return ([x], { steps }, shape) => {
    const out = missingTable(shape)
    const back = steps * shape.cols
    for (let i = back; i < out.length; i++) {
      if (Number.isFinite(x[i - back])) out[i] = finiteOrMissing(formula(x[i], x[i - back]))
    }
    return [out]
  }
}

/** ddof 1; of fewer than two values 0 ÷ 0. */
function covariance(x: Float64Array, y: Float64Array): number {
  if (x.length < 2) return Number.NaN
  return sumOfProducts(deviations(x), deviations(y)) / (x.length - 1)
}

function zscore({ x, newest }: Window): number {
  if (!newest || allEqual(x)) return Number.NaN
  const around = deviations(x)
  return around[x.length - 1] / Math.sqrt(sumOfProducts(around, around) / (x.length - 1))
}

/** Least squares on the position: its slope, and the point it passes through; of one value 0 ÷ 0. */
function lineOf({ x, position }: Window): { slope: number; height: number; centre: number } {
  const steps = deviations(position)
  const slope = sumOfProducts(deviations(x), steps) / sumOfProducts(steps, steps)
  return { slope, height: mean(x), centre: mean(position) }
}

/** The line at a position: that of the newest row is the count of rows. */
function lineAt(window: Window, position: number): number {
  const { slope, height, centre } = lineOf(window)
  return height + slope * (position - centre)
}

/** Share of the variance that the line has; of one value 0 ÷ 0. */
function explained({ x, position }: Window): number {
  if (allEqual(x)) return Number.NaN
  const around = deviations(x)
  const steps = deviations(position)
  const both = sumOfProducts(around, steps)
  return (both * both) / (sumOfProducts(around, around) * sumOfProducts(steps, steps))
}

const last = (values: Float64Array): number => values[values.length - 1]

/** @see Joanes & Gill 1998, doi:10.1111/1467-9884.00122, G1 */
function skewness({ x }: Window): number {
  const n = x.length
  if (n < 3 || allEqual(x)) return Number.NaN
  const around = deviations(x)
  const biased = sumOfPowers(around, 3) / n / (sumOfPowers(around, 2) / n) ** 1.5
  return (Math.sqrt(n * (n - 1)) / (n - 2)) * biased
}

/** @see Joanes & Gill 1998, doi:10.1111/1467-9884.00122, G2 */
function kurtosis({ x }: Window): number {
  const n = x.length
  if (n < 4 || allEqual(x)) return Number.NaN
  const around = deviations(x)
  const excess = sumOfPowers(around, 4) / n / (sumOfPowers(around, 2) / n) ** 2 - 3
  return ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6)
}

function rank({ x, newest }: Window): number {
  if (!newest) return Number.NaN
  const value = x[x.length - 1]
  let below = 0
  let same = 0
  for (const other of x) {
    if (other < value) below++
    else if (other === value) same++
  }
  return (below + (same + 1) / 2) / x.length
}

/** Index of the first value that no other is before. */
function first(values: Float64Array, before: (a: number, b: number) => boolean): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (before(values[i], values[best])) best = i
  return best
}
