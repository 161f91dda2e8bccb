import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../src/compute/catalogue.js'
import { type Layout, layOut } from '../../src/compute/layout.js'
import type { Plan, Step } from '../../src/types.js'
import { random } from '../panel/make.js'

const step = (kernel: string, inputs: number[], output: number): Step => {
  return { kernel, inputs, outputs: [output], options: [] }
}
const laid = (plan: Plan, local = true): Layout => layOut(plan, loadCatalogue(), { local })

/** A plan of random steps over two inputs and a constant, all of whose last values are results. */
function randomPlan(seed: number): Plan {
  const next = random(seed)
  const pick = (n: number) => Math.floor(next() * n)
  const steps = Array.from({ length: 30 }, (_, i) => {
    const near = () => Math.max(0, 2 + i - pick(6))
    if (next() < 0.3) return step('cross_rank', [near()], 3 + i)
    return next() < 0.5 ? step('negate', [near()], 3 + i) : step('add', [near(), pick(3 + i)], 3 + i)
  })
  return { inputs: ['x', 'y'], constants: [2.5], steps, outputs: { a: 32, b: 31, c: 3 + pick(30) } }
}

/** What each result is, as a term, if every thread's tiles hold rubbish when a stage begins. */
function terms({ stages, inputs, constants, localConstants, outputs }: Layout): Record<string, string> {
  const places = new Map(inputs.map((name, slot) => [slot, name]))
  for (const { place, value } of constants) places.set(place, `${value}`)
  for (const { axis, steps } of stages) {
    for (const place of places.keys()) if (place < 0) places.delete(place)
    if (axis === 'tiles') for (const { place, value } of localConstants) places.set(place, `${value}`)
    for (const { kernel, inputs: from, outputs: to } of steps)
      places.set(to[0], `${kernel}(${from.map((place) => places.get(place))})`)
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, slot]) => [name, places.get(slot) as string]))
}

function termsOf({ inputs, constants, steps, outputs }: Plan): Record<string, string> {
  const values = [...inputs, ...constants.map(String)]
  for (const { kernel, inputs: from } of steps) values.push(`${kernel}(${from.map((value) => values[value])})`)
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, values[value]]))
}

describe.each([true, false])('with local tiles: %s', (local) => {
  test('gives what the plan says, for random plans', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const plan = randomPlan(seed)
      expect(terms(laid(plan, local)), `seed ${seed}`).toEqual(termsOf(plan))
    }
  })

  test('never writes where a step reads, for random plans', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const steps = laid(randomPlan(seed), local).stages.flatMap((stage) => stage.steps)
      expect(steps.filter(({ inputs, outputs }) => inputs.includes(outputs[0]))).toEqual([])
    }
  })

  test('knows which step of the plan each step is, for random plans', () => {
    const plan = randomPlan(7)
    const { stages, origins } = laid(plan, local)
    const steps = stages.flatMap((stage) => stage.steps)
    expect(steps.map(({ kernel }) => kernel)).toEqual(steps.map((one) => plan.steps[origins.get(one)!].kernel))
    expect([...origins.values()].sort((a, b) => a - b)).toEqual(plan.steps.map((_, i) => i))
  })
})

const chain: Plan = {
  inputs: ['x'],
  constants: [],
  steps: [step('absolute', [0], 1), step('log', [1], 2), step('sign', [2], 3), step('exp', [3], 4)],
  outputs: { y: 4 },
}

test('a chain of steps needs two local tiles and a slot for its result', () => {
  expect(laid(chain)).toMatchObject({ slots: 2, locals: 2 })
})

test('without local tiles it needs two slots besides the input and the result', () => {
  expect(laid(chain, false)).toMatchObject({ slots: 3, locals: 0 })
})

test('what a cross-section reads lies in the arena', () => {
  const steps = [step('negate', [0], 1), step('cross_rank', [1], 2)]
  expect(laid({ ...chain, steps, outputs: { y: 2 } })).toMatchObject({ slots: 3, locals: 0 })
})

test('a constant is a local tile for tiles, and a slot for rows', () => {
  const steps = [step('add', [0, 1], 2), step('cross_rank', [2, 1], 3)]
  const { constants, localConstants } = laid({ inputs: ['x'], constants: [7], steps, outputs: { y: 3 } })
  expect(constants).toEqual([{ place: 1, value: 7 }])
  expect(localConstants).toEqual([{ place: -1, value: 7 }])
})

test('a result that is an input has its slot', () => {
  expect(laid({ ...chain, steps: [], outputs: { y: 0 } })).toMatchObject({ slots: 1, outputs: { y: 0 } })
})
