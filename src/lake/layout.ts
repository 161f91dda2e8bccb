import { join } from 'node:path'
import type { SeriesKey } from '../types.js'

/*
 * Where things lie in the lake. Bars: `silver/ohlcv/exchange=…/symbol=…/timeframe=…/month=2026-02/part-*.parquet`.
 */

/** Columns that every bar has, in the order in which files hold them. */
export const PRICE_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const
/** The column that orders two rows of one key: the greater one wins. */
export const SEQUENCE_COLUMN = 'ingest_seq'
export const TIMESTAMP_COLUMN = 'timestamp'
/** Whole numbers, kept as INT64; every other column is DOUBLE. */
export const INTEGER_COLUMNS: readonly string[] = ['trades', SEQUENCE_COLUMN]

export const isValueColumn = (name: string): boolean => name !== TIMESTAMP_COLUMN && name !== SEQUENCE_COLUMN

export const barsFolder = (lakeDir: string): string => join(lakeDir, 'silver', 'ohlcv')
export const metadataFolder = (lakeDir: string): string => join(lakeDir, '_metadata')
export const manifestPath = (lakeDir: string): string =>
  join(metadataFolder(lakeDir), 'manifests', 'silver_ohlcv.jsonl')
export const quarantinePath = (lakeDir: string, name: string): string => join(lakeDir, '_quarantine', `${name}.ndjson`)

/** A text as a folder name: letters, digits, `.`, `-` and `_` as they are, all else percent-encoded (UTF-8). */
function encodeName(text: string): string {
  if (/^\.+$/.test(text)) return text.replaceAll('.', '%2E')
  return text.replace(/[^A-Za-z0-9._-]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

export const exchangeName = (exchange: string): string => encodeName(exchange.toLowerCase())

/** `BTC/USDT` and `btcusdt` share one name, `BTCUSDT`; empty if the symbol has no characters but slashes. */
export const symbolName = (symbol: string): string => encodeName(symbol.toUpperCase().replaceAll('/', ''))

/** A month is `1mo`: some file systems hold `1M` and `1m` for one name. */
const timeframeName = (timeframe: string): string => timeframe.replace(/M$/, 'mo')

/** Folder of a series, relative to the bars; two keys are one series if these are equal. */
export function seriesFolder({ exchange, symbol, timeframe }: SeriesKey): string {
  return `exchange=${exchangeName(exchange)}/symbol=${symbolName(symbol)}/timeframe=${timeframeName(timeframe)}`
}

/** A partition of a series: its folder below that of the series, and the times it holds, [fromMs, toMs). */
export interface PartitionSpan {
  name: string
  fromMs: number
  toMs: number
}

/** The partition of a bar: by date below 1m, by month below 1d, else by year. */
export function partitionOf(timeframe: string, ms: number): PartitionSpan {
  const date = new Date(ms)
  const text = date.toISOString()
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const span = (name: string, from: number[], to: number[]): PartitionSpan => ({
    name,
    fromMs: utc(from),
    toMs: utc(to),
  })
  const unit = timeframe.at(-1)
  const widthS = Number.parseInt(timeframe, 10) * ({ s: 1, m: 60, h: 3600 }[unit ?? ''] ?? Number.POSITIVE_INFINITY)
  if (widthS < 60) return span(`date=${text.slice(0, 10)}`, [year, month, day], [year, month, day + 1])
  if (widthS < 86_400) return span(`month=${text.slice(0, 7)}`, [year, month, 1], [year, month + 1, 1])
  return span(`year=${text.slice(0, 4)}`, [year, 0, 1], [year + 1, 0, 1])
}

/** Unlike Date.UTC it takes the years 0 … 99 as they are. */
function utc([year, month, day]: number[]): number {
  return new Date(0).setUTCFullYear(year, month, day)
}
