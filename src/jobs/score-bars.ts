import { throwIfAborted } from '../errors.js'
import type { BarStore, SeriesInfo } from '../lake/series.js'
import { lowerBound } from '../panel/lower-bound.js'
import type { PanelSeries } from '../panel/panel.js'
import type { Bars } from '../types.js'

/** Instants, ms: `fromMs` inclusive, `toMs` exclusive. */
export interface Span {
  fromMs: number
  toMs: number
}

/** The bars of a universe in one span, part by part. */
export interface BarSupply {
  /** of each series, ms */
  timestamps: Float64Array[]
  /** all bars, not only their timestamps, are in memory */
  holds: boolean
  /** bytes that the supply itself holds */
  heldBytes: number
  /** columns that are made anew for every part that is read */
  addedColumns: number
  /** @returns all series, in the same order, with their bars of the span and the columns asked for */
  read(span: Span): Promise<PanelSeries[]>
}

export interface SupplyOptions {
  store: BarStore
  series: SeriesInfo[]
  /** columns to read; a series that lacks one is without it */
  columns: string[]
  span: Span
  /** keep series that have bars before the span alone: they are columns of the whole panel */
  keepAll?: boolean
  /** bytes up to which all bars are read at once and kept, instead of timestamps first and then part by part */
  holdBytesMax: number
  signal?: AbortSignal
}

/**
 * Opens the bars of a universe. They are read once if they fit, else their timestamps first, which say how many rows
 * there are, and then whatever part is asked for.
 */
export async function openBarSupply(options: SupplyOptions): Promise<BarSupply> {
  const { series, columns, span } = options
  const rows = series.reduce((sum, one) => sum + one.rows, 0)
  const hold = rows * (columns.length + 1) * Float64Array.BYTES_PER_ELEMENT <= options.holdBytesMax
  const read = await readAll(options, span, hold ? columns : [])
  const isThere = (i: number) => read[i].bars.rows > 0 || (options.keepAll === true && series[i].firstMs < span.toMs)
  const held = read.filter((_, i) => isThere(i))
  const there = series.filter((_, i) => isThere(i))
  return {
    timestamps: held.map(({ bars }) => bars.timestamp),
    holds: hold,
    heldBytes: held.reduce((sum, { bars }) => sum + bytesOf(bars), 0),
    addedColumns: 0,
    async read(part) {
      if (hold) return held.map(({ symbol, bars }) => ({ symbol, bars: sliceOf(bars, part) }))
      return readAll({ ...options, series: there }, part, columns)
    },
  }
}

/** Reads a span of every series. */
async function readAll(
  { store, series, signal }: SupplyOptions,
  span: Span,
  columns: string[],
): Promise<PanelSeries[]> {
  const together = await store.readTogether?.(series, { columns, ...finite(span), signal })
  if (together) return series.map(({ key }, i) => ({ symbol: key.symbol, bars: together[i] }))
  const found: PanelSeries[] = []
  for (const one of series) {
    const parts: Bars[] = []
    const own = columns.filter((name) => one.columns.includes(name))
    for await (const part of store.read(one, { columns: own, ...finite(span), signal })) parts.push(part)
    throwIfAborted(signal)
    found.push({ symbol: one.key.symbol, bars: joined(parts, own) })
  }
  return found
}

/** The store takes an open end as none. */
function finite({ fromMs, toMs }: Span): { fromMs?: number; toMs?: number } {
  return { ...(Number.isFinite(fromMs) ? { fromMs } : {}), ...(Number.isFinite(toMs) ? { toMs } : {}) }
}

/** Parts in order as one, with all columns: also of no part, and where a part lacks a column that another one has. */
function joined(parts: Bars[], columns: string[]): Bars {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const take = (of: (part: Bars) => Float64Array | undefined): Float64Array => {
    const values = new Float64Array(rows).fill(Number.NaN)
    let at = 0
    for (const part of parts) {
      const found = of(part)
      if (found) values.set(found, at)
      at += part.rows
    }
    return values
  }
  const fields = columns.map((name) => [name, take((part) => part.columns[name])] as const)
  return { rows, timestamp: take((part) => part.timestamp), columns: Object.fromEntries(fields) }
}

/** The bars of a span, without a copy. */
function sliceOf(bars: Bars, { fromMs, toMs }: Span): Bars {
  const from = lowerBound(bars.timestamp, fromMs)
  const to = lowerBound(bars.timestamp, toMs)
  const columns = Object.entries(bars.columns).map(([name, values]) => [name, values.subarray(from, to)])
  return { rows: to - from, timestamp: bars.timestamp.subarray(from, to), columns: Object.fromEntries(columns) }
}

function bytesOf(bars: Bars): number {
  return bars.rows * (Object.keys(bars.columns).length + 1) * Float64Array.BYTES_PER_ELEMENT
}
