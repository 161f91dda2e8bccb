import { describe, expect, test } from 'vitest'
import { allEqual, averageRanks, deviations, mean, median, quantile, sum } from '../../src/reference/statistics.js'

const of = (...values: number[]) => Float64Array.from(values)

describe('sum', () => {
  test('of nothing is 0', () => {
    expect(sum([])).toBe(0)
  })

  test('keeps what a large value would swallow', () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2)
  })

  test('of ten times 0.1 is 1', () => {
    expect(sum(new Array(10).fill(0.1))).toBe(1)
  })
})

describe('mean', () => {
  test('of nothing is NaN', () => {
    expect(mean([])).toBeNaN()
  })
})

describe('deviations', () => {
  test('of equal values are exactly 0', () => {
    for (const n of [1, 2, 3, 7, 49, 1000])
      expect(deviations(new Float64Array(n).fill(0.1))).toEqual(new Float64Array(n))
  })

  test('are exact where the mean itself cannot be represented', () => {
    const step = 2 ** -22
    expect(deviations(of(2 ** 30, 2 ** 30 + step))).toEqual(of(-step / 2, step / 2))
  })
})

describe('allEqual', () => {
  test.each([[of()], [of(3)], [of(0, -0)]])('holds for %o', (values) => {
    expect(allEqual(values)).toBe(true)
  })

  test('does not hold for neighbouring doubles', () => {
    expect(allEqual(of(1, 1 + Number.EPSILON))).toBe(false)
  })
})

describe('averageRanks', () => {
  test('of nothing are none', () => {
    expect(averageRanks(of())).toEqual(of())
  })

  test('are shared by equal values', () => {
    expect(averageRanks(of(5, 1, 5, 3, 5))).toEqual(of(4, 1, 4, 2, 4))
  })
})

describe('quantile', () => {
  test.each([
    [0, 1],
    [0.5, 2.5],
    [0.9, 3.7],
    [1, 4],
  ])('%d of 1, 2, 3, 4 is %d', (share, expected) => {
    expect(quantile(of(1, 2, 3, 4), share)).toBeCloseTo(expected, 14)
  })

  test('of one value is the value', () => {
    expect(quantile(of(7), 0.3)).toBe(7)
  })
})

describe('median', () => {
  test('of an odd number is the middle value', () => {
    expect(median(of(9, 1, 5))).toBe(5)
  })

  test('of an even number is the mean of the middle two', () => {
    expect(median(of(10, 9, 1, 2))).toBe(5.5)
  })

  test('leaves its input in order', () => {
    const values = of(3, 1, 2)
    median(values)
    expect(values).toEqual(of(3, 1, 2))
  })
})
