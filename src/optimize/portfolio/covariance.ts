import { dot } from './linear.js'

/** Returns of assets over the same rows. */
export interface Returns {
  assets: number
  rows: number
  /** [assets × rows] asset after asset, oldest first, none missing */
  values: Float64Array
}

export const COVARIANCES = ['sample', 'ewma', 'ledoit-wolf'] as const
export type CovarianceName = (typeof COVARIANCES)[number]

/** RiskMetrics' decay for days. */
export const EWMA_DECAY = 0.94

/** Mean of each asset's returns, [assets]. */
export function meanReturns({ assets, rows, values }: Returns): Float64Array {
  const ones = new Float64Array(rows).fill(1)
  return Float64Array.from({ length: assets }, (_, i) => dot(values, i * rows, ones, 0, rows) / rows)
}

/**
 * Covariance of returns, [assets × assets], in units of the returns squared.
 *
 * @param options.decay of `ewma`: weight of a row relative to the one after it, 0 … 1
 */
export function covarianceOf(
  returns: Returns,
  { name, decay = EWMA_DECAY }: { name: CovarianceName; decay?: number },
): Float64Array {
  if (name === 'ewma') return ewmaCovariance(returns, decay)
  return name === 'ledoit-wolf' ? ledoitWolf(returns).covariance : sampleCovariance(returns)
}

/** Σ (x − x̄)(y − ȳ) / (rows − 1). @see definition */
export function sampleCovariance(returns: Returns): Float64Array {
  return products(centred(returns), returns.rows - 1)
}

/**
 * Exponentially weighted: Σ wₜ (xₜ − x̄)(yₜ − ȳ) with wₜ = decayᵏ / Σ decayʲ, k rows before the last, and x̄ the plain
 * mean of the rows.
 *
 * @see J.P. Morgan/Reuters 1996, RiskMetrics Technical Document, 4th ed., § 5.2
 */
export function ewmaCovariance(returns: Returns, decay: number): Float64Array {
  const { rows, assets } = returns
  const roots = new Float64Array(rows)
  let weight = 1
  let sum = 0
  for (let t = rows - 1; t >= 0; t--) {
    roots[t] = Math.sqrt(weight)
    sum += weight
    weight *= decay
  }
  const values = centred(returns).values.map((value, i) => value * roots[i % rows])
  return products({ assets, rows, values }, sum)
}

/**
 * The sample covariance (ddof 0) shrunk towards the identity times its mean variance, as far as leaves the least
 * expected squared error.
 *
 * @see Ledoit & Wolf 2004, doi:10.1016/S0047-259X(03)00096-4
 */
export function ledoitWolf(returns: Returns): { covariance: Float64Array; shrinkage: number } {
  const { assets, rows } = returns
  const { values } = centred(returns)
  const covariance = products({ assets, rows, values }, rows)
  let trace = 0
  for (let i = 0; i < assets; i++) trace += covariance[i * assets + i]
  const mean = trace / assets
  const square = dot(covariance, 0, covariance, 0, covariance.length)
  let fourth = 0
  for (let t = 0; t < rows; t++) {
    let length = 0
    for (let i = 0; i < assets; i++) length += values[i * rows + t] * values[i * rows + t]
    fourth += length * length
  }
  const distance = (square - mean * trace) / assets
  const error = (fourth / rows - square) / (assets * rows)
  const shrinkage = distance > 0 ? Math.min(error, distance) / distance : 0
  for (let i = 0; i < covariance.length; i++) covariance[i] *= 1 - shrinkage
  for (let i = 0; i < assets; i++) covariance[i * assets + i] += shrinkage * mean
  return { covariance, shrinkage }
}

function centred(returns: Returns): Returns {
  const { assets, rows } = returns
  const means = meanReturns(returns)
  const values = returns.values.slice()
  for (let i = 0; i < assets; i++) for (let t = 0; t < rows; t++) values[i * rows + t] -= means[i]
  return { assets, rows, values }
}

/** X·Xᵀ / divisor. Two by four elements are under way at a time, each the plain sum of its products in order. */
function products({ assets, rows, values }: Returns, divisor: number): Float64Array {
  const out = new Float64Array(assets * assets)
  const put = (i: number, j: number, sum: number) => {
    out[i * assets + j] = sum / divisor
    out[j * assets + i] = sum / divisor
  }
  for (let i = 0; i < assets; i += 2) {
    const isPair = i + 1 < assets
    let j = 0
    for (; isPair && j + 3 <= i + 1; j += 4) eightProducts(values, rows, { i, j, put })
    for (; j <= i + 1; j++) {
      if (j <= i) put(i, j, product(values, i * rows, j * rows, rows))
      if (isPair) put(i + 1, j, product(values, (i + 1) * rows, j * rows, rows))
    }
  }
  return out
}

function product(values: Float64Array, a: number, b: number, count: number): number {
  let sum = 0
  for (let t = 0; t < count; t++) sum += values[a + t] * values[b + t]
  return sum
}

/** Of rows i and i + 1 with rows j … j + 3. */
function eightProducts(
  values: Float64Array,
  rows: number,
  { i, j, put }: { i: number; j: number; put: (i: number, j: number, sum: number) => void },
): void {
  const [a, b] = [i * rows, (i + 1) * rows]
  const [c, d, e, f] = [j * rows, (j + 1) * rows, (j + 2) * rows, (j + 3) * rows]
  let ac = 0
  let ad = 0
  let ae = 0
  let af = 0
  let bc = 0
  let bd = 0
  let be = 0
  let bf = 0
  for (let t = 0; t < rows; t++) {
    const x = values[a + t]
    const y = values[b + t]
    const p = values[c + t]
    const q = values[d + t]
    const r = values[e + t]
    const s = values[f + t]
    ac += x * p
    ad += x * q
    ae += x * r
    af += x * s
    bc += y * p
    bd += y * q
    be += y * r
    bf += y * s
  }
  put(i, j, ac)
  put(i, j + 1, ad)
  put(i, j + 2, ae)
  put(i, j + 3, af)
  put(i + 1, j, bc)
  put(i + 1, j + 1, bd)
  put(i + 1, j + 2, be)
  put(i + 1, j + 3, bf)
}
