import { LqError } from '../errors.js'
import { EXPRESSIONS_MAX, NAME_LENGTH_MAX } from './limits.js'

/** An expression with the name its result has in the output. */
export interface NamedExpression {
  name: string
  text: string
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** Columns of the output, and a name that no object of JavaScript can have as a plain property. */
const RESERVED = ['timestamp', 'symbol', '__proto__']

/**
 * Reads `NAME=EXPR` of the command line, split at the first `=`.
 *
 * @throws LQ_USAGE if there is no `=`, or the name is none
 */
export function namedExpression(argument: string): NamedExpression {
  return entry(argument, `--expr ${argument}`)
}

/**
 * Reads a file of named expressions: `name = expression` on a line each, empty lines and what follows a `#` left out;
 * or one JSON object, name → expression.
 *
 * @param source name of the file, for messages
 * @throws LQ_USAGE naming the line that is no named expression
 */
export function expressionFile(text: string, source: string): NamedExpression[] {
  if (text.trimStart().startsWith('{')) return jsonObject(text, source)
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.flatMap((line, i) => {
    const content = line.replace(/#.*/, '').trim()
    return content === '' ? [] : [entry(content, `${source}, line ${i + 1}`)]
  })
}

/**
 * Checks the names of all expressions of a run together.
 *
 * @throws LQ_USAGE for none, too many, a name given twice, or a name that is a column of the output
 */
export function checkedNames(expressions: NamedExpression[]): NamedExpression[] {
  const hint = "such as --expr 'ma20=mean(close, 20)'"
  if (expressions.length === 0) throw new LqError('LQ_USAGE', 'expected at least one factor, found none', { hint })
  if (expressions.length > EXPRESSIONS_MAX) {
    throw new LqError('LQ_USAGE', `expected at most ${EXPRESSIONS_MAX} factors, found ${expressions.length}`)
  }
  const seen = new Set<string>()
  for (const { name } of expressions) {
    if (seen.has(name))
      throw new LqError('LQ_USAGE', `the factor ${name} is given twice`, { hint: 'rename one of them' })
    seen.add(name)
  }
  return expressions
}

function entry(text: string, source: string): NamedExpression {
  const split = text.indexOf('=')
  const hint = "write NAME=EXPR, as in 'ma20=mean(close, 20)'"
  if (split < 0) throw new LqError('LQ_USAGE', `${source}: expected NAME=EXPR, found no =`, { hint })
  return { name: checkedName(text.slice(0, split).trim(), source), text: text.slice(split + 1).trim() }
}

function checkedName(name: string, source: string): string {
  const found = `${source}: expected a name of letters, digits and _, found ${JSON.stringify(name)}`
  if (!NAME.test(name) || name.length > NAME_LENGTH_MAX) {
    throw new LqError('LQ_USAGE', found, { hint: `at most ${NAME_LENGTH_MAX} characters, the first one no digit` })
  }
  if (RESERVED.includes(name.toLowerCase())) {
    throw new LqError('LQ_USAGE', `${source}: ${name} is a name of the output's own`, {
      hint: 'choose another name',
    })
  }
  return name
}

function jsonObject(text: string, source: string): NamedExpression[] {
  let entries: [string, unknown][]
  try {
    entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
  } catch (cause) {
    const hint = 'write { "ma20": "mean(close, 20)" }, or lines of name = expression'
    throw new LqError('LQ_USAGE', `${source}: expected a JSON object of name and expression`, { hint, cause })
  }
  return entries.map(([name, value]) => {
    if (typeof value === 'string') return { name: checkedName(name, source), text: value }
    throw new LqError('LQ_USAGE', `${source}: expected a text as the expression of ${name}, found ${typeof value}`)
  })
}
