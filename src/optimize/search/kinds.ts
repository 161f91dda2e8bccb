import { LqError } from '../../errors.js'
import { gridSearch } from './grid.js'
import { randomSearch } from './random-search.js'
import type { Search } from './search.js'
import { sobolSearch } from './sobol.js'
import type { Space } from './space.js'
import { tpeSearch } from './tpe.js'

export const SEARCH_KINDS = ['grid', 'random', 'sobol', 'tpe'] as const

export type SearchKind = (typeof SEARCH_KINDS)[number]

/**
 * @param options.trials the most to run; a grid takes none, it runs every set
 * @param options.seed   0 … 2^53 − 1; a grid takes no notice of it
 * @throws LQ_OPTION_RANGE where the space, the trials or the seed do not fit the kind of search
 */
export function openSearch(
  kind: SearchKind,
  space: Space,
  { trials, seed = 0 }: { trials?: number; seed?: number },
): Search {
  if (kind === 'grid') return gridSearch(space)
  if (trials === undefined || !Number.isSafeInteger(trials) || trials < 1) {
    throw new LqError('LQ_OPTION_RANGE', `expected --trials of at least 1 for a ${kind} search, got ${trials}`, {
      hint: 'such as --trials 1000',
    })
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new LqError('LQ_OPTION_RANGE', `expected a seed 0 … 2^53 − 1, got ${seed}`, { hint: 'such as --seed 7' })
  }
  if (kind === 'random') return randomSearch(space, { trials, seed })
  return kind === 'sobol' ? sobolSearch(space, { trials, seed }) : tpeSearch(space, { trials, seed })
}
