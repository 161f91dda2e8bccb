/** Values with times: ascending, one of each. */
export interface Timed {
  /** [rows] ms */
  timestamp: Float64Array
  /** [rows] */
  values: Float64Array
}

/**
 * What is known at each of some times: the value of the last row whose time is not later.
 *
 * @param known of one column; a row whose value is missing makes it missing, until the next row
 * @param at    [n] ms, ascending
 * @returns [n] NaN before the first row
 */
export function asOf({ timestamp, values }: Timed, at: Float64Array): Float64Array {
  const out = new Float64Array(at.length).fill(Number.NaN)
  let next = 0
  for (let i = 0; i < at.length; i++) {
    while (next < timestamp.length && timestamp[next] <= at[i]) next++
    if (next > 0) out[i] = values[next - 1]
  }
  return out
}

/** A stretch of time, ms: `fromMs` inclusive, `toMs` exclusive; −∞ and ∞ where it is open. */
export interface Stretch {
  fromMs: number
  toMs: number
}

/**
 * 1 at the times inside any of some stretches, else missing.
 *
 * @param stretches in any order; they may meet
 * @param at        [n] ms, ascending
 */
export function inside(stretches: Stretch[], at: Float64Array): Float64Array {
  const sorted = stretches.toSorted((a, b) => a.fromMs - b.fromMs)
  const out = new Float64Array(at.length).fill(Number.NaN)
  let next = 0
  let endMs = Number.NEGATIVE_INFINITY
  for (let i = 0; i < at.length; i++) {
    for (; next < sorted.length && sorted[next].fromMs <= at[i]; next++) endMs = Math.max(endMs, sorted[next].toMs)
    if (at[i] < endMs) out[i] = 1
  }
  return out
}
