import type { Config } from '../config.js'
import { seriesFolder } from './layout.js'
import { legacyTimeframes, listLegacy } from './legacy.js'
import { type LakeState, type PartitionState, readManifest } from './manifest.js'
import { openParquetSource } from './source.js'

export interface SeriesSummary {
  dataset: string
  exchange: string
  symbol: string
  timeframe: string
  rows: number
  partitions: number
  files: number
  bytes: number | null
  /** ISO 8601, open of the first and last bar */
  first: string
  last: string
}

export interface Inventory {
  root: string
  datasets: { dataset: string; series: number; rows: number; files: number; bytes: number | null }[]
  series: SeriesSummary[]
}

/** What is in the lake: its own series, and those of the legacy layouts. */
export async function listLake(
  config: Pick<Config, 'lakeDir' | 'parquetReader' | 'threads' | 'memoryLimitMb'>,
): Promise<Inventory> {
  const own = summarise(await readManifest(config.lakeDir))
  const known = new Set(own.map(seriesFolder))
  const source = await openParquetSource(config)
  const legacy: SeriesSummary[] = []
  for (const timeframe of await legacyTimeframes(config.lakeDir)) {
    for (const { key, files, rows, firstMs, lastMs } of await listLegacy(
      config.lakeDir,
      { symbols: 'all', timeframe },
      { source, alone: own.length === 0 },
    )) {
      if (known.has(seriesFolder(key))) continue
      const span = { first: iso(firstMs), last: iso(lastMs) }
      legacy.push({
        dataset: 'legacy',
        ...key,
        rows,
        partitions: files.length,
        files: files.length,
        bytes: null,
        ...span,
      })
    }
  }
  const series = [...own, ...legacy].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
  const datasets = [...new Set(series.map(({ dataset }) => dataset))].map((dataset) => {
    const of = series.filter((one) => one.dataset === dataset)
    const sum = (name: 'rows' | 'files' | 'bytes') => of.reduce((total, one) => total + (one[name] ?? 0), 0)
    return {
      dataset,
      series: of.length,
      rows: sum('rows'),
      files: sum('files'),
      bytes: dataset === 'legacy' ? null : sum('bytes'),
    }
  })
  return { root: config.lakeDir, datasets, series }
}

const iso = (ms: number): string => new Date(ms).toISOString()
const sortKey = ({ exchange, symbol, timeframe }: SeriesSummary): string => `${exchange}\0${symbol}\0${timeframe}`

function summarise(state: LakeState): SeriesSummary[] {
  const groups = new Map<string, PartitionState[]>()
  for (const partition of state.partitions.values()) {
    const folder = seriesFolder(partition)
    groups.set(folder, [...(groups.get(folder) ?? []), partition])
  }
  return [...groups.values()].map((partitions) => {
    const files = partitions.flatMap((partition) => partition.files)
    const [{ exchange, symbol, timeframe }] = partitions
    return {
      dataset: 'silver/ohlcv',
      exchange,
      symbol,
      timeframe,
      rows: partitions.reduce((sum, { rows }) => sum + rows, 0),
      partitions: partitions.length,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      first: iso(Math.min(...partitions.map(({ min_ms }) => min_ms))),
      last: iso(Math.max(...partitions.map(({ max_ms }) => max_ms))),
    }
  })
}

export interface LakeStatistics {
  root: string
  commits: number
  last_commit: string | null
  last_seq: number
  series: number
  partitions: number
  files: number
  bytes: number
  rows: number
  /** rows in files that lost to a later one: compaction drops them */
  superseded_rows: number
  /** partitions of several files: compaction makes them one */
  compactable_partitions: number
  timeframes: { timeframe: string; series: number; rows: number; bytes: number; bytes_per_row: number }[]
}

/** How large the lake is, and what compaction would gain. */
export async function measureLake(lakeDir: string): Promise<LakeStatistics> {
  const state = await readManifest(lakeDir)
  const partitions = [...state.partitions.values()]
  const series = summarise(state)
  const files = partitions.flatMap((partition) => partition.files)
  const rows = series.reduce((sum, one) => sum + one.rows, 0)
  const timeframes = [...new Set(series.map(({ timeframe }) => timeframe))].sort().map((timeframe) => {
    const of = series.filter((one) => one.timeframe === timeframe)
    const total = {
      rows: of.reduce((sum, one) => sum + one.rows, 0),
      bytes: of.reduce((sum, one) => sum + (one.bytes ?? 0), 0),
    }
    return {
      timeframe,
      series: of.length,
      ...total,
      bytes_per_row: Math.round((total.bytes / Math.max(1, total.rows)) * 100) / 100,
    }
  })
  return {
    root: lakeDir,
    commits: state.commits,
    last_commit: state.commit,
    last_seq: state.lastSeq,
    series: series.length,
    partitions: partitions.length,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    rows,
    superseded_rows: files.reduce((sum, file) => sum + file.rows, 0) - rows,
    compactable_partitions: partitions.filter((partition) => partition.files.length > 1).length,
    timeframes,
  }
}
