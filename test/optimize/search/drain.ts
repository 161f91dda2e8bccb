import { uniforms } from '../../../src/optimize/random.js'
import type { Search, Trial } from '../../../src/optimize/search/search.js'

/** Runs a search to its end, `at` trials at a time whose scores come back in any order. */
export function drain(
  search: Search,
  score: (trial: Trial) => number | null,
  { at = 7, shuffle }: { at?: number; shuffle?: number } = {},
): Trial[] {
  const uniform = uniforms(shuffle ?? 0, 77)
  const trials: Trial[] = []
  const running: Trial[] = []
  for (;;) {
    const next = search.next(at)
    trials.push(...next)
    running.push(...next)
    if (running.length === 0) return trials
    // One trial is told at a time; a shuffled one leaves others open while more are asked for.
    const place = shuffle === undefined ? 0 : Math.floor(uniform() * running.length)
    const [done] = running.splice(place, 1)
    search.tell([{ index: done.index, score: score(done) }])
  }
}
