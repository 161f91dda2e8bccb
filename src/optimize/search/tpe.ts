import { uniforms } from '../random.js'
import { randomSets } from './random-search.js'
import { inScoreOrder } from './ranking.js'
import type { Score, Search, Trial } from './search.js'
import { keyOf, placeOf, type Space, setOf } from './space.js'

const STREAM = 0x79e0
/** Scores are learnt from in twenty rounds, of which the first two are random. */
const ROUNDS = 20
const ROUND_MIN = 8
const RANDOM_ROUNDS = 2
/** Share of the trials that are the good ones, and the most of them. */
const GOOD_SHARE = 0.1
const GOOD_MAX = 25
/** Sets drawn from the good ones' density for each trial; the one most typical of them alone is tried. */
const DRAWS = 24
/** Cells that a dimension with more values, or without a list, is cut into. */
const CELLS_MAX = 256

/**
 * Tree-structured Parzen estimator: sets are drawn where the good trials so far are dense, and of several draws the one
 * is tried whose density among the good ÷ density among the others is greatest, parameters taken to be independent.
 * A density is that of the trials' cells, smoothed by a normal kernel, with one more trial spread over all cells.
 *
 * A round is drawn when all scores of the rounds before it are told: so the trials are the same however many run at
 * once. No set is tried twice.
 *
 * @see Bergstra, Bardenet, Bengio & Kégl 2011, Algorithms for hyper-parameter optimization, NeurIPS 24
 */
export function tpeSearch(space: Space, { trials, seed }: { trials: number; seed: number }): Search {
  const trialsMax = Math.min(trials, space.size)
  const roundTrials = Math.max(ROUND_MIN, Math.ceil(trialsMax / ROUNDS))
  const uniform = uniforms(seed, STREAM)
  const random = randomSets(space, seed)
  const seen = new Set<string>()
  const asked: Trial[] = []
  const scores = new Map<number, number | null>()
  let queue: Trial[] = []

  const fresh = (params: Record<string, number>) => !seen.has(keyOf(space, params)) && space.allows(params)
  const anyFresh = (): Record<string, number> | null => {
    for (;;) {
      const drawn = random.next()
      if (drawn.done || fresh(drawn.value)) return drawn.value ?? null
    }
  }
  const round = () => {
    const learn = asked.length >= RANDOM_ROUNDS * roundTrials
    const densities = learn ? densitiesOf(space, asked, scores) : null
    for (let i = 0; i < roundTrials && asked.length < trialsMax; i++) {
      const params = (densities && likeliest(space, { densities, uniform, fresh })) ?? anyFresh()
      if (params === null) return
      seen.add(keyOf(space, params))
      const trial = { index: asked.length, params, share: 1 }
      asked.push(trial)
      queue.push(trial)
    }
  }
  return {
    trialsMax,
    next(count) {
      if (queue.length === 0 && scores.size === asked.length) round()
      const trialsNow = queue.slice(0, count)
      queue = queue.slice(count)
      return trialsNow
    },
    tell(results: Score[]) {
      for (const { index, score } of results) scores.set(index, score)
    },
  }
}

/** [cells] each sums to 1, over the cells of one parameter. */
interface Densities {
  good: Float64Array
  others: Float64Array
}

function densitiesOf(space: Space, asked: Trial[], scores: Map<number, number | null>): Densities[] {
  const ranked = inScoreOrder(asked.map(({ index, params }) => ({ index, params, score: scores.get(index) ?? null })))
  const goodCount = Math.min(GOOD_MAX, Math.ceil(GOOD_SHARE * ranked.length))
  return space.dimensions.map((dimension) => {
    const cells = Math.min(CELLS_MAX, dimension.values?.length ?? CELLS_MAX)
    const places = ranked.map(({ params }) => {
      const place = dimension.values
        ? (dimension.values.indexOf(params[dimension.name]) + 0.5) / dimension.values.length
        : placeOf(dimension, params[dimension.name])
      return Math.min(cells - 1, Math.floor(place * cells))
    })
    return {
      good: smoothed(places.slice(0, goodCount), cells),
      others: smoothed(places.slice(goodCount), cells),
    }
  })
}

/**
 * Density of cells: every trial spreads a weight of 1 by a normal kernel cut off at the ends, and one more lies evenly
 * on all cells. The kernel is σ n^(−1/5) wide (Scott 1992), half a cell and 1/(n + 1) of the range at least.
 */
function smoothed(places: number[], cells: number): Float64Array {
  const n = places.length
  const mean = places.reduce((sum, place) => sum + place, 0) / n
  const spread = Math.sqrt(places.reduce((sum, place) => sum + (place - mean) ** 2, 0) / n)
  const width = Math.max(spread * n ** -0.2, cells / (n + 1), 0.5)
  const kernel = Float64Array.from({ length: cells }, (_, distance) => Math.exp(-((distance / width) ** 2) / 2))
  const counts = new Float64Array(cells)
  for (const place of places) counts[place] += 1
  const density = new Float64Array(cells).fill(1 / cells)
  for (let from = 0; from < cells; from++) {
    if (counts[from] === 0) continue
    let total = 0
    for (let to = 0; to < cells; to++) total += kernel[Math.abs(to - from)]
    for (let to = 0; to < cells; to++) density[to] += (counts[from] * kernel[Math.abs(to - from)]) / total
  }
  return density.map((weight) => weight / (n + 1))
}

/** @returns the best of the draws that were not tried yet, or null where there is none */
function likeliest(
  space: Space,
  use: { densities: Densities[]; uniform: () => number; fresh: (params: Record<string, number>) => boolean },
): Record<string, number> | null {
  let best: Record<string, number> | null = null
  let bestGain = Number.NEGATIVE_INFINITY
  const point = new Float64Array(use.densities.length)
  for (let draw = 0; draw < DRAWS; draw++) {
    let gain = 0
    use.densities.forEach(({ good, others }, d) => {
      const cell = drawnCell(good, use.uniform())
      point[d] = (cell + use.uniform()) / good.length
      gain += Math.log(good[cell] / others[cell])
    })
    const params = setOf(space, point)
    if (gain > bestGain && use.fresh(params)) [best, bestGain] = [params, gain]
  }
  return best
}

function drawnCell(density: Float64Array, uniform: number): number {
  let cell = 0
  for (let rest = uniform - density[0]; rest >= 0 && cell < density.length - 1; rest -= density[cell]) cell += 1
  return cell
}
