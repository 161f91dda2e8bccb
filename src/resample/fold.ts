import type { Bars } from '../types.js'

/** Where the numbers of a fold's header are. `kernels/ops/ohlcv.h` has the same order; a test holds them together. */
export const HEADER = {
  /** buckets that the columns have room for */
  capacity: 0,
  /** pieces of the table */
  pieces: 1,
  /** piece that the newest row fell into */
  piece: 2,
  /** row of the batch to go on with */
  row: 3,
  /** rows outside every piece so far */
  dropped: 4,
  /** ms of the row that is at or after the table's end */
  next: 5,
  /** ms of the last row of all batches so far (kept in the first of several states) */
  last: 6,
  /** 1 if Σ p·volume is wanted */
  withVwap: 7,
} as const

const HEADER_LENGTH = 8

/** Columns of a fold's buffer, in order, each of `capacity` doubles: the pieces of the table, then a row per bucket. */
export const COLUMNS = [
  'start',
  'end',
  'bucket',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'bars',
  'turnover',
  'priceVolume',
  'pricedVolume',
] as const

export type FoldColumn = (typeof COLUMNS)[number]

/** Most buckets, and most pieces, of one table: what a fold holds at a time, however long the series. */
export const BUCKETS_MAX = 65_536

/** Where rows are cut into buckets: pieces ascend and never overlap; several in a row may share a bucket. */
export interface Pieces {
  /** [pieces] ms UTC, inclusive */
  start: ArrayLike<number>
  /** [pieces] ms UTC, exclusive */
  end: ArrayLike<number>
  /** [pieces] output row of each piece, ascending */
  bucket: ArrayLike<number>
}

/** A table and its buckets in one Float64Array over a SharedArrayBuffer: header, then columns. */
export type FoldState = Float64Array

/**
 * Columns of one batch: timestamp (ms), open, high, low, close, volume, turnover or undefined, vwap or undefined;
 * equally long, ascending by time.
 */
export type FoldBatch = readonly [
  ...six: Float64Array[],
  turnover: Float64Array | undefined,
  vwap: Float64Array | undefined,
]

/**
 * What a fold answers; native folds answer the same numbers.
 * DONE: all rows are in, the next batch may come. FULL: some state's row `next` is at or after its table's end; the
 * caller takes the buckets, sets the next table and folds the same batch again. DISORDER: the rows do not ascend,
 * nothing was added. CANCELLED and UNSUPPORTED come from scans only.
 */
export const STATUS = { DONE: 0, FULL: 1, DISORDER: 2, CANCELLED: 3, UNSUPPORTED: 4 } as const

/** A fold with a table of no pieces. @param capacity most buckets and most pieces of a table */
export function createFold(capacity: number, options: { vwap: boolean }): FoldState {
  const state = new Float64Array(new SharedArrayBuffer(8 * (HEADER_LENGTH + COLUMNS.length * capacity)))
  state[HEADER.capacity] = capacity
  resetFold(state, options)
  return state
}

/** Makes a fold that was used as good as new: its memory serves the next series. */
export function resetFold(state: FoldState, { vwap }: { vwap: boolean }): void {
  setPieces(state, { start: [], end: [], bucket: [] })
  state[HEADER.row] = 0
  state[HEADER.dropped] = 0
  state[HEADER.last] = Number.NEGATIVE_INFINITY
  state[HEADER.withVwap] = vwap ? 1 : 0
}

/** Gives the fold its next table, of empty buckets. The rows that are still to come go on where they were. */
export function setPieces(state: FoldState, { start, end, bucket }: Pieces): void {
  column(state, 'start').set(start)
  column(state, 'end').set(end)
  column(state, 'bucket').set(bucket)
  const buckets = bucket.length === 0 ? 0 : bucket[bucket.length - 1] + 1
  for (const name of COLUMNS.slice(3)) column(state, name).fill(name === 'bars' ? 0 : Number.NaN, 0, buckets)
  state[HEADER.pieces] = start.length
  state[HEADER.piece] = 0
  state[HEADER.next] = Number.NaN
}

