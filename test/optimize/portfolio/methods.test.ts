import { describe, expect, test } from 'vitest'
import type { Certificate } from '../../../src/optimize/portfolio/certificate.js'
import { meanReturns, type Returns, sampleCovariance } from '../../../src/optimize/portfolio/covariance.js'
import { bilinear, dot } from '../../../src/optimize/portfolio/linear.js'
import {
  type Estimates,
  METHODS,
  type MethodOptions,
  type Weights,
  weightsOf,
} from '../../../src/optimize/portfolio/methods.js'
import { distance, LIMITS, optionsOf, randomGroups, randomReturns } from './support.js'

const NAMES = Object.keys(METHODS)
const PROGRAMS = NAMES.filter((name) => !METHODS[name].formula)
const YEAR = 252

function estimatesOf(returns: Returns): Estimates {
  const yearly = (values: Float64Array) => values.map((value) => value * YEAR)
  return { returns, mean: yearly(meanReturns(returns)), covariance: yearly(sampleCovariance(returns)) }
}

const scaled = (returns: Returns, by: number): Returns => ({ ...returns, values: returns.values.map((v) => v * by) })
const cap = (most: number) => ({ limits: { floor: 0, cap: most, groups: [], turnover: null } })

function weightsAt(name: string, of: Estimates, options: Partial<MethodOptions> = {}): Weights {
  const answer = weightsOf(name, of, optionsOf(options))
  if ('conflict' in answer) throw new Error(`${name}: ${answer.conflict}`)
  return answer
}

const greatest = ({ primal, dual, gap }: Certificate) => Math.max(primal ?? 0, dual ?? 0, gap ?? 0)
const sharpeOf = (of: Estimates, w: Float64Array) =>
  dot(w, 0, of.mean, 0, w.length) / Math.sqrt(bilinear(of.covariance, w, w))

describe.each(NAMES)('%s', (name) => {
  const of = estimatesOf(randomReturns(11, { assets: 15, rows: 90 }))

  test('keeps every weight within cap and floor, and the sum at 1 where it is fully invested', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { weights } = weightsAt(name, estimatesOf(randomReturns(seed, { assets: 15, rows: 90 })), cap(0.1))
      expect([seed, Math.max(...weights) <= 0.1, Math.min(...weights) >= 0]).toEqual([seed, true, true])
      const sum = weights.reduce((total, weight) => total + weight, 0)
      if (name !== 'kelly') expect(Math.abs(sum - 1)).toBeLessThan(1e-12)
    }
  })

  test('says which limits conflict', () => {
    const answer = weightsOf(name, of, optionsOf(cap(0.05)))
    // Kelly may leave all in cash.
    if (name === 'kelly') expect('weights' in answer).toBe(true)
    else expect(answer).toEqual({ conflict: ['weights of sum 1', 'each weight at most 0.05'] })
  })

  test('has a certificate of rounding, or none where it solves no program', () => {
    const { certificate } = weightsAt(name, of)
    const formula = name === 'hrp' || name === 'inverse-volatility'
    expect(certificate.primal === null).toBe(formula)
    expect(greatest(certificate)).toBeLessThan(1e-8)
  })

  test('gives one asset everything', () => {
    const { weights } = weightsAt(name, estimatesOf(randomReturns(4, { assets: 1, rows: 40 })), { fraction: 1 })
    expect(Math.abs(weights[0] - 1)).toBeLessThan(1e-12)
  })
})

// Mean-variance and Kelly weigh returns against variance: in other units they are other questions.
const WITHOUT_SCALE = NAMES.filter((name) => name !== 'mean-variance' && name !== 'kelly')

test.each(WITHOUT_SCALE)('%s: returns times a constant change neither weights nor certificate', (name) => {
  for (const factor of [100, 0.037]) {
    const returns = randomReturns(21, { assets: 12, rows: 60 })
    const [a, b] = [returns, scaled(returns, factor)].map((one) => weightsAt(name, estimatesOf(one), cap(0.3)))
    expect(distance(a.weights, b.weights)).toBeLessThan(1e-11)
    expect(Math.abs(greatest(a.certificate) - greatest(b.certificate))).toBeLessThan(1e-11)
  }
})

test.each(PROGRAMS)('%s keeps to groups', (name) => {
  for (let seed = 1; seed <= 5; seed++) {
    const of = estimatesOf(randomReturns(seed, { assets: 16, rows: 90 }))
    const groups = randomGroups(seed, 16)
    const { floor, turnover } = LIMITS
    const answer = weightsOf(name, of, optionsOf({ limits: { floor, cap: 0.3, groups, turnover }, fraction: 1 }))
    if ('conflict' in answer) throw new Error(`seed ${seed}: ${answer.conflict}`)
    for (const { members, lower, upper } of groups) {
      const sum = members.reduce((total, i) => total + answer.weights[i], 0)
      expect([seed, sum > lower - 1e-9, sum < upper + 1e-9]).toEqual([seed, true, true])
    }
    expect(greatest(answer.certificate)).toBeLessThan(1e-8)
  }
})

