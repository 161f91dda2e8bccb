import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { blackLitterman } from '../../../src/optimize/portfolio/black-litterman.js'
import { ledoitWolf, type Returns } from '../../../src/optimize/portfolio/covariance.js'
import { cvarOf } from '../../../src/optimize/portfolio/cvar.js'
import { hrpWeights } from '../../../src/optimize/portfolio/hrp.js'
import { bilinear, dot } from '../../../src/optimize/portfolio/linear.js'
import { type MethodOptions, weightsOf } from '../../../src/optimize/portfolio/methods.js'
import { distance, optionsOf } from './support.js'

/* What PyPortfolioOpt's own tests expect, on its 20 stocks with gaps at the beginning of their lives. */

const folder = process.env.LQ_TEST_DATA && join(process.env.LQ_TEST_DATA, 'oracles', 'pyportfolioopt')
const absent = !folder || !existsSync(folder)

const read = (name: string): string => {
  const bytes = readFileSync(join(folder as string, name))
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim()
}
const YEAR = 252

interface Expected {
  file: string
  test: string
  actual: string
  expected: number[]
}

/** Of the first file that has such a test. */
function expectedOf(name: string, actual = 'portfolio_performance', file = ''): number[] {
  const all = JSON.parse(read('expected_from_tests.json.gz')) as Expected[]
  const isMeant = (one: Expected) => one.test === name && one.actual.includes(actual) && one.file.includes(file)
  return all.filter(isMeant)[0].expected
}
const FRONTIER = ['portfolio_performance', 'test_efficient_frontier'] as const
const CVAR = ['portfolio_performance', 'test_efficient_cvar'] as const

/** Daily returns, [rows][assets], NaN where one of the prices is missing. */
function readReturns(): { symbols: string[]; returns: number[][] } {
  const [head, ...lines] = read('stock_prices.csv.gz').split('\n')
  const prices = lines.map((line) =>
    line
      .split(',')
      .slice(1)
      .map((text) => (text === '' ? Number.NaN : Number(text))),
  )
  const returns = prices.slice(1).map((row, t) => row.map((price, i) => price / prices[t][i] - 1))
  return { symbols: head.split(',').slice(1), returns }
}

/** Covariance and correlation of each pair over the rows that both have. */
function pairwise(returns: number[][], size: number) {
  const covariance = new Float64Array(size * size)
  const correlation = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const rows = returns.filter((row) => !Number.isNaN(row[i] + row[j]))
      const mean = (k: number) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length
      const [a, b] = [mean(i), mean(j)]
      const sum = (of: (row: number[]) => number) => rows.reduce((total, row) => total + of(row), 0)
      const product = sum((row) => (row[i] - a) * (row[j] - b))
      covariance[i * size + j] = (product / (rows.length - 1)) * YEAR
      correlation[i * size + j] = product / Math.sqrt(sum((row) => (row[i] - a) ** 2) * sum((row) => (row[j] - b) ** 2))
    }
  }
  return { covariance, correlation }
}

function compoundMean(returns: number[][], size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    const own = returns.map((row) => row[i]).filter((value) => !Number.isNaN(value))
    return own.reduce((product, value) => product * (1 + value), 1) ** (YEAR / own.length) - 1
  })
}

function tableOf(rows: number[][], size: number): Returns {
  const values = new Float64Array(size * rows.length)
  for (const [t, row] of rows.entries()) for (let i = 0; i < size; i++) values[i * rows.length + t] = row[i]
  return { assets: size, rows: rows.length, values }
}

function estimates() {
  const { symbols, returns } = readReturns()
  const size = symbols.length
  const whole = returns.filter((row) => row.every((value) => !Number.isNaN(value)))
  const mean = compoundMean(returns, size)
  return { symbols, returns, size, mean, ...pairwise(returns, size), table: tableOf(whole, size) }
}

