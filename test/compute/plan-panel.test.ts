import { expect, test } from 'vitest'
import { loadCatalogue } from '../../src/compute/catalogue.js'
import { layOut } from '../../src/compute/layout.js'
import { laneRoom, panelForPlan } from '../../src/compute/plan-panel.js'
import { scratchStart, slotView } from '../../src/panel/arena.js'
import { readField } from '../../src/panel/table.js'
import { randomSeries } from '../panel/make.js'
import { MIXED, MIXED_LAYOUT, MIXED_ON_DEVICE } from './make.js'

const config = { threads: 3, memoryLimitMb: 1024 }
const series = randomSeries({ count: 9, rows: 20, density: 1, seed: 1 })

test('has a slot for every input and result of the plan', () => {
  const panel = panelForPlan(MIXED_ON_DEVICE, { series, config })
  expect(panel.fields).toEqual(MIXED.inputs)
  expect(slotView(panel.arena, MIXED_ON_DEVICE.slots - 1).length).toBe(20 * 2 * 8)
})

test('has scratch and local tiles for each thread, in whole lines', () => {
  const panel = panelForPlan(MIXED_LAYOUT, { series, config })
  const { scratch, local } = laneRoom(MIXED_LAYOUT, panel)
  expect(scratch % 8).toBe(0)
  expect(scratch).toBeGreaterThan(0)
  expect(local).toBe(MIXED_LAYOUT.locals * 20 * 8)
  expect(panel.arena.values.length - scratchStart(panel.arena)).toBe(3 * (scratch + local))
})

test('needs no scratch for elementwise plans', () => {
  const steps = [{ kernel: 'negate', inputs: [0], outputs: [1], options: [] }]
  const layout = layOut({ ...MIXED, steps, outputs: { y: 1 } }, loadCatalogue(), { local: true })
  expect(laneRoom(layout, { rows: 20, tiles: 100 })).toEqual({ scratch: 0, local: 0 })
})

test('fills the slots of constants, but for spare columns', () => {
  const steps = [{ kernel: 'add', inputs: [0, 1], outputs: [2], options: [] }]
  const plan = { inputs: ['close'], constants: [2.5], steps, outputs: { y: 2 } }
  const layout = layOut(plan, loadCatalogue(), { local: false })
  const constant = readField(panelForPlan(layout, { series, config }), layout.constants[0].place)
  expect(new Set(constant)).toEqual(new Set([2.5]))
})

test('keeps the row of a longer panel that its first row is', () => {
  expect(panelForPlan(MIXED_LAYOUT, { series, config, firstRow: 500 }).firstRow).toBe(500)
})
