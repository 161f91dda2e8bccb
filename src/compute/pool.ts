import { Piscina } from 'piscina'
import type { Lane, TrialLane, WireError } from './worker.js'
import { workerFile } from './worker-file.js'

/** Threads that run native code. Idle ones do not keep the process alive. */
export interface Pool {
  readonly threadsMax: number
  /** threads that have been started */
  threads(): number
  /** Runs a lane in a thread that is free, or is started for it. */
  run(lane: Lane | TrialLane): Promise<WireError | null>
  /** Ends the threads after what they run. */
  end(): Promise<void>
}

let current: Pool | undefined
let device: Pool | undefined

/** The pool of the process, made on first use; asked for another count of threads, it is made anew. */
export function cpuPool(threadsMax: number): Pool {
  if (current?.threadsMax !== threadsMax) {
    const previous = current
    current = createPool(threadsMax)
    // A plan that still runs there comes to its end.
    void previous?.end()
  }
  return current
}

/** The one thread that owns the CUDA device. */
export function devicePool(): Pool {
  device ??= createPool(1)
  return device
}

/** Ends all threads of both pools; the next use starts new ones. */
export async function closePool(): Promise<void> {
  const pools = [current, device]
  current = undefined
  device = undefined
  await Promise.all(pools.map((pool) => pool?.end()))
}

function createPool(threadsMax: number): Pool {
  const pool = new Piscina({
    filename: workerFile('compute/worker'),
    name: 'runLane',
    minThreads: 1,
    maxThreads: threadsMax,
    // A thread is kept: starting one costs 30 ms and opening a device far more.
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    recordTiming: false,
    // None of the parent's flags: a test runner's loader would be loaded into every worker.
    execArgv: [],
  })
  const pending = new Set<Promise<unknown>>()
  return {
    threadsMax,
    threads: () => pool.threads.length,
    run(lane) {
      const task: Promise<WireError | null> = pool.run(lane)
      const forget = () => pending.delete(task)
      pending.add(task)
      task.then(forget, forget)
      return task
    },
    async end() {
      // Answers that arrive while threads are being ended would be errors of the pool.
      await Promise.allSettled(pending)
      await pool.destroy()
    },
  }
}
