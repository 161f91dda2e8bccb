import { expectNumber } from './bind.js'
import { COMBINED, type Combine, combined } from './combine.js'
import { compile } from './compile.js'
import { createDag } from './dag.js'
import { canonicalText, columnsOf } from './explain.js'
import { expressionError, inExpression } from './expression-error.js'
import { fieldNode } from './fields.js'
import { memberDag, ofMembers } from './member.js'
import type { NamedExpression } from './named.js'
import type { Dag, DagNode } from './node.js'
import { type FactorPlan, planOf } from './plan.js'
import type { Scope } from './scope.js'
import { exposuresOf, type Scoring, standardized, treated } from './scoring.js'

/** Factors of one run, compiled together. */
export interface FactorSet {
  /** results: the score of each factor, then the combined one */
  plan: FactorPlan
  /** names of the results, in their order */
  order: string[]
  /** name of a factor → canonical text: equal for equal values, however they were written */
  texts: Record<string, string>
  /** what `plan` computes */
  results: ReadonlyMap<string, DagNode>
  /** three more of each result, named by `columnOf`: its own value, its z-score and its percentile */
  scales: ReadonlyMap<string, DagNode>
}

/** What is done with the factors of a run. */
export interface FactorOptions {
  scoring: Scoring
  /** left out: the factors stay apart */
  combine?: Combine | null
  /** cross-sections and results are of the members of a universe alone */
  members: boolean
}

/** What a table of scores has of each factor. */
export type Scale = 'raw' | 'z' | 'percentile'

/** @returns the name of a further result of a factor, which no factor can have */
export const columnOf = (factor: string, scale: Scale): string => `${scale} ${factor}`

/**
 * Compiles named expressions and what is done with each into one plan: common subexpressions are one step of it.
 *
 * @throws LQ_EXPRESSION naming the expression, the place and what is wrong there
 */
export function compileFactors(expressions: NamedExpression[], scope: Scope, options: FactorOptions): FactorSet {
  const { scoring, combine = null, members } = options
  const whole = createDag()
  const dag = members ? memberDag(whole) : whole
  const result = (node: DagNode) => (members ? ofMembers(whole, node) : node)
  const results = new Map<string, DagNode>()
  const scales = new Map<string, DagNode>()
  const take = (name: string, { raw, treated, score }: Stages) => {
    results.set(name, result(score))
    scales.set(columnOf(name, 'raw'), result(raw))
    scales.set(columnOf(name, 'z'), result(standardized(dag, treated, 'z')))
    scales.set(columnOf(name, 'percentile'), result(standardized(dag, treated, 'percentile')))
  }
  const { winsorize, neutralize = null } = scoring
  const exposures = neutralize && exposuresOf(dag, neutralize, scope)
  for (const expression of expressions) {
    const raw = factorNode(dag, expression, scope)
    const bounded = treated(dag, raw, { winsorize, exposures })
    take(expression.name, { raw, treated: bounded, score: standardized(dag, bounded, scoring.standardize) })
  }
  const texts = Object.fromEntries([...results].map(([name, node]) => [name, canonicalText(node)]))
  if (combine) {
    const factors = expressions.map(({ name, category = null }) => ({ category, node: results.get(name) as DagNode }))
    const price = fieldNode(whole, 'close', scope) as DagNode
    const node = combined(whole, factors, combine, price)
    take(COMBINED, { raw: node, treated: node, score: node })
  }
  return { plan: planOf(results), order: [...results.keys()], texts, results, scales }
}

/** A factor as it is written, without outliers and exposures, and on the scale that is asked for. */
interface Stages {
  raw: DagNode
  treated: DagNode
  score: DagNode
}

/** A factor that is left out, and the columns it would need. */
export interface SkippedFactor {
  name: string
  missing: string[]
}

/**
 * Tells the factors that can be computed from those that need columns which are not there.
 *
 * @throws LQ_EXPRESSION for an expression that is wrong whatever the columns
 */
export function withColumns(
  expressions: NamedExpression[],
  scope: Scope & { columns: ReadonlySet<string> },
): { there: NamedExpression[]; skipped: SkippedFactor[] } {
  const dag = createDag()
  const skipped: SkippedFactor[] = []
  const there = expressions.filter((expression) => {
    const missing = columnsOf(factorNode(dag, expression, { ...scope, columns: null })).filter(
      (name) => !scope.columns.has(name),
    )
    if (missing.length > 0) skipped.push({ name: expression.name, missing })
    return missing.length === 0
  })
  return { there, skipped }
}

/** Where an expression as a whole is said to be. */
const START = { line: 1, column: 1 }

function factorNode(dag: Dag, expression: NamedExpression, scope: Scope): DagNode {
  try {
    const node = expectNumber(compile(dag, expression.text, scope), START)
    if (node.grounded) return node
    throw expressionError('expected a series, found a number', START, 'it must depend on a field, such as close')
  } catch (error) {
    throw inExpression(expression, error)
  }
}
