import { randomUUID } from 'node:crypto'
import { link, stat, unlink, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { LqError, throwIfAborted } from '../../errors.js'
import { isRunning, type ProcessIdentity, readIfThere, thisProcess } from '../../process.js'
import type { Log } from '../log.js'

export interface LockOptions {
  log: Log
  signal?: AbortSignal
  /** longest wait, ms */
  waitMs?: number
}

const POLL_MS = 10
const TELL_AFTER_MS = 300
const WAIT_MS_MAX = 600_000
/** A lock is held while a server starts or stops; one whose holder cannot be seen from here is given up after this. */
const UNSEEN_MS_MAX = 600_000
const CLAIM_MS_MAX = 10_000

interface Holder extends ProcessIdentity {
  nonce: string
}

/**
 * Takes the lock that the file at `path` stands for, waiting while another process has it. A lock left by a process
 * that is gone (its id, or the start time behind the id, says so) is broken.
 *
 * @returns releases it
 * @throws LQ_BUSY after `waitMs`
 */
export async function acquireLock(path: string, options: LockOptions): Promise<() => Promise<void>> {
  const holder: Holder = { ...thisProcess(), nonce: randomUUID() }
  const sinceMs = performance.now()
  let told = false
  for (;;) {
    throwIfAborted(options.signal)
    const other = await read(path)
    if (other === undefined) {
      if (await take(path, holder)) break
      continue
    }
    if (await isStale(path, other)) {
      await breakLock(path, other)
      continue
    }
    const waitedMs = performance.now() - sinceMs
    if (waitedMs > (options.waitMs ?? WAIT_MS_MAX)) throw busy(path, other)
    if (!told && waitedMs > TELL_AFTER_MS) {
      told = true
      options.log.info(`waiting for process ${other.pid}, which starts or stops the embedded database (${path})`)
    }
    await delay(POLL_MS)
  }
  return async () => {
    if ((await read(path))?.nonce === holder.nonce) await unlink(path)
  }
}

/** The file appears with its content, or not at all: it is written elsewhere and linked into place. */
async function take(path: string, holder: Holder): Promise<boolean> {
  const draft = `${path}.${holder.nonce}`
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(draft)
  }
}

async function read(path: string): Promise<Holder | undefined> {
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return { pid: 0, start: '', namespace: 'unreadable', nonce: 'unreadable' }
  }
}

async function isStale(path: string, holder: Holder): Promise<boolean> {
  const running = isRunning(holder)
  if (running !== undefined) return !running
  return (await ageMs(path)) > UNSEEN_MS_MAX
}

/**
 * Removes the lock of a holder that is gone, and never one taken meanwhile: who wants to break it first links it to a
 * name made of the holder's nonce, which only one can do; while that claim stands, nobody else removes this holder's
 * lock.
 */
async function breakLock(path: string, stale: Holder): Promise<void> {
  const claim = `${path}.${stale.nonce}.stale`
  try {
    await link(path, claim)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Who made the claim was killed between its next two steps, or is at work right now.
    if ((await ageMs(claim)) > CLAIM_MS_MAX) await unlinkIfThere(claim)
    else await delay(POLL_MS)
    return
  }
  if ((await read(claim))?.nonce === stale.nonce) await unlinkIfThere(path)
  await unlinkIfThere(claim)
}

/** ms since the file, or its number of names, changed; 0 if it is gone */
async function ageMs(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).ctimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function busy(path: string, { pid }: Holder): LqError {
  return new LqError(
    'LQ_BUSY',
    `the embedded database is being started or stopped by process ${pid}, which takes too long`,
    {
      hint: `look at that process, or remove ${path} if no lq runs, and run the command again`,
    },
  )
}
