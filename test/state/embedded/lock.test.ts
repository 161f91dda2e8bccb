import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { thisProcess } from '../../../src/process.js'
import { acquireLock } from '../../../src/state/embedded/lock.js'
import { failure, listen, SILENT, withDirectory } from '../support.js'

const NO_PROCESS = 99_999_999
const leave = (path: string, holder: object) =>
  writeFile(path, JSON.stringify({ ...thisProcess(), nonce: 'left', ...holder }))

test('leaves nothing behind', () =>
  withDirectory(async (directory) => {
    const release = await acquireLock(join(directory, 'x.lock'), { log: SILENT })
    await release()
    expect(await readdir(directory)).toEqual([])
  }))

test('lets one in at a time, though all of them find the lock of a process that is gone', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'x.lock')
    await leave(path, { pid: NO_PROCESS })
    let inside = 0
    let most = 0
    const visit = async () => {
      const release = await acquireLock(path, { log: SILENT })
      most = Math.max(most, ++inside)
      await new Promise(setImmediate)
      inside--
      await release()
    }
    await Promise.all(Array.from({ length: 30 }, visit))
    expect(most).toBe(1)
    expect(await readdir(directory)).toEqual([])
  }))

test.each([
  ['whose process is gone', { pid: NO_PROCESS }],
  ['whose id was given to another process', { start: 'another boot/1' }],
])('breaks a lock %s', (_, holder) =>
  withDirectory(async (directory) => {
    const path = join(directory, 'x.lock')
    await leave(path, holder)
    const release = await acquireLock(path, { log: SILENT, waitMs: 0 })
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid)
    await release()
  }),
)

test('does not break the lock of a process that it cannot see', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'x.lock')
    await leave(path, { pid: NO_PROCESS, namespace: 'pid:[1]' })
    const error = await failure(acquireLock(path, { log: SILENT, waitMs: 0 }))
    expect([error.code, error.exitCode]).toEqual(['LQ_BUSY', 75])
    expect(error.hint).toContain(path)
  }))

test('does not break a lock that cannot be read, while it is new', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'x.lock')
    await writeFile(path, 'not JSON')
    expect((await failure(acquireLock(path, { log: SILENT, waitMs: 0 }))).code).toBe('LQ_BUSY')
  }))

test('says once that it waits, and for whom', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'x.lock')
    await leave(path, {})
    const log = listen()
    await failure(acquireLock(path, { log, waitMs: 500 }))
    expect(log.lines).toEqual([expect.stringContaining(`waiting for process ${process.pid}`)])
  }))

test('stops waiting when it is interrupted', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'x.lock')
    await leave(path, {})
    const abort = new AbortController()
    const waiting = acquireLock(path, { log: SILENT, signal: abort.signal })
    abort.abort()
    expect((await failure(waiting)).code).toBe('LQ_INTERRUPTED')
  }))

test('does not remove a lock that is no longer its own', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'x.lock')
    const release = await acquireLock(path, { log: SILENT })
    await leave(path, {})
    await release()
    expect(existsSync(path)).toBe(true)
  }))
