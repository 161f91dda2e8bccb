import { constants } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LqError, messageOf } from '../errors.js'
import { diskError, makeDirectory, syncDirectory } from './disk.js'
import { manifestPath } from './layout.js'

/*
 * The manifest: one line of JSON per commit, appended and fsynced after the files it names. It is the one source of
 * what is in the lake; a file that no line names does not exist for readers.
 */

export const SCHEMA_VERSION = 1

export interface FileEntry {
  /** relative to the folder of bars */
  path: string
  rows: number
  bytes: number
  min_ms: number
  max_ms: number
  /** SHA-256 of the file's bytes */
  checksum: string
}

/** What a commit made of one partition. */
export interface PartitionChange {
  /** relative to the folder of bars: `exchange=…/symbol=…/timeframe=…/month=…` */
  partition: string
  exchange: string
  /** as first written */
  symbol: string
  /** every way in which the symbol has been written */
  spellings: string[]
  timeframe: string
  added: FileEntry[]
  /** paths */
  removed: string[]
  /** of the whole partition after this commit */
  rows: number
  columns: string[]
  min_ms: number
  max_ms: number
  /** content checksum (rows.ts) */
  checksum: string
}

export interface ManifestLine {
  schema_version: number
  commit: string
  /** what the commit does: rows come in, or files are put together */
  kind: 'ingest' | 'compact'
  time: string
  run_id: string
  idempotency_key: string
  mode: string
  rows: number
  inserted: number
  updated: number
  skipped: number
  quarantined: number
  suspect: number
  removed: number
  /** greatest `ingest_seq` given out so far */
  last_seq: number
  /** ms up to which bars are known, of the series that reaches farthest; null if nothing is left */
  watermark: number | null
  partitions: PartitionChange[]
}

export interface PartitionState extends Omit<PartitionChange, 'added' | 'removed'> {
  files: FileEntry[]
}

/** The lake as the manifest tells it. */
export interface LakeState {
  /** id of the last commit */
  commit: string | null
  commits: number
  lastSeq: number
  partitions: Map<string, PartitionState>
  /** bytes of whole lines: what lies behind is the torn end of a commit that never was */
  validBytes: number
}

/** @throws LQ_LAKE_CORRUPT if a line that is not the last cannot be read, or is of a newer version */
export async function readManifest(lakeDir: string): Promise<LakeState> {
  const path = manifestPath(lakeDir)
  const state: LakeState = { commit: null, commits: 0, lastSeq: 0, partitions: new Map(), validBytes: 0 }
  const bytes = await readFile(path).catch((cause) => {
    if (cause.code === 'ENOENT') return Buffer.alloc(0)
    throw new LqError('LQ_LAKE_CORRUPT', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'check its permissions',
    })
  })
  for (let from = 0, number = 1; from < bytes.length; number++) {
    const end = bytes.indexOf(0x0a, from)
    if (end < 0) break
    const line = parseLine(bytes.toString('utf8', from, end))
    if (!line && end + 1 < bytes.length) throw corrupt(path, number)
    if (!line) break
    apply(state, line)
    from = end + 1
    state.validBytes = from
  }
  return state
}

function corrupt(path: string, number: number): LqError {
  return new LqError('LQ_LAKE_CORRUPT', `${path}: line ${number} is not a commit of schema version ${SCHEMA_VERSION}`, {
    hint: 'restore the manifest from a backup; files and lines after it are untouched',
  })
}

function parseLine(text: string): ManifestLine | null {
  try {
    const line = JSON.parse(text) as ManifestLine
    return line.schema_version === SCHEMA_VERSION && Array.isArray(line.partitions) ? line : null
  } catch {
    // Torn by a crash, or damaged: the caller knows which, by the line's place.
    return null
  }
}

function apply(state: LakeState, line: ManifestLine): void {
  state.commit = line.commit
  state.commits++
  state.lastSeq = line.last_seq
  for (const { added, removed, ...rest } of line.partitions) {
    const gone = new Set(removed)
    const before = state.partitions.get(rest.partition)?.files ?? []
    const files = [...before.filter(({ path }) => !gone.has(path)), ...added]
    if (files.length === 0) state.partitions.delete(rest.partition)
    else state.partitions.set(rest.partition, { ...rest, files })
  }
}

/**
 * Appends one commit: from the fsync on it is done. A torn end that a crash left is cut off first.
 *
 * @param validBytes of the state that was read under the same lock
 * @throws LQ_DISK, and the commit does not exist
 */
export async function appendManifest(lakeDir: string, line: ManifestLine, validBytes: number): Promise<void> {
  const path = manifestPath(lakeDir)
  try {
    await makeDirectory(dirname(path))
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT)
    try {
      await file.truncate(validBytes)
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done, validBytes + done)).bytesWritten
      }
      await file.sync()
    } catch (cause) {
      await file.truncate(validBytes)
      throw cause
    } finally {
      await file.close()
    }
    if (validBytes === 0) await syncDirectory(dirname(path))
  } catch (cause) {
    throw diskError(path, cause)
  }
}
