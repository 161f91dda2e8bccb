import { describe, expect, test } from 'vitest'
import { certify } from '../../../src/optimize/portfolio/certificate.js'
import { meanReturns, sampleCovariance } from '../../../src/optimize/portfolio/covariance.js'
import { solveInteriorPoint } from '../../../src/optimize/portfolio/interior-point.js'
import { type Limits, programOf } from '../../../src/optimize/portfolio/limits.js'
import { denseRow, type Program, type Solution } from '../../../src/optimize/portfolio/program.js'
import { solveProgram } from '../../../src/optimize/portfolio/solve.js'
import { distance, LIMITS, objectiveOf, randomGroups, randomReturns } from './support.js'

/** Least variance under limits. */
function leastVariance(covariance: Float64Array, limits: Partial<Limits> = {}): Program {
  const linear = new Float64Array(Math.sqrt(covariance.length))
  return programOf({ quadratic: covariance, linear }, { ...LIMITS, ...limits })
}

function solved(program: Program): Solution {
  const { solution, conflict } = solveProgram(program)
  if (solution === null) throw new Error(`conflict: ${conflict}`)
  return solution
}

describe('closed forms', () => {
  test('of two assets, w = (σ₂² − σ₁₂)/(σ₁² + σ₂² − 2σ₁₂)', () => {
    const { x } = solved(leastVariance(Float64Array.of(0.04, 0.006, 0.006, 0.09)))
    const w = (0.09 - 0.006) / (0.04 + 0.09 - 2 * 0.006)
    expect(distance(x, [w, 1 - w])).toBeLessThan(1e-15)
  })

  test('of two assets that move together, the calmer one alone', () => {
    const { x } = solved(leastVariance(Float64Array.of(0.04, 0.059, 0.059, 0.09)))
    expect([...x]).toEqual([1, 0])
  })

  test('of equal variances and correlations, equal weights', () => {
    const size = 7
    const covariance = Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 0.04 : 0.012))
    expect(distance(solved(leastVariance(covariance)).x, new Float64Array(size).fill(1 / size))).toBeLessThan(1e-15)
  })

  test('of assets that do not go together, weights as the inverse variances', () => {
    const variances = [0.01, 0.04, 0.09, 0.16]
    const covariance = Float64Array.from({ length: 16 }, (_, k) => (k % 5 === 0 ? variances[k / 5] : 0))
    const total = variances.reduce((sum, value) => sum + 1 / value, 0)
    const expected = variances.map((value) => 1 / value / total)
    expect(distance(solved(leastVariance(covariance)).x, expected)).toBeLessThan(1e-15)
  })

  test('without bounds, Σ⁻¹1 / 1ᵀΣ⁻¹1: the slopes are all equal', () => {
    const covariance = sampleCovariance(randomReturns(3, { assets: 12, rows: 60 }))
    const { x } = solved(leastVariance(covariance, { floor: Number.NEGATIVE_INFINITY }))
    const slopes = Array.from(x, (_, i) => x.reduce((sum, weight, j) => sum + weight * covariance[i * 12 + j], 0))
    expect(Math.min(...x)).toBeLessThan(0)
    expect(Math.max(...slopes) / Math.min(...slopes) - 1).toBeLessThan(1e-12)
  })

  test('of one asset, all of it', () => {
    expect([...solved(leastVariance(Float64Array.of(0.04))).x]).toEqual([1])
  })
})

describe('bounds', () => {
  test.each([0.02, 0.03, 0.1])('a cap of %d is never passed, not by an ulp', (cap) => {
    for (let seed = 1; seed <= 20; seed++) {
      const covariance = sampleCovariance(randomReturns(seed, { assets: 60, rows: 120 }))
      const { x } = solved(leastVariance(covariance, { cap }))
      expect([seed, Math.max(...x) <= cap, Math.min(...x) >= 0]).toEqual([seed, true, true])
      expect(Math.abs(x.reduce((sum, weight) => sum + weight, 0) - 1)).toBeLessThan(1e-14)
    }
  })

  test('a cap that leaves one portfolio gives it, with a certificate', () => {
    const program = leastVariance(sampleCovariance(randomReturns(5, { assets: 10, rows: 30 })), { cap: 0.1 })
    const solution = solved(program)
    expect([...solution.x]).toEqual(new Array(10).fill(0.1))
    expect(certify(program, solution).gap).toBeLessThan(1e-12)
  })

  test('floors below 0 allow shorts, down to them', () => {
    const covariance = sampleCovariance(randomReturns(8, { assets: 30, rows: 90 }))
    const { x } = solved(leastVariance(covariance, { floor: -0.05 }))
    expect(Math.min(...x)).toBe(-0.05)
  })

  test('the method from outside finds the same point as the guess at the bounds', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const covariance = sampleCovariance(randomReturns(seed, { assets: 40, rows: 90 })).map((value) => value * 1000)
      const program = leastVariance(covariance, { cap: 0.06 })
      expect(distance(solveInteriorPoint(program).x, solved(program).x)).toBeLessThan(1e-4)
    }
  })
})

