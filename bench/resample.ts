import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from 'luminaquant/config.js'
import { runResample } from 'luminaquant/jobs/resample.js'
import type { BarStore, SeriesInfo } from 'luminaquant/lake/series.js'
import { column, createFold, type FoldBatch, HEADER, setPieces } from 'luminaquant/resample/fold.js'
import { chooseFold } from 'luminaquant/resample/scan.js'
import { copyBandwidth } from './bandwidth.js'
import { type BenchCase, type CaseOptions, type CaseResult, measure, timingOf } from './case.js'

const ROWS = 10_000_000
const SYMBOLS = 20
const THREADS = 2
const REPEATS = 7
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const FROM_MS = Date.UTC(2024, 0, 1)
/** Bytes of a row that a fold reads: timestamp and five values. */
const ROW_BYTES = 48
/** Rows of a batch: they stay in the second cache while they are checked and folded. */
const BATCH_ROWS = 8192
const MEMORY_MB = 4096

export const resampleCases: BenchCase[] = [
  { suite: 'resample', name: 'resample-10m-1m-1h', run: benchResample },
  { suite: 'resample', name: 'fold-10m-1m-1h', run: benchFold },
]

/**
 * Ten million one-minute bars of twenty symbols to hours, Parquet (zstd) to Parquet (zstd), two threads; beside it
 * DuckDB doing the same in one statement on the same files, taken in turns.
 */
