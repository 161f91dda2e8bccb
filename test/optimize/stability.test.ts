import { describe, expect, test } from 'vitest'
import { setAt, spaceOf } from '../../src/optimize/search/space.js'
import { foldStability, type PlacedTrial, stabilityOf } from '../../src/optimize/stability.js'

const GRID = spaceOf([
  { name: 'fast', from: 1, to: 5, step: 1 },
  { name: 'slow', values: [10, 20, 50, 100, 200] },
])

function trialsOf(sharpe: (params: Record<string, number>) => number | null): PlacedTrial[] {
  return Array.from({ length: GRID.size }, (_, index) => {
    const params = setAt(GRID, index)
    return { params, sharpe: sharpe(params) }
  })
}

describe('the stability of the best', () => {
  const best = { params: { fast: 3, slow: 50 }, sharpe: 2 }

  test('is 1 on a plateau and 0 on a peak', () => {
    expect(
      stabilityOf(
        GRID,
        best,
        trialsOf(() => 1),
      ),
    ).toEqual({ stability: 1, neighbours: 8, reason: null })
    expect(
      stabilityOf(
        GRID,
        best,
        trialsOf(({ fast }) => (fast === 3 ? null : 0.99)),
      ),
    ).toMatchObject({ stability: 0 })
  })

  test('looks at listed values that are next to each other, however far apart', () => {
    const trials = trialsOf(({ slow }) => (slow === 20 ? 1.5 : 0.1))
    expect(stabilityOf(GRID, best, trials)).toMatchObject({ stability: 3 / 8, neighbours: 8 })
  })

  test('has fewer neighbours in a corner', () => {
    const corner = { params: { fast: 1, slow: 10 }, sharpe: 2 }
    expect(
      stabilityOf(
        GRID,
        corner,
        trialsOf(() => 2),
      ),
    ).toMatchObject({ neighbours: 3 })
  })

  test('looks within a tenth of the range of a parameter without a list, and of a long list', () => {
    const space = spaceOf([
      { name: 'share', from: 0, to: 1 },
      { name: 'n', from: 0, to: 100, step: 1 },
    ])
    const near = (share: number, n: number) => {
      const trials = [{ params: { share, n }, sharpe: 1 }]
      return stabilityOf(space, { params: { share: 0.5, n: 50 }, sharpe: 1 }, trials).neighbours
    }
    expect([near(0.6, 60), near(0.61, 60), near(0.6, 61), near(0.4, 40), near(0.5, 50)]).toEqual([1, 0, 0, 1, 0])
  })

  test('is null with a reason without neighbours or without a gain', () => {
    expect(stabilityOf(GRID, best, [best])).toMatchObject({ stability: null, reason: expect.stringContaining('near') })
    for (const sharpe of [0, -1, null]) {
      expect(
        stabilityOf(
          GRID,
          { ...best, sharpe },
          trialsOf(() => 1),
        ).reason,
      ).toContain('not above 0')
    }
  })
})

describe('the stability from fold to fold', () => {
  test('is 1 where the parameters stay, 0 where they go from end to end', () => {
    const [low, high] = [
      { fast: 1, slow: 10 },
      { fast: 5, slow: 200 },
    ]
    expect(foldStability(GRID, [low, low, low])).toBe(1)
    expect(foldStability(GRID, [low, high, low])).toBe(0)
  })

  test('is a mean over folds and parameters', () => {
    const chosen = [
      { fast: 1, slow: 10 },
      { fast: 2, slow: 10 },
      { fast: 2, slow: 50 },
    ]
    expect(foldStability(GRID, chosen)).toBeCloseTo(1 - (1 / 4 + 1 / 2) / 4, 14)
  })

  test('is null of one fold, and of parameters that cannot move', () => {
    expect(foldStability(GRID, [{ fast: 1, slow: 10 }])).toBeNull()
    expect(foldStability(spaceOf([{ name: 'n', values: [3] }]), [{ n: 3 }, { n: 3 }])).toBeNull()
  })
})
