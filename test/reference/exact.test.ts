import { describe, expect, test } from 'vitest'
import { REFERENCE } from '../../src/reference/index.js'
import { DATA, mulberry32 } from '../kernels/data.js'

/*
 * The reference against exact arithmetic: it must be truer than the kernels that it judges. Values are rounded to
 * multiples of 2^-20, so that every sum below is a sum of integers.
 */

const BITS = 20
const BOUND = 2e-15
const SHAPE = { rows: 120, cols: 1 }

describe.each(['noise around zero', 'far from zero', 'spikes', 'monotone', 'ties'])('on %s', (kind) => {
  const [x, y] = [1, 2].map((seed) => DATA[kind](mulberry32(seed), SHAPE).map(rounded))

  describe.each([2, 7, 50])('over %i rows', (window) => {
    const rows = Array.from({ length: SHAPE.rows - window + 1 }, (_, t) => t)
    const of = (table: Float64Array, t: number) => [...table.subarray(t, t + window)].map(integer)
    const found = (kernel: string, ...inputs: Float64Array[]) =>
      REFERENCE[kernel](inputs, { window, min_periods: 0 }, SHAPE)[0].slice(window - 1)
    const worst = (errors: number[]) => errors.reduce((a, b) => Math.max(a, b), 0)

    test('the mean is true', () => {
      const mean = found('rolling_mean', x)
      const errors = rows.map((t) => {
        const values = of(x, t)
        const size = ratio(total(values.map((v) => (v < 0n ? -v : v))), BigInt(window), 1)
        return Math.abs(mean[t] - ratio(total(values), BigInt(window), 1)) / size
      })
      expect(worst(errors)).toBeLessThan(BOUND)
    })

    test('the variance is true', () => {
      const variance = found('rolling_var', x)
      expect(
        worst(rows.map((t) => error(variance[t], ratio(products(of(x, t), of(x, t)), pairs(window), 2)))),
      ).toBeLessThan(BOUND)
    })

    test('the covariance is true to the product of the standard deviations', () => {
      const covariance = found('rolling_cov', x, y)
      const [sx, sy] = [found('rolling_std', x), found('rolling_std', y)]
      const errors = rows.map((t) => {
        const exact = ratio(products(of(x, t), of(y, t)), pairs(window), 2)
        return covariance[t] === exact ? 0 : Math.abs(covariance[t] - exact) / (sx[t] * sy[t])
      })
      expect(worst(errors)).toBeLessThan(BOUND)
    })

    test('the z-score is true', () => {
      const z = found('rolling_zscore', x)
      const errors = rows.map((t) => {
        const values = of(x, t)
        const spread = products(values, values)
        if (spread === 0n) return Number.isNaN(z[t]) ? 0 : Number.POSITIVE_INFINITY
        const distance = BigInt(window) * values[window - 1] - total(values)
        const exact =
          Math.sign(Number(distance)) *
          Math.sqrt(ratio(distance * distance * BigInt(window - 1), spread * BigInt(window), 0))
        return Math.abs(z[t] - exact)
      })
      expect(worst(errors)).toBeLessThan(4 * BOUND)
    })

    test('the slope is true to its deviations', () => {
      const slope = found('rolling_slope', x)
      const steps = Array.from({ length: window }, (_, i) => BigInt(i))
      const errors = rows.map((t) => {
        const exact = ratio(products(of(x, t), steps), products(steps, steps), 1)
        const size = Math.sqrt(ratio(products(of(x, t), of(x, t)), products(steps, steps), 2))
        return slope[t] === exact ? 0 : Math.abs(slope[t] - exact) / size
      })
      expect(worst(errors)).toBeLessThan(BOUND)
    })
  })
})

const rounded = (value: number): number => Math.round(value * 2 ** BITS) / 2 ** BITS
const integer = (value: number): bigint => BigInt(value * 2 ** BITS)
const total = (values: bigint[]): bigint => values.reduce((a, b) => a + b, 0n)
const pairs = (n: number): bigint => BigInt(n) * BigInt(n - 1)

/** n·Σab − Σa·Σb, which is n² times the population covariance. */
function products(a: bigint[], b: bigint[]): bigint {
  return BigInt(a.length) * total(a.map((value, i) => value * b[i])) - total(a) * total(b)
}

/** The quotient as a double, its numerator a product of `power` rounded values. */
function ratio(numerator: bigint, denominator: bigint, power: number): number {
  return Number(numerator) / Number(denominator) / 2 ** (BITS * power)
}

function error(found: number, exact: number): number {
  return found === exact ? 0 : Math.abs(found - exact) / exact
}
