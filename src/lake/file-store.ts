import { basename } from 'node:path'
import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import type { SeriesKey } from '../types.js'
import { type DirectFile, scanDirect } from './direct-file.js'
import { hashFile } from './disk.js'
import { type BarOptions, barMaker, FATE, labelAt } from './input/bars.js'
import { openInput } from './input/input.js'
import { symbolName } from './layout.js'
import type { ParquetSource } from './parquet.js'
import { BATCH_ROWS } from './parquet.js'
import { markOverlaps, readFiles } from './read-files.js'
import { concatRows, type Rows, sortUnique } from './rows.js'
import {
  type BarStore,
  columnsOf,
  type ListFilter,
  orderColumns,
  type SeriesFile,
  type SeriesInfo,
  toBars,
} from './series.js'
import { openParquetSource } from './source.js'
import { openStaging } from './staging.js'

/** Share of the memory budget for bars of files that must be held as a whole. */
const MEMORY_SHARE = 0.5
const BYTES = Float64Array.BYTES_PER_ELEMENT

/**
 * Opens files as a store of bars, without a lake: any format that `lq ingest` reads, one symbol or many in a file, in any
 * order; of two rows of one time the later wins. Parquet files with the usual names are streamed; others are read once and
 * held in memory.
 *
 * A file that names no symbol is one series, named like the file, or as the one symbol that is asked for.
 *
 * @throws LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_USAGE; LQ_MEMORY if the files do not fit
 */
export async function openFileStore(
  files: string[],
  options: Omit<BarOptions, 'fallback' | 'strict'>,
  config: Pick<Config, 'parquetReader' | 'threads' | 'memoryLimitMb'>,
): Promise<BarStore> {
  if (files.length === 0)
    throw new LqError('LQ_USAGE', 'expected a file of bars, got none', { hint: '--input bars.parquet' })
  const source = await openParquetSource(config)
  const direct = await Promise.all(files.map((path) => scanDirect(path, options, source)))
  return direct.every((file) => file !== null)
    ? directStore(direct, { files, options, source })
    : memoryStore({ files, options, source, budgetBytes: config.memoryLimitMb * 2 ** 20 * MEMORY_SHARE })
}

interface Files {
  files: string[]
  options: BarOptions
  source: ParquetSource
}

/** Parts of series in Parquet files, streamed when they are read. */
function directStore(direct: DirectFile[], { files, options, source }: Files): BarStore {
  const groups = new Map<
    string,
    { key: SeriesKey; files: SeriesFile[]; columns: string[]; isNamed: boolean; equals?: Equals }
  >()
  for (const { path, parts, symbolColumn, exchange, timestampColumn, columns } of direct) {
    for (const part of parts) {
      const symbol = part.symbol ?? options.symbol ?? nameOf(path)
      const key = { exchange: options.exchange ?? exchange ?? '', symbol, timeframe: options.timeframe! }
      const group = groups.get(symbol) ?? {
        key,
        files: [],
        columns: [],
        isNamed: part.symbol !== null || options.symbol !== undefined,
      }
      group.files.push({ path, ...part.span, timestampColumn })
      group.columns.push(...columns)
      if (symbolColumn) group.equals = { column: symbolColumn, text: part.symbol! }
      groups.set(symbol, group)
    }
  }
  const series = [...groups.values()].map(({ key, files, columns, isNamed, equals }) => {
    markOverlaps(files)
    return { isNamed, equals, info: infoOf(key, files, columns) }
  })
  return {
    list: async (filter) => select(series, filter),
    read: (info, request = {}) =>
      readFiles(info, request, { source, equals: lookUp(series, info).equals, finite: true }),
    identity: (info) => identityOf(files, info),
  }
}

type Equals = { column: string; text: string }

/** What a store keeps of a series it has listed. */
function lookUp<T extends { info: SeriesInfo }>(series: T[], { files, key }: SeriesInfo): T {
  const found = series.find(({ info }) => info.files === files) ?? series.find(({ info }) => sameKey(info.key, key))
  if (found) return found
  throw new LqError('LQ_INTERNAL', `expected a series that the store has listed, got ${key.symbol} ${key.timeframe}`)
}

