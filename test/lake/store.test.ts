import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { commitBars } from '../../src/lake/commit.js'
import { openLakeStore } from '../../src/lake/lake-store.js'
import { type ColumnSchema, openParquetWriter, type WriteBatch } from '../../src/lake/writer.js'
import { type Bar, KEY, optionsFor, readSeries, stage } from './bars.js'
import { READER, temporaryFolder } from './data.js'

const root = temporaryFolder()
const newLake = () => mkdtempSync(join(root, 'lake-'))
const open = (lakeDir: string) => openLakeStore({ ...READER, lakeDir })
const ALL = { symbols: 'all', timeframe: '1m' } as const

const FEB = Date.UTC(2026, 1, 1)
const minutes = (from: number, count: number): Bar[] =>
  Array.from({ length: count }, (_, i) => [FEB + (from + i) * 60_000, from + i])

test('lists the series of a timeframe, sorted by symbol', async () => {
  const lakeDir = newLake()
  const staged = ['ETH/USDT', 'BTC/USDT', 'ADA'].map((symbol) => stage(minutes(0, 2), { key: { ...KEY, symbol } }))
  await commitBars([...staged, stage(minutes(0, 1), { key: { ...KEY, timeframe: '5m' } })], optionsFor(lakeDir, 7))
  const series = await (await open(lakeDir)).list(ALL)
  expect(series.map(({ key }) => key.symbol)).toEqual(['ADA', 'BTC/USDT', 'ETH/USDT'])
  expect(series[0]).toMatchObject({
    rows: 2,
    firstMs: FEB,
    lastMs: FEB + 60_000,
    columns: ['open', 'high', 'low', 'close', 'volume'],
  })
})

test.each(['BTC/USDT', 'BTCUSDT', 'btcusdt'])('finds a symbol written %s', async (symbol) => {
  const lakeDir = newLake()
  await commitBars([stage(minutes(0, 2))], optionsFor(lakeDir, 2))
  const series = await (await open(lakeDir)).list({ exchange: 'BINANCE', symbols: [symbol], timeframe: '1m' })
  expect(series.map(({ key }) => key.symbol)).toEqual(['BTC/USDT'])
})

test('names the symbols that are not there', async () => {
  const lakeDir = newLake()
  await commitBars([stage(minutes(0, 2))], optionsFor(lakeDir, 2))
  const listed = (await open(lakeDir)).list({ symbols: ['BTCUSDT', 'DOGE', 'XRP'], timeframe: '1m' })
  await expect(listed).rejects.toMatchObject({
    code: 'LQ_INPUT_MISSING',
    message: expect.stringContaining('DOGE, XRP'),
  })
})

test('an empty lake has no series', async () => {
  await expect((await open(newLake())).list(ALL)).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
})

test('reads a half-open span', async () => {
  const lakeDir = newLake()
  await commitBars([stage(minutes(0, 10))], optionsFor(lakeDir, 10))
  const store = await open(lakeDir)
  const bars = await readSeries(store, (await store.list(ALL))[0], { fromMs: FEB + 60_000, toMs: FEB + 180_000 })
  expect([...bars.columns.close]).toEqual([1, 2])
})

test('a column that is not there is missing throughout', async () => {
  const lakeDir = newLake()
  await commitBars([stage(minutes(0, 2))], optionsFor(lakeDir, 2))
  const store = await open(lakeDir)
  const bars = await readSeries(store, (await store.list(ALL))[0], { columns: ['close', 'vwap'] })
  expect(bars.columns).toEqual({ close: Float64Array.of(0, 1), vwap: Float64Array.of(Number.NaN, Number.NaN) })
})

test('only files whose spans meet lose the mark sorted', async () => {
  const lakeDir = newLake()
  await commitBars([stage(minutes(0, 10))], optionsFor(lakeDir, 10))
  await commitBars([stage(minutes(20, 10))], optionsFor(lakeDir, 10))
  await commitBars([stage(minutes(5, 10).map(([time]) => [time, -1]))], optionsFor(lakeDir, 10))
  const store = await open(lakeDir)
  const [series] = await store.list(ALL)
  expect(series.files.map(({ sorted }) => sorted)).toEqual([false, true, false])
  const bars = await readSeries(store, series)
  expect([...bars.columns.close]).toEqual([
    0,
    1,
    2,
    3,
    4,
    ...new Array(10).fill(-1),
    ...Array.from({ length: 10 }, (_, i) => 20 + i),
  ])
})

