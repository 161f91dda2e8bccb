import { describe, expect, test } from 'vitest'
import {
  correlationOf,
  coverage,
  lastDate,
  quantileReturns,
  rankAutocorrelation,
  rankedBlock,
  turnover,
} from '../../../src/factors/evaluation/block.js'
import { pearson } from '../../../src/factors/evaluation/correlation.js'
import { averageRanks } from '../../../src/reference/statistics.js'
import { seeded } from '../evaluate.js'

const nothing = Number.NaN

/** Dates as rows, symbols as columns, laid out as blocks are: [symbols × dates]. */
function tableOf(dates: number[][]): Float64Array {
  return Float64Array.from({ length: dates.length * dates[0].length }, (_, cell) => {
    return dates[cell % dates.length][Math.floor(cell / dates.length)]
  })
}

/** The block of scores that are given date by date. */
function blockOf(dates: number[][], quantiles: number) {
  const shares = dates.map((row) => {
    const there = row.filter((value) => !Number.isNaN(value))
    const ranks = averageRanks(Float64Array.from(there))
    return row.map((value) => (Number.isNaN(value) ? nothing : ranks[there.indexOf(value)] / there.length))
  })
  return rankedBlock(tableOf(shares), { dates: dates.length, symbols: dates[0].length }, quantiles)
}

const quantilesOf = (scores: number[], count: number) => [...blockOf([scores], count).quantiles]

describe('quantiles', () => {
  test('have equal counts where the count of symbols allows it', () => {
    expect(quantilesOf([10, 20, 30, 40, 50, 60], 3)).toEqual([1, 1, 2, 2, 3, 3])
  })

  test('differ by one where it does not, the middle ones being the smaller or the greater', () => {
    expect(quantilesOf([1, 2, 3, 4, 5, 6, 7], 5)).toEqual([1, 2, 2, 3, 4, 4, 5])
  })

  test('of fewer symbols than quantiles are partly empty', () => {
    expect(quantilesOf([1, 2, 3], 5)).toEqual([1, 3, 5])
  })

  test('of reversed scores are reversed', () => {
    const scores = [3, 1, 4, 1.5, 9, 2, 6, 5]
    const reversed = quantilesOf(
      scores.map((score) => -score),
      4,
    )
    expect(reversed).toEqual(quantilesOf(scores, 4).map((quantile) => 5 - quantile))
  })

  test('are shared by equal scores', () => {
    expect(quantilesOf([1, 1, 1, 1, 2], 5)).toEqual([3, 3, 3, 3, 5])
    expect(quantilesOf([7, 7, 7, 7], 5)).toEqual([3, 3, 3, 3])
  })

  test('are those of the whole numbers of ranks, whatever the count of symbols', () => {
    for (const n of [2, 3, 49, 97, 98, 103, 1009]) {
      const scores = Array.from({ length: n }, (_, i) => i)
      expect(quantilesOf(scores, 10)).toEqual(
        scores.map((i) => Math.min(10, Number((BigInt(2 * i + 1) * 10n) / BigInt(2 * n)) + 1)),
      )
    }
  })

  test('leave out symbols without a score', () => {
    expect(quantilesOf([nothing, 2, 1, nothing], 2)).toEqual([0, 2, 1, 0])
  })
})

describe('mean returns of quantiles', () => {
  test('are of equal weights, and a symbol without a return drops out', () => {
    const block = blockOf([[1, 2, 3, 4, 5, 6]], 2)
    const { pairs, returns } = quantileReturns(block, tableOf([[0.1, 0.2, nothing, 0.3, 0.5, 0.1]]), 2)
    expect([...pairs]).toEqual([5])
    expect(returns.map(([mean]) => mean)).toEqual([expect.closeTo(0.15, 15), expect.closeTo(0.3, 15)])
  })

  test('a return without a score counts nowhere', () => {
    const block = blockOf([[1, 2, 3, nothing]], 2)
    const { pairs, returns } = quantileReturns(block, tableOf([[1, 1, 1, 99]]), 2)
    expect([[...pairs], returns.map(([mean]) => mean)]).toEqual([[3], [1, 1]])
  })

  test('are missing for fewer than three pairs, and for an empty quantile', () => {
    const block = blockOf(
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      5,
    )
    const returns = quantileReturns(
      block,
      tableOf([
        [0, 0, nothing],
        [0.1, 0.2, 0.3],
      ]),
      5,
    ).returns
    expect(returns.map((values) => [...values])).toEqual([
      [nothing, 0.1],
      [nothing, nothing],
      [nothing, 0.2],
      [nothing, nothing],
      [nothing, 0.3],
    ])
  })
})