/** Bars of files of any format, read once and held. */
async function memoryStore({
  files,
  options,
  source,
  budgetBytes,
}: Files & { budgetBytes: number }): Promise<BarStore> {
  const staging = openStaging({ lakeDir: '', budgetBytes: Number.POSITIVE_INFINITY })
  const named = new Set<string>()
  const names = new Set<string>()
  let bytes = 0
  let sequence = 0
  for (const path of files) {
    const fallback = { exchange: '', symbol: nameOf(path) }
    const input = await openInput(path, { ...options, source })
    const toBarBatch = barMaker(input, { ...options, fallback })
    for await (const batch of input.batches()) {
      const bars = toBarBatch(batch)
      for (const name of Object.keys(bars.columns)) names.add(name)
      bytes += bars.rows * BYTES * (2 + names.size)
      if (bytes > budgetBytes) throw tooLarge(files, budgetBytes)
      for (let row = 0; row < bars.rows; row++) {
        if (bars.fate[row] > FATE.SUSPECT) continue
        const key = {
          exchange: labelAt(bars.exchange, row)!,
          symbol: labelAt(bars.symbol, row)!,
          timeframe: labelAt(bars.timeframe, row)!,
        }
        if (typeof bars.symbol !== 'string' || options.symbol) named.add(key.symbol)
        staging.add({
          key,
          timestamp: bars.timestamp,
          columns: bars.columns,
          from: row,
          to: row + 1,
          firstSequence: sequence,
        })
      }
      sequence += bars.rows
    }
  }
  const held = new Map<string, { key: SeriesKey; parts: Rows[] }>()
  for (const part of staging.partitions(names)) {
    const id = `${part.key.symbol}\0${part.key.timeframe}\0${part.key.exchange}`
    const series = held.get(id) ?? { key: part.key, parts: [] }
    series.parts.push(await part.load())
    held.set(id, series)
  }
  const series = [...held.values()].map(({ key, parts }) => {
    const rows = sortUnique(concatRows(parts))
    const span = { rows: rows.rows, minMs: rows.timestamp[0], maxMs: rows.timestamp[rows.rows - 1] }
    const info = infoOf(
      key,
      [{ path: files[0], ...span, sorted: false, timestampColumn: '' }],
      Object.keys(rows.columns),
    )
    return { info, rows, isNamed: named.has(key.symbol) }
  })
  return {
    list: async (filter) => select(series, filter),
    async *read(info, request = {}) {
      const { rows } = lookUp(series, info)
      const bars = toBars(rows, columnsOf(info, request), request)
      for (let from = 0; from < bars.rows; from += BATCH_ROWS) {
        const to = Math.min(bars.rows, from + BATCH_ROWS)
        const columns = Object.entries(bars.columns).map(([name, values]) => [name, values.subarray(from, to)])
        yield { rows: to - from, timestamp: bars.timestamp.subarray(from, to), columns: Object.fromEntries(columns) }
      }
    },
    identity: (info) => identityOf(files, info),
  }
}

const nameOf = (path: string): string =>
  basename(path)
    .replace(/(\.(gz|zst|zstd))?$/i, '')
    .replace(/\.[^.]*$/, '')

const sameKey = (a: SeriesKey, b: SeriesKey): boolean =>
  a.exchange === b.exchange && a.symbol === b.symbol && a.timeframe === b.timeframe

function infoOf(key: SeriesKey, files: SeriesFile[], columns: string[]): SeriesInfo {
  return {
    key,
    files,
    firstMs: Math.min(...files.map(({ minMs }) => minMs)),
    lastMs: Math.max(...files.map(({ maxMs }) => maxMs)),
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    columns: orderColumns(columns),
  }
}

/** The series asked for; the only one, if it has no name of its own, under the only name that is asked for. */
function select(
  series: { info: SeriesInfo; isNamed: boolean }[],
  { exchange, symbols, timeframe }: ListFilter,
): SeriesInfo[] {
  const candidates = series.filter(
    ({ info: { key } }) =>
      key.timeframe === timeframe &&
      (!exchange || !key.exchange || key.exchange.toLowerCase() === exchange.toLowerCase()),
  )
  const byName = (a: SeriesInfo, b: SeriesInfo) => (a.key.symbol < b.key.symbol ? -1 : 1)
  if (symbols === 'all' && candidates.length > 0) return candidates.map(({ info }) => info).sort(byName)
  if (symbols !== 'all' && symbols.length === 1 && candidates.length === 1 && !candidates[0].isNamed) {
    const { info } = candidates[0]
    return [{ ...info, key: { ...info.key, symbol: symbols[0] } }]
  }
  const wanted = new Set(symbols === 'all' ? [] : symbols.map(symbolName))
  const found = candidates.filter(({ info }) => wanted.has(symbolName(info.key.symbol)))
  const there = new Set(found.map(({ info }) => symbolName(info.key.symbol)))
  const missing = symbols === 'all' ? ['any symbol'] : symbols.filter((symbol) => !there.has(symbolName(symbol)))
  if (missing.length === 0) return found.map(({ info }) => info).sort(byName)
  const names = series.map(({ info: { key } }) => `${key.symbol} ${key.timeframe}`)
  throw new LqError(
    'LQ_INPUT_MISSING',
    `expected ${timeframe} bars of ${missing.slice(0, 10).join(', ')}, found ${names.slice(0, 10).join(', ') || 'no bars'}`,
    {
      hint: 'ask for symbols and a timeframe that the files hold',
    },
  )
}

/** The bytes of the files stand for their content, in their order: it decides which of two rows is the later. */
async function identityOf(files: string[], { key }: SeriesInfo): Promise<Record<string, string>> {
  const hashes = await Promise.all(files.map(hashFile))
  return Object.fromEntries(hashes.map((hash, i) => [`${key.symbol}/file-${i}`, hash]))
}

function tooLarge(files: string[], budgetBytes: number): LqError {
  return new LqError(
    'LQ_MEMORY',
    `${files.join(', ')}: the bars do not fit in ${Math.floor(budgetBytes / 2 ** 20)} MiB`,
    {
      hint: 'take them into the lake first (lq ingest), or raise LQ_MEMORY_LIMIT_MB',
    },
  )
}
