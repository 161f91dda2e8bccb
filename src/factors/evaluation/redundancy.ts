import type { Figure } from './summary.js'

/** Two factors that say much the same. */
export interface RedundantPair {
  a: string
  b: string
  correlation: number
}

/** Correlations beyond this, of either sign, make two factors redundant. */
export const REDUNDANT_ABOVE = 0.7

/** Factors of a selection correlate less than this with each other, of either sign. */
export const ORTHOGONAL_BELOW = 0.5

/** Correlations of factors with each other. */
export interface FactorCorrelations {
  factors: string[]
  /** [factors][factors] mean over dates of the rank correlation; null where no date has one */
  matrix: Figure[][]
  /** dates of that mean */
  dates: number
}

/** @returns pairs with |correlation| > 0.7, the strongest first */
export function redundantPairs({ factors, matrix }: FactorCorrelations): RedundantPair[] {
  const pairs = factors.flatMap((a, i) =>
    factors.slice(i + 1).flatMap((b, j) => {
      const correlation = matrix[i][i + 1 + j]
      return correlation !== null && Math.abs(correlation) > REDUNDANT_ABOVE ? [{ a, b, correlation }] : []
    }),
  )
  return pairs.sort((one, two) => Math.abs(two.correlation) - Math.abs(one.correlation))
}

/**
 * Factors that do not repeat each other: from the best down, each that correlates with none of those before it.
 *
 * @param strength of each factor, such as |icir|; factors without one are left out
 * @returns names with |correlation| < 0.5 among each other, the strongest first
 */
export function orthogonalSelection({ factors, matrix }: FactorCorrelations, strength: Figure[]): string[] {
  const order = [...factors.keys()].filter((i) => strength[i] !== null)
  order.sort((a, b) => (strength[b] as number) - (strength[a] as number))
  const chosen: number[] = []
  for (const i of order) {
    if (chosen.every((before) => Math.abs(matrix[i][before] ?? 0) < ORTHOGONAL_BELOW)) chosen.push(i)
  }
  return chosen.map((i) => factors[i])
}
