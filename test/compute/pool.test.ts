import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/compute/addon.js'
import { closePool, cpuPool, devicePool } from '../../src/compute/pool.js'
import { workerFile } from '../../src/compute/worker-file.js'

afterEach(closePool)

test('there is one pool per process', () => {
  expect(cpuPool(2)).toBe(cpuPool(2))
  expect(devicePool()).toBe(devicePool())
})

test('another count of threads makes it anew', () => {
  const two = cpuPool(2)
  expect(cpuPool(3)).not.toBe(two)
  expect(cpuPool(3).threadsMax).toBe(3)
})

test('after it is closed, the next use makes a new one', async () => {
  const first = cpuPool(1)
  await closePool()
  expect(first.threads()).toBe(0)
  expect(cpuPool(1)).not.toBe(first)
})

test('closing nothing is nothing', async () => {
  await expect(closePool()).resolves.toBeUndefined()
})

describe.skipIf(!loadAddon().addon)('a process (skipped without the addon)', () => {
  test('ends by itself with idle threads', () => {
    const url = (name: string) => JSON.stringify(pathToFileURL(workerFile(name)).href)
    const script = `
      const { cpuPool } = await import(${url('compute/pool')})
      const { runLanes } = await import(${url('compute/lanes')})
      const lane = { target: 'v2', words: new Int32Array(0), options: new Float64Array(0), arena: new Float64Array(0) }
      await runLanes(cpuPool(2), [0, 1].map(() => ({ ...lane, units: 0, unitsPerRange: 1 })))
      process.stdout.write('threads ' + cpuPool(2).threads())`
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 30_000 })
    expect(`${child.stderr}`).toBe('')
    expect({ status: child.status, stdout: `${child.stdout}` }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^threads [12]$/),
    })
  })
})
