import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { runScore } from '../../src/jobs/score.js'
import { openFileStore } from '../../src/lake/file-store.js'
import { DATA, temporaryFolder, WITHOUT_DATA } from '../lake/data.js'

const BARS = join(DATA, 'minute/us_equity/us_equity_1m_2024.parquet')

/** Means of 20 panel rows and ranks, as a database computes them; how many differ. */
const differences = (out: string): string => `
  WITH bars AS (SELECT symbol AS s, "timestamp"::TIMESTAMP AS t, "close" FROM '${BARS}'),
  grid AS (
    SELECT s, t, "close"
    FROM (SELECT DISTINCT s FROM bars) CROSS JOIN (SELECT DISTINCT t FROM bars) LEFT JOIN bars USING (s, t)
  ),
  wanted AS (
    SELECT s, t, "close" AS c, avg("close") OVER w AS mean, count("close") OVER w AS n,
      count("close") OVER (PARTITION BY t) AS k,
      rank() OVER (PARTITION BY t ORDER BY "close" NULLS LAST)
        + (count(*) OVER (PARTITION BY t, "close") - 1) / 2.0 AS pos
    FROM grid WINDOW w AS (PARTITION BY s ORDER BY t ROWS 19 PRECEDING)
  ),
  got AS (SELECT symbol AS s, "timestamp"::TIMESTAMP AS t, m, r FROM '${out}')
  SELECT count(*) FILTER (c IS NOT NULL)::INT AS bars, (SELECT count(*) FROM got)::INT AS rows,
    count(*) FILTER (c IS NOT NULL AND n = 20)::INT AS windows,
    count(*) FILTER (
      c IS NOT NULL AND CASE WHEN n = 20 THEN abs(m - mean) <= 1e-9 * mean ELSE m IS NULL END
    )::INT AS means,
    count(*) FILTER (c IS NOT NULL AND abs(r - pos / k) <= 1e-12)::INT AS ranks
  FROM wanted FULL JOIN got USING (s, t)`

// Skipped without the real bars of LQ_TEST_DATA.
test.skipIf(WITHOUT_DATA)('scores of a year of real minutes are what SQL computes', async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const out = join(temporary, 'scores.parquet')
  const config = loadConfig({ LQ_GPU_MODE: 'cpu', LQ_DATA_DIR: temporary })
  const store = await openFileStore([BARS], { timeframe: '1m' }, config)
  const expressions = [
    { name: 'm', text: 'mean(close, 20)' },
    { name: 'r', text: 'rank(close)' },
  ]
  const scoring = { winsorize: null, standardize: null }
  const request = {
    symbols: 'all',
    timeframe: '1m',
    expressions,
    scoring,
    minBreadth: 0,
    windowRounding: 'floor',
    out,
  } as const
  await runScore({ ...request, expressions }, { config, store, state: null })
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect()
  const [found] = (await duckdb.runAndReadAll(differences(out))).getRowObjectsJson()
  expect(found).toEqual({ bars: 146_559, rows: 146_559, windows: 18_893, means: 146_559, ranks: 146_559 })
})

const temporary = temporaryFolder()
