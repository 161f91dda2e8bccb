import type { Table } from './evaluate.js'

/*
 * The operators of the papers, written plainly over rows of numbers and sharing nothing with the project: what the sets
 * are judged by. NaN is missing; a window with a missing value has none.
 */

/** [rows][cols] */
export type Rows = number[][]

/** A field of a table, row by row. */
export function rowsOf({ rows, cols, fields }: Table, name: string): Rows {
  return Array.from({ length: rows }, (_, t) => [...fields[name].subarray(t * cols, (t + 1) * cols)])
}

/** Applies a formula to each cell; a result that is not finite is missing, and so is one of a missing operand. */
export function cells(formula: (...values: number[]) => number, ...operands: (Rows | number)[]): Rows {
  const shape = operands.find((operand) => typeof operand !== 'number') as Rows
  return shape.map((row, t) =>
    row.map((_, n) => {
      const values = operands.map((operand) => (typeof operand === 'number' ? operand : operand[t][n]))
      return values.some(Number.isNaN) ? Number.NaN : finite(formula(...values))
    }),
  )
}

export const add = (...x: (Rows | number)[]) => cells((...values) => values.reduce((a, b) => a + b), ...x)
export const sub = (x: Rows | number, y: Rows | number) => cells((a, b) => a - b, x, y)
export const mul = (...x: (Rows | number)[]) => cells((...values) => values.reduce((a, b) => a * b), ...x)
export const div = (x: Rows | number, y: Rows | number) => cells((a, b) => a / b, x, y)
export const neg = (x: Rows) => cells((a) => -a, x)
export const abs = (x: Rows) => cells(Math.abs, x)
export const log = (x: Rows) => cells(Math.log, x)
export const sign = (x: Rows) => cells(Math.sign, x)
export const power = (x: Rows, y: Rows | number) => cells((a, b) => a ** b, x, y)
export const less = (x: Rows | number, y: Rows | number) => cells((a, b) => (a < b ? 1 : 0), x, y)
export const larger = (x: Rows, y: Rows | number) => cells(Math.max, x, y)
export const smaller = (x: Rows, y: Rows | number) => cells(Math.min, x, y)

/** The first where the condition is 1, the second where it is 0; only the one chosen need have a value. */
export function choose(condition: Rows, yes: Rows | number, no: Rows | number): Rows {
  const at = (operand: Rows | number, t: number, n: number) => (typeof operand === 'number' ? operand : operand[t][n])
  return condition.map((row, t) =>
    row.map((holds, n) => (Number.isNaN(holds) ? Number.NaN : at(holds === 1 ? yes : no, t, n))),
  )
}

/** The value of a window of n rows of one column, or of several columns side by side, oldest first. */
export function windows(n: number, value: (...columns: number[][]) => number, ...x: Rows[]): Rows {
  return x[0].map((row, t) =>
    row.map((_, column) => {
      if (t < n - 1) return Number.NaN
      const parts = x.map((rows) => rows.slice(t - n + 1, t + 1).map((line) => line[column]))
      return parts.flat().some(Number.isNaN) ? Number.NaN : finite(value(...parts))
    }),
  )
}

export const delay = (x: Rows, n: number): Rows =>
  x.map((row, t) => row.map((_, i) => (t < n ? Number.NaN : x[t - n][i])))
export const delta = (x: Rows, n: number) => sub(x, delay(x, n))
export const sum = (x: Rows, n: number) => windows(n, (v) => total(v), x)
export const mean = (x: Rows, n: number) => windows(n, (v) => average(v), x)
export const product = (x: Rows, n: number) => windows(n, (v) => v.reduce((a, b) => a * b), x)
export const tsMin = (x: Rows, n: number) => windows(n, (v) => Math.min(...v), x)
export const tsMax = (x: Rows, n: number) => windows(n, (v) => Math.max(...v), x)
export const argMax = (x: Rows, n: number) => windows(n, (v) => v.indexOf(Math.max(...v)) + 1, x)
export const argMin = (x: Rows, n: number) => windows(n, (v) => v.indexOf(Math.min(...v)) + 1, x)
export const tsRank = (x: Rows, n: number) => windows(n, (v) => rankAmong(v.at(-1) as number, v) / n, x)
export const stddev = (x: Rows, n: number) => windows(n, (v) => Math.sqrt(comoment(v, v) / (n - 1)), x)
export const correlation = (x: Rows, y: Rows, n: number) => windows(n, pearson, x, y)
export const decayLinear = (x: Rows, n: number) => {
  return windows(n, (v) => total(v.map((value, i) => value * (i + 1))) / ((n * (n + 1)) / 2), x)
}

