import { compile } from './compile.js'
import { createDag } from './dag.js'
import { canonicalText, columnsOf } from './explain.js'
import { expressionError, inExpression } from './expression-error.js'
import { memberDag, ofMembers } from './member.js'
import type { NamedExpression } from './named.js'
import type { Dag, DagNode } from './node.js'
import { type FactorPlan, planOf } from './plan.js'
import type { Scope } from './scope.js'
import { type Scoring, scored } from './scoring.js'

/** Factors of one run, compiled together. */
export interface FactorSet {
  plan: FactorPlan
  /** name → canonical text: equal for equal values, however they were written */
  texts: Record<string, string>
}

/** What is done with the factors of a run. */
export interface FactorOptions {
  scoring: Scoring
  /** cross-sections and results are of the members of a universe alone */
  members: boolean
}

/**
 * Compiles named expressions and what is done with each into one plan: common subexpressions are one step of it.
 *
 * @throws LQ_EXPRESSION naming the expression, the place and what is wrong there
 */
export function compileFactors(expressions: NamedExpression[], scope: Scope, options: FactorOptions): FactorSet {
  const whole = createDag()
  const dag = options.members ? memberDag(whole) : whole
  const results = new Map<string, DagNode>()
  for (const expression of expressions) {
    const score = scored(dag, factorNode(dag, expression, scope), options.scoring)
    results.set(expression.name, options.members ? ofMembers(dag, score) : score)
  }
  const texts = Object.fromEntries([...results].map(([name, node]) => [name, canonicalText(node)]))
  return { plan: planOf(results), texts }
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

function factorNode(dag: Dag, { name, text }: NamedExpression, scope: Scope): DagNode {
  try {
    const node = compile(dag, text, scope)
    if (node.grounded) return node
    throw expressionError(
      'expected a series, found a number',
      { line: 1, column: 1 },
      'it must depend on a field, such as close',
    )
  } catch (error) {
    throw inExpression(name, error)
  }
}
