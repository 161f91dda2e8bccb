import { type FingerprintParts, fingerprint } from '../state/fingerprint.js'
import { upsertResult } from '../state/results.js'
import { endRun, upsertRun } from '../state/runs.js'
import type { State } from '../state/state.js'

/** What a run's row tells of its output. */
export interface RecordedResult {
  run_id: string
  rows_out: number
  checksum: string
  outputs: { path: string }[]
}

/** Writes a run and its one result, whose stage is the kind of the job; a replay changes no byte of them. */
export async function recordRun(
  state: State,
  spec: FingerprintParts & { parameters: Record<string, unknown> },
  { run_id: runId, rows_out, checksum, outputs }: RecordedResult,
): Promise<void> {
  await upsertRun(state, { runId, mode: spec.kind })
  await upsertResult(state, {
    runId,
    stage: spec.kind,
    fingerprint: fingerprint(spec),
    params: spec.parameters,
    extra: { rows: rows_out, checksum, outputs: outputs.map(({ path }) => path) },
  })
  await endRun(state, { runId, status: 'COMPLETED', endedAt: Date.now() })
}
