import { describe, expect, test } from 'vitest'
import { uniforms } from '../../../src/optimize/random.js'
import { constraint } from '../../../src/optimize/search/constraint.js'
import { gridSearch } from '../../../src/optimize/search/grid.js'
import { halving, PREFILTER, THIRDS } from '../../../src/optimize/search/halving.js'
import { openSearch, type SearchKind } from '../../../src/optimize/search/kinds.js'
import { randomSearch } from '../../../src/optimize/search/random-search.js'
import { inScoreOrder } from '../../../src/optimize/search/ranking.js'
import { inOrder, type Trial } from '../../../src/optimize/search/search.js'
import { keyOf, type Space, spaceOf } from '../../../src/optimize/search/space.js'
import { parseParameter } from '../../../src/optimize/search/spec.js'
import { drain } from './drain.js'

const spaceFrom = (texts: string[], rule?: string) => {
  const specs = texts.map(parseParameter)
  return spaceOf(
    specs,
    rule === undefined
      ? undefined
      : constraint(
          rule,
          specs.map(({ name }) => name),
        ),
  )
}
const GRID = spaceFrom(['fast=5:50:5', 'slow=20,60,200'])
const ORDERED = spaceFrom(['fast=5:50:5', 'slow=20,60,200'], '$fast < $slow')
const FREE = spaceFrom(['x=0:1', 'y=-1:1'], '$x + $y > 0')

const paramsOf = (trials: Trial[]) => trials.map(({ params }) => params)
const keysOf = (space: Space, trials: Trial[]) => trials.map(({ params }) => keyOf(space, params))
/** A hill, with sets of no score. */
const hill = ({ params }: Trial) => {
  const values = Object.values(params)
  return values[0] === 10 ? null : -values.reduce((sum, value) => sum + (value - 0.3) ** 2, 0)
}

describe('the grid', () => {
  test('has every set, the last parameter fastest', () => {
    const trials = drain(gridSearch(GRID), hill)
    expect(trials).toHaveLength(30)
    expect(paramsOf(trials).slice(0, 4)).toEqual([
      { fast: 5, slow: 20 },
      { fast: 5, slow: 60 },
      { fast: 5, slow: 200 },
      { fast: 10, slow: 20 },
    ])
    expect(trials.map(({ index, share }) => [index, share])).toEqual(trials.map((_, i) => [i, 1]))
  })

  test('leaves out what a constraint forbids, and counts what is left', () => {
    const search = gridSearch(ORDERED)
    expect(search.trialsMax).toBe(3 + 10 + 10)
    expect(drain(search, hill)).toHaveLength(23)
  })

  test('of nothing but forbidden sets is empty', () => {
    const search = gridSearch(spaceFrom(['fast=5,6'], '$fast > 6'))
    expect([search.trialsMax, search.next(5)]).toEqual([0, []])
  })

  test('refuses a parameter without a list, and too many sets', () => {
    for (const space of [FREE, spaceFrom(['a=1:100000:1', 'b=1:100000:1'])]) {
      expect(() => gridSearch(space)).toThrow(expect.objectContaining({ code: 'LQ_OPTION_RANGE' }))
    }
  })
})

describe.each<SearchKind>(['random', 'sobol', 'tpe'])('a %s search', (kind) => {
  const open = (space: Space, trials: number, seed = 7) => openSearch(kind, space, { trials, seed })

  test('gives the same trials in the same order for the same seed, and others for another', () => {
    for (const space of [ORDERED, FREE]) {
      const one = paramsOf(drain(open(space, 20), hill))
      expect(paramsOf(drain(open(space, 20), hill))).toEqual(one)
      expect(paramsOf(drain(open(space, 20, 8), hill))).not.toEqual(one)
    }
  })

  test('does not depend on how many run at a time, nor on the order of their scores', () => {
    for (const space of [spaceFrom(['a=1:40:1', 'b=1:40:1']), FREE]) {
      const one = drain(open(space, 200), hill, { at: 1 })
      for (const [at, shuffle] of [
        [2, 1],
        [16, 2],
        [1000, 3],
        [3, 4],
      ]) {
        expect(drain(open(space, 200), hill, { at, shuffle })).toEqual(one)
      }
    }
  })

  test('tries no set twice, and none that a constraint forbids', () => {
    for (const space of [ORDERED, FREE]) {
      const trials = drain(open(space, 23), hill)
      expect(new Set(keysOf(space, trials)).size).toBe(23)
      expect(trials.every(({ params }) => space.allows(params))).toBe(true)
      expect(trials.map(({ index }) => index)).toEqual(trials.map((_, i) => i))
    }
  })

  test('ends when every set was tried', () => {
    const space = spaceFrom(['a=1:6:1', 'b=1:4:1'])
    const trials = drain(open(space, 1000), hill)
    expect(new Set(keysOf(space, trials)).size).toBe(24)
  })

  test('refuses trials below 1 and a seed that is no count', () => {
    for (const options of [{}, { trials: 0 }, { trials: 1.5 }, { trials: 5, seed: -1 }, { trials: 5, seed: 0.5 }]) {
      expect(() => openSearch(kind, GRID, options)).toThrow(expect.objectContaining({ code: 'LQ_OPTION_RANGE' }))
    }
  })
})

