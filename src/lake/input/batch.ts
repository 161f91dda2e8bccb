import type { Column } from '../parquet.js'

/** Rows of a file as they are written in it. */
export interface InputBatch {
  rows: number
  columns: Record<string, Column>
  /** row of the batch → what is wrong with it as a whole */
  faults?: Map<number, string>
}

/** A value of a file of records. */
export type Cell = string | number | bigint | boolean | null | undefined

/** A column of mixed values: numbers if there is nothing else, else texts. */
export function toColumn(cells: Cell[]): Column {
  if (cells.every((cell) => typeof cell === 'number' || cell === null || cell === undefined)) {
    return {
      kind: 'number',
      values: Float64Array.from(cells as (number | null | undefined)[], (cell) => cell ?? Number.NaN),
    }
  }
  return { kind: 'text', values: cells.map((cell) => (cell === null || cell === undefined ? null : String(cell))) }
}

/**
 * Records with named members as a batch; a member that a record lacks is missing there. Members that are objects are
 * left out; a record that is none is a fault.
 */
export function fromRecords(records: unknown[]): InputBatch {
  const names = new Set<string>()
  const faults = new Map<number, string>()
  for (const [row, record] of records.entries()) {
    if (isRecord(record)) for (const name in record) names.add(name)
    else faults.set(row, 'not an object like the others')
  }
  const columns: [string, Column][] = []
  for (const name of names) {
    const cells = records.map((record) => (isRecord(record) ? (record[name] as Cell) : null))
    if (cells.some((cell) => typeof cell === 'object' && cell !== null)) continue
    columns.push([name, toColumn(cells)])
  }
  return { rows: records.length, columns: Object.fromEntries(columns), faults }
}

/** Records that are arrays, whose places have these names; `_` and an empty name pass a place over. */
export function fromArrays(records: unknown[], names: string[]): InputBatch {
  const faults = new Map<number, string>()
  for (const [row, record] of records.entries()) {
    if (!Array.isArray(record)) faults.set(row, 'not an array like the others')
    else if (record.length !== names.length) faults.set(row, `${record.length} values for ${names.length} columns`)
  }
  const columns = names.map((name, place): [string, Column] => [
    name,
    toColumn(records.map((record) => (Array.isArray(record) ? (scalar(record[place]) as Cell) : null))),
  ])
  return {
    rows: records.length,
    columns: Object.fromEntries(columns.filter(([name]) => name !== '_' && name !== '')),
    faults,
  }
}

const scalar = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Order of the values of a bar in an array, which all exchanges agree on. */
export const ARRAY_COLUMNS = ['timestamp', 'open', 'high', 'low', 'close', 'volume']