/** One column of a fold, [capacity]; a view. */
export function column(state: FoldState, name: FoldColumn): Float64Array {
  const capacity = state[HEADER.capacity]
  const from = HEADER_LENGTH + COLUMNS.indexOf(name) * capacity
  return state.subarray(from, from + capacity)
}

/** The columns of bars that a fold reads, in its order. */
export function batchOf({ timestamp, columns: c }: Bars): FoldBatch {
  return [timestamp, c.open, c.high, c.low, c.close, c.volume, c.turnover, c.vwap]
}

/**
 * Folds one batch into several tables: open = first, high = greatest, low = least, close = last, volume and turnover =
 * sum in time order, bars = rows. What is not finite is missing and is skipped; a bucket of missing values stays NaN.
 * The reference of `kernels/ops/ohlcv.h`, and what runs where there is no addon.
 *
 * @returns DONE, FULL or DISORDER
 * @see definition
 */
export function foldBars(states: readonly FoldState[], batch: FoldBatch): number {
  if (!ascends(batch[0] as Float64Array, states[0][HEADER.last])) return STATUS.DISORDER
  const rows = batch[0]?.length ?? 0
  let done = true
  for (const state of states) done = foldInto(state, batch, rows) && done
  if (!done) return STATUS.FULL
  for (const state of states) state[HEADER.row] = 0
  if (rows > 0) states[0][HEADER.last] = (batch[0] as Float64Array)[rows - 1]
  return STATUS.DONE
}

function ascends(timestamp: Float64Array, last: number): boolean {
  for (let i = 0, before = last; i < timestamp.length; before = timestamp[i], i++) {
    if (!(timestamp[i] > before)) return false
  }
  return true
}

/** @returns true if the table holds a place for all rows */
function foldInto(state: FoldState, batch: FoldBatch, rows: number): boolean {
  const timestamp = batch[0] as Float64Array
  const [start, end, bucket] = (['start', 'end', 'bucket'] as const).map((name) => column(state, name))
  const add = adder(state, batch)
  const pieces = state[HEADER.pieces]
  let piece = state[HEADER.piece]
  let row = state[HEADER.row]
  for (; row < rows; row++) {
    while (piece < pieces && timestamp[row] >= end[piece]) piece++
    if (piece === pieces) break
    if (timestamp[row] < start[piece]) state[HEADER.dropped]++
    else add(bucket[piece], row)
  }
  state[HEADER.piece] = piece
  state[HEADER.row] = row
  if (row < rows) state[HEADER.next] = timestamp[row]
  return row === rows
}

/** @returns a function that adds a row of the batch to a bucket */
function adder(state: FoldState, [, open, high, low, close, volume, turnover, vwap]: FoldBatch) {
  const out = Object.fromEntries(COLUMNS.map((name) => [name, column(state, name)])) as Record<FoldColumn, Float64Array>
  const withVwap = state[HEADER.withVwap] === 1
  return (b: number, row: number): void => {
    out.bars[b]++
    if (Number.isNaN(out.open[b]) && Number.isFinite(open![row])) out.open[b] = open![row]
    if (Number.isFinite(high![row]) && !(high![row] <= out.high[b])) out.high[b] = high![row]
    if (Number.isFinite(low![row]) && !(low![row] >= out.low[b])) out.low[b] = low![row]
    if (Number.isFinite(close![row])) out.close[b] = close![row]
    grow(out.volume, b, volume![row])
    if (turnover) grow(out.turnover, b, turnover[row])
    if (!withVwap) return
    const given = vwap !== undefined && Number.isFinite(vwap[row])
    const product = (given ? vwap[row] : (high![row] + low![row] + close![row]) / 3) * volume![row]
    if (!Number.isFinite(product)) return
    grow(out.priceVolume, b, product)
    grow(out.pricedVolume, b, volume![row])
  }
}

/** A sum starts as its first value, not as 0, which keeps the sign of a zero. */
function grow(sums: Float64Array, b: number, x: number): void {
  if (Number.isFinite(x)) sums[b] = Number.isNaN(sums[b]) ? x : sums[b] + x
}
