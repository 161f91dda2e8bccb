import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import { meanReturns, type Returns, sampleCovariance } from '../../../src/optimize/portfolio/covariance.js'
import { cvarOf, leastCvar } from '../../../src/optimize/portfolio/cvar.js'
import { type Limits, programOf } from '../../../src/optimize/portfolio/limits.js'
import type { Program } from '../../../src/optimize/portfolio/program.js'
import { solveProgram } from '../../../src/optimize/portfolio/solve.js'
import { LIMITS, objectiveOf, randomGroups, randomReturns } from './support.js'

/* HiGHS shares nothing with the solvers here: its objective on the same programs, to 1e-6 of it. */

/** Its types describe CommonJS: taken so, with the one function that is used. */
interface Highs {
  solve(model: string, options: Record<string, number>): { Status: string; ObjectiveValue: number }
}
const loadHighs = createRequire(import.meta.url)('highs') as () => Promise<Highs>

let highs: Highs
beforeAll(async () => {
  highs = await loadHighs()
})

const RELATIVE = 1e-6
const TOLERANCES = { primal_feasibility_tolerance: 1e-10, dual_feasibility_tolerance: 1e-10 }
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

/** A program in CPLEX's LP format. Variables that are scaled by `unit` keep its numbers near 1. */
function lpText({ size, quadratic, linear, lower, upper, rows }: Program): string {
  const term = (value: number, name: string) =>
    value === 0 ? '' : ` ${value < 0 ? '-' : '+'} ${Math.abs(value)} ${name}`
  const sum = (values: Iterable<[number, number]>) => [...values].map(([i, v]) => term(v, `x${i}`)).join('')
  const soft = rows.flatMap((row, r) => (row.penalty === undefined ? [] : [term(row.penalty, `s${r}`)])).join('')
  const squares: string[] = []
  if (quadratic) {
    for (let i = 0; i < size; i++) {
      squares.push(term(quadratic[i * size + i], `x${i} ^2`))
      for (let j = 0; j < i; j++) squares.push(term(2 * quadratic[i * size + j], `x${i} * x${j}`))
    }
  }
  const constraints = rows.flatMap((row, r) => {
    const left = sum(Array.from(row.index, (i, k): [number, number] => [i, row.value[k]]))
    const slack = row.penalty === undefined ? '' : ` + s${r}`
    if (row.lower === row.upper) return [` c${r}:${left} = ${row.lower}`]
    return [
      ...(Number.isFinite(row.lower) ? [` l${r}:${left}${slack} >= ${row.lower}`] : []),
      ...(Number.isFinite(row.upper) ? [` u${r}:${left} <= ${row.upper}`] : []),
    ]
  })
  const bound = (value: number) => (Number.isFinite(value) ? String(value) : value < 0 ? '-inf' : '+inf')
  return [
    `Minimize\n obj:${sum(linear.entries())}${soft}${squares.length > 0 ? ` + [${squares.join('')} ] / 2` : ''}`,
    `Subject To\n${constraints.join('\n')}`,
    `Bounds\n${Array.from(lower, (low, i) => ` ${bound(low)} <= x${i} <= ${bound(upper[i])}`).join('\n')}`,
    'End',
  ].join('\n')
}

function reference(program: Program): number {
  const answer = highs.solve(lpText(program), {
    primal_feasibility_tolerance: 1e-10,
    dual_feasibility_tolerance: 1e-10,
  })
  expect(answer.Status).toBe('Optimal')
  return answer.ObjectiveValue
}

function ours(program: Program): number {
  const { solution, conflict } = solveProgram(program)
  expect(conflict).toBeNull()
  return objectiveOf(program, solution!.x)
}

/** In units in which HiGHS's absolute tolerances are small. */
const yearly = (values: Float64Array) => values.map((value) => value * 2520)

function agree(program: Program): void {
  const [found, wanted] = [ours(program), reference(program)]
  expect(Math.abs(found - wanted)).toBeLessThan(RELATIVE * Math.max(Math.abs(wanted), Math.abs(found)))
}

