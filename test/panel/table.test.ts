import { expect, test } from 'vitest'
import { readField, readRow, writeField } from '../../src/panel/table.js'
import { panelOf, randomSeries } from './make.js'

const series = randomSeries({ count: 19, rows: 50, density: 0.4, seed: 3 })

test('reads a row across symbols', () => {
  const panel = panelOf(series)
  const table = readField(panel, 0)
  expect(readRow(panel, 0, 17)).toEqual(table.slice(17 * 19, 18 * 19))
})

test('writes what it reads', () => {
  const panel = panelOf(series)
  writeField(panel, 1, readField(panel, 0))
  const length = panel.arena.slotLength
  expect(panel.arena.values.slice(length, 2 * length)).toEqual(panel.arena.values.slice(0, length))
})
