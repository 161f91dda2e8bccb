import { lowerBound } from '../panel/lower-bound.js'
import type { Bars, SeriesKey } from '../types.js'
import { PRICE_COLUMNS } from './layout.js'
import type { Rows } from './rows.js'

/** A file of a series. */
export interface SeriesFile {
  path: string
  rows: number
  minMs: number
  maxMs: number
  /** sorted by timestamp, unique, only this series in it, and no other file of the series in its span */
  sorted: boolean
  /** the same of the rows of this series alone, in a file of several; default: as `sorted` */
  ascending?: boolean
  timestampColumn: string
}

/** A series that can be read. */
export interface SeriesInfo {
  key: SeriesKey
  files: SeriesFile[]
  firstMs: number
  lastMs: number
  /** of all files: an upper bound where their spans meet */
  rows: number
  /** value columns: `open high low close volume` first */
  columns: string[]
}

export interface ReadBarsOptions {
  /** default: all of the series; one that the series lacks is missing throughout */
  columns?: string[]
  /** ms, inclusive */
  fromMs?: number
  /** ms, exclusive */
  toMs?: number
  signal?: AbortSignal
}

export interface ListFilter {
  exchange?: string
  symbols: string[] | 'all'
  timeframe: string
}

/** What jobs read bars from: the lake, or files. */
export interface BarStore {
  /**
   * The series asked for, sorted by symbol.
   *
   * @throws LQ_INPUT_MISSING naming the symbols that are not there
   */
  list(filter: ListFilter): Promise<SeriesInfo[]>
  /** Bars sorted by timestamp, one per timestamp, chunk by chunk. */
  read(series: SeriesInfo, options?: ReadBarsOptions): AsyncIterable<Bars>
  /** The bars of many series at once, in their order, where that is one pass over a file; null where it is not. */
  readTogether?(series: SeriesInfo[], options: ReadBarsOptions & { columns: string[] }): Promise<Bars[] | null>
  /** Partition → content checksum, of the partitions that meet the span. */
  identity(series: SeriesInfo, span: { fromMs?: number; toMs?: number }): Promise<Record<string, string>>
  /**
   * The same as it was before there were bars at `toMs` or after; of files, which may change anywhere, as they are now.
   */
  identityBefore(series: SeriesInfo, toMs: number): Promise<Record<string, string>>
}

/** Columns to read for a request. */
export const columnsOf = (series: SeriesInfo, options: ReadBarsOptions): string[] => options.columns ?? series.columns

/** The rows of the span as bars with exactly these columns. */
export function toBars(rows: Rows, names: string[], { fromMs, toMs }: ReadBarsOptions): Bars {
  const from = fromMs === undefined ? 0 : lowerBound(rows.timestamp, fromMs)
  const to = toMs === undefined ? rows.rows : lowerBound(rows.timestamp, toMs)
  const missing = names.every((name) => rows.columns[name])
    ? null
    : new Float64Array(Math.max(0, to - from)).fill(Number.NaN)
  return {
    rows: Math.max(0, to - from),
    timestamp: rows.timestamp.subarray(from, to),
    columns: Object.fromEntries(names.map((name) => [name, rows.columns[name]?.subarray(from, to) ?? missing!])),
  }
}

/** Prices first, then the others by name. */
export function orderColumns(names: Iterable<string>): string[] {
  const prices = PRICE_COLUMNS as readonly string[]
  return [...prices, ...[...new Set(names)].filter((name) => !prices.includes(name)).sort()]
}
