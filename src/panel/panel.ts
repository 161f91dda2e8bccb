import assert from 'node:assert/strict'
import { LqError } from '../errors.js'
import type { Bars } from '../types.js'
import { type Arena, createArena, TILE_COLUMNS } from './arena.js'
import { pivot } from './pivot.js'
import { panelRows } from './rows.js'

/** T rows (timestamps) × N columns (symbols), fields in tiles of 8 columns in one arena (see `tile` in types.ts). */
export interface Panel {
  rows: number
  cols: number
  /** ⌈cols / 8⌉ */
  tiles: number
  /** row of the whole panel that row 0 is, where this is a part of a longer one; rolling kernels restart by it */
  firstRow: number
  /** [rows] ms, ascending */
  timestamps: Float64Array
  /** [cols] ascending by code unit */
  symbols: string[]
  /** field names of the slots 0 … fields.length − 1 */
  fields: string[]
  arena: Arena
  /** [tiles × rows] bit n mod 8 of byte ⌊n/8⌋ · rows + t: symbol n has a bar at row t */
  present: Uint8Array
  /** timestamps with bars that are no row, being narrower than `minBreadth`: their bars have no result */
  dropped: { timestamps: Float64Array; present: Uint8Array }
  /** rows at which less than half of the symbols of the last 20 timestamps have a bar */
  thinRows: number
}

/** One column of a panel: the bars of one symbol. */
export interface PanelSeries {
  symbol: string
  bars: Bars
}

/** What a panel is built from. */
export interface PanelRequest {
  series: PanelSeries[]
  /** columns of the bars to pivot, into slots 0, 1, …; a series without one of them has NaN there */
  fields: string[]
  /** slots in all, at least one per field; the others hold any numbers until a plan writes them */
  slots: number
  /** 0 … 1: a timestamp at which a smaller share of the symbols of the last 20 has a bar is no row; default 0 */
  minBreadth?: number
  firstRow?: number
  /** doubles of scratch that the plan needs on a panel of this shape; default none */
  scratch?: (shape: { rows: number; tiles: number }) => number
  /** MiB one command may use */
  memoryLimitMb: number
  /** see ArenaOptions */
  advise?: (values: Float64Array) => number
  /**
   * a panel that nobody reads any more, of the chunk before: its memory is taken where it suffices. Fresh memory costs
   * more than the pivot, and threads may hold on to old memory for long
   */
  reuse?: Pick<Panel, 'arena'>
}

/**
 * Builds a panel: rows are the union of the series' timestamps, columns their symbols. The one copy of the data.
 *
 * @throws LQ_MEMORY if it would not fit, LQ_INPUT_INVALID if a symbol is given twice, LQ_INPUT_MISSING if no series
 *   has a field
 */
export function buildPanel(request: PanelRequest): Panel {
  const { fields, slots, minBreadth = 0, firstRow = 0 } = request
  assert(slots >= fields.length, `expected a slot for each of ${fields.length} fields, got ${slots}`)
  const series = [...request.series].sort(bySymbol)
  checkSeries(series, fields)
  const rows = panelRows(
    series.map(({ bars }) => bars.timestamp),
    { minBreadth },
  )
  const shape = { rows: rows.timestamps.length, tiles: Math.ceil(series.length / TILE_COLUMNS) }
  const scratch = request.scratch?.(shape) ?? 0
  const arena = createArena({ ...shape, slots, scratch }, { ...request, reuse: request.reuse?.arena })
  const bits = pivot({ bars: series.map(({ bars }) => bars), fields, rows, arena })
  return {
    ...shape,
    cols: series.length,
    firstRow,
    timestamps: rows.timestamps,
    symbols: series.map(({ symbol }) => symbol),
    fields,
    arena,
    present: bits.present,
    dropped: { timestamps: rows.dropped, present: bits.dropped },
    thinRows: rows.thinRows,
  }
}

const bySymbol = (a: PanelSeries, b: PanelSeries): number => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0)

function checkSeries(series: PanelSeries[], fields: string[]): void {
  for (let n = 1; n < series.length; n++) {
    if (series[n].symbol === series[n - 1].symbol) {
      throw new LqError('LQ_INPUT_INVALID', `expected each symbol once, got ${series[n].symbol} twice`, {
        hint: 'name a symbol once, of one exchange',
      })
    }
  }
  for (const field of fields) {
    if (series.length === 0 || series.some(({ bars }) => bars.columns[field])) continue
    const found = [...new Set(series.flatMap(({ bars }) => Object.keys(bars.columns)))].sort()
    throw new LqError('LQ_INPUT_MISSING', `expected a column ${field} in the bars, found ${found.join(', ')}`, {
      hint: 'name a column of the input, or join it with --with',
    })
  }
}
