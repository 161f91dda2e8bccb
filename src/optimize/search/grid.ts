import { LqError } from '../../errors.js'
import { inOrder, type Search } from './search.js'
import { type Space, setAt } from './space.js'

/** A grid is walked through once to count it. */
const GRID_MAX = 100_000_000

/**
 * Every set that the constraints allow, the last parameter fastest.
 *
 * @throws LQ_OPTION_RANGE for a parameter that may take any number, or too many sets
 */
export function gridSearch(space: Space): Search {
  const free = space.dimensions.find(({ values }) => values === null)
  if (free) {
    throw new LqError('LQ_OPTION_RANGE', `expected values of ${free.name} to try, got a range without a step`, {
      hint: `write ${free.name}=${free.from}:${free.to}:STEP, or search at random`,
    })
  }
  if (space.size > GRID_MAX) {
    throw new LqError('LQ_OPTION_RANGE', `expected a grid of at most ${GRID_MAX} sets, got ${space.size}`, {
      hint: 'take wider steps, or --search random|sobol|tpe with --trials',
    })
  }
  let trials = 0
  for (const _ of gridSets(space)) trials += 1
  return inOrder(gridSets(space), trials)
}

function* gridSets(space: Space): Generator<Record<string, number>> {
  for (let index = 0; index < space.size; index++) {
    const params = setAt(space, index)
    if (space.allows(params)) yield params
  }
}
