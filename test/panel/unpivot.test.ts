import { expect, test } from 'vitest'
import type { Panel } from '../../src/panel/panel.js'
import { countBars, unpivot } from '../../src/panel/unpivot.js'
import { panelOf, randomSeries, seriesOf } from './make.js'

const series = randomSeries({ count: 19, rows: 50, density: 0.4, seed: 3 })

/** Every bar as (timestamp, symbol, close), sorted. */
const barsOf = (list = series) =>
  list
    .flatMap(({ symbol, bars }) => [...bars.timestamp].map((t, i) => [t, symbol, bars.columns.close[i]] as const))
    .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))

function rowsOf(panel: Panel, options?: Parameters<typeof unpivot>[2]): unknown[] {
  const rows: unknown[] = []
  for (const block of unpivot(panel, { close: 0 }, options)) {
    for (let i = 0; i < block.rows; i++) rows.push([block.timestamp[i], block.symbol[i], block.columns.close[i]])
  }
  return rows
}

test('gives each bar once, by timestamp, then symbol', () => {
  expect(rowsOf(panelOf(series))).toEqual(barsOf())
})

test('gives the same rows in blocks of any size', () => {
  for (const blockRows of [1, 7, 1000]) expect(rowsOf(panelOf(series), { blockRows })).toEqual(barsOf())
})

test('gives full blocks and a rest', () => {
  const sizes = [...unpivot(panelOf(series), { close: 0 }, { blockRows: 100 })].map((block) => block.rows)
  expect(sizes.slice(0, -1).every((rows) => rows === 100)).toBe(true)
  expect(sizes.reduce((a, b) => a + b)).toBe(barsOf().length)
})

test('gives a span: its start inclusive, its end exclusive', () => {
  const span = { fromMs: 10 * 60_000, toMs: 20 * 60_000 }
  const inside = barsOf().filter(([t]) => t >= span.fromMs && t < span.toMs)
  expect(rowsOf(panelOf(series), span)).toEqual(inside)
  expect(countBars(panelOf(series), span)).toBe(inside.length)
})

test('gives the bars of dropped timestamps without a value', () => {
  const panel = panelOf(series, { minBreadth: 0.45 })
  expect(panel.dropped.timestamps.length).toBeGreaterThan(3)
  const dropped = new Set(panel.dropped.timestamps)
  expect(rowsOf(panel)).toEqual(barsOf().map(([t, s, v]) => [t, s, dropped.has(t) ? Number.NaN : v]))
  expect(countBars(panel)).toBe(barsOf().length)
})

test('gives nothing for an empty panel', () => {
  expect(rowsOf(panelOf([]))).toEqual([])
  expect(rowsOf(panelOf([seriesOf('A', [])]))).toEqual([])
})
