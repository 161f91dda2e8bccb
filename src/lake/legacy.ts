import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exchangeName, symbolName } from './layout.js'
import type { ParquetSource } from './parquet.js'
import { markOverlaps } from './read-files.js'
import { isSortedUnique } from './rows.js'
import { type ListFilter, orderColumns, type SeriesFile, type SeriesInfo } from './series.js'

/*
 * Two layouts of earlier systems, read in place and never written:
 *   exchange=E/symbol=S/timeframe=TF/date=YYYY-MM-DD/*.parquet   column `datetime`
 *   silver/prices_daily/symbol=S/year=YYYY/month=MM/data.parquet column `date`, daily
 * They have no manifest: what lies there is what there is. Of two rows of one time the later wins, files in the order
 * of their names.
 */

const DAILY = 'prices_daily'

interface Found {
  exchange: string
  symbol: string
  folder: string
  timestampColumn: string
}

/**
 * @param lake.alone whether the lake has no series of its own. The daily layout knows no exchange; in a lake of
 * nothing else
 *                   any name given for it is accepted, in others it is `prices_daily`
 */
export async function listLegacy(
  lakeDir: string,
  filter: ListFilter,
  lake: { source: ParquetSource; alone: boolean },
): Promise<SeriesInfo[]> {
  const flat = await findFlat(lakeDir, filter)
  const daily = await findDaily(lakeDir, filter, lake.alone && flat.length === 0)
  const wanted = filter.symbols === 'all' ? null : new Set(filter.symbols.map(symbolName))
  const chosen = [...flat, ...daily].filter(({ symbol }) => !wanted || wanted.has(symbolName(symbol)))
  const series = await Promise.all(chosen.map((found) => describeSeries(found, filter.timeframe, lake.source)))
  return series.filter((one) => one !== null)
}

/** Timeframes that series of the legacy layouts have. */
export async function legacyTimeframes(lakeDir: string): Promise<string[]> {
  const found = new Set<string>()
  for (const exchange of await partitions(lakeDir, 'exchange')) {
    for (const symbol of await partitions(exchange.path, 'symbol')) {
      for (const { value } of await partitions(symbol.path, 'timeframe')) found.add(value)
    }
  }
  if ((await partitions(join(lakeDir, 'silver', DAILY), 'symbol')).length > 0) found.add('1d')
  return [...found]
}

async function findFlat(lakeDir: string, { exchange, timeframe }: ListFilter): Promise<Found[]> {
  const found: Found[] = []
  for (const exchangeFolder of await partitions(lakeDir, 'exchange')) {
    if (exchange && exchangeName(exchangeFolder.value) !== exchangeName(exchange)) continue
    for (const { path, value: symbol } of await partitions(exchangeFolder.path, 'symbol')) {
      const [folder] = (await partitions(path, 'timeframe')).filter(({ value }) => value === timeframe)
      if (folder)
        found.push({ exchange: exchangeFolder.value, symbol, folder: folder.path, timestampColumn: 'datetime' })
    }
  }
  return found
}

async function findDaily(lakeDir: string, { exchange, timeframe }: ListFilter, isAlone: boolean): Promise<Found[]> {
  if (timeframe !== '1d' || (exchange && exchange !== DAILY && !isAlone)) return []
  const folders = await partitions(join(lakeDir, 'silver', DAILY), 'symbol')
  return folders.map(({ path, value }) => ({
    exchange: exchange ?? DAILY,
    symbol: value,
    folder: path,
    timestampColumn: 'date',
  }))
}

/** Folders `name=value` in a folder, by value; none if there is no such folder. */
async function partitions(folder: string, name: string): Promise<{ path: string; value: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(`${name}=`))
    .map((entry) => ({ path: join(folder, entry.name), value: decode(entry.name.slice(name.length + 1)) }))
    .sort((a, b) => (a.value < b.value ? -1 : 1))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone % is part of the name: not every writer of these layouts encoded.
    return text
  }
}

async function describeSeries(found: Found, timeframe: string, source: ParquetSource): Promise<SeriesInfo | null> {
  const entries = await readdir(found.folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => join(entry.parentPath, entry.name))
  const files: SeriesFile[] = []
  const columns: string[] = []
  for (const path of paths.sort()) {
    const info = await source.describe(path)
    columns.push(
      ...info.columns
        .filter(({ kind, name }) => kind === 'number' && name !== found.timestampColumn)
        .map(({ name }) => name),
    )
    const file = await scan(source, path, found.timestampColumn)
    if (file.rows > 0) files.push(file)
  }
  if (files.length === 0) return null
  markOverlaps(files)
  files.sort((a, b) => a.minMs - b.minMs || (a.path < b.path ? -1 : 1))
  return {
    key: { exchange: found.exchange, symbol: found.symbol, timeframe },
    files,
    firstMs: files[0].minMs,
    lastMs: Math.max(...files.map(({ maxMs }) => maxMs)),
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    columns: orderColumns(columns),
  }
}

async function scan(source: ParquetSource, path: string, timestampColumn: string): Promise<SeriesFile> {
  const file: SeriesFile = {
    path,
    rows: 0,
    minMs: Number.POSITIVE_INFINITY,
    maxMs: Number.NEGATIVE_INFINITY,
    sorted: true,
    timestampColumn,
  }
  for await (const { rows, columns } of source.read(path, { columns: [timestampColumn] })) {
    const values = columns[timestampColumn].values as Float64Array
    if (!isSortedUnique(values) || !(values[0] > file.maxMs)) file.sorted = false
    for (const value of values) {
      if (value < file.minMs) file.minMs = value
      if (value > file.maxMs) file.maxMs = value
    }
    file.rows += rows
  }
  return file
}
