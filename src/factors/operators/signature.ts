import type { Syntax } from '../ast.js'
import type { Position } from '../expression-error.js'
import { WINDOW_MAX } from '../limits.js'
import type { Dag, DagNode } from '../node.js'

/** What an argument may be. */
export type ParameterKind =
  /** a number at every cell: a series, a condition (1 or 0) or a constant */
  | 'value'
  /** the same, but it must depend on a field */
  | 'series'
  /** true or false at every cell */
  | 'condition'
  /** what group each cell is in: a column of groups, or a series whose equal numbers are one group */
  | 'group'
  /** a constant number of rows; fractions are rounded down */
  | 'rows'
  /** a constant number */
  | 'constant'

/** One parameter of an operator; it may be given by position or by name. */
export interface Parameter {
  name: string
  kind: ParameterKind
  /** of `rows` and `constant` */
  min?: number
  max?: number
  /** of `rows` and `constant`: what holds where the argument is left out; without it the argument is due */
  fallback?: number
}

/** The checked arguments of one call. */
export interface Values {
  dag: Dag
  /** of the kinds `value`, `series`, `condition` and `group` */
  node: Record<string, DagNode>
  /** of the kinds `rows` and `constant` */
  number: Record<string, number>
  /** a field of the bars, derived ones included */
  field: (name: string) => DagNode
  /** where each argument stands; those left out stand at the call */
  at: Record<string, Position>
}

/** One function of the language: names, parameters, and what it means in kernels. */
export interface Operator {
  /** two operators may share a name where one of them says in `overload` which calls are its own */
  name: string
  aliases: string[]
  group: 'elementwise' | 'condition' | 'window' | 'recursive' | 'cross-section' | 'groups'
  parameters: Parameter[]
  summary: string
  /** a name that this operator shares with another one, and the calls of that name that are meant for this one */
  overload?: { name: string; when: (args: { name: string | null; value: Syntax }[]) => boolean; rule: string }
  lower: (values: Values) => DagNode
}

/** A number at every cell. */
export const value = (name: string): Parameter => ({ name, kind: 'value' })

/** A number at every cell that depends on a field. */
export const series = (name: string): Parameter => ({ name, kind: 'series' })

/** The group each cell is in. */
export const group = (name: string): Parameter => ({ name, kind: 'group' })

/** True or false at every cell. */
export const condition = (name: string): Parameter => ({ name, kind: 'condition' })

/** Rows of a window or a delay. */
export const rows = (name: string, bounds: { min: number; fallback?: number }): Parameter => {
  return { name, kind: 'rows', max: WINDOW_MAX, ...bounds }
}

/** A constant. */
export const constant = (name: string, bounds: { min: number; max: number; fallback?: number }): Parameter => {
  return { name, kind: 'constant', ...bounds }
}

/** The named argument of every window operator; 0 stands for the whole window. */
export const MIN_PERIODS: Parameter = { name: 'min_periods', kind: 'rows', min: 1, max: WINDOW_MAX, fallback: 0 }
