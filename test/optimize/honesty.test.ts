import { describe, expect, test } from 'vitest'
import {
  addSharpe,
  expectedMaxSharpe,
  honestyOf,
  minTrackRecord,
  probabilisticSharpe,
  sharpeSpread,
  varianceOf,
} from '../../src/optimize/honesty.js'
import { momentsOf, type ReturnMoments } from '../../src/optimize/metrics.js'
import { randomReturns, sumsOf } from './trials.js'

const YEAR = 250

/** The example of Bailey & López de Prado 2014: a Sharpe ratio of 2.5 a year over five years of days. */
const PAPER: ReturnMoments = {
  bars: 1250,
  mean: Number.NaN,
  std: Number.NaN,
  sharpe: 2.5 / Math.sqrt(YEAR),
  skewness: -3,
  kurtosis: 10,
}

describe('the deflated Sharpe ratio', () => {
  test('is that of the paper: 100 trials with a variance of ½ a year have SR₀ = 0.1132 and DSR = 0.9004', () => {
    const benchmark = expectedMaxSharpe({ trials: 100, variance: 0.5 / YEAR })
    expect(benchmark).toBeCloseTo(0.1132, 4)
    expect(probabilisticSharpe(PAPER, benchmark)).toBeCloseTo(0.9004, 4)
  })

  test.each([
    [46, -3, 10],
    [88, 0, 3],
  ])('is that of the paper for %d trials with skewness %d and kurtosis %d: 0.9505', (trials, skewness, kurtosis) => {
    const benchmark = expectedMaxSharpe({ trials, variance: 0.5 / YEAR })
    expect(probabilisticSharpe({ ...PAPER, skewness, kurtosis }, benchmark)).toBeCloseTo(0.9505, 4)
  })

  test('falls as trials are added', () => {
    const of = (trials: number) => probabilisticSharpe(PAPER, expectedMaxSharpe({ trials, variance: 0.5 / YEAR }))
    const values = [2, 10, 100, 1e4, 1e6, 1e9].map(of)
    expect(values).toEqual([...values].sort((a, b) => b - a))
  })

  test('expects of trials without skill the best that they show', () => {
    const [trials, bars, samples] = [50, 60, 60]
    let sum = 0
    for (let sample = 0; sample < samples; sample++) {
      const sharpes = Array.from({ length: trials }, (_, i) => {
        return momentsOf(sumsOf(randomReturns(bars, sample * trials + i, { mean: 0, std: 0.01 }))).sharpe
      })
      sum += Math.max(...sharpes)
    }
    expect(sum / samples / expectedMaxSharpe({ trials, variance: 1 / (bars - 1) })).toBeCloseTo(1, 1)
  })

  test('is the probability of a Sharpe ratio above 0 where all trials have the same', () => {
    const spread = sharpeSpread()
    for (let i = 0; i < 10; i++) addSharpe(spread, PAPER.sharpe)
    const { deflatedSharpe, probabilisticSharpe: single } = honestyOf(PAPER, spread)
    expect(deflatedSharpe).toBe(single)
  })

  test('is null with a reason for one trial', () => {
    const spread = sharpeSpread()
    addSharpe(spread, PAPER.sharpe)
    expect(honestyOf(PAPER, spread)).toMatchObject({
      deflatedSharpe: null,
      expectedMaxSharpe: null,
      probabilisticSharpe: expect.closeTo(1, 2),
      reason: expect.stringContaining('one trial'),
    })
  })

  test('is null with a reason where the Sharpe ratio is undefined', () => {
    const spread = sharpeSpread()
    for (const sharpe of [0.1, 0.2]) addSharpe(spread, sharpe)
    const idle = momentsOf(sumsOf(new Float64Array(50)))
    expect(honestyOf(idle, spread)).toMatchObject({
      deflatedSharpe: null,
      probabilisticSharpe: null,
      minTrackRecordBars: null,
      reason: 'the Sharpe ratio is undefined',
    })
  })
})

describe('the spread of Sharpe ratios', () => {
  test('has the variance with ddof 1 of those that are defined, and counts all trials', () => {
    const spread = sharpeSpread()
    for (const sharpe of [1, Number.NaN, 2, 4]) addSharpe(spread, sharpe)
    expect(spread).toMatchObject({ trials: 4, count: 3 })
    expect(varianceOf(spread)).toBeCloseTo(7 / 3, 14)
    expect(varianceOf(sharpeSpread())).toBeNaN()
  })
})

describe('the minimum track record', () => {
  test('is the length at which the probabilistic Sharpe ratio is the confidence', () => {
    for (const [sharpe, skewness, kurtosis] of [
      [0.05, 0, 3],
      [0.1, -2, 12],
      [0.3, 1, 5],
    ]) {
      const moments = { ...PAPER, sharpe, skewness, kurtosis }
      const bars = minTrackRecord(moments, { benchmark: 0.01, confidence: 0.99 })
      expect(probabilisticSharpe({ ...moments, bars }, 0.01)).toBeCloseTo(0.99, 10)
    }
  })

  test('of 2 a year against 1 a year is 2.73 years of daily normal returns, as published', () => {
    const moments = { ...PAPER, sharpe: 2 / Math.sqrt(252), skewness: 0, kurtosis: 3 }
    expect(minTrackRecord(moments, { benchmark: 1 / Math.sqrt(252) }) / 252).toBeCloseTo(2.73, 2)
  })

  test('does not exist for a Sharpe ratio that is not above the benchmark', () => {
    expect(minTrackRecord({ ...PAPER, sharpe: -0.1 })).toBeNaN()
  })
})
