import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFileStore } from '../../src/lake/file-store.js'
import { openParquetWriter, type WriteBatch } from '../../src/lake/writer.js'
import { type Bar, readSeries } from './bars.js'
import { READER, temporaryFolder } from './data.js'

const folder = temporaryFolder()
const FEB = Date.UTC(2026, 1, 1)
const at = (minute: number) => FEB + minute * 60_000
let files = 0

/** A Parquet file of bars [symbol, minute, price]. */
async function parquet(
  rows: [symbol: string, minute: number, price: number][],
  { symbol = 'symbol', time = 'timestamp', close = 'close' } = {},
) {
  const path = join(folder, `bars-${files++}.parquet`)
  const writer = await openParquetWriter(path, [
    { name: symbol, type: 'text' },
    { name: time, type: 'timestamp' },
    { name: close, type: 'double' },
  ])
  const columns: WriteBatch['columns'] = {
    [symbol]: rows.map(([name]) => name),
    [time]: Float64Array.from(rows, ([, minute]) => at(minute)),
    [close]: Float64Array.from(rows, ([, , price]) => price),
  }
  await writer.write({ rows: rows.length, columns })
  await writer.close()
  return path
}

function text(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const open = (paths: string[], options = {}) => openFileStore(paths, { timeframe: '1m', ...options }, READER)

async function closes(
  paths: string[],
  symbols: string[] | 'all' = 'all',
  options = {},
): Promise<Record<string, Bar[]>> {
  const store = await open(paths, options)
  const found: Record<string, Bar[]> = {}
  for (const series of await store.list({ symbols, timeframe: '1m' })) {
    const { timestamp, columns } = await readSeries(store, series)
    found[series.key.symbol] = Array.from(timestamp, (ms, i): Bar => [(ms - FEB) / 60_000, columns.close[i]])
  }
  return found
}

test('reads many symbols of one Parquet file, each sorted and without duplicates', async () => {
  const path = await parquet([
    ['B', 1, 10],
    ['A', 2, 3],
    ['A', 1, 1],
    ['A', 1, 2],
    ['B', 2, 20],
  ])
  expect(await closes([path])).toEqual({
    A: [
      [1, 2],
      [2, 3],
    ],
    B: [
      [1, 10],
      [2, 20],
    ],
  })
})

test('a file of one sorted series may be read as it lies', async () => {
  const store = await open([
    await parquet([
      ['A', 1, 1],
      ['A', 2, 2],
    ]),
  ])
  const [series] = await store.list({ symbols: ['A'], timeframe: '1m' })
  expect(series.files).toMatchObject([{ sorted: true, rows: 2, timestampColumn: 'timestamp' }])
})

test('a file of several series, or of rows out of order, is not marked sorted', async () => {
  for (const rows of [
    [
      ['A', 1, 1],
      ['B', 1, 2],
    ],
    [
      ['A', 2, 1],
      ['A', 1, 2],
    ],
    [
      ['A', 1, 1],
      ['A', 1, 2],
    ],
  ] as [string, number, number][][]) {
    const [series] = await (await open([await parquet(rows)])).list({ symbols: 'all', timeframe: '1m' })
    expect(series.files[0].sorted).toBe(false)
  }
})

test('of two files the later wins', async () => {
  const first = await parquet([
    ['A', 1, 1],
    ['A', 2, 2],
  ])
  const second = await parquet([
    ['A', 2, 9],
    ['A', 3, 3],
  ])
  expect(await closes([first, second])).toEqual({
    A: [
      [1, 1],
      [2, 9],
      [3, 3],
    ],
  })
  expect(await closes([second, first])).toEqual({
    A: [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  })
})

test('reads files together of which one names its symbol and one does not', async () => {
  const named = await parquet([['A', 1, 1]])
  const csv = text('B.csv', `timestamp,close\n${at(1)},2\n`)
  expect(await closes([named, csv])).toEqual({ A: [[1, 1]], B: [[1, 2]] })
})

test('rows of no symbol are left out', async () => {
  const path = await parquet([
    ['A', 1, 1],
    [null as unknown as string, 2, 9],
    ['A', 3, 3],
  ])
  expect(await closes([path])).toEqual({
    A: [
      [1, 1],
      [3, 3],
    ],
  })
})

test('infinities are missing', async () => {
  const path = await parquet([['A', 1, Number.POSITIVE_INFINITY]])
  expect(await closes([path])).toEqual({ A: [[1, Number.NaN]] })
})

test('reads Parquet with other names through the same rules as ingest', async () => {
  const path = await parquet(
    [
      ['A', 2, 2],
      ['A', 1, 1],
    ],
    { symbol: 'ticker', time: 'when', close: 'last' },
  )
  const options = { symbolColumn: 'ticker', tsColumns: ['when'], map: { close: 'last' } }
  expect(await closes([path], 'all', options)).toEqual({
    A: [
      [1, 1],
      [2, 2],
    ],
  })
})

test('reads CSV and JSON, and a file without a symbol by its name', async () => {
  const csv = text('ETH-USD.csv', `timestamp,close\n${at(2)},2\n${at(1)},1\n${at(2)},3\n`)
  const json = text('x.json', JSON.stringify([{ ts: at(1), close: 5, symbol: 'J' }]))
  expect(await closes([csv])).toEqual({
    'ETH-USD': [
      [1, 1],
      [2, 3],
    ],
  })
  expect(await closes([json])).toEqual({ J: [[1, 5]] })
})

test('a file without a symbol goes by the one that is asked for', async () => {
  const csv = text('some.csv', `timestamp,close\n${at(1)},1\n`)
  expect(await closes([csv], ['BTC/USDT'])).toEqual({ 'BTC/USDT': [[1, 1]] })
})

test('names what is there where another symbol or timeframe is asked for', async () => {
  const store = await open([await parquet([['A', 1, 1]])])
  await expect(store.list({ symbols: ['Z'], timeframe: '1m' })).rejects.toThrow(/1m bars of Z, found A 1m/)
  await expect(store.list({ symbols: 'all', timeframe: '1h' })).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
})

test('reads a span and the columns asked for', async () => {
  for (const path of [
    await parquet([
      ['A', 1, 1],
      ['A', 2, 2],
      ['A', 3, 3],
    ]),
    text('s.csv', `symbol,timestamp,close\nA,${at(1)},1\nA,${at(2)},2\nA,${at(3)},3\n`),
  ]) {
    const store = await open([path])
    const [series] = await store.list({ symbols: ['A'], timeframe: '1m' })
    const bars = await readSeries(store, series, { columns: ['close'], fromMs: at(2), toMs: at(3) })
    expect([[...bars.timestamp], bars.columns]).toEqual([[at(2)], { close: Float64Array.of(2) }])
  }
})

test('identity changes with the bytes of the files', async () => {
  const identities = []
  for (const price of [1, 1, 2]) {
    const store = await open([await parquet([['A', 1, price]])])
    identities.push(await store.identity((await store.list({ symbols: ['A'], timeframe: '1m' }))[0], {}))
  }
  expect(identities[1]).toEqual(identities[0])
  expect(identities[2]).not.toEqual(identities[0])
})

test('files that do not fit the memory are refused', async () => {
  const csv = text(
    'large.csv',
    `timestamp,close\n${Array.from({ length: 2_000_000 }, (_, i) => `${at(i)},1`).join('\n')}`,
  )
  const store = openFileStore([csv], { timeframe: '1m' }, { ...READER, memoryLimitMb: 64 })
  await expect(store).rejects.toMatchObject({ code: 'LQ_MEMORY' })
})
