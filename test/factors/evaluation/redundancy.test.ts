import { describe, expect, test } from 'vitest'
import { spearman } from '../../../src/factors/evaluation/correlation.js'
import { correlationStride, correlationSum } from '../../../src/factors/evaluation/factor-correlation.js'
import { orthogonalSelection, redundantPairs } from '../../../src/factors/evaluation/redundancy.js'
import { averageRanks } from '../../../src/reference/statistics.js'
import { seeded } from '../evaluate.js'

const CORRELATIONS = {
  factors: ['a', 'b', 'c', 'd'],
  matrix: [
    [1, 0.9, -0.75, 0.1],
    [0.9, 1, -0.7, null],
    [-0.75, -0.7, 1, 0.49],
    [0.1, null, 0.49, 1],
  ],
  dates: 10,
}

describe('redundancy', () => {
  test('pairs are those above 0.7 of either sign, the strongest first', () => {
    expect(redundantPairs(CORRELATIONS)).toEqual([
      { a: 'a', b: 'b', correlation: 0.9 },
      { a: 'a', b: 'c', correlation: -0.75 },
    ])
  })

  test('the selection begins with the strongest and takes what correlates with none before it', () => {
    expect(orthogonalSelection(CORRELATIONS, [0.2, 0.3, 0.1, 0.05])).toEqual(['b', 'd'])
    expect(orthogonalSelection(CORRELATIONS, [0.1, 0.1, 0.4, 0.2])).toEqual(['c', 'd'])
  })

  test('a factor without a strength is not selected', () => {
    expect(orthogonalSelection(CORRELATIONS, [null, 0.3, 0.1, null])).toEqual(['b'])
  })
})

describe('correlations of factors', () => {
  test('are means over dates of the correlation of the ranks', () => {
    const random = seeded(5)
    const dates = Array.from({ length: 4 }, () => [0, 1].map(() => Float64Array.from({ length: 13 }, random)))
    const sum = correlationSum(['a', 'b'])
    for (const date of dates) sum.add(date.map((scores) => averageRanks(scores).map((rank) => 2 * rank)))
    const expected = dates.reduce((total, [a, b]) => total + spearman(a, b), 0) / dates.length
    const { matrix, dates: count } = sum.means()
    expect(count).toBe(4)
    expect(matrix).toEqual([
      [1, expect.closeTo(expected, 12)],
      [expect.closeTo(expected, 12), 1],
    ])
  })

  test('are of the symbols that both have', () => {
    const sum = correlationSum(['a', 'b'])
    sum.add([Float64Array.of(2, 4, 6, 8, 0), Float64Array.of(8, 6, 4, 0, 2)])
    expect(sum.means().matrix[1][0]).toBe(-1)
  })

  test('pass over dates without one', () => {
    const sum = correlationSum(['a', 'b'])
    sum.add([Float64Array.of(2, 4, 6), Float64Array.of(2, 4, 6)])
    sum.add([Float64Array.of(2, 4, 0), Float64Array.of(2, 4, 0)])
    sum.add([Float64Array.of(4, 4, 4), Float64Array.of(2, 4, 6)])
    expect(sum.means().matrix[1][0]).toBe(1)
  })

  test('that no date has are null', () => {
    expect(correlationSum(['a', 'b']).means().matrix[0]).toEqual([null, null])
  })

  test('take every date, unless there are too many of everything', () => {
    expect(correlationStride({ factors: 1, dates: 1e6, symbols: 1e4 })).toBe(1)
    expect(correlationStride({ factors: 82, dates: 1259, symbols: 504 })).toBe(1)
    expect(correlationStride({ factors: 300, dates: 1259, symbols: 504 })).toBe(14)
  })
})
