import { Piscina } from 'piscina'
import { workerFile } from './worker-file.js'

/** Threads that run native code. Idle ones do not keep the process alive. */
export type Pool = Piscina

let current: { pool: Pool; threads: number } | undefined
let device: Pool | undefined

/** The pool of the process, made on first use; asked for another count of threads, it is made anew. */
export function cpuPool(threads: number): Pool {
  if (current?.threads !== threads) {
    const previous = current?.pool
    current = { pool: createPool(threads), threads }
    void previous?.close()
  }
  return current.pool
}

/** The one thread that owns the CUDA device. */
export function devicePool(): Pool {
  device ??= createPool(1)
  return device
}

/** Ends all threads of both pools; the next use starts new ones. */
export async function closePool(): Promise<void> {
  const pools = [current?.pool, device]
  current = undefined
  device = undefined
  await Promise.all(pools.map((pool) => pool?.destroy()))
}

function createPool(threads: number): Pool {
  return new Piscina({
    filename: workerFile('compute/worker'),
    name: 'runLane',
    minThreads: 1,
    maxThreads: threads,
    // A thread is kept: starting one costs 30 ms and opening a device far more.
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    recordTiming: false,
    // None of the parent's flags: a test runner's loader would be loaded into every worker.
    execArgv: [],
  })
}
