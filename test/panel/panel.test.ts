import { describe, expect, test } from 'vitest'
import { slotView } from '../../src/panel/arena.js'
import { buildPanel } from '../../src/panel/panel.js'
import { readField } from '../../src/panel/table.js'
import { panelOf, randomSeries, seriesOf } from './make.js'

describe.each([0, 1, 7, 8, 9, 16, 17])('%i columns', (count) => {
  const series = randomSeries({ count, rows: 30, density: 0.7, seed: 11 + count })
  const panel = panelOf(series)

  test('are in as many tiles of 8 as they need', () => {
    expect(panel.cols).toBe(count)
    expect(panel.tiles).toBe(Math.ceil(count / 8))
  })

  test('have each bar at its row and column, and NaN elsewhere', () => {
    const expected = new Float64Array(panel.rows * count).fill(Number.NaN)
    for (const [n, { bars }] of series.entries()) {
      for (let i = 0; i < bars.rows; i++) {
        expected[panel.timestamps.indexOf(bars.timestamp[i]) * count + n] = bars.columns.close[i]
      }
    }
    expect(readField(panel, 0)).toEqual(expected)
  })

  test('are stored tile by tile, spare columns NaN', () => {
    const table = readField(panel, 0)
    const expected = Float64Array.from({ length: panel.tiles * panel.rows * 8 }, (_, i) => {
      const column = Math.floor(i / (panel.rows * 8)) * 8 + (i % 8)
      const row = Math.floor(i / 8) % panel.rows
      return column < count ? table[row * count + column] : Number.NaN
    })
    expect(slotView(panel.arena, 0)).toEqual(expected)
  })

  test('mark the cells that have a bar', () => {
    for (const [n, { bars }] of series.entries()) {
      const marked = [...panel.timestamps].filter((_, t) => (panel.present[(n >> 3) * panel.rows + t] >> (n & 7)) & 1)
      expect(marked).toEqual([...bars.timestamp])
    }
  })
})

test('has more rows than a block of the pivot', () => {
  const series = randomSeries({ count: 3, rows: 2000, density: 0.5, seed: 5 })
  const panel = panelOf(series)
  const table = readField(panel, 0)
  for (const [n, { bars }] of series.entries()) {
    const column = [...panel.timestamps.keys()].map((t) => table[t * 3 + n]).filter((v) => !Number.isNaN(v))
    expect(column).toEqual([...bars.columns.close])
  }
})

test('rows are the union of timestamps that have nothing in common', () => {
  const panel = panelOf([
    seriesOf('A', [
      [1, 10],
      [3, 30],
    ]),
    seriesOf('B', [[2, 20]]),
  ])
  expect([...panel.timestamps]).toEqual([1, 2, 3])
  expect([...readField(panel, 0)]).toEqual([10, Number.NaN, Number.NaN, 20, 30, Number.NaN])
})

test('a series without bars is a column without values', () => {
  const panel = panelOf([seriesOf('A', [[1, 10]]), seriesOf('B', [])])
  expect([...readField(panel, 0)]).toEqual([10, Number.NaN])
})

test('is empty without bars', () => {
  expect(panelOf([seriesOf('A', [])])).toMatchObject({ rows: 0, cols: 1, tiles: 1 })
})

test('columns are sorted by code unit, whatever order they come in', () => {
  const panel = panelOf(['b', 'A', 'a', 'Z', '9'].map((symbol, i) => seriesOf(symbol, [[1, i]])))
  expect(panel.symbols).toEqual(['9', 'A', 'Z', 'a', 'b'])
  expect([...readField(panel, 0)]).toEqual([4, 1, 3, 2, 0])
})

test('a value that is not finite is missing', () => {
  const points: [number, number][] = [
    [1, Number.POSITIVE_INFINITY],
    [2, Number.NEGATIVE_INFINITY],
    [3, Number.NaN],
    [4, -0],
    [5, Number.MAX_VALUE],
  ]
  const values = [...readField(panelOf([seriesOf('A', points)]), 0)]
  expect(values).toEqual([Number.NaN, Number.NaN, Number.NaN, -0, Number.MAX_VALUE])
})

test('fields are in the order asked for', () => {
  const panel = panelOf([seriesOf('A', [[1, 10]])], { fields: ['open', 'close'] })
  expect([readField(panel, 0)[0], readField(panel, 1)[0]]).toEqual([110, 10])
})

test('a field that one series lacks is missing there', () => {
  const bare = seriesOf('B', [[1, 20]])
  delete bare.bars.columns.open
  const panel = panelOf([seriesOf('A', [[1, 10]]), bare], { fields: ['open'] })
  expect([...readField(panel, 0)]).toEqual([110, Number.NaN])
})

test('a field that every series lacks is an error naming what there is', () => {
  const act = () => panelOf([seriesOf('A', [[1, 10]])], { fields: ['closed'] })
  expect(act).toThrow('expected a column closed in the bars, found close, open')
  expect(act).toThrow(expect.objectContaining({ code: 'LQ_INPUT_MISSING' }))
})

test('a symbol given twice is an error', () => {
  expect(() => panelOf([seriesOf('A', []), seriesOf('A', [])])).toThrow('expected each symbol once, got A twice')
})

test('keeps bars of dropped timestamps apart', () => {
  const wide = Array.from({ length: 9 }, (_, n) => seriesOf(`S${n}`, [[1, n]]))
  wide[8] = seriesOf('S8', [
    [1, 8],
    [2, 88],
  ])
  const panel = panelOf(wide, { minBreadth: 0.5 })
  expect([...panel.timestamps]).toEqual([1])
  expect([...panel.dropped.timestamps]).toEqual([2])
  expect([...panel.dropped.present]).toEqual([0, 1])
  expect(readField(panel, 0)[8]).toBe(8)
})

test('asks for the scratch that its shape needs', () => {
  const shapes: unknown[] = []
  const scratch = (shape: { rows: number; tiles: number }) => shapes.push(shape) * 80
  const panel = panelOf([seriesOf('A', [[1, 10]])], { scratch })
  expect(shapes).toEqual([{ rows: 1, tiles: 1 }])
  expect(panel.arena.values.length).toBe(2 * 8 + 80)
})

test('shows the arena before it is touched', () => {
  let seen: Float64Array | undefined
  const advise = (values: Float64Array) => {
    seen = values.slice()
    return 0
  }
  panelOf([seriesOf('A', [[1, 10]])], { advise })
  expect(seen?.every((v) => v === 0)).toBe(true)
})

test('takes the memory of a panel that is not used any more, where it suffices', () => {
  const large = panelOf(randomSeries({ count: 17, rows: 40, density: 0.8, seed: 1 }))
  const { buffer } = large.arena.values
  const series = randomSeries({ count: 9, rows: 30, density: 0.8, seed: 2 })
  const small = panelOf(series, { reuse: large })
  expect(small.arena.values.buffer).toBe(buffer)
  expect(readField(small, 0)).toEqual(readField(panelOf(series), 0))
  expect(
    panelOf(randomSeries({ count: 40, rows: 60, density: 1, seed: 3 }), { reuse: small }).arena.values.buffer,
  ).not.toBe(buffer)
})

test('checks the memory limit', () => {
  const series = randomSeries({ count: 9, rows: 1000, density: 1, seed: 1 })
  const act = () => buildPanel({ series, fields: ['close'], slots: 1000, memoryLimitMb: 100 })
  expect(act).toThrow(expect.objectContaining({ code: 'LQ_MEMORY' }))
})
