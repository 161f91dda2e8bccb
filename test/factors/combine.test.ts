import { describe, expect, test } from 'vitest'
import { type Combine, checkCategories, combineOf } from '../../src/factors/combine.js'
import { compileFactors } from '../../src/factors/factor-set.js'
import { bits, evaluate, randomBars, type Table } from './evaluate.js'

const SCOPE = { columns: new Set(['open', 'high', 'low', 'close', 'volume']), adjust: 'none' as const }
const PLAIN = { scoring: { winsorize: null, standardize: null }, members: false } as const

/** Factor → its category and its expression. */
type Factors = Record<string, [category: string | null, text: string]>

function combinedOf(table: Table, factors: Factors, combine: Combine): Float64Array {
  const expressions = Object.entries(factors).map(([name, [category, text]]) => ({ name, category, text }))
  return evaluate(compileFactors(expressions, SCOPE, { ...PLAIN, combine }).plan, table).combined
}

/** One row of bars; NaN is missing. */
const row = (fields: Record<string, number[]>): Table => {
  const columns = Object.entries(fields).map(([name, values]) => [name, Float64Array.from(values)])
  return { rows: 1, cols: Object.values(fields)[0].length, fields: Object.fromEntries(columns) }
}
const _ = Number.NaN

describe('equal weights', () => {
  test('are of the factors that are there', () => {
    const table = row({ open: [1, _, 1, _], close: [3, 4, _, _] })
    expect([...combinedOf(table, { a: [null, 'open'], b: [null, 'close'] }, { method: 'equal' })]).toEqual([2, 4, 1, _])
  })

  test('of one factor leave it as it is', () => {
    expect([...combinedOf(row({ close: [0.1, _] }), { a: [null, 'close'] }, { method: 'equal' })]).toEqual([0.1, _])
  })
})

describe('category weights', () => {
  const factors: Factors = { a: ['value', 'open'], b: ['value', 'high'], c: ['growth', 'close'], d: [null, 'volume'] }
  const weights = { value: 0.75, growth: 0.25 }

  test('weigh means of categories, and are made to sum to 1 over those that are there', () => {
    const table = row({
      open: [1, 1, _, _, _],
      high: [3, _, _, 5, _],
      close: [6, 5, 2, _, _],
      volume: [9, 9, 9, 9, 9],
    })
    const found = combinedOf(table, factors, { method: 'weights', weights })
    expect([...found]).toEqual([0.75 * 2 + 0.25 * 6, 0.75 + 1.25, 2, 5, _])
  })

  test('of 0 do not count, even where nothing else is there', () => {
    const table = row({ open: [1, _], high: [3, _], close: [6, 5], volume: [9, 9] })
    const none = combinedOf(table, factors, { method: 'weights', weights: { value: 1, growth: 0 } })
    expect([...none]).toEqual([2, _])
  })
})

