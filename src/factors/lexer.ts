import { expressionError, type Position } from './expression-error.js'
import { EXPRESSION_LENGTH_MAX } from './limits.js'

/** One word of an expression. `text` is as written; `$name` is a `field` with the text `name`. */
export interface Token {
  kind: 'number' | 'name' | 'field' | 'symbol' | 'end'
  text: string
  at: Position
}

const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const NAME = /\$?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y
const SYMBOL = /&&|\|\||[<>=!]=|[-+*/^<>!?:(),=]/y
const BLANK = /\s*/y

const HINTS: Record<string, string> = {
  '&': 'write && or the word and',
  '|': 'write || or the word or',
  '%': 'there is no remainder operator',
  $: 'write the name of a column after $, as in $close',
  '"': 'columns are written without quotes: close or $close',
  "'": 'columns are written without quotes: close or $close',
  '[': 'windows are arguments: mean(close, 20)',
  '−': 'write the plain minus sign -',
  '×': 'write *',
  '÷': 'write /',
}

/**
 * Cuts an expression into tokens; the last one is of kind `end`.
 *
 * @throws LQ_EXPRESSION at a character that starts no token, a number out of range, or a text that is too long
 */
export function tokenize(text: string): Token[] {
  if (text.length > EXPRESSION_LENGTH_MAX) {
    const found = `expected at most ${EXPRESSION_LENGTH_MAX} characters, found ${text.length}`
    throw expressionError(found, { line: 1, column: 1 }, 'split it into several named expressions')
  }
  const tokens: Token[] = []
  const place = placer(text)
  let offset = skip(text, 0)
  while (offset < text.length) {
    const token = next(text, offset, place(offset))
    tokens.push(token)
    offset = skip(text, offset + token.text.length + (token.kind === 'field' ? 1 : 0))
  }
  tokens.push({ kind: 'end', text: '', at: place(text.length) })
  return tokens
}

function next(text: string, offset: number, at: Position): Token {
  const number = match(NUMBER, text, offset)
  if (number) return { kind: 'number', text: checkedNumber(number, match(NAME, text, offset + number.length), at), at }
  const name = match(NAME, text, offset)
  if (name.startsWith('$')) return { kind: 'field', text: name.slice(1), at }
  if (name) return { kind: 'name', text: name, at }
  const symbol = match(SYMBOL, text, offset)
  if (symbol) return { kind: 'symbol', text: symbol, at }
  const found = String.fromCodePoint(text.codePointAt(offset) as number)
  throw expressionError(`unexpected character ${JSON.stringify(found)}`, at, HINTS[found])
}

function checkedNumber(number: string, after: string, at: Position): string {
  if (after) {
    const hint = `write ${number} * ${after}, or begin the name with a letter`
    throw expressionError(`expected an operator after ${number}, found ${after}`, at, hint)
  }
  if (!Number.isFinite(Number(number))) {
    throw expressionError(`number out of range: ${number}`, at, `at most ${Number.MAX_VALUE}`)
  }
  return number
}

/** @returns what a sticky pattern matches at an offset, or an empty text */
function match(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0] ?? ''
}

function skip(text: string, offset: number): number {
  return offset + match(BLANK, text, offset).length
}

/** @returns a function from ascending offsets to positions: every character is looked at once */
function placer(text: string): (offset: number) => Position {
  let line = 1
  let lineStart = 0
  let seen = 0
  return (offset) => {
    for (; seen < offset; seen++) {
      if (text[seen] !== '\n') continue
      line++
      lineStart = seen + 1
    }
    return { line, column: offset - lineStart + 1 }
  }
}
