import { expect, test } from 'vitest'
import { catalogueOf, loadCatalogue, specOf } from '../../src/compute/catalogue.js'
import { stageName, stagesOf } from '../../src/compute/stages.js'
import type { Plan, Step } from '../../src/types.js'

const step = (kernel: string, inputs: number[], output: number): Step => ({
  kernel,
  inputs,
  outputs: [output],
  options: [],
})

const plan = (...steps: Step[]): Plan => ({ inputs: ['x'], constants: [], steps, outputs: {} })

const cut = (...steps: Step[]) =>
  stagesOf(plan(...steps), loadCatalogue()).map(({ axis, steps: own }) => [axis, own.map((s) => s.outputs[0])])

test('a plan without steps has no stages', () => {
  expect(cut()).toEqual([])
})

test('map, rolling and scan steps are one stage over tiles', () => {
  expect(cut(step('negate', [0], 1), step('rolling_mean', [1], 2), step('ema', [2], 3))).toEqual([['tiles', [1, 2, 3]]])
})

test('a cross step is a stage over rows', () => {
  expect(cut(step('negate', [0], 1), step('cross_rank', [1], 2), step('negate', [2], 3))).toEqual([
    ['tiles', [1]],
    ['rows', [2]],
    ['tiles', [3]],
  ])
})

test('cross steps that follow each other are one stage', () => {
  expect(cut(step('cross_rank', [0], 1), step('cross_demean', [1], 2))).toEqual([['rows', [1, 2]]])
})

test('steps that do not depend on each other share stages', () => {
  const mixed = [
    step('negate', [0], 1),
    step('cross_rank', [1], 2),
    step('absolute', [0], 3),
    step('cross_rank', [3], 4),
    step('negate', [4], 5),
    step('cross_rank', [5], 6),
  ]
  expect(cut(...mixed)).toEqual([
    ['tiles', [1, 3]],
    ['rows', [2, 4]],
    ['tiles', [5]],
    ['rows', [6]],
  ])
})

test('a step runs as late as those that need it allow', () => {
  const late = [step('cross_rank', [0], 1), step('absolute', [0], 2), step('add', [1, 2], 3)]
  expect(cut(...late)).toEqual([
    ['rows', [1]],
    ['tiles', [2, 3]],
  ])
})

test('a fold of a series is no step of a plan', () => {
  const fold = { ...specOf(loadCatalogue(), 'negate'), name: 'fold', shape: 'segment' as const }
  expect(() => stagesOf(plan(step('fold', [0], 1)), catalogueOf([fold]))).toThrow(/fold folds a series/)
})

test('a kernel that is not in the catalogue is a fault', () => {
  expect(() => cut(step('no_such', [0], 1))).toThrow('no kernel no_such in the catalogue')
})

test('a stage is called by its kernels and their counts', () => {
  const steps = [step('negate', [0], 1), step('absolute', [1], 2), step('negate', [2], 3)]
  expect(stageName({ axis: 'tiles', steps })).toBe('tiles: negate ×2, absolute')
})
