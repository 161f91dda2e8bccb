import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { runResample } from '../../src/jobs/resample.js'
import { readFiles } from '../../src/lake/read-files.js'
import type { BarStore, SeriesInfo } from '../../src/lake/series.js'
import { openParquetSource } from '../../src/lake/source.js'
import { closeScanPool } from '../../src/resample/pool.js'
import { DATA, NO_DATA, query } from '../resample/data.js'

/** Buckets as DuckDB has them, of a time t. */
const BUCKETS: Record<string, string> = {
  '5m': "time_bucket(INTERVAL '5 minutes', t)",
  '1h': "time_bucket(INTERVAL '1 hour', t)",
  '4h': "time_bucket(INTERVAL '4 hours', t, TIMESTAMP '1970-01-01')",
  '7h': "time_bucket(INTERVAL '7 hours', t, TIMESTAMP '1970-01-01')",
  '1d': "date_trunc('day', t)",
  '1w': "date_trunc('week', t)",
  '1M': "date_trunc('month', t)",
}

const OHLCV =
  'open::double as open, high::double as high, low::double as low, "close"::double as "close", volume::double as volume'

/** Minute bars of each source: symbol s, UTC time t, and the five values; in the order of the file. */
const SETS: Record<string, { sql: string; sorted: boolean }> = {
  'Binance 2021, dense': {
    sql: `select regexp_extract(filename, '([A-Z]+-BTC)_1m', 1) as s, epoch_ms("timestamp") as t, ${OHLCV}
      from read_csv('$DATA/minute/binance_2021/*.csv.zst', compression = 'zstd', filename = true)`,
    sorted: true,
  },
  'Binance 2021 in USDT': {
    sql: `select symbol as s, "timestamp"::timestamp as t, ${OHLCV} from '$DATA/minute/binance_2021q3/*.parquet'`,
    sorted: true,
  },
  'Bitfinex 2014 to 2017, sparse': {
    sql: `select 'BTCUSD' as s, epoch_ms("timestamp") as t, ${OHLCV}
      from read_csv('$DATA/minute/bitfinex/*.csv.zst', compression = 'zstd')`,
    sorted: true,
  },
  'Bitfinex 2018': {
    sql: `select 'BTCUSD' as s, "timestamp"::timestamp as t, ${OHLCV} from '$DATA/minute/bitfinex/*.parquet'`,
    sorted: true,
  },
  'Bybit with a hole after every 200 minutes': {
    sql: `select 'BNBUSDT' as s, (ts at time zone 'UTC') as t, ${OHLCV} from '$DATA/minute/bybit_gappy/*.parquet'`,
    sorted: true,
  },
  'US equities 2024': {
    sql: `select symbol as s, "timestamp"::timestamp as t, ${OHLCV} from '$DATA/minute/us_equity/*.parquet'`,
    sorted: true,
  },
  'NSE indices in local time': {
    sql: `select symbol as s, strptime(date || ' ' || time_ist, '%Y%m%d %H:%M') - interval 330 minutes as t, ${OHLCV}
      from read_csv('$DATA/minute/nse_index/*.csv.zst', compression = 'zstd',
        types = {'date': 'VARCHAR', 'time_ist': 'VARCHAR'})`,
    sorted: false,
  },
  'Binance 2019 with duplicates': {
    sql: `select regexp_extract(filename, '([A-Z]+_BTC)', 1) as s, epoch_ms(json[1]::bigint) as t,
        json[2] as open, json[3] as high, json[4] as low, json[5] as "close", json[6] as volume
      from read_json('$DATA/minute/binance_2019_dirty/*.json.gz', format = 'array', records = false, filename = true)`,
    sorted: false,
  },
}

const folder = mkdtempSync(join(tmpdir(), 'lq-resample-data-'))
afterAll(async () => {
  await closeScanPool()
  rmSync(folder, { recursive: true, force: true })
})

interface Source {
  store: BarStore
  /** pattern of its files */
  files: string
}