describe('residuals are of rounding', () => {
  test.each([
    ['more rows than assets', 100, 252, 0.05],
    ['fewer rows than assets', 100, 60, 0.05],
    ['a cap that most weights are at', 100, 252, 0.0125],
    ['no cap', 100, 252, Number.POSITIVE_INFINITY],
  ])('with %s', (_, assets, rows, cap) => {
    for (let seed = 1; seed <= 10; seed++) {
      const program = leastVariance(sampleCovariance(randomReturns(seed, { assets, rows })), { cap })
      const { primal, dual, gap } = certify(program, solved(program))
      expect([seed, Math.max(primal!, dual!, gap!) < 1e-12]).toEqual([seed, true])
    }
  })

  test('with groups, a target and a limit of turnover at once', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const assets = 24
      const returns = randomReturns(seed, { assets, rows: 120 })
      const mean = meanReturns(returns)
      const target = { mean, least: mean.reduce((sum, value) => sum + value, 0) / assets }
      const previous = new Float64Array(assets).fill(1 / assets)
      const turnover = { most: 0.4, previous, gone: 0 }
      const limits = { cap: 0.2, groups: randomGroups(seed, assets), target, turnover }
      const program = leastVariance(sampleCovariance(returns), limits)
      const solution = solved(program)
      const { primal, dual, gap } = certify(program, solution)
      expect([seed, Math.max(primal!, dual!, gap!) < 1e-8]).toEqual([seed, true])
      const turned = previous.reduce((sum, weight, i) => sum + Math.abs(solution.x[i] - weight), 0)
      expect(turned).toBeLessThan(0.4 + 1e-8)
    }
  })
})

describe('conflicts', () => {
  const covariance = sampleCovariance(randomReturns(1, { assets: 10, rows: 30 }))
  const mean = Float64Array.from({ length: 10 }, (_, i) => i / 100)

  test('a cap that leaves less than everything is named with the sum', () => {
    const { conflict } = solveProgram(leastVariance(covariance, { cap: 0.09 }))
    expect(conflict).toEqual(['weights of sum 1', 'each weight at most 0.09'])
  })

  test('a target above every mean is named', () => {
    const { conflict } = solveProgram(leastVariance(covariance, { target: { mean, least: 0.2 } }))
    expect(conflict).toContain('an expected return of 0.2 at least')
  })

  test('a group that wants more than its caps give is named, and groups that do not matter are not', () => {
    const groups = [
      { name: 'tech', members: [0, 1], lower: 0.5, upper: 1 },
      { name: 'banks', members: [2, 3], lower: 0.1, upper: 1 },
    ]
    const { conflict } = solveProgram(leastVariance(covariance, { cap: 0.2, groups }))
    expect(conflict).toEqual(['group tech at least 0.5 at most 1', 'each weight at most 0.2'])
  })

  test('groups that want more than everything together are named both', () => {
    const groups = [
      { name: 'a', members: [0, 1], lower: 0.7, upper: 1 },
      { name: 'b', members: [2, 3], lower: 0.6, upper: 1 },
    ]
    const { conflict } = solveProgram(leastVariance(covariance, { groups }))
    expect(conflict?.filter((name) => name.startsWith('group'))).toHaveLength(2)
  })

  test('a turnover that does not reach the cap is named', () => {
    const previous = Float64Array.from({ length: 10 }, (_, i) => (i === 0 ? 1 : 0))
    const turnover = { most: 0.5, previous, gone: 0 }
    const { conflict } = solveProgram(leastVariance(covariance, { cap: 0.3, turnover }))
    expect(conflict).toContain('a turnover of 0.5 at most')
    expect(conflict).toContain('each weight at most 0.3')
  })
})

test('a soft row costs what it is short of, and the answer weighs that against the rest', () => {
  const one = { name: 'soft', lower: 1, upper: Number.POSITIVE_INFINITY }
  const at = (penalty: number) => {
    const program: Program = {
      ...{ size: 1, quadratic: Float64Array.of(2), linear: Float64Array.of(0) },
      ...{ lower: Float64Array.of(-10), upper: Float64Array.of(10), boundNames: { lower: '', upper: '' } },
      rows: [denseRow(Float64Array.of(1), { ...one, penalty })],
    }
    const { x } = solved(program)
    return { x: x[0], value: objectiveOf(program, x) }
  }
  expect(at(1).x).toBeCloseTo(0.5, 14)
  expect(at(5).x).toBeCloseTo(1, 14)
  expect(at(1).value).toBeCloseTo(0.75, 14)
})
