import { createHash } from 'node:crypto'
import { lowerBound } from '../panel/lower-bound.js'
import { TIMESTAMP_COLUMN } from './layout.js'

/** Bars of one partition in memory, column by column. NaN = NULL. */
export interface Rows {
  rows: number
  /** [rows] ms since epoch, UTC */
  timestamp: Float64Array
  /** [rows] of two rows of one timestamp the greater wins */
  sequence: Float64Array
  columns: Record<string, Float64Array>
}

export const EMPTY_ROWS: Rows = { rows: 0, timestamp: new Float64Array(), sequence: new Float64Array(), columns: {} }

const HASH_ROWS = 8192

/** Puts rows together; a column that one part lacks is missing there. */
export function concatRows(parts: Rows[]): Rows {
  if (parts.length === 1) return parts[0]
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const names = [...new Set(parts.flatMap((part) => Object.keys(part.columns)))]
  const join = (of: (part: Rows) => Float64Array | undefined): Float64Array => {
    const out = new Float64Array(rows)
    let at = 0
    for (const part of parts) {
      const values = of(part)
      if (values) out.set(values, at)
      else out.fill(Number.NaN, at, at + part.rows)
      at += part.rows
    }
    return out
  }
  return {
    rows,
    timestamp: join((part) => part.timestamp),
    sequence: join((part) => part.sequence),
    columns: Object.fromEntries(names.map((name) => [name, join((part) => part.columns[name])])),
  }
}

/** Sorted by timestamp, one row each: the one with the greatest sequence, of equal ones the later. */
export function sortUnique(rows: Rows): Rows {
  if (isSortedUnique(rows.timestamp)) return rows
  const { timestamp, sequence } = rows
  const order = Uint32Array.from({ length: rows.rows }, (_, i) => i)
  order.sort((a, b) => timestamp[a] - timestamp[b] || sequence[a] - sequence[b] || a - b)
  let kept = 0
  for (let i = 0; i < order.length; i++) {
    if (i + 1 < order.length && timestamp[order[i]] === timestamp[order[i + 1]]) continue
    order[kept++] = order[i]
  }
  return takeRows(rows, order.subarray(0, kept))
}

export function isSortedUnique(timestamp: Float64Array): boolean {
  for (let i = 1; i < timestamp.length; i++) if (!(timestamp[i] > timestamp[i - 1])) return false
  return true
}

/** The rows before an instant, ms. @param rows sorted */
export function rowsBefore({ timestamp, sequence, columns }: Rows, toMs: number): Rows {
  const rows = lowerBound(timestamp, toMs)
  return {
    rows,
    timestamp: timestamp.subarray(0, rows),
    sequence: sequence.subarray(0, rows),
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.subarray(0, rows)])),
  }
}

/** The rows at these indices, in this order. */
function takeRows({ timestamp, sequence, columns }: Rows, indices: Uint32Array): Rows {
  const take = (values: Float64Array): Float64Array => {
    const out = new Float64Array(indices.length)
    for (let i = 0; i < indices.length; i++) out[i] = values[indices[i]]
    return out
  }
  return {
    rows: indices.length,
    timestamp: take(timestamp),
    sequence: take(sequence),
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, take(values)])),
  }
}

/**
 * Content checksum of a partition: SHA-256 over the names of its columns, sorted, and then row by row in key order its
 * timestamp (int64, ms) and its values (float64, one NaN for every NULL), little-endian. Not of `ingest_seq`, so it
 * does not depend on how the rows came in, nor on the layout of files.
 *
 * @param rows sorted and unique
 * @returns 64 hex digits
 */
export function contentChecksum(rows: Rows): string {
  const names = Object.keys(rows.columns).sort()
  const hash = createHash('sha256').update(JSON.stringify([TIMESTAMP_COLUMN, ...names]))
  const width = names.length + 1
  const block = new Float64Array(HASH_ROWS * width)
  const times = new BigInt64Array(block.buffer)
  const columns = names.map((name) => rows.columns[name])
  for (let from = 0; from < rows.rows; from += HASH_ROWS) {
    const count = Math.min(HASH_ROWS, rows.rows - from)
    for (let i = 0; i < count; i++) times[i * width] = BigInt(rows.timestamp[from + i])
    for (let c = 0; c < columns.length; c++) {
      const values = columns[c]
      for (let i = 0, at = c + 1; i < count; i++, at += width) {
        const value = values[from + i]
        block[at] = Number.isNaN(value) ? Number.NaN : value
      }
    }
    hash.update(new Uint8Array(block.buffer, 0, count * width * 8))
  }
  return hash.digest('hex')
}

export interface MergeResult {
  /** the partition after the commit, sorted and unique */
  merged: Rows
  /** the rows that are new or other than before */
  changed: Rows
  inserted: number
  updated: number
  skipped: number
  /** rows of before that are no longer there */
  removed: number
}

export type WriteMode = 'upsert' | 'append' | 'overwrite'

/**
 * Lays incoming rows over those of a partition.
 *
 * `upsert` replaces a bar that differs, `append` keeps what is there, `overwrite` lets what does not come in go. A
 * bar is the same if every column that comes in has the same bits (all NaN are one): a file that lacks `trades` does
 * not change them.
 *
 * @param base     sorted and unique
 * @param incoming sorted and unique
 */
export function mergeRows(base: Rows, incoming: Rows, mode: WriteMode): MergeResult {
  const names = Object.keys(incoming.columns)
  const fromBase: number[] = []
  const picks: number[] = []
  const changed: number[] = []
  let updated = 0
  let b = 0
  for (let i = 0; i < incoming.rows; i++) {
    for (; b < base.rows && base.timestamp[b] < incoming.timestamp[i]; b++) if (mode !== 'overwrite') keepBase(b)
    const meets = b < base.rows && base.timestamp[b] === incoming.timestamp[i]
    if (meets && (mode === 'append' || sameBar(base, b, { other: incoming, row: i, names }))) keepBase(b)
    else {
      if (meets) updated++
      picks.push(i)
      fromBase.push(0)
      changed.push(i)
    }
    if (meets) b++
  }
  for (; b < base.rows; b++) if (mode !== 'overwrite') keepBase(b)

  function keepBase(row: number): void {
    picks.push(row)
    fromBase.push(1)
  }

  const kept = fromBase.reduce((sum, flag) => sum + flag, 0)
  const inserted = changed.length - updated
  return {
    merged: changed.length === 0 && kept === base.rows ? base : interleave(base, incoming, { picks, fromBase }),
    changed: changed.length === incoming.rows ? incoming : takeRows(incoming, Uint32Array.from(changed)),
    inserted,
    updated,
    skipped: incoming.rows - changed.length,
    removed: base.rows - kept - updated,
  }
}

/** Whether two bars have the same bits in the columns named; a column that one of them lacks is missing there. */
export function sameBar(
  base: Rows,
  row: number,
  { other, row: otherRow, names }: { other: Rows; row: number; names: string[] },
): boolean {
  for (const name of names) {
    const a = base.columns[name]?.[row] ?? Number.NaN
    if (!Object.is(a, other.columns[name][otherRow])) return false
  }
  return true
}

function interleave(base: Rows, incoming: Rows, { picks, fromBase }: { picks: number[]; fromBase: number[] }): Rows {
  if (base.rows === 0) return incoming
  const both = concatRows([base, incoming])
  return takeRows(
    both,
    Uint32Array.from(picks, (row, i) => (fromBase[i] ? row : base.rows + row)),
  )
}
