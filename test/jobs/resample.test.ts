import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { LqError } from '../../src/errors.js'
import { type ResampleRequest, type ResampleResult, runResample } from '../../src/jobs/resample.js'
import type { BarStore } from '../../src/lake/series.js'
import { closeScanPool } from '../../src/resample/pool.js'
import { duckdbLibrary } from '../../src/resample/scan.js'
import { mulberry32 } from '../kernels/data.js'
import { query } from '../resample/data.js'
import { at } from '../resample/make.js'
import { type BarRow, barFiles } from './bar-files.js'

const MINUTE = 60_000
const folder = mkdtempSync(join(tmpdir(), 'lq-resample-'))
afterAll(async () => {
  await closeScanPool()
  rmSync(folder, { recursive: true, force: true })
})

const START = at('2024-02-26T22:17Z')
const config = {
  ...loadConfig({}),
  gpuMode: 'cpu' as const,
  threads: 2,
  lakeDir: join(folder, 'lake'),
  memoryLimitMb: 1024,
}

/** Bars of `count` minutes with holes, seeded. */
function walk(count: number, seed: number): BarRow[] {
  const random = mulberry32(seed)
  let time = START
  return Array.from({ length: count }, () => {
    time += MINUTE * (random() < 0.02 ? 1 + Math.floor(random() * 400) : 1)
    const [open, close] = [90 + random() * 20, 90 + random() * 20]
    const volume = random() < 0.05 ? Number.NaN : Math.round(random() * 1e6) / 1e3
    return [time, open, Math.max(open, close) + random(), Math.min(open, close) - random(), close, volume]
  })
}

/** A minute at each price, from START on. */
const minutes = (prices: number[], from = START): BarRow[] => prices.map((p, i) => [from + i * MINUTE, p, p, p, p, 1])

let outputs = 0

async function run(
  store: BarStore,
  request: Partial<ResampleRequest> = {},
  more: Partial<Parameters<typeof runResample>[1]> = {},
) {
  const out = join(folder, `out-${outputs++}.parquet`)
  const whole: ResampleRequest = {
    symbols: 'all',
    from: '1m',
    to: ['1h'],
    timeZone: 'UTC',
    weekStart: 1,
    calendar: 'civil',
    session: null,
    gaps: 'none',
    vwap: false,
    out,
    ...request,
  }
  const result = await runResample(whole, { config, store, state: null, ...more })
  return { ...result, out }
}

/** Rows of an output, each as an array; times as ISO minutes. */
async function rowsOf(
  { out }: { out: string },
  columns = 'symbol, timeframe, timestamp, open, high, low, close, volume, bars, complete',
) {
  const rows = await query(
    `select ${columns.replace('timestamp', `strftime("timestamp", '%Y-%m-%dT%H:%M') as t`)} from '${out}'`,
  )
  return rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)))
}

const one = async (bars: BarRow[][], options: { sorted?: boolean } = {}) => {
  const files = await barFiles(folder)
  await files.add('AAA', bars, options)
  return files.store
}

