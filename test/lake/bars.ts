import type { CommitOptions, StagedPartition } from '../../src/lake/commit.js'
import { PRICE_COLUMNS, partitionOf } from '../../src/lake/layout.js'
import type { Rows } from '../../src/lake/rows.js'
import type { BarStore, ReadBarsOptions, SeriesInfo } from '../../src/lake/series.js'
import { openParquetSource } from '../../src/lake/source.js'
import type { Bars, SeriesKey } from '../../src/types.js'
import { READER } from './data.js'

export const KEY: SeriesKey = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1m' }
export const source = await openParquetSource(READER)

/** A bar whose prices are all `price`. */
export type Bar = [timestamp: number, price: number]

export function rowsOf(bars: Bar[], extra: Record<string, number[]> = {}): Rows {
  const price = Float64Array.from(bars, ([, value]) => value)
  return {
    rows: bars.length,
    timestamp: Float64Array.from(bars, ([time]) => time),
    sequence: Float64Array.from(bars, (_, i) => i),
    columns: {
      ...Object.fromEntries(PRICE_COLUMNS.map((name) => [name, price])),
      ...Object.fromEntries(Object.entries(extra).map(([name, values]) => [name, Float64Array.from(values)])),
    },
  }
}

export function stage(bars: Bar[], { key = KEY, extra = {} as Record<string, number[]> } = {}): StagedPartition {
  return { key, name: partitionOf(key.timeframe, bars[0][0]).name, load: async () => rowsOf(bars, extra) }
}

let commits = 0

export function optionsFor(lakeDir: string, rows: number, more: Partial<CommitOptions> = {}): CommitOptions {
  const idempotencyKey = `key-${commits++}`
  return {
    lakeDir,
    source,
    mode: 'upsert',
    runId: 'run',
    idempotencyKey,
    input: { rows, quarantined: 0, suspect: 0 },
    sequenceCount: rows,
    ...more,
  }
}

export async function readSeries(store: BarStore, series: SeriesInfo, options?: ReadBarsOptions): Promise<Bars> {
  const timestamp: number[] = []
  const columns: Record<string, number[]> = {}
  for await (const bars of store.read(series, options)) {
    timestamp.push(...bars.timestamp)
    for (const [name, values] of Object.entries(bars.columns)) columns[name] = [...(columns[name] ?? []), ...values]
  }
  return {
    rows: timestamp.length,
    timestamp: Float64Array.from(timestamp),
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)])),
  }
}
