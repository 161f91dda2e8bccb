import { type Dimension, placeOf, type Space } from './search/space.js'

/** How near a neighbour's parameters are: within a tenth of each range, one listed value at least. */
const NEAR = 0.1
/** Share of the best Sharpe ratio that a neighbour must have for the best to stand on a plateau. */
const PLATEAU = 0.5

/** A trial, as far as its place and worth go. */
export interface PlacedTrial {
  params: Record<string, number>
  /** Sharpe ratio, annualised or not, as long as all are alike; null where undefined */
  sharpe: number | null
}

/** Whether the best parameters stand on a plateau or on a peak. */
export interface Stability {
  /** share of the neighbours whose Sharpe ratio is at least half the best's; null with its reason */
  stability: number | null
  /** trials within a tenth of each parameter's range (at least one listed value) of the best, itself not counted */
  neighbours: number
  reason: string | null
}

/**
 * Stability of the best parameters among their neighbours. A neighbour without a Sharpe ratio is none of the good ones.
 *
 * @param trials all trials, in any order; looked at once
 * @see definition
 */
export function stabilityOf(space: Space, best: PlacedTrial, trials: Iterable<PlacedTrial>): Stability {
  const { sharpe } = best
  if (sharpe === null || !(sharpe > 0))
    return { stability: null, neighbours: 0, reason: 'the best Sharpe is not above 0' }
  const reach = space.dimensions.map(reachOf)
  const bestPlaces = space.dimensions.map((dimension) => placeOf(dimension, best.params[dimension.name]))
  let [neighbours, good] = [0, 0]
  for (const trial of trials) {
    const distances = space.dimensions.map((dimension, d) =>
      Math.abs(placeOf(dimension, trial.params[dimension.name]) - bestPlaces[d]),
    )
    if (distances.some((distance, d) => distance > reach[d]) || distances.every((distance) => distance === 0)) continue
    neighbours += 1
    if (trial.sharpe !== null && trial.sharpe >= PLATEAU * sharpe) good += 1
  }
  if (neighbours === 0) return { stability: null, neighbours, reason: 'no trial is near the best' }
  return { stability: good / neighbours, neighbours, reason: null }
}

/**
 * Stability of the parameters from fold to fold of a walk-forward: 1 less the mean, over folds that follow each other
 * and over parameters with more than one value, of how far a parameter moved as a share of its range. 1 = never moved;
 * two random choices give about 2/3.
 *
 * @param chosen parameters of each fold, in order
 * @returns null of fewer than two folds, or where no parameter can move
 * @see definition
 */
export function foldStability(space: Space, chosen: Record<string, number>[]): number | null {
  const free = space.dimensions.filter(({ from, to }) => from < to)
  if (chosen.length < 2 || free.length === 0) return null
  let moved = 0
  for (let fold = 1; fold < chosen.length; fold++) {
    for (const dimension of free) {
      const [now, before] = [chosen[fold], chosen[fold - 1]].map((params) => placeOf(dimension, params[dimension.name]))
      moved += Math.abs(now - before)
    }
  }
  return 1 - moved / ((chosen.length - 1) * free.length)
}

/** As a share of the range; a little more, so that rounding takes no neighbour away. */
function reachOf({ values }: Dimension): number {
  if (!values || values.length < 2) return NEAR
  const places = Math.max(1, Math.floor(NEAR * (values.length - 1)))
  return places / (values.length - 1) + 1e-9
}