describe('resampled bars', () => {
  test('are first, greatest, least and last, sum and count, with a mark of the closed ones', async () => {
    const store = await one([minutes([5, 9, 2, 7, 3], at('2024-03-01T00:58Z'))])
    expect(await rowsOf(await run(store))).toEqual([
      ['AAA', '1h', '2024-03-01T00:00', 5, 9, 5, 9, 2, 2, true],
      ['AAA', '1h', '2024-03-01T01:00', 2, 7, 2, 3, 3, 3, false],
    ])
  })

  test('are sorted by symbol, timeframe as asked, and time', async () => {
    const files = await barFiles(folder)
    for (const symbol of ['BBB', 'AAA']) await files.add(symbol, [minutes([1, 2, 3], at('2024-03-01T00:58Z'))])
    const rows = await rowsOf(await run(files.store, { to: ['1h', '1m', '1d'] }), 'symbol, timeframe, timestamp')
    expect(rows.slice(0, 6)).toEqual([
      ['AAA', '1h', '2024-03-01T00:00'],
      ['AAA', '1h', '2024-03-01T01:00'],
      ['AAA', '1m', '2024-03-01T00:58'],
      ['AAA', '1m', '2024-03-01T00:59'],
      ['AAA', '1m', '2024-03-01T01:00'],
      ['AAA', '1d', '2024-03-01T00:00'],
    ])
    expect(rows.length).toBe(12)
  })

  test('of a single bar are one bucket', async () => {
    const result = await run(await one([minutes([4])]))
    expect(await rowsOf(result, 'open, bars, complete')).toEqual([[4, 1, false]])
    expect(result).toMatchObject({ rows_in: 1, rows_out: 1, symbols: 1 })
  })

  test('keep a null where every price of a bucket is missing', async () => {
    const nothing = Number.NaN
    const store = await one([[[START, nothing, nothing, nothing, nothing, nothing]]])
    expect(await rowsOf(await run(store), 'open, high, low, close, volume, bars')).toEqual([
      [null, null, null, null, null, 1],
    ])
  })

  test('keep the sign of a zero', async () => {
    const result = await run(await one([minutes([-0])]))
    const [[open]] = await rowsOf(result, 'open')
    expect(Object.is(open, -0)).toBe(true)
  })

  test('carry turnover where a series has it', async () => {
    const rows = minutes([1, 2]).map((row, i) => [...row, 10 + i])
    expect(await rowsOf(await run(await one([rows])), 'turnover')).toEqual([[21]])
  })

  test('carry turnover where only the later file of a series has it', async () => {
    const files = await barFiles(folder)
    const early = await files.add('AAA', [minutes([1, 2])])
    const late = await files.add('AAA', [minutes([3, 4], START + 2 * MINUTE).map((row) => [...row, 10])])
    const series = { ...late, files: [...early.files, ...late.files], firstMs: early.firstMs, rows: 4 }
    const result = await run({ ...files.store, list: async () => [series] }, { to: ['1m'] })
    expect(await rowsOf(result, 'turnover')).toEqual([[null], [null], [10], [10]])
  })

  test('weigh prices with volumes for --vwap', async () => {
    const rows = [
      [START, 1, 4, 1, 1, 3, Number.NaN, 5],
      [START + MINUTE, 1, 4, 1, 1, 1, Number.NaN, Number.NaN],
    ]
    expect(await rowsOf(await run(await one([rows]), { vwap: true }), 'vwap')).toEqual([[(5 * 3 + 2 * 1) / 4]])
  })

  test('outside the session are dropped and counted', async () => {
    const store = await one([minutes([1, 2, 3, 4], at('2024-03-01T14:28Z'))])
    const result = await run(store, { session: 'XNYS', to: ['5m'] })
    expect(result).toMatchObject({ dropped: 2, rows_in: 4 })
    expect(await rowsOf(result, 'timestamp, open, bars')).toEqual([['2024-03-01T14:30', 3, 2]])
  })

  test('fill gaps between the first and the last bar', async () => {
    const store = await one([[...minutes([1]), ...minutes([3], START + 2 * MINUTE)]])
    const rows = await rowsOf(await run(store, { to: ['1m'], gaps: 'previous' }), 'close, volume, bars')
    expect(rows).toEqual([
      [1, 1, 1],
      [1, 0, 0],
      [3, 1, 1],
    ])
  })

  test('of no bar in the span are an empty file', async () => {
    const result = await run(await one([minutes([1, 2])]), { toMs: START })
    expect([result.rows_out, await rowsOf(result)]).toEqual([0, []])
  })
})

describe('the span', () => {
  test('takes bars from the start on and before the end', async () => {
    const store = await one([minutes([1, 2, 3, 4])])
    const span = { fromMs: START + MINUTE, toMs: START + 3 * MINUTE }
    expect(await rowsOf(await run(store, { to: ['1m'], ...span }), 'open')).toEqual([[2], [3]])
  })

  test('ends what is known: a bucket that it cuts is not complete', async () => {
    const store = await one([minutes(Array(200).fill(1), at('2024-03-01T00:00Z'))])
    const rows = await rowsOf(await run(store, { toMs: at('2024-03-01T01:30Z') }), 'bars, complete')
    expect(rows).toEqual([
      [60, true],
      [30, false],
    ])
  })
})

