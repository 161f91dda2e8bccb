import { expect, test } from 'vitest'
import { loadCatalogue } from '../../src/compute/catalogue.js'
import { laneScratch, panelForPlan } from '../../src/compute/plan-panel.js'
import { scratchStart, slotView } from '../../src/panel/arena.js'
import { randomSeries } from '../panel/make.js'
import { MIXED } from './make.js'

const config = { threads: 3, memoryLimitMb: 1024 }
const series = randomSeries({ count: 9, rows: 20, density: 1, seed: 1 })

test('has a slot for every input and result of the plan', () => {
  const panel = panelForPlan(MIXED, { series, config })
  expect(panel.fields).toEqual(MIXED.inputs)
  expect(slotView(panel.arena, 8).length).toBe(20 * 2 * 8)
})

test('has scratch for each thread, in whole lines', () => {
  const panel = panelForPlan(MIXED, { series, config })
  const lane = laneScratch(MIXED.steps, loadCatalogue(), panel.tiles)
  expect(lane % 8).toBe(0)
  expect(lane).toBeGreaterThan(0)
  expect(panel.arena.values.length - scratchStart(panel.arena)).toBe(3 * lane)
})

test('needs no scratch for elementwise plans', () => {
  const steps = [{ kernel: 'negate', inputs: [0], outputs: [1], options: [] }]
  expect(laneScratch(steps, loadCatalogue(), 100)).toBe(0)
})

test('keeps the row of a longer panel that its first row is', () => {
  expect(panelForPlan(MIXED, { series, config, firstRow: 500 }).firstRow).toBe(500)
})
