import { describe, expect, test } from 'vitest'
import {
  informationRatio,
  meanPresent,
  neweyWestLag,
  neweyWestT,
  positiveShare,
  present,
  rollingKnown,
  sampleStd,
} from '../../../src/factors/evaluation/series.js'
import { seeded } from '../evaluate.js'

const of = (...values: number[]) => Float64Array.from(values)
const nothing = Number.NaN

/** t by the definition, as a double sum over all pairs of values: |i − j| ≤ lag weighs 1 − |i − j|/(lag + 1). */
function doubleSumT(x: number[], lag: number): number {
  const n = x.length
  const mean = x.reduce((a, b) => a + b, 0) / n
  let spread = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const apart = Math.abs(i - j)
      if (apart <= lag) spread += (1 - apart / (lag + 1)) * (x[i] - mean) * (x[j] - mean)
    }
  }
  return mean / Math.sqrt(spread / n / n)
}

describe('means and deviations', () => {
  test('pass over what is missing', () => {
    expect([...present(of(1, nothing, 3))]).toEqual([1, 3])
    expect(meanPresent(of(1, nothing, 3))).toBe(2)
  })

  test('of nothing are missing', () => {
    expect([meanPresent(of()), sampleStd(of()), informationRatio(of()), positiveShare(of())]).toEqual(
      new Array(4).fill(nothing),
    )
  })

  test('of one value have no deviation', () => {
    expect([sampleStd(of(3)), informationRatio(of(3))]).toEqual([nothing, nothing])
  })

  test('have ddof 1', () => {
    expect(sampleStd(of(1, 2, 3, 4))).toBeCloseTo(Math.sqrt(5 / 3), 15)
    expect(informationRatio(of(1, 2, 3, 4))).toBeCloseTo(2.5 / Math.sqrt(5 / 3), 15)
  })

  test('a ratio of equal values is missing, also where they are no exact binary fractions', () => {
    expect(informationRatio(of(0.1, 0.1, 0.1))).toBe(nothing)
  })

  test('0 counts as not positive', () => {
    expect(positiveShare(of(1, 0, -1, 2))).toBe(0.5)
  })
})

describe('the Newey–West t', () => {
  test.each([
    [1, 100, 4],
    [1, 99, 3],
    [1, 1259, 7],
    [21, 1259, 20],
    [5, 3, 2],
    [21, 1, 0],
    [1, 0, 0],
  ])('of horizon %d and %d values takes %d lags', (horizon, count, lag) => {
    expect(neweyWestLag(horizon, count)).toBe(lag)
  })

  test.each([0, 1, 4, 20, 39])('is that of the double sum, lag %d', (lag) => {
    const random = seeded(7)
    const noise = Array.from({ length: 41 }, () => random() - 0.4)
    const x = noise.slice(1).map((value, i) => value + 0.7 * noise[i])
    expect(neweyWestT(Float64Array.from(x), lag)).toBeCloseTo(doubleSumT(x, lag), 11)
  })

  test('without lags is mean ÷ (population deviation ÷ √n)', () => {
    expect(neweyWestT(of(1, 2, 3), 0)).toBeCloseTo(2 / Math.sqrt(2 / 3 / 3), 14)
  })

  test('of equal values, or of one, is missing', () => {
    expect([neweyWestT(of(0.1, 0.1, 0.1), 1), neweyWestT(of(1), 0)]).toEqual([nothing, nothing])
  })
})

describe('a rolling mean of what is known', () => {
  const rows = [0, 1, 2, 3, 4, 5]

  test('takes a value from the row at which it is known', () => {
    const known = rows.map((row) => row + 2)
    expect([...rollingKnown(of(1, 2, 3, 4, 5, 6), { known, rows, window: 2 })]).toEqual([
      ...[nothing, nothing, nothing, 1.5, 2.5, 3.5],
    ])
  })

  test('passes over missing values, so that its window has as many values always', () => {
    expect([...rollingKnown(of(1, nothing, 3, 4, nothing, 6), { known: rows, rows, window: 2 })]).toEqual([
      ...[nothing, nothing, 2, 3.5, 3.5, 5],
    ])
  })

  test('goes by rows, not by dates', () => {
    const sparse = [0, 10, 20]
    const known = sparse.map((row) => row + 5)
    expect([...rollingKnown(of(1, 2, 3), { known, rows: sparse, window: 1 })]).toEqual([nothing, 1, 2])
  })
})
