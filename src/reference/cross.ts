import { finiteOrMissing, missingTable, type ReferenceKernel } from './kernel.js'
import {
  allEqual,
  averageRanks,
  correlation,
  deviations,
  mean,
  median,
  quantile,
  sum,
  sumOfProducts,
} from './statistics.js'

/** Kernels across the columns of one row, over the values that are there. */
export const CROSS: Record<string, ReferenceKernel> = {
  cross_rank: cross(shareRanks),
  cross_percentile: cross((x) =>
    averageRanks(x).map((rank) => (x.length === 1 ? 50 : (100 * (rank - 1)) / (x.length - 1))),
  ),
  cross_demean: cross(deviations),
  cross_zscore: cross(zscore),
  cross_winsorize_sigma: cross(winsorizeSigma),
  cross_winsorize_mad: cross(winsorizeMad),
  cross_winsorize_quantile: cross(winsorizeQuantile),
  cross_scale: cross(scale),
  cross_residual: acrossRow(([y, x]) => residual(y, x)),
  cross_count: rowScalar(([x]) => x.length || Number.NaN),
  cross_sum: rowScalar(([x]) => (x.length === 0 ? Number.NaN : sum(x))),
  cross_mean: rowScalar(([x]) => mean(x)),
  cross_std: rowScalar(([x]) => spread(x)),
  cross_corr: rowScalar(([x, y]) => correlation(x, y)),
  group_demean: grouped(deviations),
  group_mean: perGroup((x) => mean(x)),
  group_rank: grouped(shareRanks),
  group_scale: grouped(scale),
  group_zscore: grouped((x) => zscore(x, { clip: 0 })),
}

type Options = Record<string, number>

/** @param formula takes the valid values of a row, at least one, and gives as many results in the same order */
function cross(formula: (x: Float64Array, options: Options) => Float64Array): ReferenceKernel {
  return acrossRow(([x], options) => formula(x, options))
}

/** @param formula takes the inputs at the columns where all are there, and gives a result for each of these */
function acrossRow(formula: (inputs: Float64Array[], options: Options) => Float64Array): ReferenceKernel {
  return (inputs, options, shape) => {
    const out = missingTable(shape)
    for (let start = 0; start < out.length; start += shape.cols) {
      const { columns, values } = validOf(inputs, { start, cols: shape.cols })
      if (columns.length === 0) continue
      const results = formula(values, options)
      for (const [i, n] of columns.entries()) out[start + n] = finiteOrMissing(results[i])
    }
    return [out]
  }
}

/** @param formula takes the inputs at the columns where all are there, and gives one number for the whole row */
function rowScalar(formula: (inputs: Float64Array[]) => number): ReferenceKernel {
  return (inputs, _options, shape) => {
    const out = missingTable(shape)
    for (let start = 0; start < out.length; start += shape.cols) {
      const { values } = validOf(inputs, { start, cols: shape.cols })
      out.fill(finiteOrMissing(formula(values)), start, start + shape.cols)
    }
    return [out]
  }
}

/** @param formula takes the valid values of a group, at least one, and gives as many results in the same order */
function grouped(formula: (x: Float64Array, options: Options) => Float64Array): ReferenceKernel {
  return ([x, g], options, shape) => {
    const out = missingTable(shape)
    for (const cells of groupsOf(g, shape)) {
      const valid = cells.filter((i) => Number.isFinite(x[i]))
      if (valid.length === 0) continue
      const results = formula(
        Float64Array.from(valid, (i) => x[i]),
        options,
      )
      for (const [k, i] of valid.entries()) out[i] = finiteOrMissing(results[k])
    }
    return [out]
  }
}

/** @param formula takes the valid values of a group and gives one number for all of it */
function perGroup(formula: (x: Float64Array) => number): ReferenceKernel {
  return ([x, g], _options, shape) => {
    const out = missingTable(shape)
    for (const cells of groupsOf(g, shape)) {
      const values = Float64Array.from(cells, (i) => x[i])
      const value = finiteOrMissing(formula(values.filter(Number.isFinite)))
      for (const i of cells) out[i] = value
    }
    return [out]
  }
}

/** The cells of every group of every row: lists of places in a row-major table. */
function groupsOf(g: Float64Array, { rows, cols }: { rows: number; cols: number }): number[][] {
  const groups: number[][] = []
  for (let t = 0; t < rows; t++) {
    const byCode = new Map<number, number[]>() // which takes 0 and −0 for one key
    for (let i = t * cols; i < (t + 1) * cols; i++) {
      if (!Number.isFinite(g[i])) continue
      const cells = byCode.get(g[i])
      if (cells) cells.push(i)
      else byCode.set(g[i], [i])
    }
    groups.push(...byCode.values())
  }
  return groups
}

/** Average rank of ties, divided by the count. */
function shareRanks(x: Float64Array): Float64Array {
  return averageRanks(x).map((rank) => rank / x.length)
}

/** The columns of a row in which every input is there, and the inputs at these. */
function validOf(inputs: Float64Array[], { start, cols }: { start: number; cols: number }) {
  const rows = inputs.map((input) => input.subarray(start, start + cols))
  const columns = Array.from(rows[0].keys()).filter((n) => rows.every((row) => Number.isFinite(row[n])))
  return { columns, values: rows.map((row) => Float64Array.from(columns, (n) => row[n])) }
}

/** Standard deviation, ddof 0. */
function spread(x: Float64Array): number {
  const around = deviations(x)
  return Math.sqrt(sumOfProducts(around, around) / x.length)
}

function zscore(x: Float64Array, { clip: limit }: Record<string, number>): Float64Array {
  if (allEqual(x)) return x.map(() => Number.NaN)
  const std = spread(x)
  const z = deviations(x).map((value) => value / std)
  return limit === 0 ? z : clip(z, { low: -limit, high: limit })
}

function winsorizeSigma(x: Float64Array, { k }: Record<string, number>): Float64Array {
  const centre = mean(x)
  const reach = k * spread(x)
  return clip(x, { low: centre - reach, high: centre + reach })
}

/** 1.4826 × MAD estimates the standard deviation of a normal distribution. */
function winsorizeMad(x: Float64Array, { k }: Record<string, number>): Float64Array {
  const centre = median(x)
  const reach = k * 1.4826 * median(x.map((value) => Math.abs(value - centre)))
  return clip(x, { low: centre - reach, high: centre + reach })
}

function winsorizeQuantile(x: Float64Array, { q }: Record<string, number>): Float64Array {
  const sorted = x.slice().sort()
  return clip(x, { low: quantile(sorted, q), high: quantile(sorted, 1 - q) })
}

function scale(x: Float64Array, { a }: Record<string, number>): Float64Array {
  const total = sum(x.map(Math.abs))
  return x.map((value) => (a * value) / total)
}

/**
 * Least squares through the origin. Where x is all 0 any multiple is as good, and y stays as it is; where y is a
 * multiple of x, up to rounding, exactly nothing is left.
 */
function residual(y: Float64Array, x: Float64Array): Float64Array {
  const squares = sumOfProducts(x, x)
  if (squares === 0) return y
  const slope = sumOfProducts(x, y) / squares
  const left = y.map((value, i) => value - x[i] * slope)
  return sumOfProducts(left, left) <= 1e-24 * sumOfProducts(y, y) ? y.map(() => 0) : left
}

function clip(x: Float64Array, { low, high }: { low: number; high: number }): Float64Array {
  return x.map((value) => Math.max(low, Math.min(high, value)))
}
