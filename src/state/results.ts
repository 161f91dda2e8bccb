import type { Database } from './pool.js'
import { type Outcome, type UpsertTable, upsertRows } from './upsert.js'
import { double } from './values.js'

/** One result of a run. Missing figures are NULL. */
export interface Result {
  runId: string
  /** `resample`, `score`, `sweep`, `fold_1_train`, `final_oos`, `portfolio`, … */
  stage: string
  /** of the inputs: see `fingerprint` */
  fingerprint: string
  params: Record<string, unknown>
  sharpe?: number | null
  /** fraction a year */
  cagr?: number | null
  /** greatest drawdown, a fraction ≥ 0 */
  mdd?: number | null
  trainSharpe?: number | null
  robustnessScore?: number | null
  /** row count, checksum of the output bits, where the output is */
  extra?: Record<string, unknown>
}

const RESULTS: UpsertTable = {
  table: 'optimization_results',
  key: ['run_id', 'stage', 'fingerprint'],
  columns: {
    run_id: 'text',
    stage: 'text',
    fingerprint: 'text',
    params_json: 'jsonb',
    sharpe: 'float8',
    cagr: 'float8',
    mdd: 'float8',
    train_sharpe: 'float8',
    robustness_score: 'float8',
    extra_json: 'jsonb',
  },
}

/** Writes one result of a run that is written already. A replay changes no byte, `created_at` included. */
export async function upsertResult(database: Database, result: Result): Promise<keyof Outcome> {
  const outcome = await upsertResults(database, [result])
  return outcome.inserted ? 'inserted' : outcome.updated ? 'updated' : 'unchanged'
}

/** As `upsertResult`, for many: all or none. */
export function upsertResults(database: Database, results: Result[]): Promise<Outcome> {
  const rows = results.map((result) => ({
    run_id: result.runId,
    stage: result.stage,
    fingerprint: result.fingerprint,
    params_json: result.params,
    sharpe: double(result.sharpe),
    cagr: double(result.cagr),
    mdd: double(result.mdd),
    train_sharpe: double(result.trainSharpe),
    robustness_score: double(result.robustnessScore),
    extra_json: result.extra ?? {},
  }))
  return upsertRows(database, RESULTS, rows)
}
