import { describe, expect, test } from 'vitest'
import { compile } from '../../src/factors/compile.js'
import { constantName, constantOf, createDag } from '../../src/factors/dag.js'
import { stepsOf } from '../../src/factors/explain.js'
import { planOf } from '../../src/factors/plan.js'
import type { Scope } from '../../src/factors/scope.js'

const ANY: Scope = { columns: null, adjust: 'none' }
const node = (text: string, scope: Scope = ANY) => compile(createDag(), text, scope)

describe('common subexpressions', () => {
  test('are one step, however they are written', () => {
    expect(stepsOf(node('mean(close, 20) / SMA($close, 20.9)'))).toEqual([
      'v1 = rolling_mean(close, window=20)',
      'v2 = divide(v1, v1)',
    ])
  })

  test('are one step in all expressions of a run', () => {
    const dag = createDag()
    const results = new Map(
      ['rank(mean(close, 5))', 'rank(mean(close, 5)) - 1'].map((text, i) => [`f${i}`, compile(dag, text, ANY)]),
    )
    expect(planOf(results).steps.map(({ kernel }) => kernel)).toEqual(['rolling_mean', 'cross_rank', 'subtract'])
  })

  test.each([
    ['close + open', 'open + close'],
    ['close * open', 'open * close'],
    ['close == open', 'open == close'],
    ['close > 1 and open > 2', 'open > 2 and close > 1'],
    ['close > open', 'open < close'],
    ['stddev(close, 5)', 'Std($close, 5, min_periods=5)'],
    ['rank(rank(close))', 'rank(close)'],
  ])('%s is %s', (a, b) => {
    expect(node(a).digest).toBe(node(b).digest)
  })

  test.each([
    ['close - open', 'open - close'],
    ['mean(close, 5)', 'mean(close, 6)'],
    ['mean(close, 5)', 'mean(close, 5, min_periods=4)'],
    ['max(close, open)', 'max(open, close)'],
    ['0 * close', '-0 * close'],
  ])('%s is not %s', (a, b) => {
    expect(node(a).digest).not.toBe(node(b).digest)
  })

  test('have a text that stays short where the written one would double at every level', () => {
    const squares = Array.from({ length: 40 }).reduce<string>((text) => `(${text})^2`, 'close')
    expect(stepsOf(node(squares))).toHaveLength(40)
  })
})

describe('constants', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['2 ^ 10', 1024],
    ['2 ^ -1', 0.5],
    ['2 ^ 3 ^ 2', 512],
    ['0.1 + 0.2', 0.1 + 0.2],
    ['sqrt(2)', Math.SQRT2],
    ['abs(-3)', 3],
    ['7 / 2', 3.5],
    ['1 < 2', 1],
    ['1 < 2 ? 3 : 4', 3],
    ['max(3, 4)', 4],
    ['0 ^ 0', 1],
    ['1 / 0', Number.NaN],
    ['1e308 * 10', Number.NaN],
    ['sqrt(-1)', Number.NaN],
    ['1 / 0 < 2', Number.NaN],
  ])('%s is %d before the run', (text, value) => {
    expect(node(text).value).toBe(value)
  })

  test('minus zero is not zero', () => {
    expect(node('-0').value).toBe(-0)
  })

  test('logarithms of constants are left to the kernel, which has its own bits', () => {
    expect(stepsOf(node('log(2) * close'))).toEqual(['v1 = log(2)', 'v2 = multiply(v1, close)'])
  })

  test.each([0, -0, 2.5, -1e-300, Number.NaN])('%d has a name that gives it back', (value) => {
    expect(constantOf(constantName(value))).toBe(value)
  })

  test('a column has no number', () => {
    expect(constantOf('close')).toBeNull()
  })
})

describe('warm-up', () => {
  test.each([
    ['close', 0],
    ['rank(close)', 0],
    ['mean(close, 20)', 19],
    ['mean(close, 20, min_periods=1)', 19],
    ['delay(close, 3)', 3],
    ['delta(mean(close, 5), 2)', 6],
    ['mean(close, 5) + mean(open, 9)', 8],
    ['correlation(returns, delay(volume, 4), 10)', 13],
    ['product(close, 7)', 6],
    ['decay_linear(close, 10)', 9],
    ['adv20', 19],
    ['stddev(returns, 20)', 20],
    ['ema(close, 5)', null],
    ['delay(rsi(close), 2) + close', null],
    ['1 + 2', 0],
  ])('%s needs %s rows', (text, rows) => {
    expect(node(text).warmup).toBe(rows)
  })
})

describe('fields', () => {
  const columns = (...more: string[]) => new Set(['open', 'high', 'low', 'close', 'volume', ...more])
  const steps = (text: string, scope: Scope) => stepsOf(node(text, scope))

  test('vwap is the column where there is one', () => {
    expect(steps('vwap', { columns: columns('vwap', 'turnover'), adjust: 'none' })).toEqual([])
  })

  test('vwap is turnover ÷ volume where there is a turnover', () => {
    expect(steps('vwap', { columns: columns('turnover'), adjust: 'none' })).toEqual(['v1 = divide(turnover, volume)'])
  })

  test('vwap is (high + low + close)/3 where there is neither', () => {
    expect(steps('vwap', { columns: columns(), adjust: 'none' }).at(-1)).toBe('v3 = divide(v2, 3)')
  })

  test('turnover is close · volume where there is no column', () => {
    expect(steps('turnover', { columns: columns(), adjust: 'none' })[0]).toMatch(
      /^v1 = multiply\((close, volume|volume, close)\)$/,
    )
  })

  test('adv20 is the mean turnover of 20 rows', () => {
    expect(steps('adv20', { columns: columns('turnover'), adjust: 'none' })).toEqual([
      'v1 = rolling_mean(turnover, window=20)',
    ])
  })

  test('a window that adv cannot have makes it an unknown field', () => {
    expect(() => node('adv16385', { columns: columns(), adjust: 'none' })).toThrow('unknown field adv16385')
  })

  test('prices are multiplied by the ratio of the adjusted close to the close', () => {
    const found = steps('open', { columns: columns('adj_close'), adjust: 'ratio' })
    expect(found[0]).toBe('v1 = divide(adj_close, close)')
    expect(found[1]).toMatch(/^v2 = multiply\((open, v1|v1, open)\)$/)
  })

  test('volume is divided by the ratio', () => {
    expect(steps('volume', { columns: columns('adj_close'), adjust: 'ratio' })).toEqual([
      'v1 = divide(adj_close, close)',
      'v2 = divide(volume, v1)',
    ])
  })

  test('turnover does not change with the adjustment', () => {
    const adjusted: Scope = { columns: columns('adj_close'), adjust: 'ratio' }
    expect(steps('turnover', adjusted)).toEqual(steps('turnover', { ...adjusted, adjust: 'none' }))
  })
})