describe('the checksum', () => {
  const bars = walk(6000, 1)
  const targets = ['5m', '7h', '1d', '1w', '1M']
  let expected: string
  beforeAll(async () => {
    expected = (await run(await one([bars]), { to: targets })).checksum
  })

  const settings: Record<string, Partial<typeof config>> = {
    'one thread': { threads: 1 },
    'three threads': { threads: 3 },
    'the reader in WebAssembly': { parquetReader: 'wasm' },
    '512 MiB': { memoryLimitMb: 512 },
  }
  test.each(Object.entries(settings))('is the same with %s', async (_name, change) => {
    const result = await run(await one([bars]), { to: targets }, { config: { ...config, ...change } })
    expect(result.checksum).toBe(expected)
  })

  test('is the same for rows in any order, with duplicates', async () => {
    const random = mulberry32(2)
    const mixed = [...bars, ...bars.slice(100, 400)].map((row) => ({ row, key: random() }))
    const store = await one([mixed.sort((a, b) => a.key - b.key).map(({ row }) => row)], { sorted: false })
    expect((await run(store, { to: targets })).checksum).toBe(expected)
  })

  test('is the same for a file that is said to be sorted and is not', async () => {
    const store = await one([bars])
    const [series] = await store.list({ symbols: 'all', timeframe: '1m' })
    const mixed = await barFiles(folder)
    const reversed = await mixed.add('AAA', [[...bars].reverse()], { sorted: false })
    const claim = { ...series, files: reversed.files.map((file) => ({ ...file, sorted: true })) }
    const read: BarStore['read'] = (_series, options) => mixed.store.read(reversed, options)
    const result = await run({ ...mixed.store, list: async () => [claim], read }, { to: targets })
    expect([result.checksum, Object.keys(result.unscanned)]).toEqual([
      expected,
      scans ? ['disorder'] : expect.anything(),
    ])
  })

  test('is the same for files that are cut anywhere', async () => {
    const store = await one([bars.slice(0, 1), bars.slice(1, 2500), bars.slice(2500)])
    expect((await run(store, { to: targets })).checksum).toBe(expected)
  })

  test('is the same for files whose spans meet', async () => {
    const [even, odd] = [bars.filter((_, i) => i % 2 === 0), bars.filter((_, i) => i % 2 === 1)]
    expect((await run(await one([even, odd]), { to: targets })).checksum).toBe(expected)
  })

  test('is that of the bars, however their spans are asked for piecewise', async () => {
    const whole = await rowsOf(await run(await one([bars])))
    const edge = at('2024-03-01T00:00Z')
    const first = await rowsOf(await run(await one([bars]), { toMs: edge }))
    const second = await rowsOf(await run(await one([bars]), { fromMs: edge }))
    expect([...first, ...second]).toEqual(whole)
  })

  test('after late bars is that of a full run', async () => {
    const late = await barFiles(folder)
    await late.add('AAA', [bars.filter((_, i) => i % 10 !== 3)])
    const before = (await run(late.store, { to: targets })).checksum
    const [{ files }] = await late.store.list({ symbols: 'all', timeframe: '1m' })
    const added = await (await barFiles(folder)).add('AAA', [bars.filter((_, i) => i % 10 === 3)])
    const all = {
      ...added,
      files: [...files, ...added.files].map((file) => ({ ...file, sorted: false })),
      firstMs: bars[0][0],
      lastMs: bars[5999][0],
    }
    const after = (await run({ ...late.store, list: async () => [all] }, { to: targets })).checksum
    expect([before === expected, after]).toEqual([false, expected])
  })
})

const scans = duckdbLibrary() !== null

test.skipIf(!scans)('sorted files are scanned by DuckDB', async () => {
  expect((await run(await one([walk(3000, 3)]))).unscanned).toEqual({})
})

test('more buckets than one table holds come out in order, the same in spans and in one piece', async () => {
  const rows = minutes(Array.from({ length: 70_000 }, (_, i) => i % 91))
  const store = await one([rows])
  const two = await run(store, { to: ['1m'] })
  const wasm = await run(store, { to: ['1m'] }, { config: { ...config, parquetReader: 'wasm', threads: 1 } })
  expect([two.rows_out, wasm.checksum]).toEqual([70_000, two.checksum])
  expect(
    await query(
      `select count(*) from (select "timestamp" - lag("timestamp") over () as step from '${two.out}')
       where step <> interval 1 minute`,
    ),
  ).toEqual([[0n]])
})

