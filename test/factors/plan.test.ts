import { describe, expect, test } from 'vitest'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import { PLAN_STEPS_MAX } from '../../src/factors/limits.js'
import { type FactorPlan, planOf } from '../../src/factors/plan.js'
import type { Scope } from '../../src/factors/scope.js'
import { bits, evaluate, randomBars, seeded, type Table } from './evaluate.js'

const BARS: Scope = { columns: new Set(['open', 'high', 'low', 'close', 'volume']), adjust: 'none' }

function plan(texts: string[]): FactorPlan {
  const dag = createDag()
  return planOf(new Map(texts.map((text, i) => [`f${i}`, compile(dag, text, BARS)])))
}

const one = (text: string, table: Table): number[] => [...evaluate(plan([text]), table).f0]

/** A table of one symbol. */
function closes(...values: number[]): Table {
  const close = Float64Array.from(values)
  return { rows: values.length, cols: 1, fields: { close, open: close, high: close, low: close, volume: close } }
}

const WINDOWS = ['mean', 'sum', 'stddev', 'ts_rank', 'ts_max', 'ts_argmin', 'slope', 'ts_zscore', 'product']

/** A random expression of numbers over the bars. */
function randomExpression(random: () => number, depth: number): string {
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)]
  const x = () => randomExpression(random, depth - 1)
  const n = () => 2 + Math.floor(random() * 6)
  if (depth === 0) return pick(['open', 'high', 'low', 'close', 'volume', 'vwap', 'returns', '2', '0.5'])
  const series = () => `(${x()} + close)`
  return pick([
    () => `(${x()} ${pick(['+', '-', '*', '/'])} ${x()})`,
    () => `(${x()} > ${x()} ? ${x()} : ${x()})`,
    () => `${pick(WINDOWS)}(${series()}, ${n()})`,
    () => `correlation(${series()}, ${series()}, ${n()}, min_periods=2)`,
    () => `${pick(['rank', 'zscore', 'demean', 'percentile', 'winsorize', 'scale'])}(${series()})`,
    () => `${pick(['delay', 'delta', 'ema', 'rsi'])}(${series()}, ${n()})`,
  ])()
}

describe('values', () => {
  test('are numbered: columns, constants, then what steps write', () => {
    const { inputs, constants, steps } = plan(['close + 3 * open - 4'])
    expect(inputs).toHaveLength(2)
    expect(constants).toEqual([3, 4])
    expect(steps.map(({ outputs }) => outputs)).toEqual([[4], [5], [6]])
  })

  test('a result that is a column is its value', () => {
    expect(plan(['close']).outputs).toEqual({ f0: 0 })
  })

  test('equal results share one', () => {
    const { outputs } = plan(['mean(close, 5)', 'sma(close, 5)'])
    expect(outputs.f0).toBe(outputs.f1)
  })

  test('what no result needs is no step', () => {
    const dag = createDag()
    compile(dag, 'mean(open, 50)', BARS)
    expect(planOf(new Map([['f', compile(dag, 'abs(close)', BARS)]])).steps).toHaveLength(1)
  })
})

describe('the past', () => {
  test('is all that a row depends on: cut off at t, the rows before keep their bits', () => {
    const seed = 47
    const random = seeded(seed)
    const table = randomBars(seed, { rows: 40, cols: 3 })
    const cut = 23
    const fields = Object.fromEntries(
      Object.entries(table.fields).map(([name, values]) => [name, values.slice(0, cut * table.cols)]),
    )
    for (let round = 0; round < 150; round++) {
      const text = `${randomExpression(random, 3)} + close`
      const whole = evaluate(plan([text]), table).f0.slice(0, cut * table.cols)
      const part = evaluate(plan([text]), { rows: cut, cols: table.cols, fields }).f0
      expect(bits(part), `seed ${seed}, round ${round}: ${text}`).toBe(bits(whole))
    }
  })

  test('is needed for as many rows as the warm-up says', () => {
    const seed = 53
    const random = seeded(seed)
    const table = randomBars(seed, { rows: 120, cols: 2, missing: 0 })
    for (let round = 0; round < 100; round++) {
      const text = `${randomExpression(random, 2)} + close`
      const { warmup } = plan([text])
      if (warmup === null || warmup > 60) continue
      const start = 80
      const from = (start - warmup) * table.cols
      const fields = Object.fromEntries(
        Object.entries(table.fields).map(([name, values]) => [name, values.slice(from)]),
      )
      const whole = evaluate(plan([text]), table).f0.slice(start * table.cols)
      const part = evaluate(plan([text]), { rows: table.rows - start + warmup, cols: table.cols, fields }).f0
      expect(bits(part.slice(warmup * table.cols)), `seed ${seed}, round ${round}: ${text}`).toBe(bits(whole))
    }
  })
})

