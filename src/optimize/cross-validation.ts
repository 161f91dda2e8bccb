import { LqError } from '../errors.js'

const SPLITS_MAX = 100_000

/** Rows [from, to). */
export interface Rows {
  from: number
  to: number
}

/** One way to take some groups as the test: what is trained on lies around them. */
export interface PurgedSplit {
  /** ascending, none empty */
  train: Rows[]
  /** [tests] the groups tested, ascending */
  groups: number[]
  test: Rows[]
  /** [tests] the path that each of them is part of, from 0 */
  paths: number[]
}

/**
 * Combinatorial purged cross-validation: rows are cut into groups of (nearly) equal length, and every choice of `tests`
 * of them is a test once. Rows within `purge` before a test and `purge + embargo` after it are trained on in none.
 * The tests of all splits make up C(groups − 1, tests − 1) paths, each of which has every row once.
 *
 * @param options.purge   rows that what is learnt at a row reaches forward
 * @param options.embargo rows more after a test
 * @throws LQ_OPTION_RANGE
 * @see López de Prado 2018, Advances in Financial Machine Learning, ch. 12
 * @example combinatorialPurged(600, { groups: 6, tests: 2 })   // 15 splits, 5 paths
 */
export function combinatorialPurged(
  rows: number,
  { groups, tests, purge = 0, embargo = 0 }: { groups: number; tests: number; purge?: number; embargo?: number },
): { splits: PurgedSplit[]; paths: number } {
  if (!(groups >= 2 && groups <= rows && tests >= 1 && tests < groups)) {
    const found = `${groups} groups with ${tests} tests of ${rows} rows`
    throw rangeError(`expected 2 … rows groups and fewer tests than groups, got ${found}`)
  }
  if (!(purge >= 0 && embargo >= 0)) throw rangeError(`expected gaps from 0 rows, got ${purge} and ${embargo}`)
  const count = choose(groups, tests)
  if (count > SPLITS_MAX) throw rangeError(`expected at most ${SPLITS_MAX} splits, got ${count}`)
  const bounds = Array.from({ length: groups }, (_, group) => ({
    from: Math.floor((group * rows) / groups),
    to: Math.floor(((group + 1) * rows) / groups),
  }))
  // The k-th time that a group is tested, it is part of path k.
  const tested = new Uint32Array(groups)
  const splits = [...combinations(groups, tests)].map((chosen) => {
    const test = chosen.map((group) => bounds[group])
    const train = outside(test, { rows, before: purge, after: purge + embargo })
    return { train, groups: chosen, test, paths: chosen.map((group) => tested[group]++) }
  })
  return { splits, paths: choose(groups - 1, tests - 1) }
}

/** Choices of `k` of 0 … n − 1, each ascending, in lexical order. */
function* combinations(n: number, k: number, first = 0): Generator<number[]> {
  if (k === 0) yield []
  for (let head = first; k > 0 && head <= n - k; head++) {
    for (const rest of combinations(n, k - 1, head + 1)) yield [head, ...rest]
  }
}

function outside(test: Rows[], { rows, before, after }: { rows: number; before: number; after: number }): Rows[] {
  const train: Rows[] = []
  let from = 0
  for (const part of test) {
    if (part.from - before > from) train.push({ from, to: part.from - before })
    from = Math.max(from, part.to + after)
  }
  if (from < rows) train.push({ from, to: rows })
  return train
}

function choose(n: number, k: number): number {
  let count = 1
  for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i
  return Math.round(count)
}

function rangeError(message: string): LqError {
  return new LqError('LQ_OPTION_RANGE', message, { hint: 'such as 6 groups with 2 tests' })
}
