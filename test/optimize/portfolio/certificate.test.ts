import { describe, expect, test } from 'vitest'
import { certify, certifyShares } from '../../../src/optimize/portfolio/certificate.js'
import { sampleCovariance } from '../../../src/optimize/portfolio/covariance.js'
import { programOf } from '../../../src/optimize/portfolio/limits.js'
import { solveProgram } from '../../../src/optimize/portfolio/solve.js'
import { LIMITS, randomReturns } from './support.js'

/* A certificate must be bad where an answer is: one that is always good proves nothing. */

const covariance = sampleCovariance(randomReturns(1, { assets: 8, rows: 60 }))
const program = programOf({ quadratic: covariance, linear: new Float64Array(8) }, { ...LIMITS, cap: 0.2 })
const { solution } = solveProgram(program)
const answer = solution!

describe('a certificate', () => {
  test('of the answer is of rounding', () => {
    const { primal, dual, gap } = certify(program, answer)
    expect(Math.max(primal!, dual!, gap!)).toBeLessThan(1e-13)
  })

  test('shows how far a bound is passed', () => {
    const x = answer.x.slice()
    const at = x.indexOf(0.2)
    x[at] += 1e-3
    expect(certify(program, { ...answer, x }).primal).toBeCloseTo(1e-3, 12)
  })

  test('shows weights that do not sum to 1', () => {
    expect(certify(program, { ...answer, x: answer.x.map((weight) => weight * 0.99) }).primal).toBeCloseTo(0.01, 12)
  })

  test('shows multipliers that are not the slopes', () => {
    const rowDual = answer.rowDual.map((dual) => dual * 1.01)
    expect(certify(program, { ...answer, rowDual }).dual).toBeGreaterThan(1e-3)
  })

  test('shows by the gap a point that is within all bounds but not the least', () => {
    const x = new Float64Array(8).fill(1 / 8)
    const { primal, gap } = certify(program, { ...answer, x })
    expect(primal).toBeLessThan(1e-15)
    expect(gap).toBeGreaterThan(1e-2)
  })

  test('counts a multiplier of a bound that is not there', () => {
    const open = { ...program, upper: program.upper.map(() => Number.POSITIVE_INFINITY) }
    expect(certify(open, answer).dual).toBeGreaterThan(1e-3)
  })

  test('does not change with the scale of the objective', () => {
    const scaled = { ...program, quadratic: covariance.map((value) => value * 12345) }
    const times = (values: Float64Array) => values.map((value) => value * 12345)
    const wrong = { ...answer, rowDual: answer.rowDual.map((dual) => dual * 1.01) }
    const there = { x: wrong.x, rowDual: times(wrong.rowDual), boundDual: times(wrong.boundDual) }
    const [a, b] = [certify(program, wrong), certify(scaled, there)]
    expect(b.dual! / a.dual!).toBeCloseTo(1, 12)
    expect(b.gap! / a.gap!).toBeCloseTo(1, 12)
  })
})

test('the spread of risk shares is 0 of equal shares, and shows unequal ones', () => {
  const independent = Float64Array.of(0.04, 0, 0, 0.01)
  expect(certifyShares(independent, Float64Array.of(1 / 3, 2 / 3)).primal).toBeLessThan(1e-15)
  expect(certifyShares(independent, Float64Array.of(0.5, 0.5)).primal).toBeCloseTo(0.6, 12)
})
