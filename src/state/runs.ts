import type { Database } from './pool.js'
import type { Outcome } from './upsert.js'
import { time } from './values.js'

/** A job's identity. Times are ms since 1970-01-01T00:00Z. */
export interface Run {
  runId: string
  /** `score`, `sweep`, …; left out, a new row has `unknown` and an old one keeps its own */
  mode?: string
  /** the earliest one given counts; left out, now */
  startedAt?: number
  endedAt?: number
  /** left out, a new row has RUNNING and an old one keeps its own */
  status?: string
  /** merged into what is there, key by key */
  metadata?: Record<string, unknown>
}

/**
 * Writes a run, merged into what is there. A job that may be a replay gives neither `status` nor `endedAt` here, but
 * ends the run with `endRun`: then its row keeps every byte.
 */
export async function upsertRun(database: Database, run: Run): Promise<keyof Outcome> {
  const { runId, mode = null, startedAt, endedAt, status = null, metadata = {} } = run
  const values = [runId, mode, time(startedAt), time(endedAt), status, JSON.stringify(metadata)]
  return outcomeOf(await database.query(UPSERT_RUN, values))
}

/** Ends a run. One that has this status already keeps it, and the time at which it got it; an unknown one is added. */
export async function endRun(
  database: Database,
  run: { runId: string; status: string; endedAt: number },
): Promise<keyof Outcome> {
  return outcomeOf(await database.query(END_RUN, [run.runId, run.status, time(run.endedAt)]))
}

const UPSERT_RUN = `
INSERT INTO runs AS old (run_id, mode, started_at, ended_at, status, metadata_json)
VALUES ($1, COALESCE($2::text, 'unknown'), COALESCE($3::timestamptz, now()), $4::timestamptz,
  COALESCE($5::text, 'RUNNING'), $6::jsonb)
ON CONFLICT (run_id) DO UPDATE SET
  mode = COALESCE($2::text, old.mode),
  started_at = LEAST(old.started_at, EXCLUDED.started_at),
  ended_at = COALESCE(EXCLUDED.ended_at, old.ended_at),
  status = COALESCE($5::text, old.status),
  metadata_json = old.metadata_json || EXCLUDED.metadata_json,
  updated_at = now()
WHERE ROW(old.mode, old.started_at, old.ended_at, old.status, old.metadata_json) IS DISTINCT FROM
  ROW(COALESCE($2::text, old.mode), LEAST(old.started_at, EXCLUDED.started_at),
    COALESCE(EXCLUDED.ended_at, old.ended_at), COALESCE($5::text, old.status),
    old.metadata_json || EXCLUDED.metadata_json)
RETURNING (xmax = 0) AS inserted`

const END_RUN = `
INSERT INTO runs AS old (run_id, mode, started_at, ended_at, status)
VALUES ($1, 'unknown', $3::timestamptz, $3::timestamptz, $2)
ON CONFLICT (run_id) DO UPDATE SET ended_at = EXCLUDED.ended_at, status = EXCLUDED.status, updated_at = now()
WHERE old.status <> EXCLUDED.status OR old.ended_at IS NULL
RETURNING (xmax = 0) AS inserted`

function outcomeOf(rows: { inserted?: boolean }[]): keyof Outcome {
  return rows.length === 0 ? 'unchanged' : rows[0].inserted ? 'inserted' : 'updated'
}
