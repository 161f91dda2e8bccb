import type { Fallback } from '../types.js'

/** Where steps can run. */
export type BackendName = 'cpu' | 'cuda' | 'reference' | 'tfjs'

/** What ran where, for a job's record. */
export interface Ledger {
  /** one entry per stage and backend, however often it ran */
  steps: { step: string; backend: BackendName; runs: number; seconds: number }[]
  /** each fallback once */
  fallbacks: Fallback[]
}

export const createLedger = (): Ledger => ({ steps: [], fallbacks: [] })

/** Adds one run of a step; runs of equal steps (of other chunks) are summed. */
export function recordStep(ledger: Ledger, run: { step: string; backend: BackendName; seconds: number }): void {
  const known = ledger.steps.find(({ step, backend }) => step === run.step && backend === run.backend)
  if (!known) {
    ledger.steps.push({ ...run, runs: 1 })
    return
  }
  known.runs++
  known.seconds += run.seconds
}

/** Runs work and records how long it took, if it succeeds. */
export async function timedStep(
  on: { step: string; backend: BackendName; ledger: Ledger },
  work: () => Promise<void>,
): Promise<void> {
  const start = performance.now()
  await work()
  recordStep(on.ledger, { step: on.step, backend: on.backend, seconds: (performance.now() - start) / 1000 })
}

/** Adds a fallback, unless it is known. */
export function recordFallback(ledger: Ledger, fallback: Fallback): void {
  const { step, from, to, reason } = fallback
  const known = ledger.fallbacks.some(
    (other) => other.step === step && other.from === from && other.to === to && other.reason === reason,
  )
  if (!known) ledger.fallbacks.push(fallback)
}
