import { finiteOrMissing, missingTable, type ReferenceKernel } from './kernel.js'
import { allEqual, averageRanks, deviations, mean, median, quantile, sum, sumOfProducts } from './statistics.js'

/** Kernels across the columns of one row, over the values that are there. */
export const CROSS: Record<string, ReferenceKernel> = {
  cross_rank: cross((x) => averageRanks(x).map((rank) => rank / x.length)),
  cross_percentile: cross((x) =>
    averageRanks(x).map((rank) => (x.length === 1 ? 50 : (100 * (rank - 1)) / (x.length - 1))),
  ),
  cross_demean: cross(deviations),
  cross_zscore: cross(zscore),
  cross_winsorize_sigma: cross(winsorizeSigma),
  cross_winsorize_mad: cross(winsorizeMad),
  cross_winsorize_quantile: cross(winsorizeQuantile),
  cross_scale: cross(scale),
}

/** @param formula takes the valid values of a row, at least one, and gives as many results in the same order */
function cross(formula: (x: Float64Array, options: Record<string, number>) => Float64Array): ReferenceKernel {
  return ([x], options, shape) => {
    const out = missingTable(shape)
    for (let start = 0; start < out.length; start += shape.cols) {
      const row = x.subarray(start, start + shape.cols)
      const valid = Array.from(row.keys()).filter((n) => Number.isFinite(row[n]))
      if (valid.length === 0) continue
      const results = formula(
        Float64Array.from(valid, (n) => row[n]),
        options,
      )
      for (const [i, n] of valid.entries()) out[start + n] = finiteOrMissing(results[i])
    }
    return [out]
  }
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

function clip(x: Float64Array, { low, high }: { low: number; high: number }): Float64Array {
  return x.map((value) => Math.max(low, Math.min(high, value)))
}
