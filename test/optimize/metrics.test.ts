import { describe, expect, test } from 'vitest'
import { metricsOf, momentsOf } from '../../src/optimize/metrics.js'
import { randomReturns, sumsOf, trialOf } from './trials.js'

const DAYS = { periodsPerYear: 252 }

/** Moments in two passes about the mean. */
function plain(returns: Float64Array) {
  const n = returns.length
  const mean = returns.reduce((sum, r) => sum + r, 0) / n
  const central = (power: number) => returns.reduce((sum, r) => sum + (r - mean) ** power, 0) / n
  return {
    mean,
    std: Math.sqrt((central(2) * n) / (n - 1)),
    skewness: central(3) / central(2) ** 1.5,
    kurtosis: central(4) / central(2) ** 2,
  }
}

describe('moments', () => {
  test.each([2, 3, 100, 5000])('of the sums agree with two passes over %d returns', (bars) => {
    const returns = randomReturns(bars, bars)
    const [found, expected] = [momentsOf(sumsOf(returns)), plain(returns)]
    expect(found.mean).toBeCloseTo(expected.mean, 15)
    for (const name of ['std', 'skewness', 'kurtosis'] as const) {
      expect(Math.abs(found[name] - expected[name]), name).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected[name])))
    }
  })

  test('have no spread where all returns are equal, though their sums are rounded', () => {
    for (const value of [0, 0.1, 1 / 3, 1e-5]) {
      for (const bars of [2, 7, 1000, 99_999]) {
        const found = momentsOf(sumsOf(new Float64Array(bars).fill(value)))
        expect([found.std, found.sharpe], `${bars} × ${value}`).toEqual([0, Number.NaN])
      }
    }
  })
})

describe('metrics', () => {
  test('are those of a worked example', () => {
    // 1 → 1.1 → 0.99 → 1.188: one year of four bars, three returns of them.
    const returns = Float64Array.of(0.1, -0.1, 0.2)
    const { metrics } = metricsOf(
      trialOf(returns, { trades: 4, wins: 3, grossProfit: 0.3, grossLoss: 0.1, turnover: 6 }),
      {
        periodsPerYear: 3,
        returns,
      },
    )
    const std = Math.sqrt((2 * 0.1 ** 2 + 0.2 ** 2 + 0 - 0.2 ** 2 / 3) / 2)
    expect(metrics).toEqual({
      final_equity: expect.closeTo(1.188, 14),
      total_return: expect.closeTo(0.188, 14),
      annual_return: expect.closeTo(0.2, 14),
      cagr: expect.closeTo(0.188, 14),
      max_drawdown: expect.closeTo(0.1, 14),
      max_drawdown_bars: 0,
      volatility: expect.closeTo(std * Math.sqrt(3), 14),
      sharpe: expect.closeTo((0.2 / 3 / std) * Math.sqrt(3), 13),
      sortino: expect.closeTo((0.2 / 3 / Math.sqrt(0.01 / 3)) * Math.sqrt(3), 13),
      calmar: expect.closeTo(1.88, 12),
      skewness: expect.closeTo(plain(returns).skewness, 12),
      kurtosis: expect.closeTo(1.5, 12),
      var_parametric: expect.closeTo(1.6448536269514722 * std - 0.2 / 3, 13),
      cvar_parametric: expect.closeTo(2.0627128075074257 * std - 0.2 / 3, 13),
      var_historical: expect.closeTo(0.08, 14),
      cvar_historical: expect.closeTo(0.1, 14),
      turnover: 6,
      annual_turnover: 6,
      exposure: 1,
      trades: 4,
      hit_rate: 0.75,
      profit_factor: expect.closeTo(3, 14),
    })
  })

  test('annualise the growth of a year to itself and of two years to its root', () => {
    const growth = (bars: number) =>
      metricsOf(trialOf(new Float64Array(bars), { finalEquity: 1.21 }), DAYS).metrics.cagr
    expect(growth(252)).toBeCloseTo(0.21, 14)
    expect(growth(504)).toBeCloseTo(0.1, 14)
  })

  test('take the historical VaR as the 5 % quantile between two losses, and CVaR as the mean of what is below', () => {
    const returns = Float64Array.from({ length: 31 }, (_, i) => (i - 10) / 100)
    const { metrics } = metricsOf(trialOf(returns), { ...DAYS, returns })
    expect(metrics.var_historical).toBeCloseTo(0.085, 14)
    expect(metrics.cvar_historical).toBeCloseTo(0.095, 14)
  })

  test('are null with a reason where nothing was traded', () => {
    const idle = { trades: 0, wins: 0, grossProfit: 0, grossLoss: 0, turnover: 0, exposureBars: 0 }
    const { metrics, undefinedMetrics } = metricsOf(trialOf(new Float64Array(100), idle), DAYS)
    expect(undefinedMetrics).toEqual({
      sharpe: 'all returns are equal',
      sortino: 'no return is below 0',
      calmar: 'no drawdown',
      skewness: 'all returns are equal',
      kurtosis: 'all returns are equal',
      var_historical: expect.stringContaining('series of returns'),
      cvar_historical: expect.stringContaining('series of returns'),
      hit_rate: 'no trades',
      profit_factor: 'no trades',
    })
    for (const name of Object.keys(undefinedMetrics)) expect(metrics[name]).toBeNull()
    expect(metrics).toMatchObject({ cagr: 0, volatility: 0, exposure: 0, total_return: 0 })
  })

  test.each([0, 1])('of %d returns are numbers or null with a reason', (bars) => {
    const returns = new Float64Array(bars).fill(0.01)
    const { metrics, undefinedMetrics } = metricsOf(trialOf(returns), { ...DAYS, returns })
    for (const [name, value] of Object.entries(metrics)) {
      expect(value === null ? undefinedMetrics[name] : Number.isFinite(value), name).toBeTruthy()
    }
    expect(metrics.sharpe).toBeNull()
  })

  test('lose everything at −100 % a year, and have no growth rate below nothing', () => {
    const of = (finalEquity: number) => metricsOf(trialOf(randomReturns(252, 3), { finalEquity }), DAYS)
    expect(of(0).metrics.cagr).toBe(-1)
    expect(of(-0.5).undefinedMetrics).toMatchObject({ cagr: expect.stringContaining('below 0') })
  })
})
