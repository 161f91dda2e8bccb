import { describe, expect, test } from 'vitest'
import { tables } from './data.js'
import { SUBJECTS } from './subject.js'

/*
 * Laws that hold exactly, or to rounding, whatever the implementation.
 */

const SHAPE = { rows: 80, cols: 9 }
const SEED = 4711
const WINDOW = { window: 9, min_periods: 4 }
const OPTIONS = { ...WINDOW, steps: 3, clip: 0, k: 2, q: 0.1, a: 1 }
const [x, y] = tables('two percent missing', { seed: SEED, count: 2, shape: SHAPE })
const bits = (table: Float64Array) => new BigUint64Array(table.buffer)

describe.each(SUBJECTS)('$subject', ({ compute }) => {
  const first = (kernel: string, ...inputs: Float64Array[]) => compute(kernel, inputs, OPTIONS, SHAPE)[0]

  /** How a result grows when its inputs are multiplied by 2^k: no rounding is involved, so bits must agree. */
  test.each([
    ...[
      'rolling_sum',
      'rolling_mean',
      'rolling_std',
      'rolling_min',
      'rolling_max',
      'rolling_slope',
      'difference',
      'lag',
    ].map((k) => [k, 1]),
    ...[
      'ema',
      'wilder_mean',
      'cross_demean',
      'cross_winsorize_sigma',
      'cross_winsorize_mad',
      'cross_winsorize_quantile',
    ].map((k) => [k, 1]),
    ...['rolling_zscore', 'rolling_rank', 'rolling_argmin', 'rolling_argmax', 'simple_return', 'log_return', 'rsi'].map(
      (k) => [k, 0],
    ),
    ...['cross_rank', 'cross_percentile', 'cross_zscore', 'cross_scale'].map((k) => [k, 0]),
    ['rolling_var', 2],
  ] as [string, number][])('%s of 2^k·x is 2^(%i·k) times as much', (kernel, power) => {
    for (const factor of [2 ** -20, 2, 2 ** 30]) {
      const scaled = first(
        kernel,
        x.map((value) => value * factor),
      )
      expect(bits(scaled)).toEqual(bits(first(kernel, x).map((value) => value * factor ** power)))
    }
  })

  test('rolling_cov of 2^j·x and 2^k·y is 2^(j+k) times as much', () => {
    const scaled = first(
      'rolling_cov',
      x.map((value) => value * 8),
      y.map((value) => value / 4),
    )
    expect(bits(scaled)).toEqual(bits(first('rolling_cov', x, y).map((value) => value * 2)))
  })

  test.each(['rolling_corr', 'rolling_cov'])('%s is the same with its inputs exchanged', (kernel) => {
    near(first(kernel, x, y), first(kernel, y, x), { bound: 1e-11 })
  })

  test('rolling_cov of x with itself is its variance', () => {
    near(first('rolling_cov', x, x), first('rolling_var', x), { bound: 1e-12, relative: true })
  })

  test('rolling_corr of x with a line in x is 1 or −1', () => {
    const up = first(
      'rolling_corr',
      x,
      x.map((value) => 3 * value + 7),
    )
    const down = first(
      'rolling_corr',
      x,
      x.map((value) => 7 - 3 * value),
    )
    near(
      up,
      up.map((value) => value * 0 + 1),
      { bound: 1e-12 },
    )
    near(
      down,
      up.map((value) => value * 0 - 1),
      { bound: 1e-12 },
    )
  })

  test.each(['rolling_zscore', 'cross_zscore'])('%s does not see a shift', (kernel) => {
    near(
      first(
        kernel,
        x.map((value) => value + 1024),
      ),
      first(kernel, x),
      { bound: 1e-10 },
    )
  })

  test.each(['rolling_zscore', 'cross_zscore'])('%s of −x is its negative', (kernel) => {
    const negated = first(
      kernel,
      x.map((value) => -value),
    )
    near(
      negated,
      first(kernel, x).map((value) => -value),
      { bound: 1e-13 },
    )
  })

  test.each(['rolling_rank', 'rolling_argmin', 'rolling_argmax', 'cross_rank', 'cross_percentile'])(
    '%s sees the order alone',
    (kernel) => {
      expect(
        bits(
          first(
            kernel,
            x.map((value) => value ** 3 - 1e6),
          ),
        ),
      ).toEqual(bits(first(kernel, x)))
    },
  )

  test('the greatest is minus the least of −x', () => {
    const least = first(
      'rolling_min',
      x.map((value) => -value),
    )
    near(
      first('rolling_max', x),
      least.map((value) => -value),
      { bound: 0 },
    )
  })

  test('a demeaned row sums to 0', () => {
    for (const row of rowsOf(first('cross_demean', x))) expect(Math.abs(total(row))).toBeLessThan(1e-11)
  })

  test('a z-scored row has mean 0 and variance 1', () => {
    for (const row of rowsOf(first('cross_zscore', x))) {
      expect(Math.abs(total(row))).toBeLessThan(1e-11)
      expect(total(row.map((value) => value * value)) / row.length).toBeCloseTo(1, 11)
    }
  })

  test('a scaled row has the sum of absolute values asked for', () => {
    for (const row of rowsOf(first('cross_scale', x))) expect(total(row.map(Math.abs))).toBeCloseTo(OPTIONS.a, 12)
  })

  test('ranks of a row sum to (n + 1) / 2', () => {
    for (const row of rowsOf(first('cross_rank', x))) expect(total(row)).toBeCloseTo((row.length + 1) / 2, 12)
  })

  test('winsorizing leaves values inside the bounds as they are', () => {
    const wide = compute('cross_winsorize_sigma', [x], { k: 100 }, SHAPE)[0]
    near(wide, x, { bound: 0 })
  })

  test('a mean lies between the least and the greatest', () => {
    const [low, mean, high] = ['rolling_min', 'rolling_mean', 'rolling_max'].map((kernel) => first(kernel, x))
    expect(
      mean.every(
        (value, i) => Number.isNaN(value) || (value >= low[i] * (1 - 1e-15) && value <= high[i] * (1 + 1e-15)),
      ),
    ).toBe(true)
  })

  test.each([1, 2, 5])('ema and wilder_mean over a window of %i keep a constant', (window) => {
    const constant = new Float64Array(SHAPE.rows * SHAPE.cols).fill(0.7)
    for (const kernel of ['ema', 'wilder_mean']) {
      const [found] = compute(kernel, [constant], { window }, SHAPE)
      near(found.slice((window - 1) * SHAPE.cols), constant.slice((window - 1) * SHAPE.cols), { bound: 1e-15 })
    }
  })

  test.each(['ema', 'wilder_mean', 'rolling_mean', 'rolling_sum', 'rolling_min', 'rolling_max'])(
    '%s over one row is the row',
    (kernel) => {
      const [spiky] = tables('spikes', { seed: SEED, count: 1, shape: SHAPE })
      near(compute(kernel, [spiky], { window: 1, min_periods: 0 }, SHAPE)[0], spiky, { bound: 0 })
    },
  )

  test('rsi lies in 0 … 100 and of −x is what is missing to 100', () => {
    const [up] = compute('rsi', [x], { window: 5 }, SHAPE)
    const [down] = compute('rsi', [x.map((value) => -value)], { window: 5 }, SHAPE)
    expect(up.every((value) => Number.isNaN(value) || (value >= 0 && value <= 100))).toBe(true)
    near(
      down,
      up.map((value) => 100 - value),
      { bound: 1e-11 },
    )
  })

  test('log and exp undo each other', () => {
    const shape = { rows: 1, cols: 601 }
    const points = Float64Array.from({ length: 601 }, (_, i) => (i - 300) / 10)
    near(compute('log', compute('exp', [points], {}, shape), {}, shape)[0], points, { bound: 1e-14 })
  })
})

function rowsOf(table: Float64Array): Float64Array[] {
  return Array.from({ length: SHAPE.rows }, (_, t) =>
    table.subarray(t * SHAPE.cols, (t + 1) * SHAPE.cols).filter(Number.isFinite),
  )
}

function total(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0)
}

function near(
  found: Float64Array,
  expected: Float64Array,
  { bound, relative = false }: { bound: number; relative?: boolean },
): void {
  const off = expected.findIndex((value, i) => {
    if (Number.isNaN(value) || Number.isNaN(found[i])) return Number.isNaN(value) !== Number.isNaN(found[i])
    return !(Math.abs(found[i] - value) <= bound * (relative ? Math.abs(value) : 1))
  })
  expect(off < 0 ? null : `cell ${off}: expected ${expected[off]}, found ${found[off]}, seed ${SEED}`).toBeNull()
}
