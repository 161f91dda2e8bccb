import type { FactorSummary } from '../factors/evaluation/summary.js'
import { type FingerprintParts, fingerprint } from '../state/fingerprint.js'
import { upsertResults } from '../state/results.js'
import { endRun, upsertRun } from '../state/runs.js'
import type { State } from '../state/state.js'

/** Writes a run and its results, one per factor and horizon; a replay changes no byte of them. */
export async function recordEvaluation(
  state: State,
  spec: FingerprintParts & { parameters: Record<string, unknown> },
  result: { run_id: string; checksum: string; outputs: { path: string; rows: number }[]; factors: FactorSummary[] },
): Promise<void> {
  const { run_id: runId, checksum, outputs } = result
  const { factors: _, horizons: __, ...shared } = spec.parameters
  await upsertRun(state, { runId, mode: spec.kind })
  await upsertResults(
    state,
    result.factors.map((summary) => {
      const parameters = { ...shared, factor: summary.name, horizon: summary.horizon }
      return {
        ...{ runId, stage: spec.kind, fingerprint: fingerprint({ ...spec, parameters }), params: parameters },
        extra: { ...summary, rows: outputs[0].rows, checksum, outputs: outputs.map(({ path }) => path) },
      }
    }),
  )
  await endRun(state, { runId, status: 'COMPLETED', endedAt: Date.now() })
}
