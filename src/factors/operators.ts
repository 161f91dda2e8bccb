import type { CallSyntax } from './ast.js'
import { expressionError } from './expression-error.js'
import { CROSS_SECTION } from './operators/cross-section.js'
import { CONDITIONS, ELEMENTWISE } from './operators/elementwise.js'
import { GROUPS } from './operators/groups.js'
import { RECURSIVE } from './operators/recursive.js'
import type { Operator } from './operators/signature.js'
import { WINDOWS } from './operators/window.js'
import { didYouMean } from './suggest.js'

/** Every function of the language. */
export const OPERATORS: readonly Operator[] = [
  ...ELEMENTWISE,
  ...CONDITIONS,
  ...WINDOWS,
  ...RECURSIVE,
  ...CROSS_SECTION,
  ...GROUPS,
]

const NAMED = new Map<string, Operator>()
const OVERLOADED = new Map<string, Operator>()
for (const operator of OPERATORS) {
  const { overload } = operator
  if (overload) OVERLOADED.set(overload.name, operator)
  for (const name of [operator.name, ...operator.aliases]) if (name !== overload?.name) NAMED.set(name, operator)
}

/** Every name a function answers to, lower-case. */
export const FUNCTION_NAMES: readonly string[] = [...NAMED.keys()].sort()

/** @returns the operators that answer to a name, the plain one first; none for an unknown name */
export function operatorsNamed(name: string): Operator[] {
  const key = name.toLowerCase()
  return [NAMED.get(key), OVERLOADED.get(key)].filter((operator) => operator !== undefined)
}

/**
 * The operator a call means: names ignore case, and a shared name is settled by the arguments.
 *
 * @throws LQ_EXPRESSION for an unknown name, with the nearest one
 */
export function operatorOf(call: CallSyntax): Operator {
  const name = call.name.toLowerCase()
  const overloaded = OVERLOADED.get(name)
  if (overloaded?.overload?.when(call.args)) return overloaded
  const operator = NAMED.get(name)
  if (operator) return operator
  const hint = didYouMean(name, FUNCTION_NAMES, 'lq factors ls lists the functions')
  throw expressionError(`unknown function ${call.name}`, call.at, hint)
}

/** @returns how an operator is called: `mean(x, n, min_periods=…)` */
export function signatureOf(operator: Operator, name: string = operator.name): string {
  const parameters = operator.parameters.map((parameter) => {
    if (parameter.fallback === undefined) return parameter.name
    const unset = Number.isNaN(parameter.fallback) || parameter.name === 'min_periods'
    return `${parameter.name}=${unset ? '…' : parameter.fallback}`
  })
  return `${name}(${parameters.join(', ')})`
}
