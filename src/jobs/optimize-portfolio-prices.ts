import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import { slotView, TILE_COLUMNS } from '../panel/arena.js'
import { lowerBound } from '../panel/lower-bound.js'
import { buildPanel } from '../panel/panel.js'
import { cellIndex } from '../panel/table.js'
import { civilEdges } from '../resample/edges.js'
import type { Timeframe } from '../timeframe.js'
import type { PortfolioRequest } from './optimize-portfolio-request.js'
import type { BarSupply, Span } from './score-bars.js'

/** Prices of a universe: rows are the timestamps at which at least half of the symbols of the last 20 have a bar. */
export interface Prices {
  symbols: string[]
  timestamps: Float64Array
  /** [symbols × rows] symbol after symbol, over shared memory; NaN: none, or none above 0 */
  values: Float64Array
  /** timestamps that are no row */
  droppedRows: number
}

/** A date, and the rows of prices that it knows. */
export interface PortfolioDate {
  /** ms: as asked for, or the last bar of its month */
  atMs: number
  /** first row and the one after the last */
  from: number
  to: number
}

/** Rows of less breadth would leave nearly every symbol without history. */
const BREADTH_MIN = 0.5

/** @throws LQ_MEMORY, LQ_INPUT_MISSING, LQ_INPUT_INVALID */
export async function readPrices(
  supply: BarSupply,
  { adjust, span, config }: { adjust: 'none' | 'ratio'; span: Span; config: Config },
): Promise<Prices> {
  const series = await supply.read(span)
  for (const { bars } of series) {
    const { close, adj_close: adjusted } = bars.columns
    bars.columns = { close: adjust === 'ratio' && adjusted ? adjusted : close }
  }
  const { memoryLimitMb } = config
  const panel = buildPanel({ series, fields: ['close'], slots: 1, minBreadth: BREADTH_MIN, memoryLimitMb })
  const { rows, cols, symbols, timestamps } = panel
  const cells = slotView(panel.arena, 0)
  const values = new Float64Array(new SharedArrayBuffer(rows * cols * Float64Array.BYTES_PER_ELEMENT))
  for (let n = 0; n < cols; n++) {
    for (let t = 0, at = cellIndex(panel, 0, n); t < rows; t++, at += TILE_COLUMNS) {
      values[n * rows + t] = cells[at] > 0 ? cells[at] : Number.NaN
    }
  }
  return { symbols, timestamps, values, droppedRows: panel.dropped.timestamps.length }
}

/**
 * The dates asked for that have enough rows before them.
 *
 * @throws LQ_INPUT_MISSING where none has, or one of `--as-of` has not
 */
export function datesOf(
  { asOf, lookback, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: PortfolioRequest,
  every: Timeframe | null,
  { timestamps }: Prices,
): { dates: PortfolioDate[]; early: number } {
  const last = timestamps[timestamps.length - 1]
  const asked = every ? lastOfEach(timestamps, every) : [...new Set(asOf ?? [last])].sort((a, b) => a - b)
  const wanted = every ? asked.filter((ms) => ms >= fromMs && ms < toMs) : asked
  // A lookback of n returns needs n + 1 prices.
  const needed = lookback === 'all' ? 3 : lookback + 1
  const dates = wanted.map((atMs): PortfolioDate => {
    const to = lowerBound(timestamps, atMs + 1)
    return { atMs, to, from: lookback === 'all' ? 0 : to - needed }
  })
  const known = dates.filter(({ to }) => to >= needed)
  const early = dates.find(({ to }) => to < needed)
  if (known.length > 0 && (every || !early)) return { dates: known, early: dates.length - known.length }
  const shown = early ? new Date(early.atMs).toISOString() : 'the span'
  const found = early ? `${early.to} bars` : 'no bar'
  throw new LqError('LQ_INPUT_MISSING', `expected ${needed} bars up to ${shown}, found ${found}`, {
    hint: 'take a later date, or a shorter --lookback: n returns need n + 1 bars',
  })
}

/** The last timestamp in each month, week, … of civil time. */
function lastOfEach(timestamps: Float64Array, every: Timeframe): number[] {
  const edges = civilEdges(every, 1)
  return Array.from(timestamps).filter((ms, t) => {
    return t + 1 === timestamps.length || edges.indexOf(timestamps[t + 1]) !== edges.indexOf(ms)
  })
}

/** Symbols with a price at every row of a date, and those without. */
export function membersOf({ symbols, timestamps, values }: Prices, { from, to }: PortfolioDate) {
  const rows = timestamps.length
  const isWhole = (n: number) => {
    for (let t = from; t < to; t++) if (Number.isNaN(values[n * rows + t])) return false
    return true
  }
  const assets = symbols.map((_, n) => n).filter(isWhole)
  const taking = new Set(assets)
  return { assets: Int32Array.from(assets), leftOut: symbols.filter((_, n) => !taking.has(n)) }
}
