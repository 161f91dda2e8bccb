import { LqError } from '../errors.js'
import type { Dag, DagNode } from './node.js'

/** What is done with a factor before it is written, in this order; each is optional. */
export interface Scoring {
  winsorize: { method: 'sigma' | 'mad' | 'quantile'; bound: number } | null
  standardize: 'z' | 'percentile' | null
}

/** Standardised scores end at this many standard deviations. */
const Z_CLIP = 3

const BOUND_MAX = { sigma: 1e6, mad: 1e6, quantile: 0.5 } as const

/** @returns the node of a factor whose outliers are bounded */
export function treated(dag: Dag, factor: DagNode, { winsorize }: Scoring): DagNode {
  return winsorize ? dag.apply(`cross_winsorize_${winsorize.method}`, [factor], [winsorize.bound]) : factor
}

/** @returns the node of a factor on the scale that is asked for */
export function standardized(dag: Dag, factor: DagNode, how: Scoring['standardize']): DagNode {
  if (how === 'z') return dag.apply('cross_zscore', [factor], [Z_CLIP])
  return how === 'percentile' ? dag.apply('cross_percentile', [factor]) : factor
}

/**
 * Reads `sigma:3`, `mad:5` or `quantile:0.01`.
 *
 * @throws LQ_USAGE naming the forms that are allowed
 */
export function winsorizeOf(text: string | undefined): Scoring['winsorize'] {
  if (text === undefined) return null
  const [, method, digits] = /^(sigma|mad|quantile):(\d+\.?\d*|\.\d+)$/.exec(text.trim()) ?? []
  const bound = Number(digits)
  if (method !== undefined && bound <= BOUND_MAX[method as keyof typeof BOUND_MAX]) {
    return { method: method as keyof typeof BOUND_MAX, bound }
  }
  const hint = 'sigma: standard deviations, mad: scaled median absolute deviations, quantile: share of 0 … 0.5'
  throw new LqError('LQ_USAGE', `--winsorize: expected sigma:3, mad:5 or quantile:0.01, found ${text}`, { hint })
}

/** Reads `z` or `percentile`. @throws LQ_USAGE for anything else */
export function standardizeOf(text: string | undefined): Scoring['standardize'] {
  if (text === undefined || text === 'z' || text === 'percentile') return text ?? null
  throw new LqError('LQ_USAGE', `--standardize: expected z or percentile, found ${text}`)
}