/** Quantile q with linear interpolation between order statistics. */
export const quantile = (x: Rows, n: number, q: number) => {
  return windows(
    n,
    (v) => {
      const sorted = v.toSorted((a, b) => a - b)
      const place = q * (n - 1)
      const below = Math.floor(place)
      return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below])
    },
    x,
  )
}

/** Least squares of the window on the row numbers 1 … n: its slope, its R² and what is left at the newest row. */
export const slope = (x: Rows, n: number) => windows(n, (v) => lineOf(v).slope, x)
export const rSquare = (x: Rows, n: number) =>
  windows(
    n,
    (v) =>
      pearson(
        v,
        v.map((_, i) => i),
      ) ** 2,
    x,
  )
export const residual = (x: Rows, n: number) => windows(n, (v) => (v.at(-1) as number) - lineOf(v).end, x)

/** Across the symbols of each row that have a value. */
export function across(x: Rows, value: (own: number, all: number[], column: number) => number): Rows {
  return x.map((row) => {
    const all = row.filter((one) => !Number.isNaN(one))
    return row.map((own, column) => (Number.isNaN(own) ? Number.NaN : finite(value(own, all, column))))
  })
}

export const rank = (x: Rows) => across(x, (own, all) => rankAmong(own, all) / all.length)
export const scale = (x: Rows) => across(x, (own, all) => own / total(all.map(Math.abs)))

/** x less the mean of the symbols of the same group at that row. */
export function neutral(x: Rows, group: Rows): Rows {
  return x.map((row, t) =>
    row.map((own, n) => {
      const peers = row.filter((value, i) => !Number.isNaN(value) && group[t][i] === group[t][n])
      return Number.isNaN(own) || Number.isNaN(group[t][n]) ? Number.NaN : own - average(peers)
    }),
  )
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}

function total(values: number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

function average(values: number[]): number {
  return total(values) / values.length
}

function comoment(x: number[], y: number[]): number {
  const [mx, my] = [average(x), average(y)]
  return total(x.map((value, i) => (value - mx) * (y[i] - my)))
}

function pearson(x: number[], y: number[]): number {
  if ([x, y].some((v) => Math.max(...v) === Math.min(...v))) return Number.NaN
  return comoment(x, y) / Math.sqrt(comoment(x, x) * comoment(y, y))
}

/** Average rank of ties, from 1. */
function rankAmong(own: number, all: number[]): number {
  const below = all.filter((value) => value < own).length
  const equal = all.filter((value) => value === own).length
  return below + (equal + 1) / 2
}

function lineOf(values: number[]): { slope: number; end: number } {
  const place = values.map((_, i) => i + 1)
  const slope = comoment(place, values) / comoment(place, place)
  return { slope, end: average(values) + slope * (values.length - average(place)) }
}

/** The places at which two results differ by more than a share of the greatest value of theirs, as texts. */
export function differences(found: Float64Array, expected: Rows, share = 1e-9): string[] {
  const flat = expected.flat()
  const scaleOf = Math.max(...flat.filter((value) => !Number.isNaN(value)).map(Math.abs))
  return flat.flatMap((value, i) => {
    const same = Number.isNaN(value)
      ? Number.isNaN(found[i])
      : Math.abs(found[i] - value) <= share * Math.max(Math.abs(value), scaleOf * 1e-6)
    return same
      ? []
      : [`row ${Math.floor(i / expected[0].length)}, column ${i % expected[0].length}: ${found[i]} for ${value}`]
  })
}
