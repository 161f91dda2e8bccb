import { drawWithout, uniforms } from '../random.js'
import { inOrder, type Search } from './search.js'
import { type Space, setAt, setOf } from './space.js'

const STREAM = 0x5a4d

/** Sets that constraints may forbid one after the other before a search holds that none is left. */
export const MISSES_MAX = 1_000_000

/**
 * Sets drawn at random. Where the parameters have lists, each set is drawn at most once, so that as many trials as
 * there are sets are the whole grid.
 *
 * @param seed 0 … 2^53 − 1
 * @see Bergstra & Bengio 2012, Random search for hyper-parameter optimization, JMLR 13
 */
export function randomSearch(space: Space, { trials, seed }: { trials: number; seed: number }): Search {
  return inOrder(randomSets(space, seed), Math.min(trials, space.size))
}

/** Random sets of a space that constraints allow: without end, or until every set of its lists was drawn. */
export function* randomSets(space: Space, seed: number): Generator<Record<string, number>> {
  const uniform = uniforms(seed, STREAM)
  let misses = 0
  for (const params of Number.isFinite(space.size) ? drawn(space, uniform) : scattered(space, uniform)) {
    misses = space.allows(params) ? 0 : misses + 1
    if (misses === 0) yield params
    else if (misses >= MISSES_MAX) return
  }
}

function* drawn(space: Space, uniform: () => number): Generator<Record<string, number>> {
  for (const index of drawWithout(space.size, uniform)) yield setAt(space, index)
}

function* scattered(space: Space, uniform: () => number): Generator<Record<string, number>> {
  for (;;) yield setOf(space, Float64Array.from(space.dimensions, uniform))
}
