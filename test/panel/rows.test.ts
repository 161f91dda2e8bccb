import { expect, test } from 'vitest'
import { panelRows, positionsIn, unionOf } from '../../src/panel/rows.js'
import { random } from './make.js'

const list = (...values: number[]) => Float64Array.from(values)

test('the union of nothing is empty', () => {
  expect(unionOf([])).toEqual(list())
  expect(unionOf([list(), list()])).toEqual(list())
})

test('the union is sorted and has each timestamp once', () => {
  expect(unionOf([list(1, 3, 5), list(2, 3, 9), list(0, 5)])).toEqual(list(0, 1, 2, 3, 5, 9))
})

test('the union equals that of a set, for random lists', () => {
  const next = random(7)
  const lists = Array.from({ length: 13 }, () => {
    const times = new Set(Array.from({ length: Math.floor(next() * 60) }, () => Math.floor(next() * 200)))
    return Float64Array.from([...times].sort((a, b) => a - b))
  })
  expect(unionOf(lists)).toEqual(Float64Array.from(new Set(lists.flatMap((l) => [...l]))).sort())
})

test('leaves its lists as they were', () => {
  const lists = [list(1, 2), list(2, 3)]
  unionOf(lists)
  expect(lists).toEqual([list(1, 2), list(2, 3)])
})

test('positions of a series in the union', () => {
  expect(positionsIn(list(1, 2, 3, 4, 5), list(2, 5))).toEqual(Int32Array.of(1, 4))
})

/** Ten symbols at timestamps 0 … 49; of the last, `few` alone have a bar at the timestamps `at`. */
function uneven(few: number, at: (t: number) => boolean): Float64Array[] {
  const all = Array.from({ length: 50 }, (_, t) => t)
  return Array.from({ length: 10 }, (_, n) => Float64Array.from(n < few ? all : all.filter((t) => !at(t))))
}

test('keeps every timestamp by default', () => {
  const rows = panelRows(
    uneven(1, (t) => t % 7 === 6),
    { minBreadth: 0 },
  )
  expect(rows.timestamps.length).toBe(50)
  expect(rows.dropped.length).toBe(0)
})

test('drops timestamps at which too few of the symbols of the last 20 have a bar', () => {
  const rows = panelRows(
    uneven(4, (t) => t % 7 === 6),
    { minBreadth: 0.5 },
  )
  expect([...rows.dropped]).toEqual([6, 13, 20, 27, 34, 41, 48])
  expect(rows.timestamps.length).toBe(43)
})

test('keeps a timestamp at which exactly the least share has a bar', () => {
  const rows = panelRows(
    uneven(5, (t) => t === 25),
    { minBreadth: 0.5 },
  )
  expect(rows.dropped.length).toBe(0)
})

test('forgets a symbol 20 timestamps after its last bar', () => {
  const rows = panelRows(
    uneven(4, (t) => t >= 10),
    { minBreadth: 0.5 },
  )
  expect([...rows.dropped]).toEqual(Array.from({ length: 19 }, (_, i) => 10 + i))
})

test('counts rows at which less than half of the symbols have a bar', () => {
  const few = uneven(4, (t) => t >= 10 && t < 13)
  expect(panelRows(few, { minBreadth: 0 }).thinRows).toBe(3)
  expect(panelRows(few, { minBreadth: 0.5 }).thinRows).toBe(0)
})

test('a breadth of 1 keeps complete timestamps only', () => {
  const rows = panelRows([list(1, 2, 3), list(1, 3)], { minBreadth: 1 })
  expect([...rows.timestamps]).toEqual([1, 3])
  expect([...rows.dropped]).toEqual([2])
})
