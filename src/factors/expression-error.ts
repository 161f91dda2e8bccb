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

/** @returns the same error with the name of the expression in front of its message; other errors as they are */
export function inExpression(name: string, error: unknown): unknown {
  const fault = faultOf(error)
  if (!fault) return error
  const named = new LqError('LQ_EXPRESSION', `${name}: ${(error as LqError).message}`, {
    hint: fault.hint,
    cause: error,
  })
  return Object.assign(named, { fault })
}
