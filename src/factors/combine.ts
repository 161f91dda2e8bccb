import { LqError } from '../errors.js'
import { WINDOW_MAX } from './limits.js'
import type { Dag, DagNode } from './node.js'

/** How the factors of a run become one. */
export type Combine =
  | { method: 'equal' }
  /** category → weight; they sum to 1 */
  | { method: 'weights'; weights: Record<string, number> }
  /** weights are means of past rank correlations with the return over `horizon` rows */
  | { method: 'ic'; horizon: number; window: number }

/** Column of the combined score. */
export const COMBINED = 'combined'

/** A factor's score, and the category its file puts it into. */
export interface CombinedFactor {
  category: string | null
  node: DagNode
}

/** Rows between a signal and the fill that follows it: what is known at a close is traded at the next one. */
const DELAY = 1
const WINDOW = 60
const SUM_TOLERANCE = 1e-6

/**
 * The combined score: a weighted mean of the scores that are there, at each cell by itself.
 *
 * @param dag one whose cross-sections see every symbol: scores are missing already where a symbol is not to count
 * @param price what returns are taken of
 */
export function combined(dag: Dag, factors: CombinedFactor[], how: Combine, price: DagNode): DagNode {
  const one = dag.constant(1)
  const equal = (some: CombinedFactor[]) =>
    weightedMean(
      dag,
      some.map(({ node }) => ({ value: node, weight: one })),
    )
  if (how.method === 'equal') return equal(factors)
  if (how.method === 'ic') {
    const weigh = ({ node }: CombinedFactor) => ({ value: node, weight: pastCorrelation(dag, node, price, how) })
    return weightedMean(dag, factors.map(weigh))
  }
  const terms = Object.entries(how.weights).flatMap(([category, weight]) => {
    const own = factors.filter((factor) => factor.category === category)
    return own.length === 0 || weight === 0 ? [] : [{ value: equal(own), weight: dag.constant(weight) }]
  })
  return weightedMean(dag, terms)
}

/** Σ w·x ÷ Σ |w| over the terms whose value and weight are there; missing where none is, or the weights are all 0. */
function weightedMean(dag: Dag, terms: { value: DagNode; weight: DagNode }[]): DagNode {
  const zero = dag.constant(0)
  const sum = (nodes: DagNode[]) =>
    nodes.map((node) => dag.apply('coalesce', [node, zero])).reduce((a, b) => dag.apply('add', [a, b]))
  const products = terms.map(({ value, weight }) => dag.apply('multiply', [weight, value]))
  const sizes = terms.map(({ weight }, i) => {
    const there = dag.apply('equal', [products[i], products[i]])
    return weight.value === 1 ? there : dag.apply('multiply', [dag.apply('absolute', [weight]), there])
  })
  return dag.apply('divide', [sum(products), sum(sizes)])
}

/**
 * Mean of the rank correlations of the last `window` rows, at least half of which must be there. The correlation of row
 * s is between the scores of row s − horizon − 1 and the returns from the row after that to s: all of it is known at s.
 *
 * @see Grinold 1989, doi:10.3905/jpm.1989.409211 (information coefficient)
 */
function pastCorrelation(
  dag: Dag,
  score: DagNode,
  price: DagNode,
  { horizon, window }: { horizon: number; window: number },
): DagNode {
  const before = dag.apply('lag', [score], [horizon + DELAY])
  const earned = dag.apply('simple_return', [price], [horizon])
  // Ranks are of the pairs: a symbol that lacks one of the two is in neither.
  const rank = (of: DagNode, other: DagNode) =>
    dag.apply('cross_rank', [dag.apply('multiply', [of, dag.apply('equal', [other, other])])])
  const correlation = dag.apply('cross_corr', [rank(before, earned), rank(earned, before)])
  return dag.apply('rolling_mean', [correlation], [window, window === 1 ? 0 : Math.ceil(window / 2)])
}

/**
 * Reads `equal`, `weights:value=0.25,momentum=0.75` or `ic:HORIZON[:WINDOW]`.
 *
 * @throws LQ_USAGE naming the forms that are allowed; for weights that are negative or do not sum to 1 within 1e-6
 */
export function combineOf(text: string | undefined): Combine | null {
  if (text === undefined) return null
  const plain = text.trim()
  if (plain === 'equal') return { method: 'equal' }
  if (plain.startsWith('weights:')) return { method: 'weights', weights: weightsOf(plain.slice('weights:'.length)) }
  const [, horizon, window = `${WINDOW}`] = /^ic:(\d+)(?::(\d+))?$/.exec(plain) ?? []
  if (horizon === undefined) {
    const forms = 'equal, weights:value=0.4,momentum=0.6 or ic:HORIZON[:WINDOW]'
    throw new LqError('LQ_USAGE', `--combine: expected ${forms}, found ${text}`, {
      hint: 'ic counts rows of the panel',
    })
  }
  inRange('horizon', Number(horizon), { min: 1, max: WINDOW_MAX - DELAY })
  inRange('window', Number(window), { min: 1, max: WINDOW_MAX })
  return { method: 'ic', horizon: Number(horizon), window: Number(window) }
}

function inRange(what: string, value: number, { min, max }: { min: number; max: number }): void {
  if (value >= min && value <= max) return
  throw new LqError('LQ_USAGE', `--combine ic: expected a ${what} of ${min} … ${max} rows, found ${value}`)
}

function weightsOf(text: string): Record<string, number> {
  const weights = new Map<string, number>()
  for (const part of text.split(',')) {
    const [, category, digits] = /^\s*([^=]*[^=\s])\s*=\s*(-?(?:\d+\.?\d*|\.\d+))\s*$/.exec(part) ?? []
    if (category === undefined) throw badWeights(`category=weight, found ${JSON.stringify(part)}`)
    if (weights.has(category)) throw badWeights(`each category once, found ${category} twice`)
    if (Number(digits) < 0) throw badWeights(`weights of 0 or more, found ${digits} for ${category}`)
    weights.set(category, Number(digits))
  }
  const sum = [...weights.values()].reduce((a, b) => a + b, 0)
  if (Math.abs(sum - 1) > SUM_TOLERANCE) throw badWeights(`weights that sum to 1, found ${sum}`)
  return Object.fromEntries(weights)
}

const badWeights = (what: string): LqError =>
  new LqError('LQ_USAGE', `--combine weights: expected ${what}`, { hint: 'weights:value=0.25,momentum=0.75' })

/**
 * Holds weights against the categories there are.
 *
 * @throws LQ_USAGE for a category that no factor has, or where no category that weighs anything has a factor left
 */
export function checkCategories(
  how: Combine | null,
  { known, left }: { known: (string | null | undefined)[]; left: (string | null | undefined)[] },
): void {
  if (how?.method !== 'weights') return
  const names = [...new Set(known.filter((name) => name !== null && name !== undefined))].sort()
  const hint = names.length > 0 ? `the categories are ${names.join(', ')}` : 'a [category] line of a file begins one'
  for (const category of Object.keys(how.weights)) {
    if (names.includes(category)) continue
    throw new LqError('LQ_USAGE', `--combine weights: no factor is of category ${category}`, { hint })
  }
  if (Object.entries(how.weights).some(([category, weight]) => weight > 0 && left.includes(category))) return
  throw new LqError('LQ_USAGE', '--combine weights: no factor of these categories can be computed', { hint })
}
