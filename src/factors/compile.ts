import type { BinarySyntax, NameSyntax, Syntax, UnarySyntax } from './ast.js'
import { bind, expectCondition, expectNumber } from './bind.js'
import { expressionError } from './expression-error.js'
import { BAR_FIELDS, DERIVED_FIELDS, fieldNode } from './fields.js'
import type { Dag, DagNode } from './node.js'
import { power } from './operators/power.js'
import { operatorOf } from './operators.js'
import { parse } from './parser.js'
import type { Lowering, Scope } from './scope.js'
import { didYouMean } from './suggest.js'

/**
 * Compiles an expression into a graph that other expressions may share.
 *
 * @throws LQ_EXPRESSION with the position and a hint: syntax, unknown names, wrong types, windows out of range
 * @example compile(dag, 'rank(close)', { columns: null, adjust: 'none' })
 */
export function compile(dag: Dag, text: string, scope: Scope): DagNode {
  return lowered(parse(text), { dag, scope })
}

/** The same of an expression that is parsed already, or made. */
export function lowered(syntax: Syntax, to: Lowering): DagNode {
  switch (syntax.kind) {
    case 'number':
      return to.dag.constant(syntax.value)
    case 'name':
      return named(syntax, to)
    case 'unary':
      return unary(syntax, to)
    case 'binary':
      return binary(syntax, to)
    case 'conditional': {
      const choice = expectCondition(lowered(syntax.condition, to), syntax.condition.at)
      return to.dag.apply('where', [choice, numberOf(syntax.yes, to), numberOf(syntax.no, to)])
    }
    case 'call': {
      const operator = operatorOf(syntax)
      return operator.lower(bind(operator, syntax, { ...to, lower: (argument) => lowered(argument, to) }))
    }
  }
}

/** What an operator that computes takes: anything but groups. */
function numberOf(syntax: Syntax, to: Lowering): DagNode {
  return expectNumber(lowered(syntax, to), syntax.at)
}

function named({ name, dollar, at }: NameSyntax, { dag, scope }: Lowering): DagNode {
  const given = scope.parameters ?? {}
  const parameter = dollar && Object.hasOwn(given, name) ? given[name] : undefined
  // Where the columns are not known, a name is a column only if it is not a parameter.
  const columns = scope.columns ?? (parameter === undefined ? null : new Set(BAR_FIELDS))
  const field = fieldNode(dag, name, { ...scope, columns })
  if (field) return field
  if (parameter !== undefined) return dag.constant(parameter)
  const known = [...new Set([...BAR_FIELDS, ...Object.keys(DERIVED_FIELDS), ...(columns ?? [])])].sort()
  const what = dollar ? `unknown field or parameter $${name}` : `unknown field ${name}`
  throw expressionError(what, at, didYouMean(name, known, `the fields are ${known.join(', ')}`))
}

function unary({ operator, operand }: UnarySyntax, to: Lowering): DagNode {
  if (operator === 'not') return to.dag.apply('logical_not', [expectCondition(lowered(operand, to), operand.at)])
  const node = numberOf(operand, to)
  return operator === '-' ? to.dag.apply('negate', [node]) : node
}

function binary({ operator, left, right }: BinarySyntax, to: Lowering): DagNode {
  const { dag } = to
  if (operator === 'and' || operator === 'or') {
    return dag.apply(`logical_${operator}`, [
      expectCondition(lowered(left, to), left.at),
      expectCondition(lowered(right, to), right.at),
    ])
  }
  const x = numberOf(left, to)
  const y = numberOf(right, to)
  switch (operator) {
    case '+':
      return dag.apply('add', [x, y])
    case '-':
      return dag.apply('subtract', [x, y])
    case '*':
      return dag.apply('multiply', [x, y])
    case '/':
      return dag.apply('divide', [x, y])
    case '^':
      return power(dag, { x, y }, right.at)
    case '<':
      return dag.apply('less', [x, y])
    case '<=':
      return dag.apply('less_equal', [x, y])
    case '>':
      return dag.apply('less', [y, x])
    case '>=':
      return dag.apply('less_equal', [y, x])
    case '==':
      return dag.apply('equal', [x, y])
    case '!=':
      return dag.apply('not_equal', [x, y])
  }
}
