import type { ArgumentSyntax, BinaryOperator, Syntax } from './ast.js'
import { expressionError, type Position } from './expression-error.js'
import { type Token, tokenize } from './lexer.js'
import { EXPRESSION_DEPTH_MAX, EXPRESSION_NODES_MAX } from './limits.js'

/** How tightly an operator binds, loosest first. The exponent's own operand may carry a sign: 2 ^ -x. */
const BINDS = { conditional: 1, or: 2, and: 3, not: 4, comparison: 5, sum: 6, product: 7, sign: 8, power: 9 } as const

const BINARY = new Map<string, { operator: BinaryOperator; binds: number }>([
  ['||', { operator: 'or', binds: BINDS.or }],
  ['or', { operator: 'or', binds: BINDS.or }],
  ['&&', { operator: 'and', binds: BINDS.and }],
  ['and', { operator: 'and', binds: BINDS.and }],
  ['<', { operator: '<', binds: BINDS.comparison }],
  ['<=', { operator: '<=', binds: BINDS.comparison }],
  ['>', { operator: '>', binds: BINDS.comparison }],
  ['>=', { operator: '>=', binds: BINDS.comparison }],
  ['==', { operator: '==', binds: BINDS.comparison }],
  ['!=', { operator: '!=', binds: BINDS.comparison }],
  ['+', { operator: '+', binds: BINDS.sum }],
  ['-', { operator: '-', binds: BINDS.sum }],
  ['*', { operator: '*', binds: BINDS.product }],
  ['/', { operator: '/', binds: BINDS.product }],
  ['^', { operator: '^', binds: BINDS.power }],
])

const KEYWORDS = ['and', 'or', 'not']

/** What is being parsed: the tokens, the one that is next, and how much of the limits is used. */
interface Reader {
  tokens: Token[]
  next: number
  nodes: number
  depth: number
}

/**
 * Parses an expression (Pratt): numbers, names, `+ - * / ^` (`^` tightest, right to left), comparisons, `and or not`
 * (= `&& || !`), `c ? x : y`, calls with positional and named arguments.
 *
 * @throws LQ_EXPRESSION where the text is no expression, or is larger than the limits of `limits.ts`
 * @example parse('rank(close) - 0.5').kind   // 'binary'
 */
export function parse(text: string): Syntax {
  const reader: Reader = { tokens: tokenize(text), next: 0, nodes: 0, depth: 0 }
  if (peek(reader).kind === 'end')
    throw expressionError('expected an expression, found nothing', peek(reader).at, 'such as rank(close)')
  const tree = expression(reader, BINDS.conditional)
  const rest = peek(reader)
  if (rest.kind !== 'end') throw expressionError(`expected an operator, found ${shown(rest)}`, rest.at, hintAfter(rest))
  return tree
}

/** Parses operators that bind at least as tightly as `binds`. */
function expression(reader: Reader, binds: number): Syntax {
  descend(reader, peek(reader).at)
  let left = prefix(reader)
  for (;;) {
    const token = peek(reader)
    const key = token.kind === 'name' ? token.text.toLowerCase() : token.text
    if (key === '?' && token.kind === 'symbol' && binds <= BINDS.conditional) {
      left = conditional(reader, left)
      continue
    }
    const found = token.kind === 'symbol' || token.kind === 'name' ? BINARY.get(key) : undefined
    if (!found || found.binds < binds) break
    left = binary(reader, left, found)
  }
  reader.depth--
  return left
}

function prefix(reader: Reader): Syntax {
  const token = take(reader)
  if (token.kind === 'number') {
    return grown(reader, {
      kind: 'number',
      value: Number(token.text),
      integer: /^\d+$/.test(token.text),
      at: token.at,
      height: 1,
    })
  }
  if (token.kind === 'field')
    return grown(reader, { kind: 'name', name: token.text, dollar: true, at: token.at, height: 1 })
  if (token.kind === 'name') return word(reader, token)
  if (token.text === '-' || token.text === '+') return unary(reader, token.text, token.at, BINDS.sign)
  if (token.text === '!') return unary(reader, 'not', token.at, BINDS.not)
  if (token.text === '(' && token.kind === 'symbol') {
    const inner = expression(reader, BINDS.conditional)
    expect(reader, ')', token)
    return inner
  }
  throw expressionError(
    `expected a value, found ${shown(token)}`,
    token.at,
    'a value is a number, a field, a call or (…)',
  )
}

