import { backward, cholesky, forward, multiply } from './linear.js'

const STEPS_MAX = 200
/** Newton decrement after which one more step, which squares it, leaves rounding alone. */
const DECREMENT_MIN = 1e-8
/** Decrement below which whole steps converge quadratically. */
const WHOLE_STEP = 0.2

/**
 * Equal risk contributions: the weights, all positive and of sum 1, of which each wᵢ(Σw)ᵢ is the same. They are the
 * minimum of ½ xᵀCx − Σ ln xᵢ / n on the correlations C, divided by the volatilities: self-concordant, so damped Newton
 * steps arrive from anywhere.
 *
 * @param covariance [size × size] with positive variances
 * @see Spinu 2013, doi:10.2139/ssrn.2297383; Maillard, Roncalli & Teïletche 2010, doi:10.3905/jpm.2010.36.4.060
 */
export function riskParityWeights(covariance: Float64Array): Float64Array {
  const size = Math.sqrt(covariance.length)
  const volatility = Float64Array.from({ length: size }, (_, i) => Math.sqrt(covariance[i * size + i]))
  const correlation = covariance.map((value, k) => value / (volatility[Math.floor(k / size)] * volatility[k % size]))
  const share = 1 / size
  let total = 0
  for (const value of correlation) total += value
  const x = new Float64Array(size).fill(1 / Math.sqrt(Math.max(total, 1)))
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const slope = multiply(correlation, x).map((value, i) => value - share / x[i])
    const factor = correlation.slice()
    for (let i = 0; i < size; i++) factor[i * size + i] += share / (x[i] * x[i])
    if (!cholesky(factor, size)) break
    const step = slope.slice()
    forward(factor, size, step)
    let square = 0
    for (const value of step) square += value * value
    backward(factor, size, step)
    // In units of the barrier: x − Σ bᵢ ln xᵢ is self-concordant once it is divided by the least b.
    const decrement = Math.sqrt(square / share)
    const length = decrement > WHOLE_STEP ? 1 / (1 + decrement) : 1
    for (let i = 0; i < size; i++) x[i] -= length * step[i]
    if (decrement < DECREMENT_MIN) break
  }
  const weights = x.map((value, i) => value / volatility[i])
  let sum = 0
  for (const weight of weights) sum += weight
  return weights.map((weight) => weight / sum)
}

/** 1/σᵢ, of sum 1. @see definition */
export function inverseVolatilityWeights(covariance: Float64Array): Float64Array {
  const size = Math.sqrt(covariance.length)
  const inverse = Float64Array.from({ length: size }, (_, i) => 1 / Math.sqrt(covariance[i * size + i]))
  let sum = 0
  for (const value of inverse) sum += value
  return inverse.map((value) => value / sum)
}
