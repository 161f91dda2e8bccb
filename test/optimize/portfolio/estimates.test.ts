import { describe, expect, test } from 'vitest'
import {
  ewmaCovariance,
  ledoitWolf,
  meanReturns,
  type Returns,
  sampleCovariance,
} from '../../../src/optimize/portfolio/covariance.js'
import { withinBounds } from '../../../src/optimize/portfolio/limits.js'
import { riskParityWeights } from '../../../src/optimize/portfolio/risk-parity.js'
import { distance, LIMITS, randomReturns } from './support.js'

/** Σ weights (x − x̄)(y − ȳ), pair by pair. */
function weighted({ assets, rows, values }: Returns, weights: number[]): Float64Array {
  const at = (i: number, t: number) => values[i * rows + t]
  const mean = (i: number) => weights.reduce((sum, _, t) => sum + at(i, t), 0) / rows
  return Float64Array.from({ length: assets * assets }, (_, k) => {
    const [i, j] = [Math.floor(k / assets), k % assets]
    return weights.reduce((sum, weight, t) => sum + weight * (at(i, t) - mean(i)) * (at(j, t) - mean(j)), 0)
  })
}

describe('covariances', () => {
  test.each([1, 2, 3, 4, 5, 6, 9])('of %d assets are the definition', (assets) => {
    const returns = randomReturns(assets, { assets, rows: 30 })
    const sample = weighted(returns, new Array(30).fill(1 / 29))
    expect(distance(sampleCovariance(returns), sample)).toBeLessThan(1e-16)
    const powers = Array.from({ length: 30 }, (_, t) => 0.9 ** (29 - t))
    const total = powers.reduce((sum, power) => sum + power, 0)
    const ewma = weighted(
      returns,
      powers.map((power) => power / total),
    )
    expect(distance(ewmaCovariance(returns, 0.9), ewma)).toBeLessThan(1e-16)
  })

  test('shrunk lie between the sample and the identity times its mean variance', () => {
    const returns = randomReturns(7, { assets: 6, rows: 40 })
    const { covariance, shrinkage } = ledoitWolf(returns)
    const sample = weighted(returns, new Array(40).fill(1 / 40))
    const mean = [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + sample[i * 7], 0) / 6
    expect(shrinkage).toBeGreaterThan(0)
    expect(shrinkage).toBeLessThan(1)
    const between = sample.map((value, k) => (1 - shrinkage) * value + (k % 7 === 0 ? shrinkage * mean : 0))
    expect(distance(covariance, between)).toBeLessThan(1e-16)
  })

  test('have means of the rows', () => {
    expect(meanReturns({ assets: 2, rows: 2, values: Float64Array.of(0.1, 0.3, -0.2, 0.2) })[0]).toBeCloseTo(0.2, 15)
  })
})

describe('risk parity', () => {
  // Lean's test of its own optimiser, whose answers for two assets are the inverse volatilities.
  test.each([
    [[0.25, -0.2, -0.2, 0.25], 3.162278, 3.162278],
    [[0.01, 0, 0, 0.04], 7.071068, 3.535534],
    [[1, 0.45, 0.45, 0.25], 0.512989, 1.025978],
    [[0.25, 0.05, 0.05, 0.04], 1.154701, 2.886751],
  ])('of %j is as Lean has it', (covariance, first, second) => {
    const weights = riskParityWeights(Float64Array.from(covariance))
    expect(weights[0]).toBeCloseTo(first / (first + second), 6)
  })

  test('of equal correlations are the inverse volatilities', () => {
    const volatility = [0.1, 0.2, 0.3, 0.4]
    const covariance = Float64Array.from({ length: 16 }, (_, k) => {
      const [i, j] = [Math.floor(k / 4), k % 4]
      return volatility[i] * volatility[j] * (i === j ? 1 : 0.3)
    })
    const total = volatility.reduce((sum, value) => sum + 1 / value, 0)
    expect(
      distance(
        riskParityWeights(covariance),
        volatility.map((value) => 1 / value / total),
      ),
    ).toBeLessThan(1e-14)
  })

  test('of fewer rows than assets has equal shares too', () => {
    const covariance = sampleCovariance(randomReturns(3, { assets: 40, rows: 20 }))
    const weights = riskParityWeights(covariance)
    const shares = weights.map((weight, i) => {
      return weight * weights.reduce((sum, other, j) => sum + other * covariance[i * 40 + j], 0)
    })
    expect(Math.max(...shares) / Math.min(...shares) - 1).toBeLessThan(1e-9)
  })
})

describe('weights of a formula brought within bounds', () => {
  const within = (weights: number[], floor: number, cap: number) =>
    withinBounds(Float64Array.from(weights), { ...LIMITS, floor, cap })

  test('stay as they are within them', () => {
    expect(within([0.5, 0.3, 0.2], 0, 0.5)).toEqual(Float64Array.of(0.5, 0.3, 0.2))
  })

  test('give what is above the cap to the others in proportion', () => {
    const weights = within([0.7, 0.2, 0.1], 0, 0.5)
    expect(distance(weights!, [0.5, 1 / 3, 1 / 6])).toBeLessThan(1e-15)
  })

  test('are capped again where the others then pass it', () => {
    expect(distance(within([0.7, 0.29, 0.01], 0, 0.4)!, [0.4, 0.4, 0.2])).toBeLessThan(1e-15)
  })

  test('take what a floor needs from the others', () => {
    expect(distance(within([0.7, 0.29, 0.01], 0.1, 1)!, [(0.9 * 0.7) / 0.99, (0.9 * 0.29) / 0.99, 0.1])).toBeLessThan(
      1e-15,
    )
  })

  test('are none where the bounds leave none', () => {
    expect([within([0.5, 0.5], 0, 0.4), within([0.5, 0.5], 0.6, 1)]).toEqual([null, null])
  })
})