/** A name, a call, or a word that is an operator: `And(a, b)` is a call, `a and b` is not. */
function word(reader: Reader, token: Token): Syntax {
  const name = token.text.toLowerCase()
  if (name === 'not') return unary(reader, 'not', token.at, BINDS.not)
  if (isSymbol(peek(reader), '(')) return call(reader, token)
  if (KEYWORDS.includes(name)) {
    throw expressionError(
      `expected a value, found ${shown(token)}`,
      token.at,
      `a field of that name is written $${token.text}`,
    )
  }
  return grown(reader, { kind: 'name', name: token.text, dollar: false, at: token.at, height: 1 })
}

function unary(reader: Reader, operator: '-' | '+' | 'not', at: Position, binds: number): Syntax {
  const operand = expression(reader, binds)
  return grown(reader, { kind: 'unary', operator, operand, at, height: operand.height + 1 })
}

function binary(
  reader: Reader,
  left: Syntax,
  { operator, binds }: { operator: BinaryOperator; binds: number },
): Syntax {
  const { at } = take(reader)
  const right = expression(reader, operator === '^' ? BINDS.sign : binds + 1)
  const next = peek(reader)
  if (binds === BINDS.comparison && next.kind === 'symbol' && BINARY.get(next.text)?.binds === binds) {
    throw expressionError('a comparison cannot follow another', next.at, 'write a < b and b < c')
  }
  return grown(reader, { kind: 'binary', operator, left, right, at, height: Math.max(left.height, right.height) + 1 })
}

function conditional(reader: Reader, condition: Syntax): Syntax {
  const question = take(reader)
  const yes = expression(reader, BINDS.conditional)
  expect(reader, ':', question)
  const no = expression(reader, BINDS.conditional)
  const height = Math.max(condition.height, yes.height, no.height) + 1
  return grown(reader, { kind: 'conditional', condition, yes, no, at: question.at, height })
}

function call(reader: Reader, name: Token): Syntax {
  const open = take(reader)
  const args: ArgumentSyntax[] = []
  if (!isSymbol(peek(reader), ')')) {
    do args.push(argument(reader))
    while (accept(reader, ','))
  }
  expect(reader, ')', open)
  const height = Math.max(0, ...args.map((argument) => argument.value.height)) + 1
  return grown(reader, { kind: 'call', name: name.text, args, at: name.at, height })
}

function argument(reader: Reader): ArgumentSyntax {
  const token = peek(reader)
  const named = token.kind === 'name' && isSymbol(reader.tokens[reader.next + 1], '=')
  if (named) reader.next += 2
  return { name: named ? token.text.toLowerCase() : null, value: expression(reader, BINDS.conditional), at: token.at }
}

/** Counts a node against the limits. */
function grown(reader: Reader, node: Syntax): Syntax {
  if (++reader.nodes > EXPRESSION_NODES_MAX) {
    throw expressionError(
      `expected at most ${EXPRESSION_NODES_MAX} terms`,
      node.at,
      'split it into several named expressions',
    )
  }
  if (node.height > EXPRESSION_DEPTH_MAX) throw tooDeep(node.at)
  return node
}

/** Counts the recursion, which grows before any node is made. */
function descend(reader: Reader, at: Position): void {
  if (++reader.depth > EXPRESSION_DEPTH_MAX) throw tooDeep(at)
}

function tooDeep(at: Position): Error {
  return expressionError(
    `nested deeper than ${EXPRESSION_DEPTH_MAX} levels`,
    at,
    'split it into several named expressions',
  )
}

function peek(reader: Reader): Token {
  return reader.tokens[reader.next]
}

/** @returns the next token, which is then behind us; the last one, `end`, stays */
function take(reader: Reader): Token {
  const token = peek(reader)
  if (token.kind !== 'end') reader.next++
  return token
}

function accept(reader: Reader, symbol: string): boolean {
  if (!isSymbol(peek(reader), symbol)) return false
  reader.next++
  return true
}

function expect(reader: Reader, symbol: string, opened: Token): void {
  if (accept(reader, symbol)) return
  const token = peek(reader)
  const hint = `it belongs to the ${opened.text} at line ${opened.at.line}, column ${opened.at.column}`
  const better = isSymbol(token, '=') ? 'write == to compare' : hint
  throw expressionError(`expected ${symbol}, found ${shown(token)}`, token.at, better)
}

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text
}

function shown(token: Token): string {
  if (token.kind === 'end') return 'the end of the text'
  return token.kind === 'field' ? `$${token.text}` : token.text
}

function hintAfter(token: Token): string {
  if (isSymbol(token, '=')) return 'write == to compare; --expr NAME=EXPR is split at the first ='
  if (isSymbol(token, ')')) return 'there is no ( for it'
  return 'write an operator such as * between two values'
}
