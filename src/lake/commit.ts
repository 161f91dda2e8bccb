import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LqError, throwIfAborted } from '../errors.js'
import { barEnd, parseTimeframe } from '../timeframe.js'
import type { SeriesKey } from '../types.js'
import { makeDirectory, TEMPORARY_PREFIX } from './disk.js'
import { barsFolder, seriesFolder } from './layout.js'
import { withLakeLock } from './lock.js'
import {
  appendManifest,
  type LakeState,
  type ManifestLine,
  type PartitionChange,
  type PartitionState,
  readManifest,
  SCHEMA_VERSION,
} from './manifest.js'
import { inParallel } from './parallel.js'
import type { ParquetSource } from './parquet.js'
import { columnOrder, readPartition, writePart } from './partition.js'
import { concatRows, contentChecksum, mergeRows, type Rows, sameBar, sortUnique, type WriteMode } from './rows.js'

/** Rows that came in for one partition, in any order. Their sequence counts from 0, in the order of the input. */
export interface StagedPartition {
  key: SeriesKey
  /** `month=2026-02` */
  name: string
  load(): Promise<Rows>
}

export interface CommitOptions {
  lakeDir: string
  source: ParquetSource
  mode: WriteMode
  runId: string
  idempotencyKey: string
  /** rows of the input: all, and those that are not staged */
  input: { rows: number; quarantined: number; suspect: number }
  /** more than the greatest sequence of a staged row */
  sequenceCount: number
  signal?: AbortSignal
  /** called after each partition */
  onPartition?: () => void
}

export interface CommitResult {
  /** null if nothing changed: then nothing is written, the manifest included */
  commit: string | null
  inserted: number
  updated: number
  skipped: number
  /** rows that `overwrite` let go */
  removed: number
  /** partitions that changed */
  partitions: string[]
}

/** A partition with more files is written anew as one: reading it is then quicker than merging. */
const PARTS_MAX = 8

/**
 * Commits rows to the lake, all or none: files are written and fsynced, then one manifest line names them.
 *
 * @throws LQ_INPUT_INVALID if two spellings of a symbol meet with different bars; LQ_DISK, LQ_BUSY, LQ_INTERRUPTED.
 *         The lake is then as it was
 */
export async function commitBars(staged: StagedPartition[], options: CommitOptions): Promise<CommitResult> {
  if (staged.length === 0) return { commit: null, inserted: 0, updated: 0, skipped: 0, removed: 0, partitions: [] }
  const commit = async (): Promise<CommitResult> => {
    const state = await readManifest(options.lakeDir)
    const id = createHash('sha256').update(`${state.commit}\n${options.idempotencyKey}`).digest('hex').slice(0, 20)
    const written: string[] = []
    const work = { state, id, options, written }
    let outcomes: Outcome[]
    let result: CommitResult
    try {
      outcomes = await inParallel(byPartition(staged), (group) => commitPartition(group, work))
      result = summarise(id, outcomes)
      if (result.commit) await appendManifest(options.lakeDir, lineOf(result, outcomes, work), state.validBytes)
    } catch (error) {
      await removeFiles(options.lakeDir, written)
      throw error
    }
    await removeFiles(
      options.lakeDir,
      outcomes.flatMap(({ change }) => change?.removed ?? []),
    )
    return result
  }
  return withLakeLock(options.lakeDir, commit, options.signal)
}

/** Removes files that no manifest line names any more; one that is gone already is no error. */
export async function removeFiles(lakeDir: string, paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(join(barsFolder(lakeDir), path), { force: true })))
}

interface Group {
  partition: string
  staged: StagedPartition[]
}

function byPartition(staged: StagedPartition[]): Group[] {
  const groups = new Map<string, StagedPartition[]>()
  for (const part of staged) {
    const partition = `${seriesFolder(part.key)}/${part.name}`
    groups.set(partition, [...(groups.get(partition) ?? []), part])
  }
  return [...groups]
    .map(([partition, parts]) => ({ partition, staged: parts }))
    .sort((a, b) => (a.partition < b.partition ? -1 : 1))
}

interface Outcome {
  inserted: number
  updated: number
  skipped: number
  removed: number
  change: PartitionChange | null
}

interface Work {
  state: LakeState
  id: string
  options: CommitOptions
  written: string[]
}

async function commitPartition({ partition, staged }: Group, { state, id, options, written }: Work): Promise<Outcome> {
  throwIfAborted(options.signal)
  const before = state.partitions.get(partition)
  const base = await readPartition(options.source, options.lakeDir, before)
  const { incoming, lost } = await loadStaged(staged, { before, base, lastSeq: state.lastSeq })
  const result = mergeRows(base, incoming, options.mode)
  const counts = {
    inserted: result.inserted,
    updated: result.updated,
    skipped: result.skipped + lost,
    removed: result.removed,
  }
  options.onPartition?.()
  if (result.changed.rows === 0 && result.removed === 0) return { ...counts, change: null }
  await prepareFolder(options.lakeDir, partition, before)
  const rewrite = result.removed > 0 || (before?.files.length ?? 0) >= PARTS_MAX
  const path = `${partition}/part-${id}.parquet`
  written.push(path)
  const added = await writePart(options.lakeDir, path, rewrite ? result.merged : result.changed)
  const removed = rewrite ? (before?.files.map((file) => file.path) ?? []) : []
  return { ...counts, change: changeOf(result.merged, { partition, before, staged, added: [added], removed }) }
}

