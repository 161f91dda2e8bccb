/** Rows of a panel: which timestamps are rows, and where the bars of a series go. */
export interface Rows {
  /** [T] ms, ascending: the rows of the panel */
  timestamps: Float64Array
  /** [D] ms, ascending: timestamps with bars that are no row, being narrower than the least breadth */
  dropped: Float64Array
  /** [T + D] ms: both together */
  union: Float64Array
  /** row of each timestamp of `union`, or −1 − its place in `dropped`; null: all are rows */
  place: Int32Array | null
  /** rows at which less than half of the symbols seen in the last 20 timestamps have a bar */
  thinRows: number
}

/** A symbol counts towards the breadth while its last bar is among this many timestamps, the present one included. */
export const BREADTH_STEPS = 20

const THIN_BREADTH = 0.5

/**
 * Rows of a panel: the union of the series' timestamps, less those with too few bars.
 *
 * A timestamp's breadth is the count of symbols with a bar there ÷ the count of symbols with a bar in the last 20
 * timestamps (itself included, dropped ones too: else a universe that shrinks for good would never have a row again).
 *
 * @param series timestamps of each series, ms, ascending, unique
 * @param options.minBreadth 0 … 1; a timestamp with a smaller breadth is no row
 */
export function panelRows(series: Float64Array[], options: { minBreadth: number }): Rows {
  const union = unionOf(series)
  const all = { timestamps: union, dropped: new Float64Array(0), union, place: null, thinRows: 0 }
  if (series.every((timestamps) => timestamps.length === union.length)) return all
  const { bars, seen } = breadthOf(series, union)
  const place = new Int32Array(union.length)
  let rows = 0
  let dropped = 0
  let thinRows = 0
  for (let i = 0; i < union.length; i++) {
    if (bars[i] < options.minBreadth * seen[i]) {
      place[i] = -1 - dropped++
      continue
    }
    place[i] = rows++
    if (bars[i] < THIN_BREADTH * seen[i]) thinRows++
  }
  if (dropped === 0) return { ...all, thinRows }
  const isRow = (_: number, i: number) => place[i] >= 0
  return {
    timestamps: union.filter(isRow),
    dropped: union.filter((_, i) => place[i] < 0),
    union,
    place,
    thinRows,
  }
}

/** Index in `union` of each timestamp of a series. Linear, both being sorted. */
export function positionsIn(union: Float64Array, timestamps: Float64Array): Int32Array {
  const positions = new Int32Array(timestamps.length)
  let at = 0
  for (let i = 0; i < timestamps.length; i++) {
    const wanted = timestamps[i]
    while (union[at] < wanted) at++
    positions[i] = at
  }
  return positions
}

/** Sorted union of sorted lists, by merging neighbours: n · log(lists) at most, n where the lists are alike. */
export function unionOf(lists: Float64Array[]): Float64Array {
  if (lists.length === 0) return new Float64Array(0)
  let level = lists
  while (level.length > 1) {
    const next: Float64Array[] = []
    for (let i = 0; i < level.length; i += 2) next.push(i + 1 < level.length ? merge(level[i], level[i + 1]) : level[i])
    level = next
  }
  return level[0]
}

function merge(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length)
  let i = 0
  let j = 0
  let n = 0
  while (i < a.length && j < b.length) {
    const x = a[i]
    const y = b[j]
    out[n++] = x <= y ? x : y
    if (x <= y) i++
    if (y <= x) j++
  }
  while (i < a.length) out[n++] = a[i++]
  while (j < b.length) out[n++] = b[j++]
  return n === a.length ? a : out.subarray(0, n)
}

/** Per timestamp of the union: series with a bar, and series with a bar in the last 20 timestamps. */
function breadthOf(series: Float64Array[], union: Float64Array): { bars: Int32Array; seen: Int32Array } {
  const bars = new Int32Array(union.length)
  const seen = new Int32Array(union.length + BREADTH_STEPS + 1)
  for (const timestamps of series) {
    // A bar at p is seen at p … p + 19: count the edges of the merged stretches, then sum them up.
    let end = -1
    for (const p of positionsIn(union, timestamps)) {
      bars[p]++
      if (p > end) {
        if (end >= 0) seen[end]--
        seen[p]++
      }
      end = p + BREADTH_STEPS
    }
    if (end >= 0) seen[end]--
  }
  for (let i = 1; i < seen.length; i++) seen[i] += seen[i - 1]
  return { bars, seen }
}
