import { join, relative } from 'node:path'
import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import type { SeriesKey } from '../types.js'
import { hashFile } from './disk.js'
import { barsFolder, exchangeName, seriesFolder, symbolName, TIMESTAMP_COLUMN } from './layout.js'
import { listLegacy } from './legacy.js'
import { type LakeState, type PartitionState, readManifest } from './manifest.js'
import { markOverlaps, readFiles } from './read-files.js'
import { type BarStore, type ListFilter, orderColumns, type SeriesInfo } from './series.js'
import { openParquetSource } from './source.js'

/**
 * Opens the lake for reading, as its manifest is now: later commits are not seen. Where the lake has no such series of its
 * own, the two legacy layouts below its root are read in place.
 */
export async function openLakeStore(
  config: Pick<Config, 'lakeDir' | 'parquetReader' | 'threads' | 'memoryLimitMb'>,
): Promise<BarStore> {
  const source = await openParquetSource(config)
  const state = await readManifest(config.lakeDir)
  const own = bySeries(state)

  return {
    async list(filter) {
      const found = [...own.values()]
        .filter(([first]) => matches(first, filter))
        .map((partitions) => toSeries(config.lakeDir, partitions))
      const legacy = (await listLegacy(config.lakeDir, filter, { source, alone: own.size === 0 })).filter(
        ({ key }) => !own.has(seriesFolder(key)),
      )
      const all = [...found, ...legacy].sort(
        (a, b) => compare(a.key.symbol, b.key.symbol) || compare(a.key.exchange, b.key.exchange),
      )
      assertAllThere(all, filter, config.lakeDir)
      return all
    },
    async *read(series, options = {}) {
      try {
        yield* readFiles(series, options, { source })
      } catch (error) {
        throw await explain(error, { lakeDir: config.lakeDir, state })
      }
    },
    async identity(series, { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }) {
      const partitions = own.get(seriesFolder(series.key))
      if (!partitions) return hashFiles(config.lakeDir, series, { fromMs, toMs })
      const within = partitions.filter(({ min_ms, max_ms }) => max_ms >= fromMs && min_ms < toMs)
      return Object.fromEntries(within.map(({ partition, checksum }) => [partition, checksum]))
    },
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Partitions of each series, in the order of time. */
function bySeries(state: LakeState): Map<string, PartitionState[]> {
  const groups = new Map<string, PartitionState[]>()
  for (const partition of [...state.partitions.values()].sort((a, b) => a.min_ms - b.min_ms)) {
    const folder = seriesFolder(partition)
    const group = groups.get(folder)
    if (group) group.push(partition)
    else groups.set(folder, [partition])
  }
  return groups
}

function matches({ exchange, symbol, timeframe }: SeriesKey, filter: ListFilter): boolean {
  if (timeframe !== filter.timeframe) return false
  if (filter.exchange && exchangeName(exchange) !== exchangeName(filter.exchange)) return false
  return filter.symbols === 'all' || filter.symbols.some((wanted) => symbolName(wanted) === symbolName(symbol))
}

function toSeries(lakeDir: string, partitions: PartitionState[]): SeriesInfo {
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

function assertAllThere(found: SeriesInfo[], filter: ListFilter, lakeDir: string): void {
  const there = new Set(found.map(({ key }) => symbolName(key.symbol)))
  const missing = filter.symbols === 'all' ? [] : filter.symbols.filter((symbol) => !there.has(symbolName(symbol)))
  if (missing.length === 0 && found.length > 0) return
  const what = missing.length
    ? missing.slice(0, 10).join(', ') + (missing.length > 10 ? ` and ${missing.length - 10} more` : '')
    : 'any symbol'
  throw new LqError(
    'LQ_INPUT_MISSING',
    `expected ${filter.timeframe} bars of ${what}${filter.exchange ? ` at ${filter.exchange}` : ''}, found none in ${lakeDir}`,
    { hint: 'lq lake ls shows what is there; lq ingest brings bars in' },
  )
}

/** A file that vanished was put together with others meanwhile, or is lost: the manifest of now tells which. */
async function explain(error: unknown, { lakeDir, state }: { lakeDir: string; state: LakeState }): Promise<unknown> {
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
async function hashFiles(
  lakeDir: string,
  series: SeriesInfo,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Record<string, string>> {
  const within = series.files.filter(({ minMs, maxMs }) => maxMs >= fromMs && minMs < toMs)
  return Object.fromEntries(
    await Promise.all(within.map(async ({ path }) => [relative(lakeDir, path), await hashFile(path)])),
  )
}