function changeOf(
  merged: Rows,
  {
    partition,
    before,
    staged,
    added,
    removed,
  }: {
    partition: string
    before?: PartitionState
    staged: StagedPartition[]
    added: PartitionChange['added']
    removed: string[]
  },
): PartitionChange {
  const spellings = [...new Set([...(before?.spellings ?? []), ...staged.map(({ key }) => key.symbol)])]
  const [{ key }] = staged
  return {
    partition,
    exchange: key.exchange.toLowerCase(),
    symbol: spellings[0],
    spellings,
    timeframe: key.timeframe,
    added,
    removed,
    rows: merged.rows,
    columns: columnOrder(Object.keys(merged.columns)),
    min_ms: merged.timestamp[0],
    max_ms: merged.timestamp[merged.rows - 1],
    checksum: contentChecksum(merged),
  }
}

/**
 * Rows of all spellings as one, sorted and unique, with their final sequence; and how many a later row of the input
 * replaced.
 */
async function loadStaged(
  staged: StagedPartition[],
  { before, base, lastSeq }: { before?: PartitionState; base: Rows; lastSeq: number },
): Promise<{ incoming: Rows; lost: number }> {
  const parts: { spelling: string; rows: Rows }[] = []
  let total = 0
  for (const part of staged) {
    const loaded = await part.load()
    total += loaded.rows
    const rows = sortUnique({ ...loaded, sequence: loaded.sequence.map((order) => lastSeq + 1 + order) })
    if (before && !before.spellings.includes(part.key.symbol))
      assertSameBars(base, rows, [before.symbol, part.key.symbol])
    for (const other of parts) assertSameBars(other.rows, rows, [other.spelling, part.key.symbol])
    parts.push({ spelling: part.key.symbol, rows })
  }
  const incoming = sortUnique(concatRows(parts.map(({ rows }) => rows)))
  return { incoming, lost: total - incoming.rows }
}

/** Two spellings are one symbol only as long as they do not contradict each other. */
function assertSameBars(a: Rows, b: Rows, spellings: [string, string]): void {
  const names = Object.keys(b.columns)
  for (let i = 0, j = 0; i < a.rows && j < b.rows; ) {
    if (a.timestamp[i] < b.timestamp[j]) i++
    else if (a.timestamp[i] > b.timestamp[j]) j++
    else if (sameBar(a, i++, { other: b, row: j, names })) j++
    else {
      const at = new Date(b.timestamp[j]).toISOString()
      throw new LqError(
        'LQ_INPUT_INVALID',
        `${spellings[0]} and ${spellings[1]} are one symbol in the lake, but have different bars at ${at}`,
        {
          hint: 'two instruments need two exchanges; to replace bars, spell the symbol as before',
        },
      )
    }
  }
}

/** Makes the folder of a partition, and removes what a commit that never came to its end left there. */
async function prepareFolder(lakeDir: string, partition: string, before: PartitionState | undefined): Promise<void> {
  const folder = join(barsFolder(lakeDir), partition)
  await makeDirectory(folder)
  const known = new Set(before?.files.map(({ path }) => basename(path)))
  const strays = (await readdir(folder)).filter(
    (name) => (name.startsWith('part-') || name.startsWith(TEMPORARY_PREFIX)) && !known.has(name),
  )
  await Promise.all(strays.map((name) => rm(join(folder, name), { force: true })))
}

function summarise(id: string, outcomes: Outcome[]): CommitResult {
  const sum = (name: 'inserted' | 'updated' | 'skipped' | 'removed') =>
    outcomes.reduce((total, outcome) => total + outcome[name], 0)
  const partitions = outcomes.flatMap(({ change }) => change?.partition ?? [])
  return {
    commit: partitions.length ? id : null,
    inserted: sum('inserted'),
    updated: sum('updated'),
    skipped: sum('skipped'),
    removed: sum('removed'),
    partitions,
  }
}

function lineOf(
  result: CommitResult,
  outcomes: Outcome[],
  { state, options }: { state: LakeState; options: CommitOptions },
): ManifestLine {
  const changes = outcomes.flatMap(({ change }) => change ?? [])
  return {
    schema_version: SCHEMA_VERSION,
    commit: result.commit!,
    kind: 'ingest',
    time: new Date().toISOString(),
    run_id: options.runId,
    idempotency_key: options.idempotencyKey,
    mode: options.mode,
    ...options.input,
    inserted: result.inserted,
    updated: result.updated,
    skipped: result.skipped,
    removed: result.removed,
    last_seq: state.lastSeq + options.sequenceCount,
    watermark: watermarkOf(changes),
    partitions: changes,
  }
}

/** Time up to which bars are known, ms: the end of the last bar. */
export function watermarkOf(changes: PartitionChange[]): number | null {
  return changes.reduce<number | null>(
    (latest, { timeframe, max_ms }) =>
      Math.max(latest ?? Number.NEGATIVE_INFINITY, barEnd(parseTimeframe(timeframe), max_ms)),
    null,
  )
}
