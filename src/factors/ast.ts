import type { Position } from './expression-error.js'

/** The syntax tree of an expression, as written: nothing is resolved yet. `height` is the tree's: 1 for a leaf. */
export type Syntax = NumberSyntax | NameSyntax | UnarySyntax | BinarySyntax | ConditionalSyntax | CallSyntax

interface Place {
  at: Position
  height: number
}

export interface NumberSyntax extends Place {
  kind: 'number'
  value: number
  /** written with digits alone: `max(x, 5)` is a window, `max(x, 5.0)` is not */
  integer: boolean
}

export interface NameSyntax extends Place {
  kind: 'name'
  name: string
  /** written as `$name`: a field, else a parameter */
  dollar: boolean
}

export interface UnarySyntax extends Place {
  kind: 'unary'
  operator: '-' | '+' | 'not'
  operand: Syntax
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '<' | '<=' | '>' | '>=' | '==' | '!=' | 'and' | 'or'

export interface BinarySyntax extends Place {
  kind: 'binary'
  operator: BinaryOperator
  left: Syntax
  right: Syntax
}

export interface ConditionalSyntax extends Place {
  kind: 'conditional'
  condition: Syntax
  yes: Syntax
  no: Syntax
}

export interface CallSyntax extends Place {
  kind: 'call'
  /** as written; functions ignore case */
  name: string
  args: ArgumentSyntax[]
}

export interface ArgumentSyntax {
  /** of `name=value`, lower-case; null for a positional argument */
  name: string | null
  value: Syntax
  at: Position
}
