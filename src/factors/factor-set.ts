import { compile } from './compile.js'
import { createDag } from './dag.js'
import { canonicalText } from './explain.js'
import { expressionError, inExpression } from './expression-error.js'
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

/**
 * Compiles named expressions and what is done with each into one plan: common subexpressions are one step of it.
 *
 * @throws LQ_EXPRESSION naming the expression, the place and what is wrong there
 */
export function compileFactors(expressions: NamedExpression[], scope: Scope, scoring: Scoring): FactorSet {
  const dag = createDag()
  const results = new Map<string, DagNode>()
  for (const { name, text } of expressions)
    results.set(name, scored(dag, factorNode(dag, { name, text }, scope), scoring))
  const texts = Object.fromEntries([...results].map(([name, node]) => [name, canonicalText(node)]))
  return { plan: planOf(results), texts }
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
