import { type FingerprintParts, fingerprint } from '../state/fingerprint.js'
import { upsertResults } from '../state/results.js'
import { endRun, upsertRun } from '../state/runs.js'
import type { State } from '../state/state.js'
import type { SweepResult } from './optimize-sweep-result.js'

/** Writes a run and its kept sets, one row each; a replay changes no byte of them. */
export async function recordSweep(
  state: State,
  spec: FingerprintParts & { parameters: Record<string, unknown> },
  { run_id: runId, best, markets, strategy, trials, checksum, outputs }: SweepResult,
): Promise<void> {
  // The ranges that were searched are the same for all rows: the run's.
  const { dimensions: _, ...shared } = spec.parameters
  await upsertRun(state, { runId, mode: spec.kind, metadata: { strategy, trials, markets, search: spec.parameters } })
  await upsertResults(
    state,
    best.map(({ symbol, rank, params, sharpe, cagr, max_drawdown: mdd, metrics, honesty, undefined: reasons }) => {
      const market = markets.find((one) => one.symbol === symbol)
      const parameters = { ...shared, symbol, params }
      return {
        ...{ runId, stage: spec.kind, fingerprint: fingerprint({ ...spec, parameters }), params },
        ...{ sharpe, cagr, mdd },
        extra: {
          ...{ symbol, rank, strategy, metrics, undefined: reasons, honesty, trials: market?.trials, pbo: market?.pbo },
          ...{ rows: best.length, checksum, outputs: outputs.map(({ path }) => path) },
        },
      }
    }),
  )
  await endRun(state, { runId, status: 'COMPLETED', endedAt: Date.now() })
}
