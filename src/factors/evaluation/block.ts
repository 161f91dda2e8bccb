import { PAIRS_MIN } from './dates.js'

/**
 * A stretch of dates. Tables of it are [symbols × dates]: the cell of date t and symbol n is at n · dates + t, so that
 * loops over the dates of a symbol walk one stretch of memory. Missing is NaN.
 */
export interface BlockShape {
  dates: number
  symbols: number
}

/** Scores of one factor, made into ranks and quantiles. */
export interface RankedBlock extends BlockShape {
  /** [symbols × dates] twice the average rank, 2 … 2 · count: whole, so that sums are exact; 0 = missing */
  ranks: Float64Array
  /** [symbols × dates] 1 (lowest scores) … quantiles; 0 = missing */
  quantiles: Uint8Array
  /** [dates] symbols with a score */
  counts: Float64Array
}

/** What the first date of a block needs of the one before it: the last date of the block before. */
export interface Before {
  /** [symbols] */
  ranks: Float64Array
  /** [symbols] */
  quantiles: Uint8Array
}

/**
 * Makes ranks as the kernels give them, average rank ÷ count, into whole ranks and quantiles of equal count.
 *
 * The quantile of rank r among n is min(Q, ⌊(r − ½) Q/n⌋ + 1): symbols with one score share a quantile, and reversed
 * scores give reversed quantiles wherever no boundary meets a rank.
 *
 * @param shares  [symbols × dates] average rank ÷ count, NaN = no score; becomes the ranks
 * @param count   of quantiles, 2 … 100
 */
export function rankedBlock(shares: Float64Array, shape: BlockShape, count: number): RankedBlock {
  const { dates, symbols } = shape
  const counts = new Float64Array(dates)
  for (let n = 0; n < symbols; n++) {
    for (let t = 0, cell = n * dates; t < dates; t++, cell++) if (!Number.isNaN(shares[cell])) counts[t]++
  }
  const ranks = shares
  const quantiles = new Uint8Array(shares.length)
  for (let n = 0; n < symbols; n++) {
    for (let t = 0, cell = n * dates; t < dates; t++, cell++) {
      const share = shares[cell]
      const rank = Number.isNaN(share) ? 0 : Math.round(2 * share * counts[t])
      ranks[cell] = rank
      if (rank === 0) continue
      quantiles[cell] = Math.min(count, Math.floor(((rank - 1) * count) / (2 * counts[t])) + 1)
    }
  }
  return { dates, symbols, ranks, quantiles, counts }
}

/** @returns what the next block needs of this one */
export function lastDate({ dates, symbols, ranks, quantiles }: RankedBlock): Before {
  const at = (n: number) => (n + 1) * dates - 1
  return {
    ranks: Float64Array.from({ length: symbols }, (_, n) => ranks[at(n)]),
    quantiles: Uint8Array.from({ length: symbols }, (_, n) => quantiles[at(n)]),
  }
}

/**
 * Mean forward return of each quantile: portfolios of equal weights, made of the scores alone. A symbol without a
 * forward return drops out of the mean.
 *
 * @param forward [symbols × dates]
 * @returns pairs: [dates]; returns: per quantile [dates], NaN where there are fewer than three pairs, or none in it
 */
export function quantileReturns(
  { dates, symbols, quantiles }: RankedBlock,
  forward: Float64Array,
  count: number,
): { pairs: Float64Array; returns: Float64Array[] } {
  const sums = tables(count + 1, dates)
  const sizes = tables(count + 1, dates)
  const pairs = new Float64Array(dates)
  for (let n = 0; n < symbols; n++) {
    for (let t = 0, cell = n * dates; t < dates; t++, cell++) {
      const quantile = quantiles[cell]
      const value = forward[cell]
      if (quantile === 0 || Number.isNaN(value)) continue
      sums[quantile][t] += value
      sizes[quantile][t]++
      pairs[t]++
    }
  }
  const returns = sums.slice(1).map((sum, q) => sum.map((total, t) => ratio(total, enough(pairs[t], sizes[q + 1][t]))))
  return { pairs, returns }
}

