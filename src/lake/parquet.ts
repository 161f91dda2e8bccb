import { LqError } from '../errors.js'
import { type ColumnKind, type Footer, type FooterColumn, invalid, PHYSICAL } from './footer.js'

/** One column of a batch. Number, bool (0 or 1) and timestamp (ms since epoch, floored) are float64, NaN = null. */
export type Column =
  | { kind: 'number' | 'timestamp' | 'bool'; values: Float64Array }
  | { kind: 'text'; values: (string | null)[] }

export interface Batch {
  rows: number
  columns: Record<string, Column>
}

export interface ParquetInfo {
  rows: number
  /** flat columns of a kind that can be read, in file order; nested, binary and time-of-day columns are left out */
  columns: { name: string; kind: ColumnKind /** a timestamp without a time zone */; naive: boolean }[]
  rowGroups: { rows: number }[]
}

export interface ReadOptions {
  /** default: all that `describe` names */
  columns?: string[]
  /** numeric columns to read if they are there */
  optional?: string[]
  /** rows with from ≤ column < to (ms, or numbers); row groups outside are not read where statistics allow */
  range?: { column: string; from: number; to: number }
  /** rows whose text column equals this */
  equals?: { column: string; text: string }
  /** what a NaN that was written as a value, unlike a NULL, is given as; default NaN */
  nan?: number
  signal?: AbortSignal
}

/**
 * Reads one Parquet file, rows in file order. Every implementation gives the same rows; batches may be cut elsewhere.
 */
export interface ParquetSource {
  readonly name: 'wasm' | 'duckdb'
  /** @throws LQ_INPUT_MISSING, LQ_INPUT_INVALID */
  describe(path: string): Promise<ParquetInfo>
  /** @throws LQ_INPUT_INVALID on a damaged file, an unknown column, or an integer that a double cannot hold */
  read(path: string, options?: ReadOptions): AsyncIterable<Batch>
}

/** Greatest number of rows in a batch and in a row group that is written. */
export const BATCH_ROWS = 122_880

/** From here on a double no longer tells neighbouring integers apart. */
const EXACT_MAX = 2 ** 53

export function describeFooter(footer: Footer): ParquetInfo {
  return {
    rows: footer.rows,
    columns: footer.columns.map(({ name, kind, naive }) => ({ name, kind, naive })),
    rowGroups: footer.groups.map(({ rows }) => ({ rows })),
  }
}

/** The columns asked for, then those that only the filters need. */
export function selectColumns(
  path: string,
  footer: Footer,
  options: ReadOptions,
): { wanted: FooterColumn[]; read: FooterColumn[] } {
  const byName = new Map(footer.columns.map((column) => [column.name, column]))
  const find = (name: string): FooterColumn => {
    const column = byName.get(name)
    if (column) return column
    const names = footer.columns.map((c) => c.name).join(', ')
    throw new LqError(
      'LQ_INPUT_INVALID',
      `${path}: expected a column ${name}, found ${names || 'none that can be read'}`,
      {
        hint: 'name a column that is there',
      },
    )
  }
  const optional = (options.optional ?? []).filter((name) => (byName.get(name)?.kind ?? 'text') !== 'text')
  const names = options.columns ?? footer.columns.map((c) => c.name)
  const wanted = [...new Set([...names, ...optional])].map(find)
  const filters = [options.range?.column, options.equals?.column].filter((name) => name !== undefined).map(find)
  if (options.range && filters[0].kind === 'text')
    throw new LqError('LQ_USAGE', `${options.range.column} is a text column, and has no range`)
  if (options.equals && filters.at(-1)?.kind !== 'text')
    throw new LqError('LQ_USAGE', `${options.equals.column} is not a text column`)
  return { wanted, read: [...new Set([...wanted, ...filters])] }
}

/** Integers of 64 bits, which a double may not be able to hold. */
export function isWide(column: FooterColumn): boolean {
  return column.kind === 'number' && column.physical === PHYSICAL.INT64 && column.detail !== 'decimal'
}

/** @throws LQ_INPUT_INVALID if an integer has no double of its own: a rounded id or count would be silently wrong */
export function assertExact(path: string, name: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] < EXACT_MAX && values[i] > -EXACT_MAX) continue
    if (!Number.isNaN(values[i]))
      throw invalid(path, `an integer of column ${name} beyond ±2^53, which float64 cannot hold`)
  }
}