describe('weights by past correlation', () => {
  const factors: Factors = {
    a: ['x', 'rank(delta(close, 3))'],
    b: ['x', '-1 * rank(volume)'],
    c: ['x', 'rank(high - low)'],
  }
  const how = { method: 'ic', horizon: 3, window: 8 } as const

  /** By hand: Spearman of the pairs, means of the past ones, weights by their size. */
  function expected(table: Table, at: number): number[] {
    const { rows, cols, fields } = table
    const expressions = Object.entries(factors).map(([name, [, text]]) => ({ name, text }))
    const { a, b, c } = evaluate(compileFactors(expressions, SCOPE, { ...PLAIN, combine: null }).plan, table)
    const cell = (values: Float64Array, t: number, n: number) => (t < 0 || t >= rows ? _ : values[t * cols + n])
    const correlationOf = (score: Float64Array, signal: number): number => {
      const [entry, exit] = [signal + 1, signal + 1 + how.horizon]
      const pairs = Array.from({ length: cols }, (_x, n) => [
        cell(score, signal, n),
        cell(fields.close, exit, n) / cell(fields.close, entry, n) - 1,
      ]).filter((pair) => pair.every(Number.isFinite))
      return spearman(pairs)
    }
    const weightOf = (score: Float64Array): number => {
      const past: number[] = []
      for (let end = at - how.window + 1; end <= at; end++) past.push(correlationOf(score, end - how.horizon - 1))
      const there = past.filter(Number.isFinite)
      return there.length >= how.window / 2 ? there.reduce((x, y) => x + y, 0) / there.length : _
    }
    const weighed = [a, b, c].map((score) => ({ score, weight: weightOf(score) }))
    return Array.from({ length: cols }, (_x, n) => {
      const there = weighed.filter(({ score, weight }) => Number.isFinite(cell(score, at, n) * weight))
      const size = there.reduce((sum, { weight }) => sum + Math.abs(weight), 0)
      return there.reduce((sum, { score, weight }) => sum + cell(score, at, n) * weight, 0) / size
    })
  }

  test('are those of a calculation by hand', () => {
    const table = randomBars(81, { rows: 40, cols: 12 })
    const found = combinedOf(table, factors, how)
    for (const at of [3 + 3 + how.window, 25, 39]) {
      const wanted = expected(table, at)
      expect(wanted.filter(Number.isFinite).length).toBeGreaterThan(6)
      for (const [n, value] of wanted.entries()) {
        if (Number.isNaN(value)) expect(found[at * table.cols + n]).toBeNaN()
        else expect(found[at * table.cols + n]).toBeCloseTo(value, 12)
      }
    }
  })

  test('do not look ahead: rows that come later change no bit', () => {
    const table = randomBars(82, { rows: 60, cols: 9 })
    const whole = combinedOf(table, factors, how)
    for (const rows of [15, 31, 59]) {
      const cut = Object.entries(table.fields).map(([name, values]) => [name, values.slice(0, rows * table.cols)])
      const part = combinedOf({ ...table, rows, fields: Object.fromEntries(cut) }, factors, how)
      expect(bits(part)).toBe(bits(whole.slice(0, rows * table.cols)))
      expect(part.some(Number.isFinite)).toBe(true)
    }
  })
})

describe('combineOf', () => {
  test.each<[string, Combine]>([
    ['equal', { method: 'equal' }],
    ['weights:value=.25, growth =0.75', { method: 'weights', weights: { value: 0.25, growth: 0.75 } }],
    ['ic:21', { method: 'ic', horizon: 21, window: 60 }],
    ['ic:5:120', { method: 'ic', horizon: 5, window: 120 }],
  ])('reads %s', (text, how) => {
    expect(combineOf(text)).toEqual(how)
  })

  test.each([
    ['mean', 'expected equal, weights'],
    ['ic:0', 'expected a horizon of 1 … 16383 rows, found 0'],
    ['ic:5:20000', 'expected a window of 1 … 16384 rows'],
    ['weights:value', 'expected category=weight, found "value"'],
    ['weights:a=0.5,b=0.4', 'expected weights that sum to 1, found 0.9'],
    ['weights:a=1.5,b=-0.5', 'expected weights of 0 or more, found -0.5 for b'],
    ['weights:a=0.5,a=0.5', 'expected each category once'],
  ])('refuses %s', (text, message) => {
    expect(() => combineOf(text)).toThrow(message)
  })

  test('takes weights that sum to 1 but for a millionth', () => {
    expect(() => combineOf('weights:a=0.3333333,b=0.3333333,c=0.3333333')).not.toThrow()
  })
})

describe('checkCategories', () => {
  const how = { method: 'weights', weights: { value: 1 } } as const

  test('refuses a category that no factor has, naming those there are', () => {
    const known = ['growth', null, undefined]
    expect(() => checkCategories(how, { known, left: known })).toThrow(
      expect.objectContaining({ code: 'LQ_USAGE', hint: 'the categories are growth' }),
    )
  })

  test('refuses categories whose factors are all left out', () => {
    expect(() => checkCategories(how, { known: ['value', 'growth'], left: ['growth'] })).toThrow('can be computed')
  })
})

/** Correlation of average ranks. */
function spearman(pairs: number[][]): number {
  const ranks = [0, 1].map((side) =>
    pairs.map((pair) => {
      const below = pairs.filter((other) => other[side] < pair[side]).length
      const same = pairs.filter((other) => other[side] === pair[side]).length
      return below + (same + 1) / 2
    }),
  )
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const [x, y] = ranks.map((values) => values.map((value) => value - mean(values)))
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))
}
