import { expect, test } from 'vitest'
import { normalCdf, normalDensity, normalQuantile } from '../../src/optimize/normal.js'

/** Φ(x) by its Taylor series in long sums of positive terms: Φ = ½ + φ(x) (x + x³/3 + x⁵/15 + …). */
function series(x: number): number {
  let [term, sum] = [x, x]
  for (let k = 1; Math.abs(term) > 1e-18; k++) {
    term *= (x * x) / (2 * k + 1)
    sum += term
  }
  return 0.5 + (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum
}

/** 1 − Φ(x) for x ≥ 3 by Laplace's continued fraction φ(x) / (x + 1/(x + 2/(x + …))). */
function tail(x: number): number {
  let fraction = x
  for (let k = 400; k > 0; k--) fraction = x + k / fraction
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / fraction
}

test('Φ agrees with its Taylor series', () => {
  for (let x = -4; x <= 4; x += 0.0173) expect(Math.abs(normalCdf(x) - series(x))).toBeLessThan(4e-16 * 4)
})

test('Φ keeps its digits in the lower tail', () => {
  for (let x = 3; x < 37; x += 0.31) expect(Math.abs(normalCdf(-x) / tail(x) - 1)).toBeLessThan(1e-13)
})

test('Φ ends at 0 and 1', () => {
  expect([Number.NEGATIVE_INFINITY, -60, 0, 60, Number.POSITIVE_INFINITY].map(normalCdf)).toEqual([0, 0, 0.5, 1, 1])
  expect(normalCdf(Number.NaN)).toBeNaN()
})

test.each([
  [0.975, 1.959963984540054],
  [0.05, -1.6448536269514729],
  [1e-10, -6.361340902404056],
  [1e-300, -37.0471],
])('Φ⁻¹(%d) = %d, as tables have it', (p, x) => {
  expect(normalQuantile(p)).toBeCloseTo(x, x < -37 ? 4 : 14)
})

test('Φ⁻¹ is the inverse of Φ', () => {
  for (let exponent = -290; exponent < -0.31; exponent += 0.97) {
    const p = 10 ** exponent
    const x = normalQuantile(p)
    // An error of an ulp in x moves Φ by x · φ/Φ of it, about x² in the tail.
    expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-15 * (2 + x * x))
  }
})

test('Φ⁻¹ has ends at 0 and 1, and no value outside', () => {
  expect([0, 0.5, 1].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY])
  for (const p of [-0.1, 1.1, Number.NaN]) expect(normalQuantile(p)).toBeNaN()
})

test('φ is the slope of Φ', () => {
  for (const x of [-3, -1, 0, 0.5, 2]) {
    expect(normalDensity(x)).toBeCloseTo((normalCdf(x + 1e-5) - normalCdf(x - 1e-5)) / 2e-5, 9)
  }
})
