import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { runScore } from '../../src/jobs/score.js'
import { openFileStore } from '../../src/lake/file-store.js'
import { DATA, temporaryFolder, WITHOUT_DATA } from '../lake/data.js'

const BARS = join(DATA, 'daily_us', 'pystock_daily_2015-03_2017-03.parquet')
const REPORTS = join(DATA, 'fundamentals', 'sec_reports_pystock_2015-2017.parquet')
const SNAPSHOTS = join(DATA, 'fundamentals', 'sp500_snapshots', '201[2-6]*.csv.gz')

const folder = temporaryFolder()
const [sectors, members, out] = ['sectors.csv', 'members.csv', 'out.parquet'].map((name) => join(folder, name))

/** Sectors as of each list of members, and the spans between lists in which a symbol was on one. */
const MAKE_FILES = `
  CREATE TABLE lists AS SELECT DISTINCT "Symbol" AS symbol, "Sector" AS sector,
    regexp_extract(filename, '([0-9-]{10})_', 1)::DATE AS listed
  FROM read_csv('${SNAPSHOTS}', filename = true, union_by_name = true, all_varchar = true) WHERE "Sector" IS NOT NULL;
  CREATE TABLE dates AS SELECT listed, lead(listed) OVER (ORDER BY listed) AS until
    FROM (SELECT DISTINCT listed FROM lists);
  COPY (SELECT symbol, listed AS date, any_value(sector) AS sector FROM lists GROUP BY ALL) TO '${sectors}';
  COPY (SELECT DISTINCT symbol, listed AS "start", until AS "end" FROM lists JOIN dates USING (listed)) TO '${members}'`

/** What the database makes of the same files; how many values differ, and how many there are. */
const COMPARE = `
  WITH bars AS (SELECT symbol AS s, "timestamp" AS t, "close" AS c FROM '${BARS}'),
  reports AS (
    SELECT symbol AS s, first_seen::TIMESTAMP AS seen, last(eps_basic ORDER BY place) AS eps
    FROM (SELECT *, file_row_number AS place FROM read_parquet('${REPORTS}', file_row_number = true)) GROUP BY ALL
  ),
  sectors AS (SELECT symbol AS s, "date"::TIMESTAMP AS listed, sector FROM read_csv('${sectors}')),
  member AS (SELECT symbol AS s, "start"::TIMESTAMP AS a, coalesce("end", DATE '2100-01-01')::TIMESTAMP AS b
    FROM read_csv('${members}')),
  facts AS (
    SELECT bars.*, eps / c AS y, sector,
      EXISTS (SELECT 1 FROM member WHERE member.s = bars.s AND t >= a AND t < b) AS inside
    FROM bars ASOF LEFT JOIN reports ON bars.s = reports.s AND bars.t >= seen
    ASOF LEFT JOIN sectors ON bars.s = sectors.s AND bars.t >= listed
  ),
  wanted AS (
    SELECT s, t, CASE
      WHEN inside AND sector IS NOT NULL THEN y - avg(y) FILTER (inside) OVER (PARTITION BY t, sector)
    END AS v
    FROM facts
  ),
  got AS (SELECT symbol AS s, "timestamp"::TIMESTAMP AS t, y FROM '${out}')
  SELECT count(*)::INT AS rows, count(v)::INT AS there,
    count(*) FILTER (CASE WHEN v IS NULL THEN y IS NOT NULL ELSE y IS NULL OR abs(y - v) > 1e-12 END)::INT AS different
  FROM wanted FULL JOIN got USING (s, t)`

// Skipped without the real bars of LQ_TEST_DATA.
test.skipIf(WITHOUT_DATA)(
  'earnings yields of real reports, neutral to sectors of members, are what SQL computes',
  async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect()
    await duckdb.run(MAKE_FILES)
    const config = loadConfig({ LQ_GPU_MODE: 'cpu', LQ_DATA_DIR: folder })
    const store = await openFileStore([BARS], { timeframe: '1d' }, config)
    const result = await runScore(
      {
        ...{ symbols: 'all', timeframe: '1d', expressions: [{ name: 'y', text: 'eps_basic / close' }], adjust: 'none' },
        scoring: { winsorize: null, neutralize: { group: 'sector', columns: [] }, standardize: null },
        joins: [{ path: REPORTS, timeColumn: 'first_seen' }, { path: sectors }],
        ...{ universe: members, minBreadth: 0, windowRounding: 'floor', out },
      },
      { config, store, state: null },
    )
    const [found] = (await duckdb.runAndReadAll(COMPARE)).getRowObjectsJson()
    expect(found).toMatchObject({ rows: result.rows_out, different: 0 })
    expect(found.there).toBeGreaterThan(100_000)
  },
)
