/**
 * The word nearest to a misspelt one.
 *
 * @returns null where none is near: more than a third of the letters would change
 * @see Damerau 1964, doi:10.1145/363958.363994: insertion, deletion, substitution, exchange of neighbours
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** @returns `did you mean x?`, or the fallback where nothing is near */
export function didYouMean(word: string, candidates: Iterable<string>, fallback: string): string {
  const found = nearest(word, candidates)
  return found === null ? fallback : `did you mean ${found}?`
}

function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(changed, last[j] + 1, row[j - 1] + 1)
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (exchanged) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = last
    last = row
  }
  return last[b.length]
}
