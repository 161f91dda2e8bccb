import type { ArgumentSyntax, CallSyntax, Syntax } from './ast.js'
import { expressionError, type Position } from './expression-error.js'
import { fieldNode } from './fields.js'
import type { DagNode } from './node.js'
import type { Operator, Parameter, Values } from './operators/signature.js'
import { signatureOf } from './operators.js'
import type { Lowering } from './scope.js'
import { didYouMean } from './suggest.js'

/** Lowering, and how an argument is lowered. */
interface Binding extends Lowering {
  lower: (syntax: Syntax) => DagNode
}

/**
 * Matches the arguments of a call with the parameters of its operator, and checks each.
 *
 * @throws LQ_EXPRESSION for too many, missing, repeated or unknown arguments, wrong kinds, values out of range
 */
export function bind(operator: Operator, call: CallSyntax, to: Binding): Values {
  const field = (name: string) => fieldNode(to.dag, name, to.scope) as DagNode
  const values: Values = { dag: to.dag, node: {}, number: {}, field, at: {} }
  const given = matched(operator, call)
  for (const parameter of operator.parameters) {
    const argument = given.get(parameter.name)
    values.at[parameter.name] = argument?.value.at ?? call.at
    if (argument) place(values, parameter, argument, to)
    else if (parameter.fallback !== undefined) values.number[parameter.name] = parameter.fallback
    else throw expressionError(`${call.name} needs ${parameter.name}`, call.at, signatureOf(operator, call.name))
  }
  settleMinPeriods(values)
  return values
}

/** @returns the node. @throws LQ_EXPRESSION if it is a number */
export function expectCondition(node: DagNode, at: Position): DagNode {
  if (node.type === 'bool') return node
  const found = node.type === 'group' ? `the groups of ${node.name}` : 'a number'
  throw expressionError(`expected a condition, found ${found}`, at, 'compare a number, as in x != 0')
}

/** @returns the node. @throws LQ_EXPRESSION if it is a group, of which nothing can be computed */
export function expectNumber(node: DagNode, at: Position): DagNode {
  if (node.type !== 'group') return node
  const hint = `groups are for operators that take them, such as group_rank(close, ${node.name})`
  throw expressionError(`expected a number, found the groups of ${node.name}`, at, hint)
}

function matched(operator: Operator, call: CallSyntax): Map<string, ArgumentSyntax> {
  const given = new Map<string, ArgumentSyntax>()
  const hint = signatureOf(operator, call.name)
  let named = false
  for (const [i, argument] of call.args.entries()) {
    if (argument.name === null && named)
      throw expressionError('a positional argument after a named one', argument.at, hint)
    named ||= argument.name !== null
    const parameter = argument.name === null ? operator.parameters[i] : byName(operator, argument, call)
    if (!parameter) {
      const most = operator.parameters.length
      throw expressionError(
        `${call.name} takes at most ${most} arguments, found ${call.args.length}`,
        argument.at,
        hint,
      )
    }
    if (given.has(parameter.name)) throw expressionError(`${parameter.name} is given twice`, argument.at, hint)
    given.set(parameter.name, argument)
  }
  return given
}

function byName(operator: Operator, argument: ArgumentSyntax, call: CallSyntax): Parameter {
  const parameter = operator.parameters.find(({ name }) => name === argument.name)
  if (parameter) return parameter
  const names = operator.parameters.map(({ name }) => name)
  const hint = didYouMean(argument.name as string, names, signatureOf(operator, call.name))
  throw expressionError(`${call.name} has no argument ${argument.name}`, argument.at, hint)
}

function place(values: Values, parameter: Parameter, argument: ArgumentSyntax, to: Binding): void {
  const { name, kind } = parameter
  const syntax = argument.value
  if (kind === 'condition') values.node[name] = expectCondition(to.lower(syntax), syntax.at)
  else if (kind === 'value') values.node[name] = expectNumber(to.lower(syntax), syntax.at)
  else if (kind === 'series')
    values.node[name] = seriesOf(parameter, expectNumber(to.lower(syntax), syntax.at), syntax.at)
  else if (kind === 'group') values.node[name] = seriesOf(parameter, to.lower(syntax), syntax.at)
  else
    values.number[name] = inRange(parameter, roundedIf(kind, expectNumber(to.lower(syntax), syntax.at), to), syntax.at)
}

function seriesOf({ name }: Parameter, node: DagNode, at: Position): DagNode {
  if (node.grounded) return node
  throw expressionError(`${name}: expected a series, found a number`, at, 'it must depend on a field, such as close')
}

function roundedIf(kind: Parameter['kind'], node: DagNode, { scope }: Binding): number | null {
  if (kind !== 'rows' || node.value === null) return node.value
  return scope.windowRounding === 'nearest' ? Math.round(node.value) : Math.floor(node.value)
}

function inRange({ name, kind, min = 0, max = 0 }: Parameter, value: number | null, at: Position): number {
  const unit = kind === 'rows' ? ' rows' : ''
  if (value === null)
    throw expressionError(`${name}: expected a constant, found a series`, at, `write a number, ${min} … ${max}${unit}`)
  if (value >= min && value <= max) return value + 0
  const hint = name === 'n' && min === 0 && value < 0 ? 'a negative delay would look into the future' : ''
  throw expressionError(`${name}: expected ${min} … ${max}${unit}, found ${value}`, at, hint)
}

/** The whole window is written 0, however it was asked for, so that equal steps are one step. */
function settleMinPeriods({ number, at }: Values): void {
  const { n, min_periods: minPeriods } = number
  if (minPeriods === undefined) return
  if (minPeriods > n) throw expressionError(`min_periods: expected 1 … ${n} rows, found ${minPeriods}`, at.min_periods)
  if (minPeriods === n) number.min_periods = 0
}
