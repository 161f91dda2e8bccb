import type { Program, Solution } from './program.js'

/** How far an answer is from proven: 0 is exact. Null where the method solves no program. */
export interface Certificate {
  /** greatest violation of a constraint, coefficients scaled to 1 at most; of ERC: spread of the risk shares */
  primal: number | null
  /** ‖∇f − Aᵀλ − μ‖∞ / ‖∇f‖∞, and multipliers of the wrong sign with it */
  dual: number | null
  /** |f − dual value| / |f| */
  gap: number | null
}

export const NO_CERTIFICATE: Certificate = { primal: null, dual: null, gap: null }

/** Share of the greatest term that a sum of terms is not known to better than. */
const ROUNDING = 1e-12

/**
 * Checks an answer by the definitions alone: nothing here is shared with the solvers, and nothing has a scale, so that
 * all returns times a constant change nothing. The dual value is Wolfe's, of the multipliers as they are given.
 *
 * @see Boyd & Vandenberghe, Convex Optimization, § 5.5
 */
export function certify(program: Program, { x, rowDual, boundDual }: Omit<Solution, 'places' | 'steps'>): Certificate {
  const { size, quadratic, linear, lower, upper, rows } = program
  const curved = new Array<number>(size).fill(0)
  let terms = 0
  if (quadratic !== null) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const term = quadratic[i * size + j] * x[j]
        curved[i] += term
        terms = Math.max(terms, Math.abs(term))
      }
    }
  }
  const slope = curved.map((value, i) => value + linear[i])
  let steepest = Math.max(...slope.map(Math.abs))
  const rest = slope.map((value, i) => value - boundDual[i])
  let value = 0
  let dualValue = 0
  let primal = 0
  let wrong = 0
  for (let i = 0; i < size; i++) {
    value += x[i] * (curved[i] / 2 + linear[i])
    dualValue -= (x[i] * curved[i]) / 2
    primal = Math.max(primal, lower[i] - x[i], x[i] - upper[i])
    const bound = boundDual[i] > 0 ? lower[i] : upper[i]
    if (boundDual[i] === 0) continue
    if (Number.isFinite(bound)) dualValue += boundDual[i] * bound
    else wrong = Math.max(wrong, Math.abs(boundDual[i]))
  }
  for (const [r, row] of rows.entries()) {
    const dual = rowDual[r]
    let at = 0
    let greatest = 0
    row.index.forEach((i, k) => {
      at += row.value[k] * x[i]
      greatest = Math.max(greatest, Math.abs(row.value[k]))
      rest[i] -= dual * row.value[k]
    })
    const short = Math.max(0, row.lower - at)
    if (row.penalty === undefined) primal = Math.max(primal, short / greatest, (at - row.upper) / greatest)
    else {
      value += row.penalty * short
      steepest = Math.max(steepest, row.penalty)
      wrong = Math.max(wrong, dual - row.penalty)
    }
    const bound = dual > 0 ? row.lower : row.upper
    if (dual === 0) continue
    if (Number.isFinite(bound)) dualValue += dual * bound
    else wrong = Math.max(wrong, Math.abs(dual))
  }
  const dual = Math.max(wrong, ...rest.map(Math.abs))
  // An objective of nothing but rounding, as of a portfolio without any variance, has no share of itself.
  if (steepest <= ROUNDING * terms) return { primal, dual: null, gap: null }
  return { primal, dual: ratio(dual, steepest), gap: ratio(Math.abs(value - dualValue), Math.abs(value)) }
}

const ratio = (part: number, whole: number): number | null => (part === 0 ? 0 : whole > 0 ? part / whole : null)

/** Of equal risk contributions: greatest less least share of the variance, in units of the equal share. */
export function certifyShares(covariance: Float64Array, weights: Float64Array): Certificate {
  const shares = Array.from(weights, (weight, i) => {
    let marginal = 0
    for (let j = 0; j < weights.length; j++) marginal += covariance[i * weights.length + j] * weights[j]
    return weight * marginal
  })
  const total = shares.reduce((sum, share) => sum + share, 0)
  const spread = (Math.max(...shares) - Math.min(...shares)) / total
  return { primal: spread, dual: null, gap: null }
}
