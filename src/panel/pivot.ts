import type { Bars } from '../types.js'
import { type Arena, slotView, TILE_COLUMNS } from './arena.js'
import { positionsIn, type Rows } from './rows.js'

/** Rows that are placed at a time: 8 columns of them stay in the cache until their lines are full. */
const BLOCK_ROWS = 512

/** Which cells have a bar: [tiles × rows] bytes, a bit per column, for the rows and for the dropped timestamps. */
export interface Presence {
  present: Uint8Array
  dropped: Uint8Array
}

/**
 * Writes the fields of all series into the slots 0, 1, … of an arena, tile by tile. What is not finite becomes NaN, and
 * so do cells without a bar and spare columns.
 *
 * @param input.bars one per column, in the panel's order
 */
export function pivot(input: { bars: Bars[]; fields: string[]; rows: Rows; arena: Arena }): Presence {
  const { bars, fields, rows, arena } = input
  const count = rows.timestamps.length
  const tiles = Math.ceil(bars.length / TILE_COLUMNS)
  const presence = { present: new Uint8Array(tiles * count), dropped: new Uint8Array(tiles * rows.dropped.length) }
  const slots = fields.map((_, slot) => slotView(arena, slot))
  for (let tile = 0; tile < tiles; tile++) {
    const columns = bars.slice(tile * TILE_COLUMNS, (tile + 1) * TILE_COLUMNS)
    const targets = columns.map(({ timestamp }) => targetsOf(rows, timestamp))
    markPresent(presence, { tile, targets, rows, lengths: columns.map(({ timestamp }) => timestamp.length) })
    const length = count * TILE_COLUMNS
    for (const [f, field] of fields.entries()) {
      const out = slots[f].subarray(tile * length, (tile + 1) * length)
      const sources = columns.map((column) => column.columns[field])
      placeTile(out, { sources, targets })
    }
  }
  return presence
}

/** Row of each bar of a series (negative: dropped); null where bar i is row i. */
function targetsOf(rows: Rows, timestamps: Float64Array): Int32Array | null {
  const { place, union } = rows
  if (place === null && timestamps.length === union.length) return null
  const positions = positionsIn(union, timestamps)
  if (place !== null) for (let i = 0; i < positions.length; i++) positions[i] = place[positions[i]]
  return positions
}

function markPresent(
  presence: Presence,
  found: { tile: number; targets: (Int32Array | null)[]; rows: Rows; lengths: number[] },
): void {
  const { tile, targets, rows } = found
  const count = rows.timestamps.length
  const present = presence.present.subarray(tile * count, (tile + 1) * count)
  const dropped = presence.dropped.subarray(tile * rows.dropped.length, (tile + 1) * rows.dropped.length)
  for (const [c, target] of targets.entries()) {
    const bit = 1 << c
    for (let i = 0; i < found.lengths[c]; i++) {
      const row = target === null ? i : target[i]
      if (row >= 0) present[row] |= bit
      else dropped[-1 - row] |= bit
    }
  }
}

/** Writes one field of one tile, block by block: all 8 columns of a line while it is in the cache. */
function placeTile(
  out: Float64Array,
  from: { sources: (Float64Array | undefined)[]; targets: (Int32Array | null)[] },
): void {
  const rows = out.length / TILE_COLUMNS
  const cursors = from.sources.map(() => 0)
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, rows)
    out.fill(Number.NaN, start * TILE_COLUMNS, end * TILE_COLUMNS)
    for (let c = 0; c < cursors.length; c++) {
      const values = from.sources[c]
      const target = from.targets[c]
      if (values === undefined) continue
      if (target === null) placeDense(out, { values, column: c, start, end })
      else cursors[c] = placeSparse(out, { values, target, column: c, cursor: cursors[c], end })
    }
  }
}

function placeDense(
  out: Float64Array,
  from: { values: Float64Array; column: number; start: number; end: number },
): void {
  const { values, column, end } = from
  for (let row = from.start; row < end; row++) out[row * TILE_COLUMNS + column] = finite(values[row])
}

/** Places the bars whose row is before `end`, from bar `cursor` on. @returns the first bar that was not placed */
function placeSparse(
  out: Float64Array,
  from: { values: Float64Array; target: Int32Array; column: number; cursor: number; end: number },
): number {
  const { values, target, column, end } = from
  let bar = from.cursor
  for (; bar < target.length && target[bar] < end; bar++) {
    const row = target[bar]
    if (row >= 0) out[row * TILE_COLUMNS + column] = finite(values[bar])
  }
  return bar
}

/** Kernels see finite numbers or the one NaN only. */
const finite = (value: number): number => (value - value === 0 ? value : Number.NaN)
