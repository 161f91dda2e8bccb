import { slotView, TILE_COLUMNS } from './arena.js'
import type { Panel } from './panel.js'

/** One row of a field across symbols: [cols]. */
export function readRow(panel: Panel, slot: number, row: number): Float64Array {
  const values = slotView(panel.arena, slot)
  return Float64Array.from({ length: panel.cols }, (_, n) => values[cellIndex(panel, row, n)])
}

/** A field as a plain table: [rows × cols], row-major. */
export function readField(panel: Panel, slot: number): Float64Array {
  const { rows, cols } = panel
  const values = slotView(panel.arena, slot)
  const table = new Float64Array(rows * cols)
  for (let n = 0; n < cols; n++) {
    const start = cellIndex(panel, 0, n)
    for (let t = 0; t < rows; t++) table[t * cols + n] = values[start + t * TILE_COLUMNS]
  }
  return table
}

/** Writes a plain table, [rows × cols] row-major, into a slot; spare columns become NaN. */
export function writeField(panel: Panel, slot: number, table: Float64Array): void {
  const { rows, cols } = panel
  const values = slotView(panel.arena, slot)
  for (let n = 0; n < panel.tiles * TILE_COLUMNS; n++) {
    const start = cellIndex(panel, 0, n)
    for (let t = 0; t < rows; t++) values[start + t * TILE_COLUMNS] = n < cols ? table[t * cols + n] : Number.NaN
  }
}

/** Place of the cell (t, n) in a slot. */
export function cellIndex(panel: { rows: number }, t: number, n: number): number {
  return (Math.floor(n / TILE_COLUMNS) * panel.rows + t) * TILE_COLUMNS + (n % TILE_COLUMNS)
}
