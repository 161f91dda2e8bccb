import { averageRanks, deviations, sumOfProducts } from '../../reference/statistics.js'
import { PAIRS_MIN } from './dates.js'

/**
 * Pearson correlation of two lists of one length.
 *
 * @returns NaN of fewer than three pairs, or where either side is all equal
 * @see Pearson 1895, doi:10.1098/rspl.1895.0041
 */
export function pearson(x: Float64Array, y: Float64Array): number {
  if (x.length < PAIRS_MIN) return Number.NaN
  const [a, b] = [deviations(x), deviations(y)]
  const scale = Math.sqrt(sumOfProducts(a, a)) * Math.sqrt(sumOfProducts(b, b))
  return scale > 0 ? Math.max(-1, Math.min(1, sumOfProducts(a, b) / scale)) : Number.NaN
}

/** Correlation of the average ranks. @see Spearman 1904, doi:10.2307/1412159 */
export function spearman(x: Float64Array, y: Float64Array): number {
  return pearson(averageRanks(x), averageRanks(y))
}

/** Correlations at one date, group by group. */
export interface GroupCorrelation {
  group: number
  ic: number
  rankIc: number
}

/**
 * Correlations of score and forward return within each group of one date.
 *
 * @param row.scores  [symbols]
 * @param row.forward [symbols]
 * @param row.groups  [symbols] a whole number from 0; NaN = of no group
 * @returns of the groups with three pairs or more
 */
export function groupCorrelations(row: {
  scores: Float64Array
  forward: Float64Array
  groups: Float64Array
}): GroupCorrelation[] {
  const members = new Map<number, number[]>()
  for (const [n, group] of row.groups.entries()) {
    if (Number.isNaN(group + row.scores[n] + row.forward[n])) continue
    const found = members.get(group)
    if (found) found.push(n)
    else members.set(group, [n])
  }
  return [...members].flatMap(([group, symbols]) => {
    if (symbols.length < PAIRS_MIN) return []
    const x = Float64Array.from(symbols, (n) => row.scores[n])
    const y = Float64Array.from(symbols, (n) => row.forward[n])
    return [{ group, ic: pearson(x, y), rankIc: spearman(x, y) }]
  })
}
