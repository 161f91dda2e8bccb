import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { LqError, messageOf } from '../errors.js'

/**
 * Makes a file or directory that appears when it is complete and on disk: `make` writes it under another name beside
 * it.
 *
 * @throws LQ_DISK where the disk is at fault
 */
export async function appear<T>(path: string, make: (draft: string) => Promise<T>): Promise<T> {
  const target = resolve(path)
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}`)
  try {
    const made = await make(draft)
    await rename(draft, target)
    await sync(dirname(target))
    return made
  } catch (error) {
    // What failed first is what is told, even where the draft cannot be removed either.
    await rm(draft, { recursive: true, force: true }).catch(() => {})
    throw diskError(error, target)
  }
}

/** Resolves when what was written to the file or directory is on disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A failure of the file system as LQ_DISK; any other error as it is. */
export function diskError(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error
  return new LqError('LQ_DISK', `${path}: ${messageOf(error)}`, {
    hint: 'make the place writable, or give another',
    cause: error,
  })
}
