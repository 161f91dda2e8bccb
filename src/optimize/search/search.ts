/** One back-test that a search asks for. */
export interface Trial {
  /** counts from 0 in the order in which trials are asked for */
  index: number
  params: Record<string, number>
  /** the head of the span that it runs on: 1, or less in the early rounds of successive halving */
  share: number
}

/** What came of a trial: greater is better, null where undefined (worse than any number). */
export interface Score {
  index: number
  score: number | null
}

/**
 * An order of trials. What it proposes depends on its seed and the scores alone: not on how many are asked for at a
 * time, nor on the order in which their scores come back.
 */
export interface Search {
  /** the most trials it will propose; fewer where the space has no more sets */
  readonly trialsMax: number
  /** @returns up to `count` trials; none where it waits for scores, or, if all were told, is done */
  next(count: number): Trial[]
  /** takes scores of trials that it proposed, in any order; searches that do not learn pass over them */
  tell(scores: Score[]): void
}

/** A search that learns nothing: its parameter sets, one after the other. */
export function inOrder(sets: Iterable<Record<string, number>>, trialsMax: number): Search {
  const source = sets[Symbol.iterator]()
  let index = 0
  return {
    trialsMax,
    next(count) {
      const trials: Trial[] = []
      while (trials.length < count && index < trialsMax) {
        const set = source.next()
        if (set.done) break
        trials.push({ index: index++, params: set.value, share: 1 })
      }
      return trials
    },
    tell() {},
  }
}
