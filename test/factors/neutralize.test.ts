import { describe, expect, test } from 'vitest'
import { createDag } from '../../src/factors/dag.js'
import { neutralized } from '../../src/factors/neutralize.js'
import { planOf } from '../../src/factors/plan.js'
import { evaluate, seeded } from './evaluate.js'

const SEED = 77
const ROWS = 6
const COLS = 40
const random = seeded(SEED)
const table = (value: (i: number) => number, missing = 0.1) =>
  Float64Array.from({ length: ROWS * COLS }, (_, i) => (random() < missing ? Number.NaN : value(i)))
const fields = {
  y: table(() => random() * 5 + 100),
  size: table(() => random() * 3 + 20),
  beta: table(() => random()),
  sector: table((i) => (i * 7) % 5),
}
const twice = { ...fields, again: fields.size.map((value) => 7 - 2 * value) }

/** The factor y, neutral to some columns and perhaps to the sector. */
function neutral(columns: string[], groups: boolean): Float64Array {
  const dag = createDag()
  const exposures = { groups: groups ? dag.field('sector', 'group') : null, columns: columns.map((c) => dag.field(c)) }
  const plan = planOf(new Map([['y', neutralized(dag, dag.field('y'), exposures)]]))
  return evaluate(plan, { rows: ROWS, cols: COLS, fields: twice }).y
}

/** Rows of what is there: Σ result · values, which is 0 for everything the result is neutral to. */
function products(result: Float64Array, values: (i: number) => number): number[] {
  return Array.from({ length: ROWS }, (_, t) => {
    let sum = 0
    for (let i = t * COLS; i < (t + 1) * COLS; i++) if (Number.isFinite(result[i])) sum += result[i] * values(i)
    return sum
  })
}

const allSmall = (sums: number[]) => sums.every((sum) => Math.abs(sum) < 1e-9)

describe('a neutral factor', () => {
  test('sums to 0 across symbols', () => {
    expect(allSmall(products(neutral([], false), () => 1))).toBe(true)
  })

  test('sums to 0 in every group', () => {
    const found = neutral(['size', 'beta'], true)
    for (let g = 0; g < 5; g++) expect(allSmall(products(found, (i) => (fields.sector[i] === g ? 1 : 0)))).toBe(true)
  })

  test.each([true, false])('is uncorrelated with every column (in groups: %s)', (groups) => {
    const found = neutral(['size', 'beta'], groups)
    for (const column of ['size', 'beta'] as const) {
      expect(allSmall(products(found, (i) => fields[column][i]))).toBe(true)
    }
  })

  test('is what least squares leave: what was taken away is a combination of constant and columns', () => {
    const found = neutral(['size'], false)
    for (let t = 0; t < ROWS; t++) {
      const cells = Array.from({ length: COLS }, (_, n) => t * COLS + n).filter((i) => Number.isFinite(found[i]))
      const [a, b] = cells
      const taken = (i: number) => fields.y[i] - found[i]
      const slope = (taken(b) - taken(a)) / (fields.size[b] - fields.size[a])
      for (const i of cells) expect(taken(i)).toBeCloseTo(taken(a) + slope * (fields.size[i] - fields.size[a]), 6)
    }
  })

  test('is missing where a column or the group is', () => {
    const found = neutral(['size', 'beta'], true)
    const complete = (i: number) => Object.values(fields).every((field) => Number.isFinite(field[i]))
    expect([...found.keys()].filter((i) => Number.isFinite(found[i]) !== complete(i))).toEqual([])
  })

  test('does not change with a column that says the same as another', () => {
    const once = neutral(['size', 'beta'], true)
    const both = neutral(['size', 'again', 'beta'], true)
    expect(both.every((value, i) => Object.is(value, once[i]) || Math.abs(value - once[i]) < 1e-10)).toBe(true)
  })
})
