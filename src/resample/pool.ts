import { Piscina } from 'piscina'
import { workerFile } from '../compute/worker-file.js'
import type { ScanResult, ScanShard, ScanWorkerData } from './worker.js'

/** Threads with a DuckDB each. Idle ones do not keep the process alive. */
export interface ScanPool {
  scan(shard: ScanShard): Promise<ScanResult>
}

/** What decides a pool. */
export interface ScanPoolOptions {
  threads: number
  /** budget of each thread's DuckDB */
  memoryLimitMb: number
}

/**
 * Shards that a thread holds: the next ones lie ready while this thread is busy encoding what came back, which takes
 * longer than a shard.
 */
export const SHARDS_PER_THREAD = 4
/** Time after which an idle thread gives its memory back. */
const IDLE_MS = 10_000

let current: { key: string; pool: Piscina<ScanShard, ScanResult>; pending: Set<Promise<unknown>> } | undefined

/** The pool of the process, made on first use: starting a thread and its DuckDB takes 60 ms. Other options end it. */
export function scanPool({ threads, memoryLimitMb }: ScanPoolOptions): ScanPool {
  const key = `${threads} ${memoryLimitMb}`
  if (current?.key !== key) {
    void closeScanPool()
    const pool = new Piscina<ScanShard, ScanResult>({
      filename: workerFile('resample/worker'),
      name: 'scanShard',
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE_MS,
      concurrentTasksPerWorker: SHARDS_PER_THREAD,
      recordTiming: false,
      // None of the parent's flags: a test runner's loader would be loaded into every worker.
      execArgv: [],
      workerData: { memoryLimitMb } satisfies ScanWorkerData,
    })
    current = { key, pool, pending: new Set() }
  }
  const { pool, pending } = current
  return {
    scan(shard) {
      const task = pool.run(shard)
      const forget = () => pending.delete(task)
      pending.add(task)
      task.then(forget, forget)
      return task
    },
  }
}

/** Ends the threads, after the answers they owe; the next use starts new ones. */
export async function closeScanPool(): Promise<void> {
  const closing = current
  current = undefined
  if (!closing) return
  await Promise.allSettled(closing.pending)
  await closing.pool.destroy()
}
