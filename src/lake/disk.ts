import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LqError, messageOf } from '../errors.js'
import { hasEnded, processTag } from '../process.js'

/*
 * Files that are there whole or not at all: temporary file in the same directory → fsync → rename → fsync directory.
 */

export interface AtomicFile {
  write(bytes: Uint8Array): Promise<void>
  /** Puts the file in its place; on failure nothing is left. */
  commit(): Promise<void>
  /** Removes what was written. */
  abort(): Promise<void>
}

/** Temporary files begin with this, so that readers of the directory can pass over them. */
export const TEMPORARY_PREFIX = '.tmp-'

/** @throws LQ_DISK if the file cannot be written; nothing is left of it then */
export async function openAtomicFile(path: string): Promise<AtomicFile> {
  const name = `${TEMPORARY_PREFIX}${processTag()}-${randomBytes(6).toString('hex')}-${basename(path)}`
  const temporary = join(dirname(path), name)
  let file: FileHandle
  try {
    await mkdir(dirname(path), { recursive: true })
    await removeDrafts(path)
    file = await open(temporary, 'wx')
  } catch (cause) {
    throw diskError(path, cause)
  }
  const abort = async () => {
    // It may be closed already; what matters is that it goes.
    await file.close().catch(() => {})
    await rm(temporary, { force: true })
  }
  const orAbort = async (step: () => Promise<void>) => {
    try {
      await step()
    } catch (cause) {
      await abort()
      throw diskError(path, cause)
    }
  }
  return {
    abort,
    write: (bytes) => orAbort(() => writeAll(file, bytes)),
    commit: () =>
      orAbort(async () => {
        await file.sync()
        await file.close()
        await rename(temporary, path)
        await syncDirectory(dirname(path))
      }),
  }
}

/** Removes drafts of a file that killed processes left. */
async function removeDrafts(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(TEMPORARY_PREFIX) || !name.endsWith(`-${basename(path)}`)) continue
    const [tag] = name.slice(TEMPORARY_PREFIX.length).split('-')
    if (hasEnded(tag)) await rm(join(dirname(path), name), { force: true })
  }
}

/** A rename or a new file outlives a power cut only when its directory is on the disk too. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Creates a directory and its parents, and makes the entries of the new ones last. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (!first) return
  for (let at = path; at.length >= dirname(first).length; at = dirname(at)) {
    await syncDirectory(at)
    if (at === dirname(at)) break
  }
}

/** SHA-256 of a file's bytes, 64 hex digits. @throws LQ_INPUT_MISSING */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(chunk)
  } catch (cause) {
    throw new LqError('LQ_INPUT_MISSING', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'check the path and its permissions',
    })
  }
  return hash.digest('hex')
}

const READ_BYTES = 1 << 20

export function diskError(path: string, cause: unknown): LqError {
  const full = (cause as NodeJS.ErrnoException)?.code === 'ENOSPC'
  return new LqError(
    'LQ_DISK',
    full ? `no space left on the disk of ${path}` : `cannot write ${path}: ${messageOf(cause)}`,
    {
      cause,
      hint: full
        ? 'free some space and run the same command again; nothing was changed'
        : 'check the path and its permissions',
    },
  )
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten
}
