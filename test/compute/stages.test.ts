import { expect, test } from 'vitest'
import { catalogueOf, loadCatalogue, specOf } from '../../src/compute/catalogue.js'
import { stageName, stagesOf } from '../../src/compute/stages.js'
import type { Plan, Step } from '../../src/types.js'
import { random } from '../panel/make.js'

const step = (kernel: string, inputs: number[], output: number): Step => ({
  kernel,
  inputs,
  outputs: [output],
  options: [],
})

const plan = (...steps: Step[]): Plan => ({ inputs: ['x'], steps, slots: 99, outputs: {} })

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

test('a step that overwrites a slot waits for those that read it', () => {
  expect(cut(step('negate', [0], 1), step('cross_rank', [1], 2), step('absolute', [0], 1))).toEqual([
    ['tiles', [1]],
    ['rows', [2]],
    ['tiles', [1]],
  ])
})

test('a step that overwrites a slot waits for its last writer', () => {
  expect(cut(step('cross_rank', [0], 1), step('negate', [0], 1), step('absolute', [1], 2))).toEqual([
    ['rows', [1]],
    ['tiles', [1, 2]],
  ])
})

test('stages in order compute what the plan computes, for random plans that reuse slots', () => {
  const next = random(23)
  const pick = (n: number) => Math.floor(next() * n)
  for (let round = 0; round < 200; round++) {
    const steps = Array.from({ length: 12 }, () => step(next() < 0.4 ? 'cross_rank' : 'negate', [pick(5)], 1 + pick(4)))
    const staged = stagesOf(plan(...steps), loadCatalogue()).flatMap((stage) => stage.steps)
    expect(trace(staged), `round ${round} of seed 23`).toEqual(trace(steps))
  }
})

/** What each slot holds in the end, as a term. */
function trace(steps: Step[]): string[] {
  const slots = ['x', 'a', 'b', 'c', 'd']
  for (const { kernel, inputs, outputs } of steps) slots[outputs[0]] = `${kernel}(${slots[inputs[0]]})`
  return slots
}

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