describe('turnover', () => {
  test('is the share of symbols that were elsewhere at the date before', () => {
    const block = blockOf(
      [
        [1, 2, 3, 4],
        [1, 3, 2, 4],
        [4, 3, 2, 1],
      ],
      2,
    )
    expect(turnover(block, null, 2).map((values) => [...values])).toEqual([
      [nothing, 0.5, 0.5],
      [nothing, 0.5, 0.5],
    ])
  })

  test('counts a symbol that had no score as new', () => {
    const block = blockOf(
      [
        [1, nothing, 3],
        [1, 2, 3],
      ],
      1,
    )
    expect(turnover(block, null, 1)[0][1]).toBeCloseTo(1 / 3, 15)
  })

  test('is missing where there was nothing before, or is nothing now', () => {
    const block = blockOf(
      [
        [nothing, nothing],
        [1, 2],
        [nothing, nothing],
        [1, 2],
      ],
      2,
    )
    expect([...turnover(block, null, 2)[0]]).toEqual([nothing, nothing, nothing, nothing])
  })
})

describe('the autocorrelation of ranks', () => {
  test('is 1 where the order stays and −1 where it turns', () => {
    const block = blockOf(
      [
        [1, 2, 3],
        [10, 20, 30],
        [3, 2, 1],
      ],
      2,
    )
    expect([...rankAutocorrelation(block, null)]).toEqual([nothing, 1, -1])
  })

  test('is that of the symbols that have both, with their ranks among all', () => {
    const dates = [
      [1, 2, 3, 4, nothing],
      [2, 1, nothing, 4, 3],
    ]
    const found = rankAutocorrelation(blockOf(dates, 2), null)[1]
    expect(found).toBeCloseTo(pearson(Float64Array.of(1, 2, 4), Float64Array.of(2, 1, 4)), 14)
  })

  test('of fewer than three such symbols, or of equal scores, is missing', () => {
    const block = blockOf(
      [
        [1, 2, nothing],
        [1, 2, 3],
        [5, 5, 5],
      ],
      2,
    )
    expect([...rankAutocorrelation(block, null)]).toEqual([nothing, nothing, nothing])
  })
})

test('a block that goes on where another ended gives what one block gives', () => {
  const random = seeded(3)
  const dates = Array.from({ length: 9 }, () =>
    Array.from({ length: 11 }, () => (random() < 0.2 ? nothing : Math.round(random() * 8))),
  )
  const figures = (from: number, to: number, before: Parameters<typeof turnover>[1]) => {
    const block = blockOf(dates.slice(from, to), 3)
    const own = [...turnover(block, before, 3), rankAutocorrelation(block, before)]
    return { own, last: lastDate(block) }
  }
  const whole = figures(0, 9, null).own
  const head = figures(0, 4, null)
  const tail = figures(4, 9, head.last)
  expect(head.own.map((values, i) => [...values, ...tail.own[i]])).toEqual(whole.map((values) => [...values]))
})

test('coverage is the share of the symbols with a price that have a score', () => {
  const block = blockOf(
    [
      [1, 2, nothing, 4],
      [1, 2, 3, 4],
    ],
    2,
  )
  const prices = tableOf([
    [10, 10, 10, nothing],
    [nothing, nothing, nothing, nothing],
  ])
  expect([...coverage(block, prices)]).toEqual([2 / 3, nothing])
})

test('a correlation from sums is missing where a side is all equal', () => {
  expect(correlationOf({ count: 3, x: 6, y: 9, xx: 14, yy: 27, xy: 18 })).toBe(nothing)
})
