import { correlationOf } from './block.js'
import { PAIRS_MIN } from './dates.js'
import type { FactorCorrelations } from './redundancy.js'
import { figure } from './summary.js'

/** Cells that may be visited for the correlations of all pairs; beyond, not every date is taken. */
const PAIR_CELLS_MAX = 2 ** 32

/**
 * Every so many dates enter the correlations of factors with each other: all of them, unless pairs × dates × symbols
 * exceeds 2³². It depends on the shape of the data alone.
 */
export function correlationStride(shape: { factors: number; dates: number; symbols: number }): number {
  const pairs = (shape.factors * (shape.factors - 1)) / 2
  return Math.max(1, Math.ceil((pairs * shape.dates * shape.symbols) / PAIR_CELLS_MAX))
}

/** Correlations of factors with each other, date by date. */
export interface CorrelationSum {
  /** @param ranks per factor: [symbols] whole ranks, 0 = missing */
  add(ranks: Float64Array[]): void
  /** Means over the dates that were added. */
  means(): FactorCorrelations
}

/** @returns correlations of no date yet */
export function correlationSum(factors: string[]): CorrelationSum {
  const count = factors.length
  const sums = new Float64Array(count * count)
  const dates = new Float64Array(count * count)
  let added = 0
  return {
    add(ranks) {
      added++
      const sets = sameSets(ranks)
      const own = ranks.map(momentsOf)
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < i; j++) {
          const rho =
            sets[i] === sets[j]
              ? correlationOf({ ...own[i], y: own[j].x, yy: own[j].xx, xy: product(ranks[i], ranks[j]) })
              : commonCorrelation(ranks[i], ranks[j])
          if (Number.isNaN(rho) || own[i].count < PAIRS_MIN) continue
          sums[i * count + j] += rho
          dates[i * count + j]++
        }
      }
    },
    means() {
      const mean = (i: number, j: number) => figure(sums[i * count + j] / dates[i * count + j])
      const matrix = factors.map((_, i) => factors.map((_, j) => (i === j ? 1 : mean(Math.max(i, j), Math.min(i, j)))))
      return { factors, matrix, dates: added }
    },
  }
}

/** Of factors with scores of the same symbols, the first one: a product is all that their correlation takes. */
function sameSets(ranks: Float64Array[]): number[] {
  const firsts: number[] = []
  return ranks.map((own, i) => {
    const found = firsts.find((first) => ranks[first].every((rank, n) => rank > 0 === own[n] > 0))
    if (found === undefined) firsts.push(i)
    return found ?? i
  })
}

function momentsOf(ranks: Float64Array): { count: number; x: number; xx: number } {
  let [count, x, xx] = [0, 0, 0]
  for (let n = 0; n < ranks.length; n++) {
    if (ranks[n] > 0) count++
    x += ranks[n]
    xx += ranks[n] * ranks[n]
  }
  return { count, x, xx }
}

/** Σ a·b. Four sums at a time: one would wait for each addition before the next. */
function product(a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let n = 0
  for (; n + 3 < a.length; n += 4) {
    s0 += a[n] * b[n]
    s1 += a[n + 1] * b[n + 1]
    s2 += a[n + 2] * b[n + 2]
    s3 += a[n + 3] * b[n + 3]
  }
  for (; n < a.length; n++) s0 += a[n] * b[n]
  return s0 + s1 + (s2 + s3)
}

/** Correlation of the symbols that both have. */
function commonCorrelation(a: Float64Array, b: Float64Array): number {
  let [count, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0]
  for (let n = 0; n < a.length; n++) {
    const [p, q] = [a[n], b[n]]
    if (p === 0 || q === 0) continue
    count++
    x += p
    y += q
    xx += p * p
    yy += q * q
    xy += p * q
  }
  return count < PAIRS_MIN ? Number.NaN : correlationOf({ count, x, y, xx, yy, xy })
}