describe('values', () => {
  test('decay_linear weighs the newest most', () => {
    expect(one('decay_linear(close, 3)', closes(1, 5, 9, 2))[2]).toBeCloseTo((1 * 1 + 2 * 5 + 3 * 9) / 6, 12)
  })

  test('decay_linear of one row is the row', () => {
    expect(one('decay_linear(close, 1)', closes(1, 5))).toEqual([1, 5])
  })

  test.each([1, 2, 3, 5, 8])('product multiplies %d rows', (n) => {
    const values = [2, 3, 5, 7, 11, 13, 17, 19]
    const found = one(`product(close, ${n})`, closes(...values))
    expect(found).toEqual(
      values.map((_, t) => (t + 1 < n ? Number.NaN : values.slice(t + 1 - n, t + 1).reduce((a, b) => a * b, 1))),
    )
  })

  test('rsquare of a line is 1', () => {
    expect(one('rsquare(close, 4)', closes(1, 2, 3, 4, 5)).slice(3)).toEqual([1, 1])
  })

  test('rsquare of equal values is missing', () => {
    expect(one('rsquare(close, 3)', closes(0.1, 0.1, 0.1))[2]).toBeNaN()
  })

  test('rsquare is the squared correlation with the row number', () => {
    expect(one('rsquare(close, 3)', closes(1, 4, 2))[2]).toBeCloseTo(0.5 ** 2 / ((14 / 3 / 2) * 1), 12)
  })

  test('resi is what the line leaves at the newest row', () => {
    expect(one('resi(close, 3)', closes(1, 4, 2))[2]).toBeCloseTo(2 - (7 / 3 + 0.5), 12)
  })

  test('count of a condition counts rows where it holds', () => {
    expect(one('count(close > 2, 3)', closes(1, 3, 4, 5))).toEqual([Number.NaN, Number.NaN, 2, 3])
  })

  test('count of a number counts rows with a value', () => {
    expect(one('count(close, 3)', closes(1, Number.NaN, 4, 5))).toEqual([1, 1, 2, 2])
  })

  test('count of a window without a value is missing', () => {
    expect(one('count(close, 2)', closes(1, Number.NaN, Number.NaN))[2]).toBeNaN()
  })

  test('a condition with a missing operand is missing, not false', () => {
    expect(one('close > 1', closes(Number.NaN, 2))).toEqual([Number.NaN, 1])
  })

  test.each([
    ['close ^ 3', [-8, 0, 8]],
    ['close ^ -1', [-0.5, Number.NaN, 0.5]],
    ['close ^ 0', [1, 1, 1]],
    ['close ^ 0.5', [Number.NaN, 0, Math.SQRT2]],
    ['close ^ -0.5', [Number.NaN, Number.NaN, 1 / Math.SQRT2]],
    ['close ^ 1.5', [Number.NaN, 0, 2 ** 1.5]],
    ['close ^ -1.5', [Number.NaN, Number.NaN, 2 ** -1.5]],
    ['signedpower(close, 2)', [-4, 0, 4]],
    ['signedpower(close, 0.5)', [-Math.SQRT2, 0, Math.SQRT2]],
    ['signedpower(close, 1)', [-2, 0, 2]],
    ['2 ^ close', [0.25, 1, 4]],
    ['abs(close) ^ close', [0.25, 1, 4]],
  ])('%s of −2, 0, 2', (text, expected) => {
    const found = one(text, closes(-2, 0, 2))
    expect(found.map(Number.isNaN)).toEqual(expected.map(Number.isNaN))
    for (const [i, value] of expected.entries()) if (!Number.isNaN(value)) expect(found[i]).toBeCloseTo(value, 12)
  })
})

describe('limits', () => {
  test('too many steps are refused', () => {
    const dag = createDag()
    const results = new Map(
      Array.from({ length: PLAN_STEPS_MAX + 1 }, (_, i) => {
        return [`f${i}`, dag.apply('lag', [dag.field(i % 2 ? 'open' : 'close')], [1 + (i >> 1)])]
      }),
    )
    expect(() => planOf(results)).toThrow(
      `expected at most ${PLAN_STEPS_MAX} steps in one run, found ${PLAN_STEPS_MAX + 1}`,
    )
  })
})
