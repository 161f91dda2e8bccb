import type { Score } from './search.js'

/** Scores from the greatest down; undefined ones last; equal ones in the order of their trials. */
export function inScoreOrder<S extends Score>(scores: Iterable<S>): S[] {
  return [...scores].sort((a, b) => {
    if (a.score === b.score) return a.index - b.index
    if (a.score === null || b.score === null) return a.score === null ? 1 : -1
    return b.score - a.score
  })
}
