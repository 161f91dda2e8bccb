import { basename } from 'node:path'
import { LqError } from '../errors.js'
import type { SeriesKey } from '../types.js'
import { hashFile } from './disk.js'
import type { BarOptions } from './input/bars.js'
import { symbolName } from './layout.js'
import type { ParquetSource } from './parquet.js'
import { type ListFilter, orderColumns, type SeriesFile, type SeriesInfo } from './series.js'

/** Files that are to be one store. */
export interface Files {
  files: string[]
  options: BarOptions
  source: ParquetSource
}

/** What a store keeps of a series it has listed. */
export function lookUp<T extends { info: SeriesInfo }>(series: T[], { files, key }: SeriesInfo): T {
  const found = series.find(({ info }) => info.files === files) ?? series.find(({ info }) => sameKey(info.key, key))
  if (found) return found
  throw new LqError('LQ_INTERNAL', `expected a series that the store has listed, got ${key.symbol} ${key.timeframe}`)
}

/** A series without a name is named like its file. */
export const nameOf = (path: string): string =>
  basename(path)
    .replace(/(\.(gz|zst|zstd))?$/i, '')
    .replace(/\.[^.]*$/, '')

const sameKey = (a: SeriesKey, b: SeriesKey): boolean =>
  a.exchange === b.exchange && a.symbol === b.symbol && a.timeframe === b.timeframe

export function infoOf(key: SeriesKey, files: SeriesFile[], columns: string[]): SeriesInfo {
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
export function select(
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
    `expected ${timeframe} bars of ${listed(missing)}, found ${listed(names) || 'no bars'}`,
    {
      hint: 'ask for symbols and a timeframe that the files hold',
    },
  )
}

const listed = (names: string[]): string => names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '')

/**
 * The bytes of the files stand for their content, in their order: it decides which of two rows is the later. They are
 * read once, however many series they hold.
 */
export function identityOf(files: string[]): (series: SeriesInfo) => Promise<Record<string, string>> {
  let hashes: Promise<string[]> | undefined
  return async ({ key }) => {
    hashes ??= Promise.all(files.map(hashFile))
    return Object.fromEntries((await hashes).map((hash, i) => [`${key.symbol}/file-${i}`, hash]))
  }
}
