import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { throwIfAborted } from '../errors.js'
import type { Database } from './pool.js'
import { COPY_HEADER, COPY_TRAILER, encodeScores, type ScoreRows } from './score-rows.js'
import type { Outcome } from './upsert.js'

/** What one call writes: the scores of one factor in one run. */
export interface Slice {
  runId: string
  factor: string
}

/**
 * Writes scores of one factor, all or none. Where the run has none of that factor yet, they are copied straight into
 * the table; else they are copied beside it, and only rows that are new or differ are written: a replay changes no
 * byte. A lock on the slice keeps other writers out, and its `runs` row in place.
 *
 * @param batches one after the other; memory stays bounded by the greatest of them
 * @throws LQ_DATABASE, LQ_INTERRUPTED; nothing is written then
 */
export async function writeScores(
  database: Database,
  slice: Slice,
  batches: Iterable<ScoreRows> | AsyncIterable<ScoreRows>,
): Promise<Outcome> {
  const { runId, factor } = slice
  return database.transaction(async (client) => {
    await client.query(LOCK_SLICE, [runId, factor])
    const state = await client.query<{ empty: boolean }>(LOOK_AT_SLICE, [runId, factor])
    if (state.rowCount === 0)
      throw new Error(`run ${runId} is not in the table runs: upsertRun comes before its scores`)
    const stream = encode(slice, batches, database.signal)
    if (state.rows[0].empty) return { inserted: await copy(client, 'factor_scores', stream), updated: 0, unchanged: 0 }
    await client.query(CREATE_INCOMING)
    const rows = await copy(client, 'incoming_scores', stream)
    const { inserted, updated } = (await client.query<Outcome>(MERGE_INCOMING, [runId, factor])).rows[0]
    return { inserted, updated, unchanged: rows - inserted - updated }
  })
}

const COLUMNS = 'run_id, factor, symbol, timestamp, raw_value, zscore, percentile'

const LOCK_SLICE = `
SELECT pg_advisory_xact_lock(hashtextextended(json_build_array('scores', $1::text, $2::text)::text, 0))`

const LOOK_AT_SLICE = `
SELECT NOT EXISTS (SELECT FROM factor_scores WHERE run_id = $1 AND factor = $2) AS empty
FROM runs WHERE run_id = $1 FOR KEY SHARE`

/** The default 4 MB of work_mem would sort and join a million rows on disk. */
const CREATE_INCOMING = `
SET LOCAL work_mem = '256MB';
CREATE TEMPORARY TABLE incoming_scores (LIKE factor_scores) ON COMMIT DROP`

/** Joined first, because ON CONFLICT locks, and so rewrites, even the rows that its WHERE then leaves as they are. */
const MERGE_INCOMING = `
WITH written AS (
  INSERT INTO factor_scores (${COLUMNS})
  SELECT new.* FROM incoming_scores new LEFT JOIN factor_scores old
    ON old.run_id = $1 AND old.factor = $2 AND old.symbol = new.symbol AND old.timestamp = new.timestamp
  WHERE old.run_id IS NULL
    OR ROW(old.raw_value, old.zscore, old.percentile) IS DISTINCT FROM ROW(new.raw_value, new.zscore, new.percentile)
  ON CONFLICT (run_id, factor, symbol, timestamp) DO UPDATE SET
    raw_value = EXCLUDED.raw_value, zscore = EXCLUDED.zscore, percentile = EXCLUDED.percentile
  RETURNING (xmax = 0) AS inserted
)
SELECT count(*) FILTER (WHERE inserted)::int AS inserted, count(*) FILTER (WHERE NOT inserted)::int AS updated
FROM written`

/** @returns rows copied */
async function copy(client: PoolClient, table: string, bytes: AsyncIterable<Buffer>): Promise<number> {
  const stream = client.query(copyFrom(`COPY ${table} (${COLUMNS}) FROM STDIN (FORMAT binary)`))
  await pipeline(Readable.from(bytes), stream)
  return stream.rowCount
}

async function* encode(
  slice: Slice,
  batches: Iterable<ScoreRows> | AsyncIterable<ScoreRows>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  yield COPY_HEADER
  for await (const batch of batches) {
    for (const chunk of encodeScores(slice, batch)) {
      throwIfAborted(signal)
      yield chunk
    }
  }
  yield COPY_TRAILER
}