describe('a random search', () => {
  test('is not in the order of the grid', () => {
    const grid = keysOf(GRID, drain(gridSearch(GRID), hill))
    const drawn = keysOf(GRID, drain(randomSearch(GRID, { trials: 30, seed: 1 }), hill))
    expect(drawn).not.toEqual(grid)
    expect([...drawn].sort()).toEqual([...grid].sort())
  })

  test('gives up where a constraint leaves nothing', () => {
    expect(drain(randomSearch(spaceFrom(['x=0:1'], '$x > 2'), { trials: 3, seed: 1 }), hill)).toEqual([])
  })
})

describe('TPE', () => {
  const space = spaceFrom(['x=0:1', 'y=0:1', 'n=1:50:1'])
  const peak = ({ params: { x, y, n } }: Trial) => -((x - 0.3) ** 2) - (y - 0.8) ** 2 - ((n - 17) / 50) ** 2
  const bestOf = (trials: Trial[]) => Math.max(...trials.map(peak))

  test('comes nearer to a peak than a random search, as a mean over seeds', () => {
    let [learnt, drawn] = [0, 0]
    for (let seed = 0; seed < 10; seed++) {
      learnt += bestOf(drain(openSearch('tpe', space, { trials: 200, seed }), peak))
      drawn += bestOf(drain(openSearch('random', space, { trials: 200, seed }), peak))
    }
    expect(-learnt).toBeLessThan(-drawn / 4)
  })

  test('waits for the scores of a round, and begins with a random one', () => {
    const search = openSearch('tpe', space, { trials: 100, seed: 3 })
    const first = search.next(1000)
    expect(paramsOf(first)).toEqual(paramsOf(openSearch('random', space, { trials: 100, seed: 3 }).next(first.length)))
    expect(search.next(1000)).toEqual([])
    search.tell(first.slice(1).map((trial) => ({ index: trial.index, score: peak(trial) })))
    expect(search.next(1000)).toEqual([])
    search.tell([{ index: 0, score: null }])
    expect(search.next(1000)).toHaveLength(first.length)
  })

  test('goes on where no trial has a score', () => {
    expect(drain(openSearch('tpe', space, { trials: 50, seed: 3 }), () => null)).toHaveLength(50)
  })
})

describe('successive halving', () => {
  const sets = (count: number) => Array.from({ length: count }, (_, n) => ({ n }))
  const byNumber = ({ params }: Trial) => params.n

  test('as a prefilter runs all sets on 40 % of the span and the best 40 % of them on all of it', () => {
    const trials = drain(halving(inOrder(sets(50), 50), PREFILTER), byNumber)
    expect(trials.slice(0, 50).map(({ params, share }) => [params.n, share])).toEqual(sets(50).map(({ n }) => [n, 0.4]))
    const expected = Array.from({ length: 20 }, (_, i) => [49 - i, 1])
    expect(trials.slice(50).map(({ params, share }) => [params.n, share])).toEqual(expected)
    expect(trials.map(({ index }) => index)).toEqual(trials.map((_, i) => i))
  })

  test.each([
    [3, 3],
    [5, 5],
    [10, 5],
    [11, 5],
    [13, 6],
    [200, 80],
    [1000, 80],
  ])('as a prefilter keeps of %d sets %d', (count, kept) => {
    const search = halving(inOrder(sets(count), count), PREFILTER)
    expect(drain(search, byNumber)).toHaveLength(count + kept)
    expect(search.trialsMax).toBe(count + kept)
  })

  test('in thirds ends with the best of nine on the whole span', () => {
    const trials = drain(halving(inOrder(sets(9), 9), THIRDS), ({ params }) => -params.n)
    expect(trials.map(({ params, share }) => [params.n, share]).slice(9)).toEqual([
      [0, 1 / 3],
      [1, 1 / 3],
      [2, 1 / 3],
      [0, 1],
    ])
  })

  test('does not depend on how many run at a time, nor on the order of their scores', () => {
    const uniform = uniforms(1, 1)
    const scores = Float64Array.from({ length: 400 }, uniform)
    const of = (at: number, shuffle: number) =>
      drain(halving(randomSearch(GRID, { trials: 30, seed: 4 }), THIRDS), ({ index }) => scores[index], { at, shuffle })
    for (const [at, shuffle] of [
      [2, 5],
      [100, 6],
    ])
      expect(of(at, shuffle)).toEqual(of(1, 1))
  })

  test('keeps sets with a score before those without, and earlier ones among equals', () => {
    const trials = drain(halving(inOrder(sets(6), 6), { shares: [0.5, 1], keep: 0.5 }), ({ params }) =>
      params.n < 2 ? null : 1,
    )
    expect(trials.slice(6).map(({ params }) => params.n)).toEqual([2, 3, 4])
  })

  test('of one round is the search itself', () => {
    expect(drain(halving(inOrder(sets(4), 4), { shares: [1], keep: 0.1 }), byNumber)).toHaveLength(4)
  })
})

test('scores are ordered from the greatest down, undefined ones last, equal ones by trial', () => {
  const scores = [null, 1, 3, null, 3, -2].map((score, index) => ({ index, score }))
  expect(inScoreOrder(scores).map(({ index }) => index)).toEqual([2, 4, 1, 5, 0, 3])
})
