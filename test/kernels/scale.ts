import { REFERENCE } from '../../src/reference/index.js'
import type { Shape } from '../../src/reference/kernel.js'
import { mean, median, sum, sumOfProducts } from '../../src/reference/statistics.js'

/** One use of a kernel and what the reference makes of it. */
export interface Judged {
  inputs: Float64Array[]
  options: Record<string, number>
  shape: Shape
  expected: Float64Array
}

/** Below this a standard deviation is the root of denormal squares: it has no digits left to compare. */
const STD_RESOLVED = 1e-145

/**
 * The size against which an error of each result counts: [rows × cols]. It is made of the values that enter the
 * result, so that a value which has left the window excuses nothing. A kernel without an entry is judged relative to
 * the result.
 */
export function scaleOf(kernel: string, judged: Judged): Float64Array {
  return (SCALE[kernel] ?? (({ expected }) => expected.map(Math.abs)))(judged)
}

const SCALE: Record<string, (judged: Judged) => Float64Array> = {
  simple_return: ({ expected }) => expected.map((value) => 1 + Math.abs(value)),
  log_return: ({ expected }) => expected.map((value) => 1 + Math.abs(value)),
  rolling_sum: ofAbsolute('rolling_sum'),
  rolling_mean: ofAbsolute('rolling_mean'),
  rolling_std: resolved,
  rolling_var: ({ expected, ...rest }) =>
    resolved({ ...rest, expected: expected.map(Math.sqrt) }).map((std) => std * std),
  rolling_cov: (judged) => product(pairSpreads(judged)),
  rolling_corr: (judged) =>
    product(pairSpreads(judged)).map((value) => (value === Number.POSITIVE_INFINITY ? value : 1)),
  rolling_zscore: ({ expected, ...rest }) => unlessUnresolved(expected, spread(rest.inputs[0], rest)),
  rolling_slope: (judged) => {
    const steps = spread(rowsOf(judged), judged)
    return spread(judged.inputs[0], judged).map((std, i) => std / steps[i])
  },
  rolling_line: onLine,
  rolling_resi: (judged) => onLine({ ...judged, options: { ...judged.options, ahead: 0 } }),
  rolling_rsquare: (judged) =>
    spread(judged.inputs[0], judged).map((std) => (std === Number.POSITIVE_INFINITY ? std : 1)),
  rolling_decay_linear: ofAbsolute('rolling_decay_linear'),
  rolling_skew: inStandardMoments,
  rolling_kurt: inStandardMoments,
  rolling_mad: ofAbsolute('rolling_mean'),
  rolling_quantile: ({ inputs, options, shape }) => REFERENCE.rolling_max([inputs[0].map(Math.abs)], options, shape)[0],
  ema: ofAbsolute('ema'),
  ewm: ofAbsolute('ewm'),
  wilder_mean: ofAbsolute('wilder_mean'),
  cumulative_sum: ofAbsolute('cumulative_sum'),
  adaptive_mean: ({ inputs: [x, alpha], options, shape }) =>
    REFERENCE.adaptive_mean([x.map(Math.abs), alpha], options, shape)[0],
  fisher: ({ expected }) => expected.map((value) => 1 + Math.abs(value)),
  rsi: ({ expected }) => expected.map(() => 100),
  cross_demean: ({ expected, shape }) =>
    perRow(expected, shape, (row) => rms(row)).map((std, i) => std + Math.abs(expected[i])),
  cross_zscore: ({ inputs, expected, shape }) => unlessUnresolved(expected, perRow(inputs[0], shape, spreadOf)),
  cross_mean: ({ inputs, shape }) => perRow(inputs[0], shape, (row) => mean(row.map(Math.abs))),
  cross_sum: ({ inputs, shape }) => perRow(inputs[0], shape, (row) => sum(row.map(Math.abs))),
  cross_std: resolved,
  cross_corr: ({ inputs, shape }) => perPairs(inputs, shape, spreadOf).map((std) => (std === Infinity ? std : 1)),
  cross_residual: residualScale,
  group_demean: (judged) => perGroup(judged, spreadOf).map((std, i) => std + Math.abs(judged.expected[i])),
  group_mean: ({ inputs: [x, g], options, shape }) => REFERENCE.group_mean([x.map(Math.abs), g], options, shape)[0],
  group_zscore: (judged) => unlessUnresolved(judged.expected, perGroup(judged, spreadOf)),
  cross_winsorize_sigma: ({ inputs, expected, shape, options }) =>
    perRow(inputs[0], shape, (row) => (1 + options.k) * spreadOf(row)).map((reach, i) => reach + Math.abs(expected[i])),
  cross_winsorize_mad: ({ inputs, expected, shape, options }) =>
    perRow(inputs[0], shape, (row) => reachOf(row, options.k)).map((reach, i) => reach + Math.abs(expected[i])),
  cross_winsorize_quantile: ({ inputs, expected, shape, options }) =>
    perRow(inputs[0], shape, (row) => neighbours(row, options.q)).map((size, i) => size + Math.abs(expected[i])),
}

/** The numbers of the rows in which there is a value. */
function rowsOf({ inputs, shape }: Judged): Float64Array {
  return inputs[0].map((value, i) => (Number.isFinite(value) ? Math.floor(i / shape.cols) : value))
}

/** The mean of the absolute values, and the rise of the line, by an error of its slope, up to the row that is asked. */
function onLine(judged: Judged): Float64Array {
  const { inputs, options, shape } = judged
  const steps = spread(rowsOf(judged), judged)
  const [size] = REFERENCE.rolling_mean([inputs[0].map(Math.abs)], options, shape)
  const reach = options.window + Math.abs(options.ahead)
  return spread(inputs[0], judged).map((std, i) => size[i] + (std / steps[i]) * reach)
}

