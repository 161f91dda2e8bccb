import { chunkStatistics, type Footer, type FooterColumn, type FooterGroup, PHYSICAL } from './footer.js'
import type { Batch, Column, ReadOptions } from './parquet.js'

const MS_PER_DAY = 86_400_000

/** Whether the statistics of a row group show that no row of it passes the filters. */
export function excludes(group: FooterGroup, footer: Footer, { range, equals }: ReadOptions): boolean {
  if (range && outside(group, columnOf(footer, range.column), range)) return true
  return equals !== undefined && lacks(group, columnOf(footer, equals.column), equals.text)
}

/** The rows of a batch that pass the filters; the batch itself if all do. */
export function filterBatch(batch: Batch, { range, equals }: ReadOptions): Batch {
  const tests: ((row: number) => boolean)[] = []
  if (range) {
    const values = batch.columns[range.column].values as Float64Array
    tests.push((row) => values[row] >= range.from && values[row] < range.to)
  }
  if (equals) {
    const values = batch.columns[equals.column].values as string[]
    tests.push((row) => values[row] === equals.text)
  }
  if (tests.length === 0) return batch
  const kept: number[] = []
  for (let row = 0; row < batch.rows; row++) if (tests.every((test) => test(row))) kept.push(row)
  if (kept.length === batch.rows) return batch
  const columns = Object.entries(batch.columns).map(([name, column]) => [name, pick(column, kept)])
  return { rows: kept.length, columns: Object.fromEntries(columns) }
}

function pick(column: Column, rows: number[]): Column {
  if (column.kind === 'text') return { kind: 'text', values: rows.map((row) => column.values[row]) }
  const values = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]]
  return { kind: column.kind, values }
}

function columnOf(footer: Footer, name: string): FooterColumn {
  return footer.columns.find((column) => column.name === name)!
}

function outside(group: FooterGroup, column: FooterColumn, range: { from: number; to: number }): boolean {
  const statistics = chunkStatistics(group.chunks[column.leaf])
  if (!statistics) return false
  const min = decode(statistics.min, column)
  const max = decode(statistics.max, column)
  // A statistic that is NaN or of an unknown encoding compares false, and excludes nothing.
  return max < range.from || min >= range.to
}

/** A plain-encoded statistic in the unit of the column's values; NaN where it is not understood. */
function decode(bytes: Uint8Array, { physical, detail }: FooterColumn): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (detail === 'decimal' || detail === 'unsigned') return Number.NaN
  if (physical === PHYSICAL.DOUBLE && bytes.length === 8) return view.getFloat64(0, true)
  if (physical === PHYSICAL.FLOAT && bytes.length === 4) return view.getFloat32(0, true)
  if (physical === PHYSICAL.INT32 && bytes.length === 4)
    return view.getInt32(0, true) * (detail === 'date' ? MS_PER_DAY : 1)
  if (physical !== PHYSICAL.INT64 || bytes.length !== 8) return Number.NaN
  const divisor = { us: 1000n, ns: 1_000_000n }[detail as string] ?? 1n
  return Number(floorDivide(view.getBigInt64(0, true), divisor))
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return value % divisor < 0n ? quotient - 1n : quotient
}

/** Texts are ordered by their UTF-8 bytes. */
function lacks(group: FooterGroup, column: FooterColumn, text: string): boolean {
  const statistics = chunkStatistics(group.chunks[column.leaf])
  if (!statistics) return false
  const bytes = Buffer.from(text)
  return Buffer.compare(bytes, statistics.min) < 0 || Buffer.compare(bytes, statistics.max) > 0
}
