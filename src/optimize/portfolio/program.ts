/**
 * A convex program: minimise ½ xᵀP x + qᵀx + Σ penalty·(distance of a soft row below its lower bound), where
 * lower ≤ x ≤ upper, and row.lower ≤ Σ value·x[index] ≤ row.upper for every row without a penalty.
 */
export interface Program {
  size: number
  /** [size × size] symmetric, positive semidefinite, row-major; null: zero, a linear program */
  quadratic: Float64Array | null
  /** [size] */
  linear: Float64Array
  /** [size] −∞ where there is none */
  lower: Float64Array
  /** [size] +∞ where there is none */
  upper: Float64Array
  rows: Row[]
  /** what a user calls the bounds, where they are to blame for a conflict */
  boundNames: { lower: string; upper: string }
}

/** One linear constraint, with its coefficients that are not zero. */
export interface Row {
  /** what a user calls it */
  name: string
  /** variables, ascending */
  index: Int32Array
  value: Float64Array
  lower: number
  upper: number
  /** cost of a unit below `lower`; left out: the row must be kept */
  penalty?: number
}

/** A point, and the multipliers that prove it optimal. */
export interface Solution {
  x: Float64Array
  /** [rows] ≥ 0 pushes up from the lower bound, ≤ 0 down from the upper */
  rowDual: Float64Array
  /** [size] likewise, of the bounds of x */
  boundDual: Float64Array
  /** where each variable and row was at the end: a start for a neighbouring program */
  places: Places
  /** linear systems that were solved */
  steps: number
}

/** Of variables: −1 at the lower bound, 1 at the upper, 0 between. Of rows the same, and 2: soft and not kept. */
export interface Places {
  variables: Int8Array
  rows: Int8Array
}

/** Σ value·x[index] of a row. */
export function rowValue(row: Row, x: Float64Array): number {
  const { index, value } = row
  let sum = 0
  for (let k = 0; k < index.length; k++) sum += value[k] * x[index[k]]
  return sum
}

/** A row over all variables from 0. */
export function denseRow(value: Float64Array, row: Omit<Row, 'index' | 'value'>): Row {
  return { ...row, value, index: Int32Array.from({ length: value.length }, (_, i) => i) }
}
