import { createLedger } from '../compute/ledger.js'
import { executeJob, type RunContext } from '../jobs/job.js'
import { openFileStore } from '../lake/file-store.js'
import { openLakeStore } from '../lake/lake-store.js'
import type { Context } from './frame.js'

/** Where a command's bars are: files, or else the lake. */
export interface BarsAsked {
  input?: string[]
  exchange?: string
  timeframe: string
}

/** What a run's record has of its result. */
interface Ran {
  run_id: string
  backend: unknown
  fallbacks: unknown
  seconds: unknown
  unscanned?: unknown
}

/** Runs a computation over bars as a recorded job, with its progress shown. */
export function overBars<Result extends Ran>(
  name: string,
  context: Context,
  bars: BarsAsked,
  run: (on: RunContext) => Promise<Result>,
): Promise<Result> {
  const { config, signal, progress } = context
  const { input, exchange, timeframe } = bars
  let shown: number | undefined
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    if (shown === undefined) progress.start(name, total)
    progress.advance(done - (shown ?? 0))
    shown = done
  }
  return executeJob(name, context, async (state) => {
    const store = input ? await openFileStore(input, { exchange, timeframe }, config) : await openLakeStore(config)
    const ledger = createLedger()
    const result = await run({ config, store, state, signal, ledger, onProgress })
    const { run_id: runId, backend, fallbacks, seconds, unscanned } = result
    return { runId, result, ledger: { backend, fallbacks, seconds, unscanned, steps: ledger.steps } }
  })
}