/**
 * Share of each quantile's symbols that were not in it at the date before.
 *
 * @returns per quantile [dates]; NaN where the quantile is empty, or was, or there is no date before
 */
export function turnover(block: RankedBlock, before: Before | null, count: number): Float64Array[] {
  const { dates, symbols, quantiles } = block
  const sizes = tables(count + 1, dates)
  const left = tables(count + 1, dates)
  const entered = tables(count + 1, dates)
  for (let n = 0; n < symbols; n++) {
    let last = before?.quantiles[n] ?? 0
    for (let t = 0, cell = n * dates; t < dates; t++, cell++) {
      const quantile = quantiles[cell]
      sizes[quantile][t]++
      left[last][t]++
      if (quantile !== last) entered[quantile][t]++
      last = quantile
    }
  }
  return Array.from({ length: count }, (_, q) =>
    entered[q + 1].map((names, t) => (left[q + 1][t] > 0 ? ratio(names, sizes[q + 1][t]) : Number.NaN)),
  )
}

/**
 * Correlation of the ranks with those of the date before, of the symbols that have both.
 *
 * @returns [dates]; NaN where there are fewer than three such symbols, or their ranks are all equal
 */
export function rankAutocorrelation({ dates, symbols, ranks }: RankedBlock, before: Before | null): Float64Array {
  const [count, x, y, xx, yy, xy] = tables(6, dates)
  for (let n = 0; n < symbols; n++) {
    let last = before?.ranks[n] ?? 0
    for (let t = 0, cell = n * dates; t < dates; t++, cell++) {
      const rank = ranks[cell]
      if (rank > 0 && last > 0) {
        count[t]++
        x[t] += rank
        y[t] += last
        xx[t] += rank * rank
        yy[t] += last * last
        xy[t] += rank * last
      }
      last = rank
    }
  }
  return count.map((pairs, t) =>
    pairs < PAIRS_MIN ? Number.NaN : correlationOf({ count: pairs, x: x[t], y: y[t], xx: xx[t], yy: yy[t], xy: xy[t] }),
  )
}

/** Symbols with a score and a price ÷ symbols with a price: [dates], NaN where none has a price. */
export function coverage({ dates, symbols, ranks }: RankedBlock, prices: Float64Array): Float64Array {
  const [priced, both] = tables(2, dates)
  for (let n = 0; n < symbols; n++) {
    for (let t = 0, cell = n * dates; t < dates; t++, cell++) {
      if (Number.isNaN(prices[cell])) continue
      priced[t]++
      if (ranks[cell] > 0) both[t]++
    }
  }
  return both.map((count, t) => ratio(count, priced[t]))
}

/** Sums over pairs of whole numbers, which are exact below 2⁵³. */
export interface PairSums {
  count: number
  x: number
  y: number
  xx: number
  yy: number
  xy: number
}

/** Pearson correlation from sums; NaN where either side is all equal. */
export function correlationOf({ count, x, y, xx, yy, xy }: PairSums): number {
  const [spreadX, spreadY] = [count * xx - x * x, count * yy - y * y]
  if (!(spreadX > 0 && spreadY > 0)) return Number.NaN
  return Math.max(-1, Math.min(1, (count * xy - x * y) / (Math.sqrt(spreadX) * Math.sqrt(spreadY))))
}

/** A quantile's size, none where the date has too few pairs for portfolios. */
const enough = (pairs: number, size: number): number => (pairs < PAIRS_MIN ? 0 : size)

const ratio = (a: number, b: number): number => (b > 0 ? a / b : Number.NaN)

const tables = (count: number, dates: number): Float64Array[] =>
  Array.from({ length: count }, () => new Float64Array(dates))
