import { appendFile, open, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskError, hashFile, makeDirectory, syncDirectory } from './disk.js'
import { metadataFolder } from './layout.js'
import { withLakeLock } from './lock.js'
import { SCHEMA_VERSION } from './manifest.js'

/** What a job has written to the gold layer. */
export interface GoldCommit {
  /** the kind of job: `resample`, `score` */
  dataset: string
  runId: string
  /** of the file at `goldFile` */
  rows: number
  /** of the result's bits, see contracts: equal for equal inputs and options */
  checksum: string
  /** least and greatest timestamp; not finite (null in the manifest) if there is no row */
  minMs: number
  maxMs: number
  signal?: AbortSignal
}

const goldFolder = (lakeDir: string): string => join(lakeDir, 'gold')
const partitionOf = (runId: string): string => `run_id=${encodeURIComponent(runId)}`

/** Where a job's result lies: one file per run, so that a replay puts the same bytes in the same place. */
export function goldFile(lakeDir: string, { dataset, runId }: { dataset: string; runId: string }): string {
  return join(goldFolder(lakeDir), dataset, partitionOf(runId), 'part-0.parquet')
}

/**
 * Names a result that is in its place in the manifest, which makes it exist for readers. A replay adds no line.
 *
 * @throws LQ_DISK, LQ_BUSY
 */
export async function commitGold(lakeDir: string, commit: GoldCommit): Promise<void> {
  const manifest = manifestOf(lakeDir, commit.dataset)
  await withLakeLock(
    lakeDir,
    async () => {
      const lines = await readLines(manifest)
      const last = lines.findLast((line) => line.run_id === commit.runId)
      if (last?.checksum === commit.checksum && last.rows === commit.rows) return
      await appendLine(manifest, await lineOf(lakeDir, commit, lines.length))
    },
    commit.signal,
  )
}

/** @returns the file of a run's result, or null where the manifest names none */
export async function findGold(
  lakeDir: string,
  { dataset, runId }: { dataset: string; runId: string },
): Promise<string | null> {
  const lines = await readLines(manifestOf(lakeDir, dataset))
  return lines.some((line) => line.run_id === runId) ? goldFile(lakeDir, { dataset, runId }) : null
}

const manifestOf = (lakeDir: string, dataset: string): string =>
  join(metadataFolder(lakeDir), 'manifests', `gold_${dataset}.jsonl`)

interface GoldLine {
  run_id: string
  rows: number
  checksum: string
}

async function lineOf(
  lakeDir: string,
  commit: GoldCommit,
  number: number,
): Promise<GoldLine & Record<string, unknown>> {
  const { dataset, runId, rows, checksum, minMs, maxMs } = commit
  const path = goldFile(lakeDir, commit)
  const { size: bytes } = await stat(path)
  const file = { path: join(dataset, partitionOf(runId), 'part-0.parquet'), rows, bytes, min_ms: minMs, max_ms: maxMs }
  return {
    schema_version: SCHEMA_VERSION,
    commit: `${runId}-${number}`,
    kind: 'derive',
    time: new Date().toISOString(),
    run_id: runId,
    idempotency_key: `${runId}/${checksum}`,
    rows,
    inserted: rows,
    updated: 0,
    skipped: 0,
    quarantined: 0,
    checksum,
    watermark: maxMs,
    partitions: [
      { partition: partitionOf(runId), rows, checksum, added: [{ ...file, checksum: await hashFile(path) }] },
    ],
  }
}

async function readLines(path: string): Promise<GoldLine[]> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    if (cause.code === 'ENOENT') return ''
    throw diskError(path, cause)
  })
  // A line without its end was torn by a crash: its commit never was.
  return text.split('\n').slice(0, -1).flatMap(parseLine)
}

function parseLine(line: string): GoldLine[] {
  try {
    return [JSON.parse(line) as GoldLine]
  } catch {
    return [] // torn by a crash, and closed by the line end that the next commit put before its own line
  }
}

async function appendLine(path: string, line: GoldLine): Promise<void> {
  try {
    await makeDirectory(dirname(path))
    const torn = await endsTorn(path)
    await appendFile(path, `${torn ? '\n' : ''}${JSON.stringify(line)}\n`)
    const file = await open(path)
    await file.sync()
    await file.close()
    await syncDirectory(dirname(path))
  } catch (cause) {
    throw diskError(path, cause)
  }
}

async function endsTorn(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.length > 0 && !text.endsWith('\n')
}
