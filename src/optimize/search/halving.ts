import { inScoreOrder } from './ranking.js'
import type { Score, Search, Trial } from './search.js'

/** How successive halving goes: the share of the span that each round runs on, and how many sets go on after it. */
export interface HalvingRule {
  /** ascending, the last is 1 */
  shares: number[]
  /** share of a round's sets that the next one runs, rounded up, and bounds on their count */
  keep: number
  keepMin?: number
  keepMax?: number
}

/** A first round on 40 % of the span; the best 40 % of its sets, 5 … 80 of them, then run on all of it. */
export const PREFILTER: HalvingRule = { shares: [0.4, 1], keep: 0.4, keepMin: 5, keepMax: 80 }

/** Thirds: each round runs a third of the sets on three times the bars. */
export const THIRDS: HalvingRule = { shares: [1 / 9, 1 / 3, 1], keep: 1 / 3 }

/**
 * Runs all sets of a search on the head of the span, the best of them on more of it, and so on to the whole span. Equal
 * scores are in the order in which the sets were asked for.
 *
 * @param candidates a search that does not learn; its trials are the first round
 * @see Jamieson & Talwalkar 2016, Non-stochastic best arm identification and hyperparameter optimization, AISTATS
 */
export function halving(candidates: Search, { shares, keep, keepMin = 1, keepMax }: HalvingRule): Search {
  const kept = (count: number) =>
    Math.min(count, Math.max(Math.ceil(keep * count), keepMin), Math.max(keepMax ?? count, keepMin))
  let round = 0
  let asked: Trial[] = []
  let queue: Trial[] = []
  let index = 0
  const scores = new Map<number, number | null>()

  const start = (trials: Trial[]) => {
    queue = trials.map(({ params }) => ({ index: index++, params, share: shares[round] }))
    asked.push(...queue)
  }
  const advance = () => {
    const ranked = inScoreOrder(
      asked.map((trial) => ({ trial, index: trial.index, score: scores.get(trial.index) ?? null })),
    )
    round += 1
    asked = []
    scores.clear()
    start(ranked.slice(0, kept(ranked.length)).map(({ trial }) => trial))
  }
  return {
    trialsMax: totalTrials(candidates.trialsMax, shares.length, kept),
    next(count) {
      if (round === 0 && queue.length === 0) start(candidates.next(count))
      const waits = scores.size < asked.length
      if (queue.length === 0 && !waits && asked.length > 0 && round < shares.length - 1) advance()
      return queue.splice(0, count)
    },
    tell(results: Score[]) {
      for (const { index, score } of results) scores.set(index, score)
    },
  }
}

function totalTrials(candidates: number, rounds: number, kept: (count: number) => number): number {
  let [total, count] = [0, candidates]
  for (let round = 0; round < rounds; round++, count = kept(count)) total += count
  return total
}
