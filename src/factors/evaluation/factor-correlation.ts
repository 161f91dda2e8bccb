import { correlationOf, type PairSums } from './block.js'
import { PAIRS_MIN } from './dates.js'
import type { FactorCorrelations } from './redundancy.js'
import { figure } from './summary.js'

/** Cells that may be visited for the correlations of all pairs; beyond, not every date is taken. */
const PAIR_CELLS_MAX = 2 ** 31

/**
 * Every so many dates enter the correlations of factors with each other: all of them, unless pairs × dates × symbols
 * exceeds 2³¹. It depends on the shape of the data alone.
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
      const rows = ranks.map(rowOf)
      for (let i = 0; i < count; i++) {
        if (rows[i].count >= PAIRS_MIN) dates[i * count + i]++
        for (let j = 0; j < i; j++) {
          const sum = commonSums(rows[i], rows[j])
          const rho = sum.count < PAIRS_MIN ? Number.NaN : correlationOf(sum)
          if (Number.isNaN(rho)) continue
          sums[i * count + j] += rho
          dates[i * count + j]++
        }
      }
    },
    means() {
      const mean = (i: number, j: number) => figure(sums[i * count + j] / dates[i * count + j])
      const own = (i: number) => (dates[i * count + i] > 0 ? 1 : null)
      const matrix = factors.map((_, i) =>
        factors.map((_, j) => (i === j ? own(i) : mean(Math.max(i, j), Math.min(i, j)))),
      )
      return { factors, matrix, dates: added }
    },
  }
}

/** Ranks of one factor at one date, and their sums. */
interface Row {
  /** [symbols] 0 = missing */
  ranks: Float64Array
  /** symbols without a rank */
  missing: Int32Array
  count: number
  sum: number
  squares: number
}

function rowOf(ranks: Float64Array): Row {
  const missing: number[] = []
  let [sum, squares] = [0, 0]
  for (let n = 0; n < ranks.length; n++) {
    if (ranks[n] === 0) missing.push(n)
    sum += ranks[n]
    squares += ranks[n] * ranks[n]
  }
  return { ranks, missing: Int32Array.from(missing), count: ranks.length - missing.length, sum, squares }
}

/**
 * Sums over the symbols that both have: those of all, less those of the symbols that the other lacks. Ranks being whole
 * numbers, nothing is lost by it; and a missing rank is 0, so that a product is all that is taken of every symbol.
 */
function commonSums(a: Row, b: Row): PairSums {
  const common = { count: a.count, x: a.sum, y: b.sum, xx: a.squares, yy: b.squares, xy: product(a.ranks, b.ranks) }
  for (let k = 0; k < b.missing.length; k++) {
    const rank = a.ranks[b.missing[k]]
    if (rank > 0) common.count--
    common.x -= rank
    common.xx -= rank * rank
  }
  for (let k = 0; k < a.missing.length; k++) {
    const rank = b.ranks[a.missing[k]]
    common.y -= rank
    common.yy -= rank * rank
  }
  return common
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
