import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFileStore } from '../../src/lake/file-store.js'
import { openParquetWriter } from '../../src/lake/writer.js'
import type { Bars } from '../../src/types.js'
import { seeded } from '../factors/evaluate.js'
import { READER, temporaryFolder } from './data.js'

const folder = temporaryFolder()
const MINUTE = 60_000
let files = 0

/** A file of bars in this order, with closes from a seed, some infinite and some missing. */
async function storeOf(rows: [symbol: string, minute: number][]) {
  const random = seeded(7)
  const path = join(folder, `bars-${files++}.parquet`)
  const writer = await openParquetWriter(path, [
    { name: 'symbol', type: 'text' },
    { name: 'timestamp', type: 'timestamp' },
    { name: 'close', type: 'double' },
  ])
  const close = Float64Array.from(rows, () => [1 / 0, Number.NaN, random(), random()][Math.floor(4 * random())])
  const timestamp = Float64Array.from(rows, ([, minute]) => minute * MINUTE)
  await writer.write({ rows: rows.length, columns: { symbol: rows.map(([symbol]) => symbol), timestamp, close } })
  await writer.close()
  return openFileStore([path], { timeframe: '1m' }, READER)
}

const symbols = ['A', 'B', 'C']
const byTime = Array.from({ length: 4000 }, (_, i): [string, number] => [symbols[i % 3], Math.floor(i / 3)])
const bySymbol = byTime.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

test.each([
  ['by time', byTime],
  ['by symbol', bySymbol],
])('many series of a file sorted %s are those that are read one by one', async (_order, rows) => {
  const store = await storeOf(rows)
  const series = await store.list({ symbols: 'all', timeframe: '1m' })
  for (const span of [{}, { fromMs: 100 * MINUTE }, { fromMs: 5 * MINUTE, toMs: 1300 * MINUTE }, { toMs: 0 }]) {
    const together = (await store.readTogether?.(series, { columns: ['close', 'volume', 'absent'], ...span })) as Bars[]
    for (const [i, one] of series.entries()) {
      const parts: Bars[] = []
      for await (const part of store.read(one, { columns: ['close', 'volume'], ...span })) parts.push(part)
      const joined = (of: (part: Bars) => Float64Array) => parts.flatMap((part) => [...of(part)])
      expect([...together[i].timestamp]).toEqual(joined(({ timestamp }) => timestamp))
      expect([...together[i].columns.close]).toEqual(joined(({ columns }) => columns.close))
      expect(Object.keys(together[i].columns)).toEqual(['close', 'volume'])
    }
  }
})

test('series whose rows must be sorted are not read together', async () => {
  const store = await storeOf([...byTime, ['A', 0]])
  const series = await store.list({ symbols: 'all', timeframe: '1m' })
  expect(await store.readTogether?.(series, { columns: ['close'] })).toBeNull()
})

test('one series is not either', async () => {
  const store = await storeOf(byTime)
  const series = await store.list({ symbols: ['B'], timeframe: '1m' })
  expect(await store.readTogether?.(series, { columns: ['close'] })).toBeNull()
})
