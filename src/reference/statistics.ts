/**
 * Sum with Neumaier's compensation: the error does not grow with the number of terms.
 *
 * @see Neumaier 1974, doi:10.1002/zamm.19740540106
 */
export function sum(values: ArrayLike<number>): number {
  let total = 0
  let lost = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  return total + lost
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length
}

/**
 * Every value minus the mean of all. The mean is taken in two steps, because its rounded first guess is off by more
 * than the deviations of values such as 1e9 + noise; deviations of equal values are exactly 0.
 */
export function deviations(values: Float64Array): Float64Array {
  if (allEqual(values)) return new Float64Array(values.length)
  const guess = mean(values)
  const around = values.map((value) => value - guess)
  const rest = mean(around)
  return around.map((value) => value - rest)
}

/** Σ a·b of two lists of one length. */
export function sumOfProducts(a: Float64Array, b: Float64Array): number {
  return sum(a.map((value, i) => value * b[i]))
}

/** Pearson correlation, −1 … 1; NaN where either side is all equal. @see Pearson 1895, doi:10.1098/rspl.1895.0041 */
export function correlation(x: Float64Array, y: Float64Array): number {
  if (allEqual(x) || allEqual(y)) return Number.NaN
  const dx = deviations(x)
  const dy = deviations(y)
  const r = sumOfProducts(dx, dy) / (Math.sqrt(sumOfProducts(dx, dx)) * Math.sqrt(sumOfProducts(dy, dy)))
  // Squares of deviations below 1e-162 are 0: the ratio is then ∞ and says nothing, not even ±1.
  return Number.isFinite(r) ? Math.max(-1, Math.min(1, r)) : Number.NaN
}

/** Σ a^power. */
export function sumOfPowers(a: Float64Array, power: number): number {
  return sum(a.map((value) => value ** power))
}

/** Whether no two values differ (0 and −0 do not); true of none and of one. */
export function allEqual(values: Float64Array): boolean {
  return values.every((value) => value === values[0])
}

/**
 * Rank of every value, the smallest 1; equal values share the average of their ranks.
 *
 * @returns [values.length] in the order of the values
 */
export function averageRanks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b])
  const ranks = new Float64Array(values.length)
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]] === values[order[from]]) to++
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2
  }
  return ranks
}

/**
 * Quantile by linear interpolation between the two neighbouring order statistics.
 *
 * @param sorted ascending, at least one value
 * @param share  0 … 1
 * @see Hyndman & Fan 1996, definition 7, doi:10.1080/00031305.1996.10473566
 */
export function quantile(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below)
}

/** Middle value; of an even number the mean of the middle two. */
export function median(values: Float64Array): number {
  const sorted = values.slice().sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
