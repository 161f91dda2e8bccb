import { createHash } from 'node:crypto'
import { LqError, throwIfAborted } from '../errors.js'
import { removeFiles, watermarkOf } from './commit.js'
import { exchangeName, partitionOf, symbolName } from './layout.js'
import { withLakeLock } from './lock.js'
import {
  appendManifest,
  type ManifestLine,
  type PartitionChange,
  type PartitionState,
  readManifest,
  SCHEMA_VERSION,
} from './manifest.js'
import { inParallel } from './parallel.js'
import type { ParquetSource } from './parquet.js'
import { readPartition, writePart } from './partition.js'
import { contentChecksum } from './rows.js'

export interface CompactFilter {
  exchange?: string
  symbol?: string
  timeframe?: string
  /** ms of a moment whose partitions are meant */
  dateMs?: number
}

export interface Compaction {
  /** null if there was nothing to put together */
  commit: string | null
  partitions: string[]
  files_before: number
  files_after: number
  /** of the files, rows that lost to a later one included */
  rows_before: number
  rows_after: number
}

/**
 * Puts the files of each partition together as one, without the rows that lost. What reads gives is the same before and
 * after, `ingest_seq` included; the old files go once the manifest names the new ones.
 *
 * @throws LQ_LAKE_CORRUPT if the rows of a partition are not those that its commits wrote: nothing is changed then
 */
export async function compactLake(
  lakeDir: string,
  filter: CompactFilter,
  { source, signal }: { source: ParquetSource; signal?: AbortSignal },
): Promise<Compaction> {
  return withLakeLock(
    lakeDir,
    async () => {
      const state = await readManifest(lakeDir)
      const chosen = [...state.partitions.values()].filter(
        (partition) => partition.files.length > 1 && matches(partition, filter),
      )
      const id = createHash('sha256').update(`${state.commit}\ncompact`).digest('hex').slice(0, 20)
      const written: string[] = []
      const before = {
        files: sum(chosen, ({ files }) => files.length),
        rows: sum(chosen, ({ files }) => sum(files, ({ rows }) => rows)),
      }
      const empty = { commit: null, partitions: [], files_before: 0, files_after: 0, rows_before: 0, rows_after: 0 }
      if (chosen.length === 0) return empty
      let changes: PartitionChange[]
      try {
        changes = await inParallel(chosen, async (partition) => {
          throwIfAborted(signal)
          return compactPartition(lakeDir, partition, { source, id, written })
        })
        await appendManifest(lakeDir, lineOf(changes, { id, lastSeq: state.lastSeq }), state.validBytes)
      } catch (error) {
        await removeFiles(lakeDir, written)
        throw error
      }
      await removeFiles(
        lakeDir,
        changes.flatMap(({ removed }) => removed),
      )
      const rowsAfter = sum(changes, ({ rows }) => rows)
      const partitions = changes.map(({ partition }) => partition)
      return {
        commit: id,
        partitions,
        files_before: before.files,
        files_after: changes.length,
        rows_before: before.rows,
        rows_after: rowsAfter,
      }
    },
    signal,
  )
}

const sum = <T>(items: T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0)

function matches(partition: PartitionState, { exchange, symbol, timeframe, dateMs }: CompactFilter): boolean {
  if (exchange !== undefined && exchangeName(exchange) !== exchangeName(partition.exchange)) return false
  if (symbol !== undefined && symbolName(symbol) !== symbolName(partition.symbol)) return false
  if (timeframe !== undefined && timeframe !== partition.timeframe) return false
  return dateMs === undefined || partition.partition.endsWith(`/${partitionOf(partition.timeframe, dateMs).name}`)
}

interface Work {
  source: ParquetSource
  id: string
  written: string[]
}

async function compactPartition(
  lakeDir: string,
  state: PartitionState,
  { source, id, written }: Work,
): Promise<PartitionChange> {
  const rows = await readPartition(source, lakeDir, state)
  if (contentChecksum(rows) !== state.checksum) {
    throw new LqError(
      'LQ_LAKE_CORRUPT',
      `${state.partition}: expected rows of checksum ${state.checksum}, found others`,
      { hint: 'run lq lake verify' },
    )
  }
  const path = `${state.partition}/part-${id}.parquet`
  written.push(path)
  const { files, ...rest } = state
  return { ...rest, added: [await writePart(lakeDir, path, rows)], removed: files.map((file) => file.path) }
}

function lineOf(changes: PartitionChange[], { id, lastSeq }: { id: string; lastSeq: number }): ManifestLine {
  const none = { rows: 0, inserted: 0, updated: 0, skipped: 0, quarantined: 0, suspect: 0, removed: 0 }
  return {
    schema_version: SCHEMA_VERSION,
    commit: id,
    kind: 'compact',
    time: new Date().toISOString(),
    run_id: id,
    idempotency_key: id,
    mode: 'compact',
    ...none,
    last_seq: lastSeq,
    watermark: watermarkOf(changes),
    partitions: changes,
  }
}
