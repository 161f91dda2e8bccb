import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { LqError, throwIfAborted } from '../errors.js'
import { hashFile } from './disk.js'
import { barsFolder } from './layout.js'
import { type FileEntry, type PartitionState, readManifest } from './manifest.js'
import { inParallel } from './parallel.js'
import type { ParquetSource } from './parquet.js'
import { readPartition } from './partition.js'
import { contentChecksum } from './rows.js'

/** A partition or file that is not as the manifest says. */
export interface Difference {
  partition: string
  /** null if it is about the partition as a whole */
  path: string | null
  what: string
  expected: string | number
  found: string | number
}

export interface Verification {
  partitions: number
  files: number
  rows: number
  differences: Difference[]
  /** files that no commit names: left by a crash, or put there by hand. Readers pass over them */
  strays: string[]
}

/** Compares every file and partition of the lake with its manifest: bytes, checksums, rows and spans. */
export async function verifyLake(
  lakeDir: string,
  {
    source,
    signal,
    onPartition,
  }: { source: ParquetSource; signal?: AbortSignal; onPartition?: (done: number, total: number) => void },
): Promise<Verification> {
  const state = await readManifest(lakeDir)
  const partitions = [...state.partitions.values()]
  let done = 0
  const found = await inParallel(partitions, async (partition) => {
    throwIfAborted(signal)
    const differences = await verifyPartition(lakeDir, partition, source)
    onPartition?.(++done, partitions.length)
    return differences
  })
  const named = new Set(partitions.flatMap(({ files }) => files.map(({ path }) => path)))
  return {
    partitions: partitions.length,
    files: named.size,
    rows: partitions.reduce((sum, { rows }) => sum + rows, 0),
    differences: found.flat(),
    strays: await straysOf(lakeDir, named),
  }
}

async function verifyPartition(lakeDir: string, state: PartitionState, source: ParquetSource): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const file of state.files) differences.push(...(await verifyFile(lakeDir, state.partition, file)))
  if (differences.length > 0) return differences
  try {
    const rows = await readPartition(source, lakeDir, state)
    const found = {
      rows: rows.rows,
      min_ms: rows.timestamp[0],
      max_ms: rows.timestamp[rows.rows - 1],
      checksum: contentChecksum(rows),
    }
    for (const what of ['rows', 'min_ms', 'max_ms', 'checksum'] as const) {
      if (state[what] !== found[what])
        differences.push({ partition: state.partition, path: null, what, expected: state[what], found: found[what] })
    }
  } catch (error) {
    if (!(error instanceof LqError) || !/^LQ_(INPUT|LAKE)_/.test(error.code)) throw error
    differences.push({
      partition: state.partition,
      path: null,
      what: 'readable',
      expected: 'readable files',
      found: error.message,
    })
  }
  return differences
}

async function verifyFile(lakeDir: string, partition: string, file: FileEntry): Promise<Difference[]> {
  const path = join(barsFolder(lakeDir), file.path)
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => null,
  )
  if (bytes === null) return [{ partition, path: file.path, what: 'file', expected: 'there', found: 'missing' }]
  if (bytes !== file.bytes) return [{ partition, path: file.path, what: 'bytes', expected: file.bytes, found: bytes }]
  const checksum = await hashFile(path)
  return checksum === file.checksum
    ? []
    : [{ partition, path: file.path, what: 'checksum', expected: file.checksum, found: checksum }]
}

async function straysOf(lakeDir: string, named: ReadonlySet<string>): Promise<string[]> {
  const root = barsFolder(lakeDir)
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((cause) => {
    if (cause.code === 'ENOENT') return []
    throw new LqError('LQ_LAKE_CORRUPT', `cannot list ${root}: ${cause.message}`, {
      cause,
      hint: 'check its permissions',
    })
  })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  return files.filter((path) => !named.has(path)).sort()
}
