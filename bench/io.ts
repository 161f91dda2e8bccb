import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openParquetSource } from 'luminaquant/lake/source.js'
import { openParquetWriter } from 'luminaquant/lake/writer.js'
import { type BenchCase, type CaseResult, measure } from './case.js'

const ROWS = 2_000_000
const BATCH = 100_000
const COLUMNS = ['open', 'high', 'low', 'close', 'volume']

/** Bars to Parquet and back, by each of the readers. */
export const ioCases: BenchCase[] = [
  { suite: 'io', name: 'parquet-write-2m', run: () => inFolder(write) },
  { suite: 'io', name: 'parquet-write-scores', run: () => inFolder(writeScores) },
  { suite: 'io', name: 'parquet-read-2m-duckdb', run: () => inFolder((folder) => read(folder, 'duckdb')) },
  { suite: 'io', name: 'parquet-read-2m-wasm', run: () => inFolder((folder) => read(folder, 'wasm')) },
]

async function inFolder(run: (folder: string) => Promise<CaseResult>): Promise<CaseResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lq-bench-io-'))
  try {
    return [await run(folder)]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function write(folder: string): Promise<CaseResult> {
  return result('parquet-write-2m', await measure(() => writeBars(join(folder, 'bars.parquet')), 3))
}

/** Factors of which no two values are alike: 100,000 rows × 100 columns. */
async function writeScores(folder: string): Promise<CaseResult> {
  const names = Array.from({ length: 100 }, (_, c) => `f${c}`)
  const schema = names.map((name) => ({ name, type: 'double' as const }))
  const values = names.map((_, c) => Float64Array.from({ length: BATCH }, (_, i) => Math.sin(i + c * BATCH)))
  const columns = Object.fromEntries(names.map((name, c) => [name, values[c]]))
  const time = await measure(async () => {
    const writer = await openParquetWriter(join(folder, 'scores.parquet'), schema, { doubles: 'plain' })
    await writer.write({ rows: BATCH, columns })
    await writer.close()
  }, 3)
  return { ...result('parquet-write-scores', time), size: `${BATCH} rows × 100`, rate: BATCH / time.median_s }
}

async function read(folder: string, parquetReader: 'duckdb' | 'wasm'): Promise<CaseResult> {
  const path = join(folder, 'bars.parquet')
  await writeBars(path)
  const source = await openParquetSource({ parquetReader, threads: 1, memoryLimitMb: 4096 })
  const time = await measure(async () => {
    let rows = 0
    for await (const batch of source.read(path, {})) rows += batch.rows
    if (rows !== ROWS) throw new Error(`expected ${ROWS} rows, read ${rows}`)
  }, 3)
  return result(`parquet-read-2m-${parquetReader}`, time)
}

function result(name: string, time: { median_s: number; min_s: number; max_s: number }): CaseResult {
  return {
    suite: 'io',
    name,
    backend: 'cpu',
    threads: 1,
    size: `${ROWS} bars`,
    ...time,
    rate: ROWS / time.median_s,
    unit: 'rows/s',
    bandwidth_share: null,
    peers: {},
  }
}

/** One series of one-minute bars whose prices walk in ticks of 0.01, as exchanges print them. */
async function writeBars(path: string): Promise<void> {
  const schema = COLUMNS.map((name) => ({ name, type: 'double' as const }))
  const writer = await openParquetWriter(path, [{ name: 'timestamp', type: 'timestamp' }, ...schema])
  for (let from = 0; from < ROWS; from += BATCH) {
    const timestamp = Float64Array.from({ length: BATCH }, (_, i) => (from + i) * 60_000)
    await writer.write({ rows: BATCH, columns: { timestamp, ...PRICES } })
  }
  await writer.close()
}

/** One batch of prices, made before anything is timed. */
const PRICES = makePrices()

function makePrices(): Record<string, Float64Array> {
  let state = 1
  let ticks = 10_000
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    ticks += ((state >>> 16) % 21) - 10
    return ticks / 100
  }
  return Object.fromEntries(COLUMNS.map((name) => [name, Float64Array.from({ length: BATCH }, next)]))
}