test('identity names the partitions that meet the span', async () => {
  const lakeDir = newLake()
  const jan: Bar[] = [[FEB - 60_000, 1]]
  await commitBars([stage(jan), stage(minutes(0, 2))], optionsFor(lakeDir, 3))
  const store = await open(lakeDir)
  const [series] = await store.list(ALL)
  const all = await store.identity(series, {})
  expect(Object.keys(all).map((path) => path.slice(-7))).toEqual(['2026-01', '2026-02'])
  expect(Object.keys(await store.identity(series, { fromMs: FEB }))).toEqual([Object.keys(all)[1]])
})

test('does not see commits after it was opened', async () => {
  const lakeDir = newLake()
  await commitBars([stage(minutes(0, 2))], optionsFor(lakeDir, 2))
  const store = await open(lakeDir)
  await commitBars([stage(minutes(2, 2))], optionsFor(lakeDir, 2))
  expect((await readSeries(store, (await store.list(ALL))[0])).rows).toBe(2)
})

test('reports a file that is lost', async () => {
  const lakeDir = newLake()
  await commitBars([stage(minutes(0, 2))], optionsFor(lakeDir, 2))
  const store = await open(lakeDir)
  const [series] = await store.list(ALL)
  rmSync(series.files[0].path)
  await expect(readSeries(store, series)).rejects.toMatchObject({ code: 'LQ_LAKE_CORRUPT' })
})

async function writeFile(path: string, time: string, rows: Bar[], extra: Record<string, number> = {}) {
  mkdirSync(dirname(path), { recursive: true })
  const names = ['open', 'high', 'low', 'close', 'volume']
  const schema: ColumnSchema[] = [
    { name: time, type: 'timestamp' },
    ...[...names, ...Object.keys(extra)].map((name): ColumnSchema => ({ name, type: 'double' })),
  ]
  const writer = await openParquetWriter(path, schema)
  const columns: WriteBatch['columns'] = { [time]: Float64Array.from(rows, ([at]) => at) }
  for (const name of names) columns[name] = Float64Array.from(rows, ([, price]) => price)
  for (const [name, value] of Object.entries(extra)) columns[name] = new Float64Array(rows.length).fill(value)
  await writer.write({ rows: rows.length, columns })
  await writer.close()
}

test('reads the flat legacy layout in place, the later file winning', async () => {
  const lakeDir = newLake()
  const folder = join(lakeDir, 'exchange=binance/symbol=BTCUSDT/timeframe=1s/date=2026-02-01')
  await writeFile(join(folder, 'part-1.parquet'), 'datetime', [
    [FEB, 1],
    [FEB + 2000, 3],
  ])
  await writeFile(join(folder, 'part-2.parquet'), 'datetime', [
    [FEB + 1000, 2],
    [FEB + 2000, 9],
  ])
  const store = await open(lakeDir)
  const [series] = await store.list({ exchange: 'binance', symbols: ['BTC/USDT'], timeframe: '1s' })
  expect([...(await readSeries(store, series)).columns.close]).toEqual([1, 2, 9])
  expect(Object.keys(await store.identity(series, {}))).toHaveLength(2)
})

test('reads the daily legacy layout in place, with its adj_close', async () => {
  const lakeDir = newLake()
  for (const month of [1, 2]) {
    const path = join(lakeDir, `silver/prices_daily/symbol=AAPL/year=2026/month=0${month}/data.parquet`)
    await writeFile(path, 'date', [[Date.UTC(2026, month - 1, 5), month]], { adj_close: month / 2 })
  }
  const store = await open(lakeDir)
  const [series] = await store.list({ symbols: 'all', timeframe: '1d' })
  expect(series.key).toEqual({ exchange: 'prices_daily', symbol: 'AAPL', timeframe: '1d' })
  expect([...(await readSeries(store, series)).columns.adj_close]).toEqual([0.5, 1])
})

test('knows its content before an instant, whatever came after it', async () => {
  const lakeDir = newLake()
  const before = async () => {
    const store = await open(lakeDir)
    return store.identityBefore((await store.list(ALL))[0], FEB + 10 * 60_000)
  }
  await commitBars([stage(minutes(0, 10))], optionsFor(lakeDir, 10))
  const first = await before()
  await commitBars([stage(minutes(10, 5))], optionsFor(lakeDir, 5))
  expect(await before()).toEqual(first)
  await commitBars([stage([[FEB + 60_000, 99]])], optionsFor(lakeDir, 1))
  expect(await before()).not.toEqual(first)
})