describe('least variance agrees with HiGHS', () => {
  const cases: [string, (returns: Returns, seed: number) => Partial<Limits>][] = [
    ['long-only', () => ({})],
    ['with a cap', () => ({ cap: 0.08 })],
    ['with shorts', () => ({ floor: -0.1, cap: 0.3 })],
    ['with groups', ({ assets }, seed) => ({ cap: 0.3, groups: randomGroups(seed, assets) })],
    [
      'with a target',
      (returns) => ({ target: { mean: meanReturns(returns), least: Math.max(...meanReturns(returns)) / 2 } }),
    ],
    [
      'with a limit of turnover',
      ({ assets }) => ({ turnover: { most: 0.5, previous: new Float64Array(assets).fill(1 / assets), gone: 0 } }),
    ],
  ]
  test.each(cases)('%s', (_, limitsOf) => {
    for (const seed of SEEDS) {
      const returns = randomReturns(seed, { assets: 20, rows: 80 })
      const linear = new Float64Array(20)
      agree(
        programOf({ quadratic: yearly(sampleCovariance(returns)), linear }, { ...LIMITS, ...limitsOf(returns, seed) }),
      )
    }
  })
})

test('mean and variance agree with HiGHS', () => {
  for (const seed of SEEDS) {
    const returns = randomReturns(seed, { assets: 25, rows: 100 })
    const quadratic = yearly(sampleCovariance(returns))
    const linear = yearly(meanReturns(returns)).map((value) => -value)
    agree(programOf({ quadratic, linear }, { ...LIMITS, cap: 0.2 }))
    agree(programOf({ quadratic, linear }, { ...LIMITS, invested: { lower: 0, upper: 0.5 } }))
  }
})

test('linear programs agree with HiGHS', () => {
  for (const seed of SEEDS) {
    const returns = randomReturns(seed, { assets: 30, rows: 100 })
    const linear = yearly(meanReturns(returns)).map((value) => -value)
    agree(programOf({ quadratic: null, linear }, { ...LIMITS, cap: 0.2, groups: randomGroups(seed, 30) }))
  }
})

test('least CVaR agrees with HiGHS', () => {
  for (const seed of SEEDS) {
    const { assets, rows, values } = randomReturns(seed, { assets: 12, rows: 150 })
    const returns = { assets, rows, values: values.map((value) => 100 * value) }
    const answer = leastCvar(returns, { ...LIMITS, cap: 0.3 }, 0.9)
    const linear = new Float64Array(assets + 1)
    linear[assets] = 1
    const program = programOf({ quadratic: null, linear: new Float64Array(assets) }, { ...LIMITS, cap: 0.3 }, 1)
    program.linear[assets] = 1
    for (let t = 0; t < rows; t++) {
      const index = Int32Array.from({ length: assets + 1 }, (_, i) => i)
      const value = Float64Array.from(index, (i) => (i < assets ? returns.values[i * rows + t] : 1))
      const soft = { lower: 0, upper: Number.POSITIVE_INFINITY, penalty: 1 / (0.1 * rows) }
      program.rows.push({ name: '', index, value, ...soft })
    }
    const found = 'x' in answer ? cvarOf(returns, answer.x.subarray(0, assets), 0.9) : Number.NaN
    const wanted = reference(program)
    expect(Math.abs(found - wanted)).toBeLessThan(RELATIVE * wanted)
  }
})

test('where HiGHS finds no point, the limits that conflict are named', () => {
  const quadratic = yearly(sampleCovariance(randomReturns(1, { assets: 12, rows: 40 })))
  const groups = [{ name: 'g', members: [0, 1, 2], lower: 0.5, upper: 1 }]
  const program = programOf({ quadratic, linear: new Float64Array(12) }, { ...LIMITS, cap: 0.15, groups })
  expect(highs.solve(lpText(program), TOLERANCES).Status).toBe('Infeasible')
  expect(solveProgram(program).conflict).toEqual(['group g at least 0.5 at most 1', 'each weight at most 0.15'])
})
