import { describe, expect, test } from 'vitest'
import { openBarSupply } from '../../src/jobs/score-bars.js'
import type { BarStore, SeriesInfo } from '../../src/lake/series.js'
import { type Listing, memoryStore } from './bars-in-memory.js'

const WHOLE = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }

const listings: Listing[] = [
  { symbol: 'A', timestamp: [1, 2, 3, 5], columns: { close: [10, 20, 30, 50] } },
  { symbol: 'B', timestamp: [2, 4], columns: { close: [200, 400], vwap: [201, 401] } },
  { symbol: 'C', timestamp: [9], columns: { close: [900] } },
]

async function open(options: { holdBytesMax: number; span?: typeof WHOLE; store?: BarStore }) {
  const store = options.store ?? memoryStore(listings, { partRows: 2 })
  const series: SeriesInfo[] = await store.list({ symbols: 'all', timeframe: '1m' })
  return openBarSupply({ span: WHOLE, ...options, store, series, columns: ['close', 'vwap'] })
}

describe.each([
  ['held', Number.POSITIVE_INFINITY],
  ['read part by part', 0],
])('bars that are %s', (_what, holdBytesMax) => {
  test('are given for a span, of all series in the same order', async () => {
    const parts = await (await open({ holdBytesMax })).read({ fromMs: 2, toMs: 5 })
    expect(parts.map(({ symbol, bars }) => [symbol, [...bars.timestamp], [...bars.columns.close]])).toEqual([
      ['A', [2, 3], [20, 30]],
      ['B', [2, 4], [200, 400]],
      ['C', [], []],
    ])
  })

  test('have the columns of their series alone', async () => {
    const parts = await (await open({ holdBytesMax })).read(WHOLE)
    expect(parts.map(({ bars }) => Object.keys(bars.columns))).toEqual([['close'], ['close', 'vwap'], ['close']])
  })

  test('leave out series without a bar in the span', async () => {
    const supply = await open({ holdBytesMax, span: { fromMs: 1, toMs: 6 } })
    expect(supply.timestamps.map((one) => [...one])).toEqual([
      [1, 2, 3, 5],
      [2, 4],
    ])
    expect((await supply.read({ fromMs: 1, toMs: 6 })).map(({ symbol }) => symbol)).toEqual(['A', 'B'])
  })
})

test('bars that are held are read once', async () => {
  const store = memoryStore(listings)
  const supply = await open({ holdBytesMax: Number.POSITIVE_INFINITY, store })
  await supply.read(WHOLE)
  await supply.read(WHOLE)
  expect([supply.holds, store.barsRead()]).toEqual([true, 7])
})

test('a supply that holds no bars holds their timestamps', async () => {
  const supply = await open({ holdBytesMax: 0 })
  expect([supply.holds, supply.heldBytes]).toEqual([false, 7 * 8])
})