describe('max-sharpe', () => {
  const of = estimatesOf(randomReturns(31, { assets: 10, rows: 120 }))

  test('has a Sharpe ratio that no other method beats', () => {
    const best = sharpeOf(of, weightsAt('max-sharpe', of).weights)
    for (const name of NAMES) expect(sharpeOf(of, weightsAt(name, of).weights)).toBeLessThan(best * (1 + 1e-12))
  })

  test('without bounds is Σ⁻¹(μ − r), as a whole', () => {
    const { weights } = weightsAt('max-sharpe', of, {
      rf: 0.01,
      limits: { floor: Number.NEGATIVE_INFINITY, cap: Number.POSITIVE_INFINITY, groups: [], turnover: null },
    })
    const ratios = Array.from(weights, (_, i) => {
      return weights.reduce((sum, weight, j) => sum + weight * of.covariance[i * 10 + j], 0) / (of.mean[i] - 0.01)
    })
    expect(Math.max(...ratios) / Math.min(...ratios) - 1).toBeLessThan(1e-9)
  })

  test('says so where nothing is expected to earn more than the rate', () => {
    const answer = weightsOf('max-sharpe', of, optionsOf({ rf: 10 }))
    expect(answer).toEqual({ conflict: ['an expected return above the rate 10'] })
  })
})

describe('mean-variance', () => {
  const of = estimatesOf(randomReturns(42, { assets: 10, rows: 120 }))

  test('has the volatility of the target, where more risk earns more', () => {
    const least = Math.sqrt(variance(weightsAt('min-variance', of).weights))
    const { weights, certificate } = weightsAt('mean-variance', of, { target: { kind: 'risk', value: least * 1.1 } })
    expect(Math.sqrt(variance(weights)) / (least * 1.1)).toBeCloseTo(1, 12)
    expect(greatest(certificate)).toBeLessThan(1e-8)
  })

  test('takes what earns most where the target allows every risk', () => {
    const { weights, certificate } = weightsAt('mean-variance', of, { target: { kind: 'risk', value: 10 } })
    expect(Math.max(...weights)).toBe(1)
    expect(weights[of.mean.indexOf(Math.max(...of.mean))]).toBe(1)
    expect(greatest(certificate)).toBeLessThan(1e-8)
  })

  test('says so where the least volatility there is lies above the target', () => {
    const answer = weightsOf('mean-variance', of, optionsOf({ target: { kind: 'risk', value: 0.001 } }))
    expect(answer).toEqual({ conflict: ['a volatility of 0.001 at most'] })
  })

  const variance = (weights: Float64Array) => bilinear(of.covariance, weights, weights)
})

describe('kelly', () => {
  const of = estimatesOf(randomReturns(51, { assets: 8, rows: 250 }))

  test('the fraction is in the weights: half of it is half of each of them', () => {
    const [full, half] = [1, 0.5].map((fraction) => weightsAt('kelly', of, { fraction }).weights)
    expect(Math.max(...full)).toBeGreaterThan(0)
    expect(
      distance(
        half,
        full.map((weight) => weight / 2),
      ),
    ).toBeLessThan(1e-12)
  })

  test('of one asset is fraction · excess / variance, the rest cash', () => {
    const one = { returns: of.returns, mean: Float64Array.of(0.03), covariance: Float64Array.of(0.04) }
    const { weights } = weightsAt('kelly', one, { fraction: 0.5, rf: 0.01 })
    expect(weights[0]).toBeCloseTo((0.5 * 0.02) / 0.04, 14)
  })

  test('bets nothing where nothing earns more than the rate', () => {
    expect(Math.max(...weightsAt('kelly', of, { rf: 10 }).weights)).toBe(0)
  })
})

describe('black-litterman', () => {
  const of = estimatesOf(randomReturns(61, { assets: 6, rows: 120 }))
  const market = Float64Array.of(0.3, 0.25, 0.2, 0.1, 0.1, 0.05)

  test('without views holds the market', () => {
    expect(distance(weightsAt('black-litterman', of, { market }).weights, market)).toBeLessThan(1e-9)
  })

  test('holds more of what a view says will do better', () => {
    const loads = Float64Array.of(1, -1, 0, 0, 0, 0)
    const { weights } = weightsAt('black-litterman', of, { market, views: [{ loads, value: 0.2 }] })
    expect(weights[0]).toBeGreaterThan(market[0])
    expect(weights[1]).toBeLessThan(market[1])
  })
})

test('risk parity gives each asset the same share of the variance', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { covariance, mean, returns } = estimatesOf(randomReturns(seed, { assets: 20, rows: 60 }))
    const { weights, certificate } = weightsAt('risk-parity', { covariance, mean, returns })
    expect(certificate.primal).toBeLessThan(1e-12)
    expect(Math.min(...weights)).toBeGreaterThan(0)
  }
})

test('a share that moves nothing is named, where a formula divides by its volatility', () => {
  const returns = randomReturns(3, { assets: 3, rows: 30 })
  returns.values.fill(0, 30, 60)
  const of = estimatesOf(returns)
  expect(() => weightsOf('hrp', of, optionsOf())).toThrow('number 1')
})

test('returns without any variance in some mix have no share to certify, and an answer all the same', () => {
  // 5 rows leave 28 assets with mixes of no variance at all: what is left of the objective is rounding.
  const of = estimatesOf(randomReturns(16, { assets: 28, rows: 5 }))
  const limits = { floor: -0.2, cap: Number.POSITIVE_INFINITY, groups: [], turnover: null }
  const { weights, certificate } = weightsAt('min-variance', of, { limits })
  expect(bilinear(of.covariance, weights, weights)).toBeLessThan(1e-15)
  expect(certificate).toMatchObject({ dual: null, gap: null })
  const target = { kind: 'risk' as const, value: 0.3 }
  expect(Math.sqrt(bilinear(of.covariance, ...pair(weightsAt('mean-variance', of, { limits, target }))))).toBeCloseTo(
    0.3,
    9,
  )
})

const pair = ({ weights }: Weights): [Float64Array, Float64Array] => [weights, weights]
