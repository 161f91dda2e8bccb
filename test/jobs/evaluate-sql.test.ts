import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { runEvaluate } from '../../src/jobs/evaluate.js'
import { runScore } from '../../src/jobs/score.js'
import { openFileStore } from '../../src/lake/file-store.js'
import { DATA, temporaryFolder, WITHOUT_DATA } from '../lake/data.js'

const BARS = join(DATA, 'daily_us/us_equity_daily_2012-2014.parquet')

/** Means over dates of IC and rank IC over five rows, as a database computes them. */
const correlations = (scores: string): string => `
  WITH days AS (SELECT "timestamp" AS t, row_number() OVER (ORDER BY "timestamp") AS r
    FROM (SELECT DISTINCT "timestamp" FROM '${BARS}')),
  prices AS (SELECT symbol, r, "close" AS c FROM '${BARS}' JOIN days ON "timestamp" = t),
  returns AS (SELECT a.symbol, a.r, b.c / a.c - 1 AS y FROM prices a JOIN prices b
    ON a.symbol = b.symbol AND b.r = a.r + 5),
  pairs AS (SELECT r, s.f AS x, y FROM '${scores}' s JOIN days ON s."timestamp"::TIMESTAMP = t
    JOIN returns USING (symbol, r) WHERE s.f IS NOT NULL AND isfinite(y)),
  ranked AS (SELECT *, rank() OVER (PARTITION BY r ORDER BY x) + (count(*) OVER (PARTITION BY r, x) - 1) / 2 AS i,
      rank() OVER (PARTITION BY r ORDER BY y) + (count(*) OVER (PARTITION BY r, y) - 1) / 2 AS j FROM pairs),
  dates AS (SELECT corr(x, y) AS ic, corr(i, j) AS rank_ic, count(*) AS n FROM ranked GROUP BY r HAVING count(*) > 2)
  SELECT avg(ic) AS ic_mean, stddev_samp(ic) AS ic_std, avg(rank_ic) AS rank_ic_mean, count(*)::INT AS dates,
    avg(n) AS pairs FROM dates`

/** Mean share of the symbols of each quantile that were not in it at the date before. */
const turnover = (scores: string): string => `
  WITH scores AS (SELECT "timestamp" AS t, symbol, row_number() OVER w AS i,
      count(*) OVER (PARTITION BY "timestamp") AS n
    FROM '${scores}' WHERE f IS NOT NULL WINDOW w AS (PARTITION BY "timestamp" ORDER BY f)),
  held AS (SELECT symbol, dense_rank() OVER (ORDER BY t) AS d, least(5, floor((i - 0.5) * 5 / n) + 1) AS q
    FROM scores),
  dates AS (SELECT a.q, a.d, avg((b.symbol IS NULL)::INT) AS entered FROM held a LEFT JOIN held b
    ON a.symbol = b.symbol AND a.q = b.q AND b.d = a.d - 1 WHERE a.d > 1 GROUP BY a.q, a.d)
  SELECT avg(entered) AS entered FROM dates GROUP BY q ORDER BY q`

// Skipped without the real bars of LQ_TEST_DATA.
test.skipIf(WITHOUT_DATA)('an evaluation of three years of 500 stocks is what SQL computes', async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const [scores, out] = ['scores', 'dates'].map((name) => join(temporary, `${name}.parquet`))
  const config = loadConfig({ LQ_GPU_MODE: 'cpu', LQ_DATA_DIR: temporary })
  const context = { config, store: await openFileStore([BARS], { timeframe: '1d' }, config), state: null }
  const bars = { symbols: 'all', timeframe: '1d', minBreadth: 0, windowRounding: 'floor' } as const
  const scoring = { winsorize: null, standardize: null }
  await runScore({ ...bars, scoring, expressions: [{ name: 'f', text: 'stddev(returns, 20)' }], out: scores }, context)
  const asked = { scores, timeframe: '1d', price: 'close', delay: 0, horizons: [5], quantiles: 5, out } as const
  const [found] = (await runEvaluate({ ...asked, horizons: [5] }, context)).factors
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect()
  const rows = async (sql: string) => (await duckdb.runAndReadAll(sql)).getRowObjectsJson() as Record<string, number>[]
  const [wanted] = await rows(correlations(scores))
  const near = (value: number) => expect.closeTo(value, 12)
  expect(found).toMatchObject(Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, near(value)])))
  expect(found.quantile_turnover).toEqual((await rows(turnover(scores))).map(({ entered }) => near(entered)))
})

const temporary = temporaryFolder()
