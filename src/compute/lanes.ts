import { LqError, throwIfAborted } from '../errors.js'
import { errorFromNative } from './native-error.js'
import type { Pool } from './pool.js'
import { BUSY, type Lane, NEXT, runLane, type TrialLane, type WireError } from './worker.js'

/** A lane that has not been given its counter yet. */
export type Unshared = Omit<Lane, 'shared'> | Omit<TrialLane, 'shared'>

/**
 * Runs the lanes of one stage, each in its thread. They share one counter of ranges, so a fast lane takes more of them.
 * Settles only when no lane touches the arena any more, also after an error or an abort.
 *
 * @throws LQ_INTERRUPTED if the signal is aborted, else the first error of a lane
 */
export async function runLanes(pool: Pool, lanes: Unshared[], signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal)
  const { units } = lanes[0]
  const shared = createShared()
  const stop = () => Atomics.store(shared, NEXT, units)
  // Once all ranges are taken and none is being worked on, a lane whose thread is still starting has nothing to add:
  // it would cost the first stage of a short job more than its work.
  const isDone = () => Atomics.load(shared, NEXT) >= units && Atomics.load(shared, BUSY) === 0
  signal?.addEventListener('abort', stop)
  try {
    await firstToSettle(
      lanes.map((lane) => runOne(pool, { ...lane, shared })),
      isDone,
    )
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  throwIfAborted(signal)
}

/** Runs a lane in this thread: for work that is smaller than a round trip to another. */
export function runHere(lane: Unshared, signal?: AbortSignal): void {
  throwIfAborted(signal)
  const error = runLane({ ...lane, shared: createShared() })
  if (error) throw errorFromNative(error)
}

const createShared = () => new Int32Array(new SharedArrayBuffer(8))

async function runOne(pool: Pool, lane: Lane | TrialLane): Promise<void> {
  let error: WireError | null
  try {
    error = await pool.run(lane)
  } catch (cause) {
    // The thread itself ended: the lanes that are left need not go on.
    Atomics.store(lane.shared, NEXT, lane.units)
    throw new LqError('LQ_INTERNAL', `a worker thread ended: ${cause}`, { cause })
  }
  if (error) throw errorFromNative(error)
}

/** Waits until all are settled, or one is and `isDone` then. @throws the first error */
async function firstToSettle(running: Promise<void>[], isDone: () => boolean): Promise<void> {
  const errors: unknown[] = []
  let left = running.length
  await new Promise<void>((resolve) => {
    const settled = () => {
      left--
      if (left === 0 || isDone()) resolve()
    }
    for (const lane of running) {
      lane.catch((error) => errors.push(error)).finally(settled)
    }
  })
  if (errors.length > 0) throw errors[0]
}
