import { slotView, TILE_COLUMNS } from './arena.js'
import { lowerBound } from './lower-bound.js'
import type { Panel } from './panel.js'
import { cellIndex } from './table.js'

/** Rows of a long table, sorted by timestamp, then symbol. Its numbers are overwritten by those of the next block. */
export interface LongBlock {
  rows: number
  /** [rows] ms */
  timestamp: Float64Array
  /** [rows] */
  symbol: string[]
  /** result name → [rows]; missing is NaN */
  columns: Record<string, Float64Array>
}

/** Rows of a block where nothing else is asked for: a row group of the output. */
const BLOCK_ROWS = 122_880

/**
 * One row per bar of the panel, sorted by timestamp, then symbol, in blocks; cells without a bar are left out. A bar at
 * a dropped timestamp has NaN in every column.
 *
 * @param outputs result name → slot
 * @param options.fromMs inclusive; options.toMs exclusive; options.blockRows rows of all blocks but the last
 */
export function* unpivot(
  panel: Panel,
  outputs: Record<string, number>,
  options: { fromMs?: number; toMs?: number; blockRows?: number } = {},
): Generator<LongBlock> {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, blockRows = BLOCK_ROWS } = options
  const sources = Object.entries(outputs).map(([name, slot]) => {
    return { name, values: slotView(panel.arena, slot), out: new Float64Array(blockRows) }
  })
  const cells = new Int32Array(blockRows)
  const columns = new Int32Array(blockRows)
  const timestamp = new Float64Array(blockRows)
  let count = 0
  const flush = (): LongBlock => {
    const symbol = Array.from({ length: count }, (_, i) => panel.symbols[columns[i]])
    const block: LongBlock = { rows: count, timestamp: timestamp.subarray(0, count), symbol, columns: {} }
    for (const { name, values, out } of sources) {
      block.columns[name] = out.subarray(0, count)
      gather(values, cells, block.columns[name])
    }
    count = 0
    return block
  }
  for (const { at, isRow } of rowsInOrder(panel, { fromMs, toMs })) {
    const rows = isRow ? panel.rows : panel.dropped.timestamps.length
    const present = isRow ? panel.present : panel.dropped.present
    const time = isRow ? panel.timestamps[at] : panel.dropped.timestamps[at]
    for (let tile = 0; tile < panel.tiles; tile++) {
      const bits = present[tile * rows + at]
      for (let c = 0; bits >> c !== 0; c++) {
        if (((bits >> c) & 1) === 0) continue
        cells[count] = isRow ? cellIndex(panel, at, tile * TILE_COLUMNS + c) : -1
        columns[count] = tile * TILE_COLUMNS + c
        timestamp[count++] = time
        if (count === blockRows) yield flush()
      }
    }
  }
  if (count > 0) yield flush()
}

/** Count of bars in a span: rows that `unpivot` gives. */
export function countBars(panel: Panel, options: { fromMs?: number; toMs?: number } = {}): number {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = options
  const count = (timestamps: Float64Array, present: Uint8Array): number => {
    const from = lowerBound(timestamps, fromMs)
    const to = lowerBound(timestamps, toMs)
    let bars = 0
    for (let tile = 0; tile < panel.tiles; tile++) {
      for (let t = from; t < to; t++) bars += BITS[present[tile * timestamps.length + t]]
    }
    return bars
  }
  return count(panel.timestamps, panel.present) + count(panel.dropped.timestamps, panel.dropped.present)
}

const BITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1
  return count
})

/** Rows and dropped timestamps of a span, merged by time. */
function* rowsInOrder(panel: Panel, span: { fromMs: number; toMs: number }): Generator<{ at: number; isRow: boolean }> {
  const { timestamps, dropped } = panel
  let row = lowerBound(timestamps, span.fromMs)
  let drop = lowerBound(dropped.timestamps, span.fromMs)
  const rowEnd = lowerBound(timestamps, span.toMs)
  const dropEnd = lowerBound(dropped.timestamps, span.toMs)
  while (row < rowEnd || drop < dropEnd) {
    const isRow = drop >= dropEnd || (row < rowEnd && timestamps[row] < dropped.timestamps[drop])
    yield { at: isRow ? row++ : drop++, isRow }
  }
}

/** Takes out the values at the cells; −1 is no cell. */
function gather(values: Float64Array, cells: Int32Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = cells[i] < 0 ? Number.NaN : values[cells[i]]
}