describe.skipIf(absent)('agrees with PyPortfolioOpt (skipped without LQ_TEST_DATA)', () => {
  const of = absent ? (null as never) : estimates()
  const { mean, covariance, size } = of ?? {}
  const performance = (weights: Float64Array, rf = 0.02) => {
    const reward = dot(weights, 0, mean, 0, size)
    const volatility = Math.sqrt(bilinear(covariance, weights, weights))
    return [reward, volatility, (reward - rf) / volatility]
  }
  const solved = (method: string, options: Partial<MethodOptions> = {}) => {
    const answer = weightsOf(method, { returns: of.table, mean, covariance }, optionsOf(options))
    if ('conflict' in answer) throw new Error(`conflict: ${answer.conflict}`)
    return answer.weights
  }
  const bounds = (floor: number, cap: number) => ({ limits: { floor, cap, groups: [], turnover: null } })
  const free = bounds(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
  const close = (found: number[], wanted: number[], relative: number) => {
    expect(
      distance(
        found.map((value, i) => value / wanted[i]),
        wanted.map(() => 1),
      ),
    ).toBeLessThan(relative)
  }

  test('where variance is least', () => {
    close(performance(solved('min-variance')), expectedOf('test_min_volatility'), 1e-7)
    close(performance(solved('min-variance', free)), expectedOf('test_min_volatility_short'), 1e-7)
  })

  test('where the Sharpe ratio is greatest', () => {
    const rf = 0.02
    close(performance(solved('max-sharpe', { rf })), expectedOf('test_max_sharpe_long_only'), 1e-7)
    close(performance(solved('max-sharpe', { rf, ...free })), expectedOf('test_max_sharpe_short'), 1e-7)
    close(performance(solved('max-sharpe')), expectedOf('test_cla_max_sharpe_long_only'), 1e-7)
    close(performance(solved('max-sharpe', bounds(-1, 1))), expectedOf('test_cla_max_sharpe_short'), 1e-6)
  })

  test('where utility is greatest', () => {
    close(performance(solved('mean-variance', { aversion: 2 })), expectedOf('test_max_quadratic_utility'), 1e-7)
    const short = solved('mean-variance', { aversion: 1, ...bounds(-1, 1) })
    close(performance(short), expectedOf('test_max_quadratic_utility_with_shorts'), 1e-7)
  })

  test('on the frontier, at a volatility', () => {
    const target = { kind: 'risk' as const, value: 0.19 }
    close(performance(solved('mean-variance', { target })), expectedOf('test_efficient_risk', ...FRONTIER), 1e-6)
    const short = solved('mean-variance', { target, ...bounds(-1, 1) })
    close(performance(short), expectedOf('test_efficient_risk_short', ...FRONTIER), 1e-6)
  })

  test('where CVaR is least, and least with a return', () => {
    const least = solved('cvar')
    close([performance(least)[0], cvarOf(of.table, least)], expectedOf('test_cvar_example', ...CVAR), 1e-4)
    const target = { kind: 'return' as const, value: 0.2 }
    const wanted = solved('cvar', { target })
    close([performance(wanted)[0], cvarOf(of.table, wanted)], expectedOf('test_es_return_sample', ...CVAR), 1e-4)
  })

  test('in hierarchical risk parity, weight by weight', () => {
    const golden = new Map(
      read('weights_hrp.csv')
        .split('\n')
        .slice(1)
        .map((line) => line.split(',') as [string, string]),
    )
    const weights = hrpWeights(covariance, of.correlation)
    expect(
      distance(
        weights,
        of.symbols.map((symbol) => Number(golden.get(symbol))),
      ),
    ).toBeLessThan(1e-14)
  })

  test('in Ledoit–Wolf shrinkage, as hierarchical risk parity has it', () => {
    const shrunk = shrunkCovariance()
    const weights = hrpWeights(shrunk)
    const [volatility] = [expectedOf('test_pass_cov_matrix', 'perf[1]')].flat()
    expect(Math.sqrt(bilinear(shrunk, weights, weights)) / volatility).toBeCloseTo(1, 7)
  })

  test('in returns after views on every asset', () => {
    const prior = exponentialMean(of.returns, size)
    const views = Array.from({ length: size }, (_, i) => {
      return { loads: Float64Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)), value: 0.1 }
    })
    const { mean: after } = blackLitterman(shrunkCovariance(), prior, { views })
    expect(distance(after, expectedOf('test_bl_returns_all_views', 'posterior_rets'))).toBeLessThan(1e-6)
  })

  test('in weights and figures after some views', () => {
    const opinions = { AAPL: 0.2, BBY: -0.3, BAC: 0, SBUX: -0.2, T: 0.131321 }
    const views = Object.entries(opinions).map(([symbol, value]) => {
      return { loads: Float64Array.from(of.symbols, (one) => (one === symbol ? 1 : 0)), value }
    })
    const after = blackLitterman(covariance, new Float64Array(size).fill(1 / size), { views })
    const believed = { returns: of.table, mean: after.mean, covariance }
    const answer = weightsOf('max-sharpe', believed, optionsOf(free))
    if ('conflict' in answer) throw new Error(`conflict: ${answer.conflict}`)
    const { weights } = answer
    const reward = dot(weights, 0, after.mean, 0, size)
    const volatility = Math.sqrt(bilinear(after.covariance, weights, weights))
    close([reward, volatility, (reward - 0.02) / volatility], expectedOf('test_bl_equal_prior'), 1e-6)
  })

  function shrunkCovariance(): Float64Array {
    // Missing returns count as 0 there.
    const filled = of.returns.map((row) => row.map((value) => (Number.isNaN(value) ? 0 : value)))
    return ledoitWolf(tableOf(filled, size)).covariance.map((value) => value * YEAR)
  }
})

/** Weighted by (1 − 2/501)ᵏ, compounded over a year. */
function exponentialMean(returns: number[][], size: number): Float64Array {
  const decay = 1 - 2 / 501
  return Float64Array.from({ length: size }, (_, i) => {
    let sum = 0
    let weights = 0
    for (const row of returns) {
      sum *= decay
      weights *= decay
      if (Number.isNaN(row[i])) continue
      sum += row[i]
      weights += 1
    }
    return (1 + sum / weights) ** YEAR - 1
  })
}