export async function benchResample({ compare, backend }: CaseOptions): Promise<CaseResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lq-bench-resample-'))
  try {
    const duckdb = await openDuckdb()
    const files = await makeBars(duckdb, folder)
    const series = files.map(describe)
    const ours: number[] = []
    const theirs: number[] = []
    for (let repeat = 0; repeat <= REPEATS; repeat++) {
      const seconds = [await secondsOf(() => resample(series, join(folder, 'ours.parquet')))]
      if (compare) seconds.push(await secondsOf(() => duckdb.run(sqlOf(folder, join(folder, 'theirs.parquet')))))
      if (repeat === 0) continue // the first of each is not counted
      ours.push(seconds[0])
      if (compare) theirs.push(seconds[1])
    }
    if (compare) await assertSame(duckdb, folder)
    duckdb.close()
    const time = timingOf(ours)
    const peer = compare ? timingOf(theirs).median_s : Number.NaN
    const peers: CaseResult['peers'] = compare ? { duckdb: { median_s: peer, ratio: time.median_s / peer } } : {}
    const size = `${ROWS} rows, ${SYMBOLS} symbols`
    const rated = { rate: ROWS / time.median_s, unit: 'rows/s', bandwidth_share: null, peers }
    return [{ suite: 'resample', name: 'resample-10m-1m-1h', backend, threads: THREADS, size, ...time, ...rated }]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The fold alone, one thread, rows in memory. */
export async function benchFold({ backend }: CaseOptions): Promise<CaseResult[]> {
  const batches = cut(minutes(ROWS), BATCH_ROWS)
  const hours = Math.ceil((ROWS * MINUTE) / HOUR)
  const index = Array.from({ length: hours }, (_, i) => i)
  const start = index.map((i) => FROM_MS + i * HOUR)
  const state = createFold(hours, { vwap: false })
  const fold = chooseFold()
  const time = await measure(() => {
    setPieces(state, { start, end: start.map((ms) => ms + HOUR), bucket: index })
    state[HEADER.last] = Number.NEGATIVE_INFINITY
    for (const batch of batches) fold([state], batch)
  })
  const bars = column(state, 'bars').reduce((sum, count) => sum + count, 0)
  if (bars !== ROWS) throw new Error(`expected ${ROWS} bars folded, got ${bars}`)
  const share = (ROWS * ROW_BYTES) / time.median_s / 1e9 / (await copyBandwidth(1))
  const rated = { rate: ROWS / time.median_s, unit: 'rows/s', bandwidth_share: share, peers: {} }
  return [{ suite: 'resample', name: 'fold-10m-1m-1h', backend, threads: 1, size: `${ROWS} rows`, ...time, ...rated }]
}

async function resample(series: SeriesInfo[], out: string): Promise<void> {
  const config = { ...loadConfig({}), gpuMode: 'cpu' as const, threads: THREADS, memoryLimitMb: MEMORY_MB }
  const rules = {
    timeZone: 'UTC',
    weekStart: 1,
    calendar: 'civil' as const,
    session: null,
    gaps: 'none' as const,
    vwap: false,
  }
  const request = { symbols: 'all' as const, from: '1m', to: ['1h'], out, ...rules }
  const { unscanned } = await runResample(request, { config, store: storeOf(series), state: null })
  const [reason] = Object.keys(unscanned)
  if (reason) throw new Error(`expected DuckDB's scan to run, got: ${reason}`)
}

/** Files that are known to be in order: no store has to look into them. */
function storeOf(series: SeriesInfo[]): BarStore {
  return {
    list: async () => series,
    identity: async ({ key }) => ({ [key.symbol]: 'bench' }),
    identityBefore: async ({ key }) => ({ [key.symbol]: 'bench' }),
    read: () => {
      throw new Error('expected the bench to scan')
    },
  }
}

function describe(path: string, i: number): SeriesInfo {
  const rows = ROWS / SYMBOLS
  const span = { firstMs: FROM_MS, lastMs: FROM_MS + (rows - 1) * MINUTE }
  const file = { path, rows, minMs: span.firstMs, maxMs: span.lastMs, sorted: true, timestampColumn: 'timestamp' }
  const key = { exchange: 'bench', symbol: symbolOf(i), timeframe: '1m' }
  return { key, files: [file], ...span, rows, columns: ['open', 'high', 'low', 'close', 'volume'] }
}

const symbolOf = (i: number): string => `SYM${String(i).padStart(2, '0')}`

interface Duckdb {
  run(sql: string): Promise<unknown>
  value(sql: string): Promise<number>
  close(): void
}

async function openDuckdb(): Promise<Duckdb> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(THREADS),
    memory_limit: `${MEMORY_MB}MiB`,
  })
  const connection = await instance.connect()
  return {
    run: (sql) => connection.run(sql),
    value: async (sql) => Number((await connection.runAndReadAll(sql)).getRows()[0][0]),
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** One file per symbol: prices in cents that walk, volumes in thousandths. */
async function makeBars(duckdb: Duckdb, folder: string): Promise<string[]> {
  const files: string[] = []
  for (let i = 0; i < SYMBOLS; i++) {
    const file = join(folder, `in-${symbolOf(i)}.parquet`)
    await duckdb.run(`
      COPY (
        SELECT '${symbolOf(i)}' AS symbol, make_timestamp_ms(${FROM_MS} + n * ${MINUTE}) AS "timestamp",
          p AS open, p + (hash(n, ${i}, 1) % 50) / 100 AS high, p - (hash(n, ${i}, 2) % 50) / 100 AS low,
          p + (hash(n, ${i}, 3) % 21 - 10.0) / 100 AS "close", (hash(n, ${i}, 4) % 1000000) / 1000 AS volume
        FROM (
          SELECT n, round(100 + 10 * sin(n / 5000 + ${i}), 2) + (hash(n, ${i}, 5) % 100) / 100 AS p
          FROM range(${ROWS / SYMBOLS}) AS t(n)
        )
        ORDER BY n
      ) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`)
    files.push(file)
  }
  return files
}

function sqlOf(folder: string, out: string): string {
  return `
    COPY (
      SELECT symbol, time_bucket(INTERVAL '1 hour', "timestamp") AS t, arg_min(open, "timestamp") AS open,
        max(high) AS high, min(low) AS low, arg_max("close", "timestamp") AS "close", sum(volume) AS volume
      FROM read_parquet('${folder}/in-*.parquet') GROUP BY ALL ORDER BY symbol, t
    ) TO '${out}' (FORMAT parquet, COMPRESSION zstd)`
}

/** A ratio means nothing unless both made the same bars. */
async function assertSame(duckdb: Duckdb, folder: string): Promise<void> {
  const differences = await duckdb.value(`
    SELECT count(*) FROM read_parquet('${folder}/ours.parquet') AS a
    FULL JOIN read_parquet('${folder}/theirs.parquet') AS b
      ON a.symbol = b.symbol AND epoch_ms(a."timestamp") = epoch_ms(b.t)
    WHERE (a.open, a.high, a.low, a."close") IS DISTINCT FROM (b.open, b.high, b.low, b."close")
      OR NOT coalesce(abs(a.volume - b.volume) <= 1e-12 * b.volume, false)`)
  if (differences > 0) throw new Error(`expected the bars of DuckDB, got ${differences} others`)
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}

function minutes(rows: number): FoldBatch {
  const at = (value: (i: number) => number) => Float64Array.from({ length: rows }, (_, i) => value(i))
  const price = (i: number) => 100 + (Math.imul(i, 7919) >>> 8) / 2 ** 20
  return [
    at((i) => FROM_MS + i * MINUTE),
    at(price),
    at((i) => price(i) + 1),
    at((i) => price(i) - 1),
    at((i) => price(i) + 0.5),
    at((i) => i % 977),
    undefined,
    undefined,
  ]
}

function cut(batch: FoldBatch, rows: number): FoldBatch[] {
  const count = Math.ceil((batch[0] as Float64Array).length / rows)
  return Array.from(
    { length: count },
    (_, i) => batch.map((values) => values?.subarray(i * rows, (i + 1) * rows)) as unknown as FoldBatch,
  )
}
