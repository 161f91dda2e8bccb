import { LqError } from '../../src/errors.js'
import type { BarStore, SeriesInfo } from '../../src/lake/series.js'
import type { Bars } from '../../src/types.js'

/** Bars of one symbol as rows: ms, then the columns. */
export interface Listing {
  symbol: string
  timestamp: number[]
  columns: Record<string, number[]>
}

/** Count of bars that were handed out, for tests of how little is read. */
export interface MemoryStore extends BarStore {
  read: BarStore['read']
  barsRead(): number
}

/** A store of bars that are given, in parts of a few rows. */
export function memoryStore(listings: Listing[], { partRows = 7 }: { partRows?: number } = {}): MemoryStore {
  let given = 0
  const infos = listings
    .map((listing): SeriesInfo => infoOf(listing))
    .sort((a, b) => (a.key.symbol < b.key.symbol ? -1 : 1))
  return {
    barsRead: () => given,
    async list({ symbols }) {
      const wanted = symbols === 'all' ? infos : infos.filter(({ key }) => symbols.includes(key.symbol))
      if (wanted.length === 0) throw new LqError('LQ_INPUT_MISSING', 'no such symbol')
      return wanted
    },
    async *read(series, { columns, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = {}) {
      const listing = listings.find(({ symbol }) => symbol === series.key.symbol) as Listing
      const rows = listing.timestamp.flatMap((ms, i) => (ms >= fromMs && ms < toMs ? [i] : []))
      for (let at = 0; at < rows.length; at += partRows) {
        const part = rows.slice(at, at + partRows)
        given += part.length
        yield barsOf(listing, part, columns ?? series.columns)
      }
    },
    identity: async (series, span) => ({ [series.key.symbol]: `${JSON.stringify(span)} ${series.rows}` }),
    async identityBefore({ key }, toMs) {
      const { timestamp, columns } = listings.find(({ symbol }) => symbol === key.symbol) as Listing
      const rows = timestamp.flatMap((ms, i) => (ms < toMs ? [i] : []))
      return {
        [key.symbol]: JSON.stringify(rows.map((i) => [timestamp[i], ...Object.values(columns).map((c) => c[i])])),
      }
    },
  }
}

function infoOf({ symbol, timestamp, columns }: Listing): SeriesInfo {
  const span = { firstMs: timestamp[0], lastMs: timestamp[timestamp.length - 1] }
  const key = { exchange: 'test', symbol, timeframe: '1m' }
  return { key, files: [], ...span, rows: timestamp.length, columns: Object.keys(columns) }
}

function barsOf({ timestamp, columns }: Listing, rows: number[], names: string[]): Bars {
  const take = (values: number[] | undefined) => Float64Array.from(rows, (i) => values?.[i] ?? Number.NaN)
  return {
    rows: rows.length,
    timestamp: take(timestamp),
    columns: Object.fromEntries(names.map((name) => [name, take(columns[name])])),
  }
}
