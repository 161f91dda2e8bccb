import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { readFiles } from '../../src/lake/read-files.js'
import type { BarStore, SeriesFile, SeriesInfo } from '../../src/lake/series.js'
import { openParquetSource } from '../../src/lake/source.js'
import { openParquetWriter } from '../../src/lake/writer.js'

/** One bar: ms, open, high, low, close, volume, and perhaps turnover and vwap. */
export type BarRow = number[]

const VALUES = ['open', 'high', 'low', 'close', 'volume', 'turnover', 'vwap']

/** Files of bars and a store that reads them: what it says of `sorted` is what it is told. */
export interface BarFiles {
  /** Writes the bars of a symbol to one file per part. */
  add(symbol: string, parts: BarRow[][], options?: { sorted?: boolean }): Promise<SeriesInfo>
  store: BarStore
}

/** @param parent gets a folder for the files; `reader` of the store */
export async function barFiles(
  parent: string,
  { reader = 'wasm' as 'wasm' | 'duckdb', timeframe = '1m' } = {},
): Promise<BarFiles> {
  const source = await openParquetSource({ parquetReader: reader, threads: 1, memoryLimitMb: 512 })
  const folder = mkdtempSync(join(parent, 'bars-'))
  const all: SeriesInfo[] = []
  let count = 0
  return {
    async add(symbol, parts, { sorted = true } = {}) {
      const width = Math.max(6, ...parts.flat().map((row) => row.length))
      const files: SeriesFile[] = []
      for (const rows of parts)
        files.push(await writeFile(join(folder, `${symbol}-${count++}.parquet`), rows, { width, sorted }))
      const [firstMs, lastMs] = [
        Math.min(...files.map(({ minMs }) => minMs)),
        Math.max(...files.map(({ maxMs }) => maxMs)),
      ]
      const rows = parts.flat().length
      const columns = VALUES.slice(0, width - 1)
      const series = { key: { exchange: 'test', symbol, timeframe }, files, firstMs, lastMs, rows, columns }
      all.push(series)
      all.sort((a, b) => (a.key.symbol < b.key.symbol ? -1 : 1))
      return series
    },
    store: {
      list: async ({ symbols }) => all.filter(({ key }) => symbols === 'all' || symbols.includes(key.symbol)),
      read: (series, options = {}) => readFiles(series, options, { source }),
      identity: async ({ key, rows }) => ({ [key.symbol]: String(rows) }),
      identityBefore: async ({ key, rows }) => ({ [key.symbol]: String(rows) }),
    },
  }
}

async function writeFile(
  path: string,
  rows: BarRow[],
  { width, sorted }: { width: number; sorted: boolean },
): Promise<SeriesFile> {
  const names = ['timestamp', ...VALUES.slice(0, width - 1)]
  const schema = names.map((name, i) => ({ name, type: i === 0 ? ('timestamp' as const) : ('double' as const) }))
  const writer = await openParquetWriter(path, schema)
  const columns = names.map((name, i) => [name, Float64Array.from(rows, (row) => row[i] ?? Number.NaN)] as const)
  if (rows.length > 0) await writer.write({ rows: rows.length, columns: Object.fromEntries(columns) })
  await writer.close()
  const times = rows.map(([time]) => time)
  return {
    path,
    rows: rows.length,
    minMs: Math.min(...times),
    maxMs: Math.max(...times),
    sorted,
    timestampColumn: 'timestamp',
  }
}
