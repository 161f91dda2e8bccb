import { Piscina } from 'piscina'
import { workerFile } from '../../compute/worker-file.js'
import { throwIfAborted } from '../../errors.js'
import { type PortfolioTask, solveTask, type TaskResult } from './task.js'

/** Dates that a thread takes at a time: a message costs as much as a small date. */
const TASKS_PER_MESSAGE = 8
/** Time after which an idle thread gives its memory back. */
const IDLE_MS = 10_000

let current: { threads: number; pool: Piscina<PortfolioTask[], TaskResult[]> } | undefined

/**
 * Solves dates that do not depend on each other, by as many threads as there are; each date is solved by itself, so
 * neither their count nor their order is in a result.
 *
 * @param options.advance called with the count of dates that are done
 * @throws LQ_INTERRUPTED
 */
export async function solveTogether(
  tasks: PortfolioTask[],
  { threads, signal, advance }: { threads: number; signal?: AbortSignal; advance?: (count: number) => void },
): Promise<TaskResult[]> {
  if (tasks.length <= 1 || threads === 1) return tasks.map((task) => solveHere(task, { signal, advance }))
  const { pool } = openPool(threads)
  const perMessage = Math.max(1, Math.min(TASKS_PER_MESSAGE, Math.floor(tasks.length / threads)))
  const parts = Array.from({ length: Math.ceil(tasks.length / perMessage) }, async (_, i) => {
    const part = tasks.slice(i * perMessage, (i + 1) * perMessage)
    const results = await pool.run(part, { signal })
    advance?.(results.length)
    return results
  })
  const settled = await Promise.allSettled(parts)
  throwIfAborted(signal)
  return settled.flatMap((part) => {
    if (part.status === 'rejected') throw part.reason
    return part.value
  })
}

/** Solves one date in this thread. @throws LQ_INTERRUPTED */
export function solveHere(
  task: PortfolioTask,
  { signal, advance }: { signal?: AbortSignal; advance?: (count: number) => void },
): TaskResult {
  throwIfAborted(signal)
  const result = solveTask(task)
  advance?.(1)
  return result
}

/** Ends the threads; the next use starts new ones. */
export async function closePortfolioPool(): Promise<void> {
  const closing = current
  current = undefined
  await closing?.pool.destroy()
}

function openPool(threads: number) {
  if (current?.threads !== threads) {
    void current?.pool.destroy()
    const pool = new Piscina<PortfolioTask[], TaskResult[]>({
      filename: workerFile('optimize/portfolio/worker'),
      name: 'solveTasks',
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE_MS,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      // None of the parent's flags: a test runner's loader would be loaded into every worker.
      execArgv: [],
    })
    current = { threads, pool }
  }
  return current
}
