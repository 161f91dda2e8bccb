import type { BinaryOperator, Syntax } from '../../factors/ast.js'
import { expressionError } from '../../factors/expression-error.js'
import { parse } from '../../factors/parser.js'
import { didYouMean } from '../../factors/suggest.js'

type Params = Record<string, number>
type Value = (params: Params) => number

const OPERATORS: Record<BinaryOperator, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  and: (a, b) => Number(a !== 0 && b !== 0),
  or: (a, b) => Number(a !== 0 || b !== 0),
}

/** Functions of numbers, with how many they take at least and at most. */
const FUNCTIONS: Record<string, { of: (...values: number[]) => number; least: number; most: number }> = {
  abs: { of: Math.abs, least: 1, most: 1 },
  exp: { of: Math.exp, least: 1, most: 1 },
  log: { of: Math.log, least: 1, most: 1 },
  max: { of: Math.max, least: 2, most: 16 },
  min: { of: Math.min, least: 2, most: 16 },
  sqrt: { of: Math.sqrt, least: 1, most: 1 },
}

/**
 * Reads a constraint between parameters: an expression of the factor language over numbers and parameters alone.
 *
 * @param names of the parameters that there are
 * @returns true where the value is neither 0 nor undefined (0/0, log(−1))
 * @throws LQ_EXPRESSION with the place of what is not understood
 * @example constraint('$fast < $slow and $slow - $fast >= 10', ['fast', 'slow'])({ fast: 5, slow: 20 })   // true
 */
export function constraint(text: string, names: string[]): (params: Params) => boolean {
  const value = compiled(parse(text), names)
  return (params) => {
    const found = value(params)
    return found !== 0 && !Number.isNaN(found)
  }
}

/** True where all are. */
export function allOf(constraints: ((params: Params) => boolean)[]): (params: Params) => boolean {
  return (params) => constraints.every((allows) => allows(params))
}

function compiled(node: Syntax, names: string[]): Value {
  switch (node.kind) {
    case 'number':
      return () => node.value
    case 'name':
      if (!names.includes(node.name)) throw unknown(`no parameter ${node.name}`, node, names)
      return (params) => params[node.name]
    case 'unary': {
      const operand = compiled(node.operand, names)
      if (node.operator === 'not') return (params) => Number(operand(params) === 0)
      return node.operator === '-' ? (params) => -operand(params) : operand
    }
    case 'binary': {
      const [left, right] = [compiled(node.left, names), compiled(node.right, names)]
      const operate = OPERATORS[node.operator]
      return (params) => operate(left(params), right(params))
    }
    case 'conditional': {
      const [condition, yes, no] = [node.condition, node.yes, node.no].map((part) => compiled(part, names))
      return (params) => (condition(params) !== 0 ? yes(params) : no(params))
    }
    case 'call':
      return called(node, names)
  }
}

function called(node: Extract<Syntax, { kind: 'call' }>, names: string[]): Value {
  const name = node.name.toLowerCase()
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (!found) throw unknown(`no function ${node.name} of numbers`, node, Object.keys(FUNCTIONS))
  const { of, least, most } = found
  if (node.args.length < least || node.args.length > most) {
    const expected = least === most ? `${least}` : `${least} … ${most}`
    throw expressionError(`expected ${expected} arguments of ${name}, found ${node.args.length}`, node.at)
  }
  const args = node.args.map(({ value }) => compiled(value, names))
  return (params) => of(...args.map((argument) => argument(params)))
}

function unknown(message: string, { at, name }: { at: Syntax['at']; name: string }, known: string[]): Error {
  return expressionError(message, at, didYouMean(name, known, `there are: ${known.join(', ')}`))
}