/** Writes the bars of a set as one Parquet file per symbol, in the order in which they come. */
async function prepare(name: string): Promise<Source> {
  const { sql, sorted } = SETS[name]
  const to = mkdtempSync(join(folder, 'set-'))
  const all = join(to, 'all.parquet')
  await query(`copy (select * from (${sql}) ${sorted ? 'order by s, t' : ''}) to '${all}' (format parquet)`)
  const symbols = await query(`select distinct s from '${all}'`)
  for (const [i, [symbol]] of symbols.entries()) {
    await query(`
      copy (select s, t::timestamp_ms as "timestamp", * exclude (s, t) from '${all}' where s = '${symbol}')
      to '${to}/symbol-${i}.parquet' (format parquet)`)
  }
  const files = `${to}/symbol-*.parquet`
  const found = await query(`
    select s, filename, count(*), epoch_ms(min("timestamp")), epoch_ms(max("timestamp"))
    from read_parquet('${files}', filename = true) group by all order by s`)
  const series = found.map(([symbol, path, rows, firstMs, lastMs]): SeriesInfo => {
    const span = { firstMs: Number(firstMs), lastMs: Number(lastMs) }
    const key = { exchange: 'data', symbol: String(symbol), timeframe: '1m' }
    const file = {
      path: String(path),
      rows: Number(rows),
      minMs: span.firstMs,
      maxMs: span.lastMs,
      sorted,
      timestampColumn: 'timestamp',
    }
    return { key, files: [file], ...span, rows: file.rows, columns: ['open', 'high', 'low', 'close', 'volume'] }
  })
  const source = await openParquetSource({ parquetReader: 'auto', threads: 2, memoryLimitMb: 2048 })
  const store: BarStore = {
    list: async () => series,
    read: (one, options = {}) => readFiles(one, options, { source }),
    identity: async () => ({}),
    identityBefore: async () => ({}),
  }
  return { store, files }
}

/** Buckets that differ from DuckDB's: missing or extra, wrong prices or counts, volumes off by over 1e-12. */
async function differences(timeframe: string, { files, out }: { files: string; out: string }): Promise<unknown[]> {
  const [counts] = await query(`
    with source as (
      select distinct s, "timestamp" as t, open, high, low, "close", volume from read_parquet('${files}')),
    want as (select s, ${BUCKETS[timeframe]}::timestamp as b, arg_min(open, t) as o, max(high) as h, min(low) as l,
      arg_max("close", t) as c, fsum(volume) as v, count(*) as n from source group by all),
    got as (select symbol as s, epoch_ms(epoch_ms("timestamp")) as b, open as o, high as h, low as l, "close" as c,
      volume as v, bars as n
      from '${out}' where timeframe = '${timeframe}')
    select count(*) filter (want.s is null or got.s is null),
      count(*) filter ((want.o, want.h, want.l, want.c, want.n) is distinct from (got.o, got.h, got.l, got.c, got.n)),
      count(*) filter (
        want.v is distinct from got.v and not coalesce(abs(want.v - got.v) <= 1e-12 * abs(want.v), false)),
      count(*) > 0
    from want full join got on want.s = got.s and want.b = got.b`)
  return counts.map((count) => (typeof count === 'bigint' ? Number(count) : count))
}

describe.skipIf(DATA === null)(`resampled real bars${DATA ? '' : `: ${NO_DATA}`}`, () => {
  test.each(Object.keys(SETS))('equal DuckDB’s: %s', { timeout: 120_000 }, async (name) => {
    const { store, files } = await prepare(name)
    const out = join(folder, `${name}.parquet`)
    const settings = { gpuMode: 'cpu' as const, threads: 2, memoryLimitMb: 2048 }
    const rules = {
      timeZone: 'UTC',
      weekStart: 1,
      calendar: 'civil' as const,
      session: null,
      gaps: 'none' as const,
      vwap: false,
    }
    const request = { symbols: 'all' as const, from: '1m', to: Object.keys(BUCKETS), out, ...rules }
    const run = (change: Partial<typeof settings> & { parquetReader?: 'wasm' } = {}) =>
      runResample(request, { config: { ...loadConfig({}), ...settings, ...change }, store, state: null })
    const { checksum, unscanned } = await run()
    expect(Object.keys(unscanned)).toEqual(SETS[name].sorted ? [] : ['a file is not sorted, or holds several series'])
    for (const timeframe of Object.keys(BUCKETS)) {
      expect(await differences(timeframe, { files, out }), timeframe).toEqual([0, 0, 0, true])
    }
    expect((await run({ parquetReader: 'wasm', threads: 1 })).checksum).toBe(checksum)
  })
})