/** Mean of z⁴: a bound of what each moment that enters is made of. */
function inStandardMoments(judged: Judged): Float64Array {
  const [kurt] = REFERENCE.rolling_kurt(judged.inputs, judged.options, judged.shape)
  return spread(judged.inputs[0], judged).map((std, i) => {
    if (std === Number.POSITIVE_INFINITY) return std
    return 10 + Math.max(Math.abs(kurt[i]) || 0, Math.abs(judged.expected[i]))
  })
}

/** The kernel itself, of absolute values: nothing cancels. */
function ofAbsolute(kernel: string): (judged: Judged) => Float64Array {
  return ({ inputs, options, shape }) => REFERENCE[kernel]([inputs[0].map(Math.abs)], options, shape)[0]
}

function resolved({ expected }: Judged): Float64Array {
  return expected.map((std) => (std < STD_RESOLVED && std > 0 ? Number.POSITIVE_INFINITY : std))
}

/** 1 + |z|, as z is a distance in standard deviations, where the standard deviation has digits. */
function unlessUnresolved(z: Float64Array, std: Float64Array): Float64Array {
  return z.map((value, i) => (std[i] === Number.POSITIVE_INFINITY ? std[i] : 1 + Math.abs(value)))
}

function spread(x: Float64Array, { options, shape }: Pick<Judged, 'options' | 'shape'>): Float64Array {
  const [expected] = REFERENCE.rolling_std([x], options, shape)
  return resolved({ inputs: [x], options, shape, expected })
}

/** Standard deviations of both inputs over the rows in which both are there. */
function pairSpreads({ inputs: [x, y], options, shape }: Judged): [Float64Array, Float64Array] {
  const where = (values: Float64Array, other: Float64Array) =>
    values.map((value, i) => (Number.isFinite(other[i]) ? value : Number.NaN))
  return [spread(where(x, y), { options, shape }), spread(where(y, x), { options, shape })]
}

/** 0 × ∞ is ∞ here: a side without digits decides. */
function product([x, y]: [Float64Array, Float64Array]): Float64Array {
  return x.map((value, i) =>
    value === Number.POSITIVE_INFINITY || y[i] === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : value * y[i],
  )
}

/** The size of the valid values of the group that each cell belongs to. */
function perGroup({ inputs: [x, g], shape }: Judged, size: (valid: Float64Array) => number): Float64Array {
  return x.map((_, i) => {
    const start = i - (i % shape.cols)
    const row = x.subarray(start, start + shape.cols)
    return size(row.filter((value, n) => Number.isFinite(value) && g[start + n] === g[i]))
  })
}

function perRow(table: Float64Array, { cols }: Shape, size: (valid: Float64Array) => number): Float64Array {
  const out = new Float64Array(table.length)
  for (let start = 0; start < table.length; start += cols) {
    out.fill(size(table.subarray(start, start + cols).filter(Number.isFinite)), start, start + cols)
  }
  return out
}

/** The greater of the sizes of both inputs, over the columns of a row in which both are there. */
function perPairs([x, y]: Float64Array[], shape: Shape, size: (valid: Float64Array) => number): Float64Array {
  const where = (values: Float64Array, other: Float64Array) =>
    values.map((value, i) => (Number.isFinite(other[i]) ? value : Number.NaN))
  const sizes = perRow(where(y, x), shape, size)
  return perRow(where(x, y), shape, size).map((value, i) => Math.max(value, sizes[i]))
}

/** |y| + |x| · √(Σy²/Σx²): the greatest that a multiple of x can be; ∞ where squares of x have no digits. */
function residualScale({ inputs: [y, x], shape: { rows, cols } }: Judged): Float64Array {
  const out = new Float64Array(rows * cols)
  for (let start = 0; start < out.length; start += cols) {
    const both = Array.from({ length: cols }, (_, n) => start + n).filter((i) => Number.isFinite(x[i] + y[i]))
    const [xs, ys] = [x, y].map((values) => Float64Array.from(both, (i) => values[i]))
    const ratio = Math.sqrt(sumOfProducts(ys, ys) / sumOfProducts(xs, xs))
    const unresolved = [xs, ys].some((values) => sumOfProducts(values, values) < STD_RESOLVED ** 2)
    for (const i of both) out[i] = unresolved ? Infinity : Math.abs(y[i]) + Math.abs(x[i]) * ratio
  }
  return out
}

function rms(values: Float64Array): number {
  return Math.hypot(...values) / Math.sqrt(values.length)
}

/** Standard deviation of a row, ddof 0, or ∞ where it has no digits. */
function spreadOf(row: Float64Array): number {
  if (row.length === 0) return 0
  const std = rms(REFERENCE.cross_demean([row], {}, { rows: 1, cols: row.length })[0])
  return std < STD_RESOLVED && std > 0 ? Number.POSITIVE_INFINITY : std
}

function reachOf(row: Float64Array, k: number): number {
  if (row.length === 0) return 0
  const centre = median(row)
  return Math.abs(centre) + k * 1.4826 * median(row.map((value) => Math.abs(value - centre)))
}

/** The greatest of the order statistics that the two quantiles lie between. */
function neighbours(row: Float64Array, q: number): number {
  const sorted = row.slice().sort()
  const places = [q, 1 - q].map((share) => (sorted.length - 1) * share)
  return Math.max(0, ...places.flatMap((p) => [sorted[Math.floor(p)], sorted[Math.ceil(p)]]).map(Math.abs))
}
