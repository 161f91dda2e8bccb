import type { Ledger } from '../compute/ledger.js'
import type { Config } from '../config.js'
import { EXIT, LqError, messageOf } from '../errors.js'
import type { BarStore } from '../lake/series.js'
import type { Log } from '../state/log.js'
import { openState, type State } from '../state/state.js'
import { finishJob, startJob } from '../state/workflow-jobs.js'

export interface JobContext {
  config: Config
  log: Log
  signal?: AbortSignal
  /** words of the command line, without secrets */
  argv: string[]
}

/** What a computation over bars runs with. */
export interface RunContext {
  config: Config
  store: BarStore
  /** null: nothing is recorded */
  state: State | null
  signal?: AbortSignal
  /** takes what ran where */
  ledger?: Ledger
  onProgress?: (progress: { done: number; total: number }) => void
}

/** What an execution leaves in its record. */
export interface JobOutcome<Result> {
  runId: string
  result: Result
  /** what ran where, seconds per phase, every fallback with its reason */
  ledger: Record<string, unknown>
}

/**
 * Executes a job and records the execution: its times, host, exit code and ledger. Without a state
 * (LQ_POSTGRES_DSN=none) it only executes it.
 *
 * @param run gets the state, or null
 */
export async function executeJob<Result>(
  workflow: string,
  { config, log, signal, argv }: JobContext,
  run: (state: State | null) => Promise<JobOutcome<Result>>,
): Promise<Result> {
  const state = await openState(config, { log, signal })
  if (!state) return (await run(null)).result
  try {
    const jobId = await startJob(state, {
      workflow,
      command: argv,
      env: settings(config),
      requestedMode: config.gpuMode,
    })
    try {
      const { runId, result, ledger } = await run(state)
      await finishJob(state, jobId, { exitCode: EXIT.OK, runId, ledger })
      return result
    } catch (error) {
      const exitCode = error instanceof LqError ? error.exitCode : EXIT.FAILED
      await finishJob(state, jobId, { exitCode, ledger: { error: messageOf(error) } }).catch((failure) => {
        // The job's own error is the one to tell.
        log.warn(`the end of job ${jobId} is not recorded: ${messageOf(failure)}`)
      })
      throw error
    }
  } finally {
    await state.close()
  }
}

/** Settings that decide how a job runs; none is a secret. */
function settings({
  gpuMode,
  gpuDevice,
  threads,
  cpuIsa,
  parquetReader,
  memoryLimitMb,
  lakeDir,
}: Config): Record<string, unknown> {
  return { gpuMode, gpuDevice, threads, cpuIsa, parquetReader, memoryLimitMb, lakeDir }
}
