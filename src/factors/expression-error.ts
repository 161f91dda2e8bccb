import { LqError } from '../errors.js'

/** A place in the text of an expression. Both count from 1; a tab is one column. */
export interface Position {
  line: number
  column: number
}

/** What is wrong with an expression and where, for programs. */
export interface ExpressionFault extends Position {
  message: string
  hint: string
}

type ExpressionError = LqError & { fault: ExpressionFault }

/** @returns an LQ_EXPRESSION error that says where, and carries the same as data (see `faultOf`) */
export function expressionError(message: string, at: Position, hint = ''): ExpressionError {
  const error = new LqError('LQ_EXPRESSION', `line ${at.line}, column ${at.column}: ${message}`, { hint })
  return Object.assign(error, { fault: { message, line: at.line, column: at.column, hint } })
}

/** @returns the fault of an error of `expressionError`, or null for any other error */
export function faultOf(error: unknown): ExpressionFault | null {
  return error instanceof LqError && 'fault' in error ? (error as ExpressionError).fault : null
}

/** An expression, its name, and where it stands: all that helps to find the fault. */
export interface Expression {
  name: string
  /** left out: the place is not shown */
  text?: string
  at?: string
}

/** @returns the same error with the expression's name in front, and its place shown; other errors as they are */
export function inExpression({ name, text, at }: Expression, error: unknown): unknown {
  const fault = faultOf(error)
  if (!fault) return error
  const where = at === undefined ? name : `${name} (${at})`
  const hint = [text === undefined ? '' : excerptOf(text, fault), fault.hint]
    .filter((part) => part !== '')
    .join('\n    ')
  const named = new LqError('LQ_EXPRESSION', `${where}: ${(error as LqError).message}`, { hint, cause: error })
  return Object.assign(named, { fault })
}

/** Characters of a line that are shown around a fault. */
const AROUND = 60

/** The line of the fault, cut around it, and below it a mark at the place. */
export function excerptOf(text: string, { line, column }: Position): string {
  const source = text.split('\n')[line - 1] ?? ''
  const from = Math.max(0, column - 1 - AROUND)
  const [before, after] = [from > 0 ? '…' : '', from + 2 * AROUND < source.length ? '…' : '']
  const shown = before + source.slice(from, from + 2 * AROUND) + after
  return `${shown}\n    ${' '.repeat(before.length + column - 1 - from)}^`
}
