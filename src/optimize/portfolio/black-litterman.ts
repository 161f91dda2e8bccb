import { LqError } from '../../errors.js'
import { cholesky, dot, forward, multiply } from './linear.js'

/** Weight of the prior's own uncertainty. */
export const TAU = 0.05
/** Risk aversion of the market, at which equilibrium returns are implied. */
export const MARKET_AVERSION = 2.5

/** An opinion: the assets' returns, times their loads, add up to `value` a year. */
export interface View {
  /** [assets] */
  loads: Float64Array
  /** fraction a year */
  value: number
  /** 0 … 1, exclusive of 0: 1 is certain; left out: as uncertain as the prior says of these assets */
  confidence?: number
}

/** Returns at which a mean-variance investor holds the market: aversion · Σ w. @see Black & Litterman 1992 */
export function impliedReturns(
  covariance: Float64Array,
  market: Float64Array,
  aversion = MARKET_AVERSION,
): Float64Array {
  return multiply(covariance, market).map((value) => value * aversion)
}

/**
 * Expected returns after views, and the covariance with what is uncertain about them.
 *
 * Without a confidence the variance of a view is p·τΣ·pᵀ; with one it is that times (1 − c)/c, which moves the returns
 * by c of the way to the view, if it is the only one.
 *
 * @param covariance [assets × assets] a year
 * @param prior [assets] fraction a year
 * @throws LQ_INPUT_INVALID where views of confidence 1 are about the same
 * @see Black & Litterman 1992, doi:10.2469/faj.v48.n5.28; He & Litterman 1999, doi:10.2139/ssrn.334304; Idzorek 2005
 */
export function blackLitterman(
  covariance: Float64Array,
  prior: Float64Array,
  { views, tau = TAU }: { views: View[]; tau?: number },
): { mean: Float64Array; covariance: Float64Array } {
  const size = prior.length
  const count = views.length
  // Rows of P·τΣ.
  const spread = views.map(({ loads }) => multiply(covariance, loads).map((value) => value * tau))
  const factor = new Float64Array(count * count)
  const surprise = new Float64Array(count)
  for (const [a, { loads, value, confidence }] of views.entries()) {
    for (let b = 0; b <= a; b++) factor[a * count + b] = dot(spread[a], 0, views[b].loads, 0, size)
    const own = factor[a * count + a]
    factor[a * count + a] += confidence === undefined ? own : (own * (1 - confidence)) / confidence
    surprise[a] = value - dot(loads, 0, prior, 0, size)
  }
  if (!cholesky(factor, count)) {
    throw new LqError('LQ_INPUT_INVALID', 'expected views that do not repeat each other, found some that do', {
      hint: 'leave one out, or give it a confidence below 1',
    })
  }
  const across = new Float64Array(size * count)
  for (let i = 0; i < size; i++) {
    for (let a = 0; a < count; a++) across[i * count + a] = spread[a][i]
    forward(factor, count, across, i * count)
  }
  forward(factor, count, surprise)
  const mean = prior.map((value, i) => value + dot(across, i * count, surprise, 0, count))
  const after = covariance.map((value, k) => {
    const learned = dot(across, Math.floor(k / size) * count, across, (k % size) * count, count)
    return value + tau * value - learned
  })
  return { mean, covariance: after }
}
