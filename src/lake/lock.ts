import { open, readFile, rm, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LqError, throwIfAborted } from '../errors.js'
import { isRunning, type ProcessIdentity, thisProcess } from '../process.js'
import { diskError, makeDirectory } from './disk.js'
import { metadataFolder } from './layout.js'

const WAIT_MS_MAX = 60_000
const POLL_MS = 50
/** A lock file is written at once; one that stays empty this long is of a process that died in between. */
const EMPTY_MS_MAX = 5000
/** A holder elsewhere (another host or container) cannot be looked up: it shows that it lives by the file's time. */
const BEAT_MS = 5000
const BEAT_AGE_MS_MAX = 60_000

/**
 * Runs `use` while no other process commits to the lake. The lock is a file with the holder's process id and start
 * time: a holder that died, or whose id another process got since, holds it no longer.
 *
 * @throws LQ_BUSY if another process holds it for more than a minute
 */
export async function withLakeLock<T>(lakeDir: string, use: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const path = join(metadataFolder(lakeDir), 'commit.lock')
  await makeDirectory(dirname(path)).catch((cause) => {
    throw diskError(path, cause)
  })
  await acquire(path, signal)
  // A beat that fails shows only to other hosts, and there as a holder that died: they wait a minute first.
  const beat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), BEAT_MS).unref()
  try {
    return await use()
  } finally {
    clearInterval(beat)
    await rm(path, { force: true })
  }
}

/** A process, and the host that its id is of. */
type Holder = ProcessIdentity & { host: string }

async function acquire(path: string, signal?: AbortSignal): Promise<void> {
  const own = JSON.stringify({ ...thisProcess(), host: hostname() } satisfies Holder)
  const deadline = performance.now() + WAIT_MS_MAX
  while (!(await create(path, own))) {
    throwIfAborted(signal)
    // No file: its holder was done in between.
    const holder = await readFile(path, 'utf8').catch(() => null)
    if (holder !== null && (await isStale(holder, path))) await breakLock(path, holder)
    else if (performance.now() > deadline) {
      throw new LqError(
        'LQ_BUSY',
        `another process has been committing to the lake for ${WAIT_MS_MAX / 1000} s: ${holder}`,
        {
          hint: `run again later; if no such process exists, remove ${path}`,
        },
      )
    } else await sleep(POLL_MS)
  }
}

/** @returns false if the file is there already */
async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(text)
    await file.close()
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw diskError(path, cause)
  }
}

async function isStale(holder: string, path: string): Promise<boolean> {
  if (holder === '') return (await ageMs(path)) > EMPTY_MS_MAX
  let parsed: Holder
  try {
    parsed = JSON.parse(holder)
  } catch {
    return (await ageMs(path)) > EMPTY_MS_MAX
  }
  const running = parsed.host === hostname() ? isRunning(parsed) : undefined
  return running === undefined ? (await ageMs(path)) > BEAT_AGE_MS_MAX : !running
}

/**
 * Removes a stale lock. Two processes may find it stale at once, and the slower must not remove the quicker one's new
 * lock: so it is done under a guard, and only if the file still says what was found stale.
 */
async function breakLock(path: string, found: string): Promise<void> {
  const guard = `${path}.break`
  if (!(await create(guard, String(process.pid)))) {
    if ((await ageMs(guard)) > EMPTY_MS_MAX) await rm(guard, { force: true })
    return void (await sleep(POLL_MS))
  }
  try {
    // No file: it is broken already.
    if ((await readFile(path, 'utf8').catch(() => null)) === found) await rm(path, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

async function ageMs(path: string): Promise<number> {
  // No file has no age.
  const file = await open(path).catch(() => null)
  if (!file) return 0
  const { mtimeMs } = await file.stat()
  await file.close()
  return Date.now() - mtimeMs
}
