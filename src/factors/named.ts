import { LqError } from '../errors.js'
import { EXPRESSIONS_MAX, NAME_LENGTH_MAX } from './limits.js'

/** An expression with the name its result has in the output. */
export interface NamedExpression {
  name: string
  text: string
  /** the section of its file, for weights; null or left out: none */
  category?: string | null
  /** where it stands, for messages: `factors.txt, line 3` */
  at?: string
  /** what its file says about it */
  note?: string
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** Columns of the output, and a name that no object of JavaScript can have as a plain property. */
const RESERVED = ['timestamp', 'symbol', '__proto__']

/**
 * Reads `NAME=EXPR`, split at the first `=`.
 *
 * @param source where it stands, for messages
 * @throws LQ_USAGE if there is no `=`, or the name is none
 */
export function namedExpression(argument: string, source = `--expr ${argument}`): { name: string; text: string } {
  const split = argument.indexOf('=')
  const hint = "write NAME=EXPR, as in 'ma20=mean(close, 20)'"
  if (split < 0) throw new LqError('LQ_USAGE', `${source}: expected NAME=EXPR, found no =`, { hint })
  return { name: checkedName(argument.slice(0, split).trim(), source), text: argument.slice(split + 1).trim() }
}

/**
 * Checks a name alone: letters, digits and `_`, and no column of the output.
 *
 * @param source where it stands, for messages
 * @throws LQ_USAGE if it is none
 */
export function checkedName(name: string, source: string): string {
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
    // Two that differ in case alone are one column to SQL.
    if (seen.has(name.toLowerCase()))
      throw new LqError('LQ_USAGE', `the factor ${name} is given twice`, { hint: 'rename one of them' })
    seen.add(name.toLowerCase())
  }
  return expressions
}
