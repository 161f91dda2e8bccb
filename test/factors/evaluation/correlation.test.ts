import { describe, expect, test } from 'vitest'
import { groupCorrelations, pearson, spearman } from '../../../src/factors/evaluation/correlation.js'

const of = (...values: number[]) => Float64Array.from(values)
const nothing = Number.NaN

describe('correlations', () => {
  test('of a line are 1 and −1', () => {
    expect(pearson(of(1, 2, 3), of(2, 4, 6))).toBeCloseTo(1, 15)
    expect(pearson(of(1, 2, 3), of(3, 2, 1))).toBeCloseTo(-1, 15)
  })

  test('are those of Anscombe’s first quartet', () => {
    const x = of(10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
    const y = of(8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)
    expect(pearson(x, y)).toBeCloseTo(0.81642051634484, 12)
  })

  test('of ranks without ties are 1 − 6 Σd²/(n³ − n)', () => {
    const x = of(106, 100, 86, 101, 99, 103, 97, 113, 112, 110)
    const y = of(7, 27, 2, 50, 28, 29, 20, 12, 6, 17)
    expect(spearman(x, y)).toBeCloseTo(1 - (6 * 194) / 990, 12)
  })

  test('of ranks do not change with an increasing function', () => {
    const [x, y] = [of(1, 5, 2, 2, 9), of(3, 1, 4, 1, 5)]
    expect(spearman(x.map(Math.exp), y)).toBe(spearman(x, y))
  })

  test('of two pairs, or of equal values, are missing', () => {
    expect([pearson(of(1, 2), of(1, 2)), pearson(of(0.1, 0.1, 0.1), of(1, 2, 3))]).toEqual([nothing, nothing])
  })
})

describe('correlations within groups', () => {
  test('are of the symbols of each group that have a score and a return', () => {
    const scores = of(1, 2, 3, 1, 2, 3, 4, 9)
    const forward = of(2, 4, 6, 3, 2, 1, nothing, 9)
    const groups = of(0, 0, 0, 1, 1, 1, 1, nothing)
    expect(groupCorrelations({ scores, forward, groups })).toEqual([
      { group: 0, ic: expect.closeTo(1, 14), rankIc: expect.closeTo(1, 14) },
      { group: 1, ic: expect.closeTo(-1, 14), rankIc: expect.closeTo(-1, 14) },
    ])
  })

  test('are none of groups with fewer than three pairs', () => {
    expect(groupCorrelations({ scores: of(1, 2), forward: of(1, 2), groups: of(0, 0) })).toEqual([])
  })
})
