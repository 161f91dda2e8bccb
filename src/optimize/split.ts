import type { Syntax } from '../factors/ast.js'
import { operatorOf } from '../factors/operators.js'
import { parse } from '../factors/parser.js'

/**
 * A part of a strategy that many trials share: computed once for all those that give its parameters the same values.
 */
export interface Operand {
  syntax: Syntax
  /** the parameters it has, sorted */
  parameters: string[]
}

/** Expressions cut in two: operands, and what is left for each trial to compute of them, element by element. */
export interface Split {
  operands: Operand[]
  /** in the order of the expressions; `operandName(i)` stands for operand i */
  rest: Syntax[]
}

/** @returns the name that stands for an operand; no column has it */
export const operandName = (index: number): string => `#${index}`

/**
 * Cuts expressions where parameters meet: what has at most one of them is an operand, and so is what cannot be cut,
 * such as a window of a window. `mean(close, $fast) > mean(close, $slow)` has two operands, and one comparison is left.
 *
 * @param parameters names
 * @throws LQ_EXPRESSION where an expression cannot be parsed, or calls an unknown function
 */
export function split(texts: readonly string[], parameters: ReadonlySet<string>): Split {
  const operands: Operand[] = []
  const places = new Map<string, number>()
  const operand = (syntax: Syntax, names: string[]): Syntax => {
    const key = JSON.stringify(syntax, (field, value) => (field === 'at' ? undefined : value))
    const index = places.get(key) ?? operands.push({ syntax, parameters: names }) - 1
    places.set(key, index)
    const name: Syntax = { kind: 'name', name: operandName(index), dollar: false, at: syntax.at, height: 1 }
    return isCondition(syntax) ? isTrue(name) : name
  }
  const cut = (syntax: Syntax): Syntax => {
    if (syntax.kind === 'number') return syntax
    const names = parametersOf(syntax, parameters)
    if (names.length < 2 || !canCut(syntax, parameters)) return operand(syntax, names)
    return withChildren(syntax, cut)
  }
  const rest = texts.map((text) => cut(parse(text)))
  return { operands, rest }
}

/** A condition arrives as the number 1 or 0, or missing. */
function isTrue(name: Syntax): Syntax {
  const zero: Syntax = { kind: 'number', value: 0, integer: true, at: name.at, height: 1 }
  return { kind: 'binary', operator: '!=', left: name, right: zero, at: name.at, height: 2 }
}

const COMPARISONS = new Set(['<', '<=', '>', '>=', '==', '!=', 'and', 'or'])

function isCondition(syntax: Syntax): boolean {
  if (syntax.kind === 'binary') return COMPARISONS.has(syntax.operator)
  if (syntax.kind === 'unary') return syntax.operator === 'not'
  return syntax.kind === 'call' && operatorOf(syntax).group === 'condition'
}

/** An exponent that is a constant has a meaning of its own: a power by a parameter stays whole. */
function canCut(syntax: Syntax, parameters: ReadonlySet<string>): boolean {
  if (syntax.kind === 'binary') return syntax.operator !== '^' || parametersOf(syntax.right, parameters).length === 0
  if (syntax.kind !== 'call') return syntax.kind !== 'name'
  const { group, parameters: due } = operatorOf(syntax)
  const takesAll = due.every(({ kind }) => kind === 'value' || kind === 'condition')
  return (
    (group === 'elementwise' || group === 'condition') && takesAll && !/^(signed_?power|pow(er)?)$/i.test(syntax.name)
  )
}

function parametersOf(syntax: Syntax, parameters: ReadonlySet<string>): string[] {
  const found = new Set<string>()
  const visit = (node: Syntax): void => {
    if (node.kind === 'name' && node.dollar && parameters.has(node.name)) found.add(node.name)
    for (const child of childrenOf(node)) visit(child)
  }
  visit(syntax)
  return [...found].sort()
}

function childrenOf(syntax: Syntax): Syntax[] {
  switch (syntax.kind) {
    case 'unary':
      return [syntax.operand]
    case 'binary':
      return [syntax.left, syntax.right]
    case 'conditional':
      return [syntax.condition, syntax.yes, syntax.no]
    case 'call':
      return syntax.args.map(({ value }) => value)
    default:
      return []
  }
}

function withChildren(syntax: Syntax, change: (child: Syntax) => Syntax): Syntax {
  switch (syntax.kind) {
    case 'unary':
      return { ...syntax, operand: change(syntax.operand) }
    case 'binary':
      return { ...syntax, left: change(syntax.left), right: change(syntax.right) }
    case 'conditional':
      return { ...syntax, condition: change(syntax.condition), yes: change(syntax.yes), no: change(syntax.no) }
    case 'call':
      return { ...syntax, args: syntax.args.map((argument) => ({ ...argument, value: change(argument.value) })) }
    default:
      return syntax
  }
}
