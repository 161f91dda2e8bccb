import { describe, expect, test } from 'vitest'
import { runHere, runLanes } from '../../src/compute/lanes.js'
import type { Pool } from '../../src/compute/pool.js'
import { BUSY, type Lane, NEXT, type WireError } from '../../src/compute/worker.js'

const LANE: Omit<Lane, 'shared'> = {
  target: 'v2',
  words: new Int32Array(0),
  options: new Float64Array(0),
  state: new Float64Array(0),
  times: new Float64Array(0),
  arena: new Float64Array(0),
  units: 10,
  unitsPerRange: 3,
}

/** A pool whose threads are functions; each may answer, fail or wait. */
const poolOf = (...threads: ((lane: Lane) => Promise<WireError | null>)[]): Pool => {
  let started = 0
  return { run: (lane: Lane) => threads[started++](lane) } as unknown as Pool
}

const never = () => new Promise<null>(() => {})

/** Takes all ranges, as a worker does. */
async function work(lane: Lane): Promise<null> {
  while (Atomics.add(lane.shared, NEXT, lane.unitsPerRange) < lane.units);
  return null
}

test('ends when all lanes have', async () => {
  await expect(runLanes(poolOf(work, work), [LANE, LANE])).resolves.toBeUndefined()
})

test('does not wait for a thread that is still starting when all work is done', async () => {
  await expect(runLanes(poolOf(work, never), [LANE, LANE])).resolves.toBeUndefined()
})

test('waits for a lane that still works on its last range', async () => {
  let release = () => {}
  const busy = async (lane: Lane) => {
    Atomics.add(lane.shared, BUSY, 1)
    await new Promise<void>((resolve) => {
      release = resolve
    })
    Atomics.sub(lane.shared, BUSY, 1)
    return null
  }
  let ended = false
  const running = runLanes(poolOf(busy, work), [LANE, LANE]).then(() => {
    ended = true
  })
  await new Promise(setImmediate)
  expect(ended).toBe(false)
  release()
  await running
})

describe('errors', () => {
  const fail = (error: WireError) => async (lane: Lane) => {
    Atomics.store(lane.shared, NEXT, lane.units)
    return error
  }

  test('a device without memory keeps its code', async () => {
    const error = { code: 'LQ_GPU_MEMORY', message: 'cuMemAlloc: out of memory', stack: '' }
    await expect(runLanes(poolOf(fail(error)), [LANE])).rejects.toMatchObject({
      code: 'LQ_GPU_MEMORY',
      message: 'cuMemAlloc: out of memory',
      hint: expect.stringContaining('LQ_GPU_MODE=auto'),
    })
  })

  test('a device that fails keeps its code', async () => {
    const error = { code: 'LQ_GPU_UNAVAILABLE', message: 'no context', stack: '' }
    await expect(runLanes(poolOf(fail(error)), [LANE])).rejects.toMatchObject({ code: 'LQ_GPU_UNAVAILABLE' })
  })

  test('any other code is a fault of ours, with its cause', async () => {
    const error = { code: 'ERR_WHATEVER', message: 'odd', stack: 'at odd' }
    await expect(runLanes(poolOf(fail(error)), [LANE])).rejects.toMatchObject({ code: 'LQ_INTERNAL', cause: error })
  })

  test('a thread that dies is an error', async () => {
    const die = async () => {
      throw new Error('worker exited with code: 1')
    }
    await expect(runLanes(poolOf(die, work), [LANE, LANE])).rejects.toMatchObject({
      code: 'LQ_INTERNAL',
      message: 'a worker thread ended: Error: worker exited with code: 1',
    })
  })
})

describe('abort', () => {
  test('stops the lanes and is an error', async () => {
    const abort = new AbortController()
    const untilStopped = async (lane: Lane) => {
      for (let i = 0; Atomics.load(lane.shared, NEXT) < lane.units; i++) {
        if (i === 3) abort.abort()
        await new Promise(setImmediate)
      }
      return null
    }
    const running = runLanes(poolOf(untilStopped, untilStopped), [LANE, LANE], abort.signal)
    await expect(running).rejects.toMatchObject({ code: 'LQ_INTERRUPTED' })
  })

  test('before the start keeps it from starting', async () => {
    await expect(runLanes(poolOf(), [LANE], AbortSignal.abort())).rejects.toMatchObject({ code: 'LQ_INTERRUPTED' })
    expect(() => runHere(LANE, AbortSignal.abort())).toThrow(expect.objectContaining({ code: 'LQ_INTERRUPTED' }))
  })

  test('leaves no listener on the signal', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    await runLanes(poolOf(work), [LANE], signal)
    expect(listeners).toBe(0)
  })
})
