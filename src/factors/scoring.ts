import { LqError } from '../errors.js'
import { compile } from './compile.js'
import { expressionError, inExpression } from './expression-error.js'
import { type Exposures, neutralized } from './neutralize.js'
import type { Dag, DagNode } from './node.js'
import type { Scope } from './scope.js'

/** What is done with a factor before it is written, in this order; each is optional. */
export interface Scoring {
  winsorize?: { method: 'sigma' | 'mad' | 'quantile'; bound: number } | null
  neutralize?: Neutralize | null
  standardize?: 'z' | 'percentile' | null
}

/** What a factor is made neutral to: the groups of a column, and expressions. */
export interface Neutralize {
  group: string | null
  columns: string[]
}

/** Standardised scores end at this many standard deviations. */
const Z_CLIP = 3

const BOUND_MAX = { sigma: 1e6, mad: 1e6, quantile: 0.5 } as const

/**
 * @param exposures what `neutralize` names
 * @returns the node of a factor whose outliers are bounded, less what the exposures explain
 */
export function treated(
  dag: Dag,
  factor: DagNode,
  { winsorize, exposures }: Pick<Scoring, 'winsorize'> & { exposures: Exposures | null },
): DagNode {
  const bounded = winsorize ? dag.apply(`cross_winsorize_${winsorize.method}`, [factor], [winsorize.bound]) : factor
  return exposures ? neutralized(dag, bounded, exposures) : bounded
}

/** @returns the nodes of what a factor is to be neutral to. @throws LQ_EXPRESSION naming the column that is none */
export function exposuresOf(dag: Dag, { group, columns }: Neutralize, scope: Scope): Exposures {
  const compiled = (text: string, check: (node: DagNode, text: string) => DagNode): DagNode => {
    try {
      return check(compile(dag, text, scope), text)
    } catch (error) {
      throw inExpression({ name: '--neutralize', text }, error)
    }
  }
  return {
    groups: group === null ? null : compiled(group, (node) => node),
    columns: columns.map((text) => compiled(text, numberOf)),
  }
}

function numberOf(node: DagNode, text: string): DagNode {
  if (node.type !== 'group' && node.grounded) return node
  const found = node.grounded ? `the groups of ${text}` : 'a number'
  const hint = node.grounded ? `write group:${text}` : 'it must depend on a field, such as market_cap'
  throw expressionError(`expected a series, found ${found}`, { line: 1, column: 1 }, hint)
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
  const least = method === 'quantile' ? 0 : Number.MIN_VALUE
  if (method !== undefined && bound >= least && bound <= BOUND_MAX[method as keyof typeof BOUND_MAX]) {
    return { method: method as keyof typeof BOUND_MAX, bound }
  }
  const hint = 'sigma: standard deviations, mad: scaled median absolute deviations, quantile: share of 0 … 0.5'
  throw new LqError('LQ_USAGE', `--winsorize: expected sigma:3, mad:5 or quantile:0.01, found ${text}`, { hint })
}

/**
 * Reads `group:sector`, `log(market_cap),beta` or both, `group:sector,market_cap`.
 *
 * @throws LQ_USAGE for an empty part, or a second group
 */
export function neutralizeOf(text: string | undefined): Neutralize | null {
  if (text === undefined) return null
  const parts = topLevelParts(text).map((part) => part.trim())
  const groups = parts.filter((part) => part.startsWith(GROUP)).map((part) => part.slice(GROUP.length).trim())
  const columns = parts.filter((part) => !part.startsWith(GROUP))
  if (groups.length <= 1 && [...groups, ...columns].every((part) => part !== '')) {
    return { group: groups[0] ?? null, columns }
  }
  const found = `--neutralize: expected group:COLUMN, columns, or both, found ${JSON.stringify(text)}`
  throw new LqError('LQ_USAGE', found, { hint: 'such as group:sector,log(market_cap); one group at most' })
}

const GROUP = 'group:'

/** Parts between commas; one within parentheses is of a call. */
function topLevelParts(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const sign of text) {
    if (sign === '(') depth++
    if (sign === ')') depth--
    if (sign === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += sign
  }
  return parts
}

/** Reads `z` or `percentile`. @throws LQ_USAGE for anything else */
export function standardizeOf(text: string | undefined): Scoring['standardize'] {
  if (text === undefined || text === 'z' || text === 'percentile') return text ?? null
  throw new LqError('LQ_USAGE', `--standardize: expected z or percentile, found ${text}`)
}