describe('the output', () => {
  test('goes to a file per series and timeframe in a folder', async () => {
    const out = join(folder, 'by-series')
    const { outputs: files } = await run(await one([minutes([1, 2])]), { out, to: ['1h', '1M'] })
    expect(files).toEqual([
      { path: join(out, 'exchange=test/symbol=AAA/timeframe=1h/part-0.parquet'), rows: 1 },
      { path: join(out, 'exchange=test/symbol=AAA/timeframe=1mo/part-0.parquet'), rows: 1 },
    ])
    expect(readdirSync(out)).toEqual(['exchange=test'])
  })

  test('goes to the gold layer by default, and a replay adds no line to its manifest', async () => {
    const store = await one([minutes([1, 2])])
    const first = await run(store, { out: undefined })
    await run(store, { out: undefined })
    expect(first.outputs[0].path).toBe(join(config.lakeDir, `gold/resample/run_id=${first.run_id}/part-0.parquet`))
    expect(
      await query(`select count(*) from read_json('${config.lakeDir}/_metadata/manifests/gold_resample.jsonl')`),
    ).toEqual([[1n]])
  })

  test('is not there after an interruption', async () => {
    const abort = new AbortController()
    const out = join(folder, 'interrupted.parquet')
    const files = await barFiles(folder)
    for (const symbol of ['AAA', 'BBB', 'CCC']) await files.add(symbol, [walk(2000, 4)])
    const running = run(files.store, { out }, { signal: abort.signal, onProgress: () => abort.abort() })
    await expect(running).rejects.toMatchObject({ code: 'LQ_INTERRUPTED' })
    expect(existsSync(out)).toBe(false)
  })

  test('is not there after a failure', async () => {
    const store = await one([minutes([1, 2])])
    const out = join(folder, 'failed.parquet')
    const read: BarStore['read'] = () => {
      throw new LqError('LQ_LAKE_CORRUPT', 'damaged')
    }
    const failing = run({ ...store, read }, { out }, { config: { ...config, parquetReader: 'wasm' } })
    await expect(failing).rejects.toMatchObject({ code: 'LQ_LAKE_CORRUPT' })
    expect(existsSync(out)).toBe(false)
  })
})

describe('the run', () => {
  test('has one identity for one input and one set of options', async () => {
    const ids = async (request: Partial<ResampleRequest>, change: Partial<typeof config> = {}): Promise<string> => {
      const result: ResampleResult = await run(await one([minutes([1, 2])]), request, {
        config: { ...config, ...change },
      })
      return result.run_id
    }
    const [first, again, other] = [
      await ids({}),
      await ids({}, { threads: 1, parquetReader: 'wasm' }),
      await ids({ gaps: 'null' }),
    ]
    expect([first === again, first === other, first.length]).toEqual([true, false, 32])
  })

  test.each([
    ['a narrower target', { from: '1h', to: ['5m'] }, 'LQ_TIMEFRAME'],
    ['an unknown timeframe', { to: ['7x'] }, 'LQ_TIMEFRAME'],
    ['an unknown zone', { timeZone: 'Mars/Base' }, 'LQ_TIMEZONE'],
    ['an unknown session', { session: 'XMAR' }, 'LQ_CALENDAR'],
    ['a fixed calendar in a zone', { calendar: 'fixed', timeZone: 'Asia/Seoul' }, 'LQ_CALENDAR'],
    ['one target twice', { to: ['1h', '1H'] }, 'LQ_USAGE'],
    ['an end before the start', { fromMs: 2, toMs: 1 }, 'LQ_USAGE'],
  ] as const)('refuses %s', async (_name, request, code) => {
    await expect(run(await one([minutes([1])]), request as Partial<ResampleRequest>)).rejects.toMatchObject({ code })
  })

  test('refuses to run where all must run on a GPU', async () => {
    const forced = { ...config, gpuMode: 'forced-gpu' as const }
    await expect(run(await one([minutes([1])]), {}, { config: forced })).rejects.toMatchObject({ exitCode: 5 })
  })
})
