import { join, relative } from 'node:path'
import { LqError } from '../errors.js'
import type { SeriesKey } from '../types.js'
import { hashFile } from './disk.js'
import { barsFolder, exchangeName, seriesFolder, symbolName, TIMESTAMP_COLUMN } from './layout.js'
import { type LakeState, type PartitionState, readManifest } from './manifest.js'
import { markOverlaps } from './read-files.js'
import { type ListFilter, orderColumns, type SeriesInfo } from './series.js'

/** Partitions of each series, in the order of time. */
export function bySeries(state: LakeState): Map<string, PartitionState[]> {
  const groups = new Map<string, PartitionState[]>()
  for (const partition of [...state.partitions.values()].sort((a, b) => a.min_ms - b.min_ms)) {
    const folder = seriesFolder(partition)
    const group = groups.get(folder)
    if (group) group.push(partition)
    else groups.set(folder, [partition])
  }
  return groups
}

export function matches({ exchange, symbol, timeframe }: SeriesKey, filter: ListFilter): boolean {
  if (timeframe !== filter.timeframe) return false
  if (filter.exchange && exchangeName(exchange) !== exchangeName(filter.exchange)) return false
  return filter.symbols === 'all' || filter.symbols.some((wanted) => symbolName(wanted) === symbolName(symbol))
}

export function toSeries(lakeDir: string, partitions: PartitionState[]): SeriesInfo {
  const [{ exchange, symbol, timeframe }] = partitions
  const files = partitions
    .flatMap((partition) => partition.files)
    .map(({ path, rows, min_ms, max_ms }) => ({
      path: join(barsFolder(lakeDir), path),
      rows,
      minMs: min_ms,
      maxMs: max_ms,
      sorted: true,
      timestampColumn: TIMESTAMP_COLUMN,
    }))
  markOverlaps(files)
  return {
    key: { exchange, symbol, timeframe },
    files,
    firstMs: partitions[0].min_ms,
    lastMs: partitions.at(-1)!.max_ms,
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    columns: orderColumns(partitions.flatMap(({ columns }) => columns)),
  }
}

export function assertAllThere(found: SeriesInfo[], filter: ListFilter, lakeDir: string): void {
  const there = new Set(found.map(({ key }) => symbolName(key.symbol)))
  const missing = filter.symbols === 'all' ? [] : filter.symbols.filter((symbol) => !there.has(symbolName(symbol)))
  if (missing.length === 0 && found.length > 0) return
  const what = missing.length
    ? missing.slice(0, 10).join(', ') + (missing.length > 10 ? ` and ${missing.length - 10} more` : '')
    : 'any symbol'
  const where = filter.exchange ? ` at ${filter.exchange}` : ''
  throw new LqError(
    'LQ_INPUT_MISSING',
    `expected ${filter.timeframe} bars of ${what}${where}, found none in ${lakeDir}`,
    { hint: 'lq lake ls shows what is there; lq ingest brings bars in' },
  )
}

/** A file that vanished was put together with others meanwhile, or is lost: the manifest of now tells which. */
export async function explain(
  error: unknown,
  { lakeDir, state }: { lakeDir: string; state: LakeState },
): Promise<unknown> {
  if (!(error instanceof LqError) || error.code !== 'LQ_INPUT_MISSING') return error
  const now = await readManifest(lakeDir)
  if (now.commit !== state.commit) {
    return new LqError('LQ_BUSY', 'the lake was compacted while it was read', {
      cause: error,
      hint: 'run the same command again',
    })
  }
  return new LqError('LQ_LAKE_CORRUPT', `the manifest names a file that is not there: ${error.message}`, {
    cause: error,
    hint: 'run lq lake verify',
  })
}

/** Legacy files have no checksum of their content: that of their bytes stands in. */
export async function hashFiles(
  lakeDir: string,
  series: SeriesInfo,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Record<string, string>> {
  const within = series.files.filter(({ minMs, maxMs }) => maxMs >= fromMs && minMs < toMs)
  return Object.fromEntries(
    await Promise.all(within.map(async ({ path }) => [relative(lakeDir, path), await hashFile(path)])),
  )
}
