import { LqError } from '../errors.js'
import { hashFile } from './disk.js'
import type { InputBatch } from './input/batch.js'
import { findKeys } from './input/columns.js'
import { openInput } from './input/input.js'
import { openTimeColumn, type TimeColumn } from './input/time-column.js'
import { ofJoined } from './joined-file.js'
import { symbolName } from './layout.js'
import type { Column, ParquetSource } from './parquet.js'
import { type JoinedColumn, joinedColumn } from './with-column.js'

/** Which file is joined, and by which of its columns. */
export interface WithRequest {
  path: string
  /** column of the time at which a row became known; left out, the usual names decide */
  timeColumn?: string
}

/** Rows of one symbol, or of all, sorted by time; of the rows of one time the last of the file. */
export interface JoinedRows {
  /** [rows] ms */
  timestamp: Float64Array
  /** column → [rows]; numbers, or codes of groups */
  columns: Record<string, Float64Array>
}

/** A file of facts that are joined to bars as of the time at which they became known. */
export interface WithFile {
  path: string
  timeColumn: string
  /** SHA-256 of its bytes */
  checksum: string
  rows: number
  /** rows without a time that can be read, or without a symbol: they are joined to nothing */
  passedOver: number
  /** the other columns, sorted, by the names they have in expressions */
  columns: Pick<JoinedColumn, 'name' | 'source' | 'kind'>[]
  /** @returns the rows of a symbol, however it is spelled, or of all where the file has none; null if there are none */
  rowsOf(symbol: string): JoinedRows | null
}

/**
 * Reads a file of facts: Parquet, CSV or any other format that bars come in, sorted in any way. Texts that are no
 * numbers become codes of groups, in the order of the texts.
 *
 * @throws LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_USAGE; LQ_MEMORY if it does not fit into the budget
 */
export async function readWithFile(
  { path, timeColumn }: WithRequest,
  { source, budgetBytes, signal }: { source: ParquetSource; budgetBytes: number; signal?: AbortSignal },
): Promise<WithFile> {
  const input = await openInput(path, { source, signal })
  const table: Table = { names: [], parts: [], times: [], symbols: [], passedOver: 0 }
  let keys: Keys | undefined
  let bytes = 0
  for await (const batch of input.batches()) {
    keys ??= openKeys(path, batch, { zoned: input.zoned, timeColumn })
    bytes += batch.rows * CELL_BYTES * Object.keys(batch.columns).length
    if (bytes > budgetBytes) throw tooLarge(path, budgetBytes)
    take(table, batch, keys)
  }
  if (!keys) throw new LqError('LQ_INPUT_INVALID', `${path}: expected rows to join, found none`)
  const typed = input.format === 'parquet'
  const columns = table.names.toSorted().map((name) => joinedColumn(path, name, { parts: table.parts, typed }))
  const named = columns.filter((column) => column !== null)
  assertDistinct(path, named)
  return {
    path,
    timeColumn: keys.time.join(','),
    checksum: await hashFile(path),
    rows: table.times.length,
    passedOver: table.passedOver,
    columns: named.map(({ name, source: of, kind }) => ({ name, source: of, kind })),
    rowsOf: rowsBySymbol(table, named, keys.symbol !== null),
  }
}

/** Doubles, or references to texts that are mostly the same few. */
const CELL_BYTES = 16

const HINT = '--with FILE:COLUMN names the column of times; times are ISO 8601, or numbers since 1970'

interface Keys {
  time: string[]
  symbol: string | null
  clock: TimeColumn
}

/** What has been read: batches as they are, and of each row its time (NaN: passed over) and its symbol. */
interface Table {
  names: string[]
  parts: InputBatch[]
  times: number[]
  symbols: string[]
  passedOver: number
}

function openKeys(
  path: string,
  batch: InputBatch,
  { zoned, timeColumn }: { zoned: ReadonlySet<string>; timeColumn?: string },
): Keys {
  return ofJoined(HINT, () => {
    const { time, symbol } = findKeys(path, Object.keys(batch.columns), { time: timeColumn })
    return { time, symbol, clock: openTimeColumn(path, batch, { names: time, zoned, dated: false, options: {} }) }
  })
}

function take(table: Table, batch: InputBatch, { time, symbol, clock }: Keys): void {
  table.parts.push(batch)
  const keys = [...time, symbol]
  for (const name of Object.keys(batch.columns))
    if (!keys.includes(name) && !table.names.includes(name)) table.names.push(name)
  const symbols = symbol === null ? undefined : batch.columns[symbol]
  for (let row = 0; row < batch.rows; row++) {
    const ms = batch.faults?.has(row) ? Number.NaN : clock.read(batch, row)
    const of = symbol === null ? '' : symbolAt(symbols, row)
    const known = typeof ms === 'number' && !Number.isNaN(ms) && (symbol === null || of !== '')
    if (!known) table.passedOver++
    table.times.push(known ? ms : Number.NaN)
    table.symbols.push(of)
  }
}

function symbolAt(column: Column | undefined, row: number): string {
  const value = column?.values[row]
  return value === null || value === undefined || Number.isNaN(value) ? '' : symbolName(String(value).trim())
}

/** Rows are sorted symbol by symbol, when they are asked for. */
function rowsBySymbol(table: Table, columns: JoinedColumn[], hasSymbols: boolean): WithFile['rowsOf'] {
  const indices = new Map<string, number[]>()
  for (const [row, of] of table.symbols.entries()) {
    if (Number.isNaN(table.times[row])) continue
    const own = indices.get(of)
    if (own) own.push(row)
    else indices.set(of, [row])
  }
  return (symbol) => {
    const own = indices.get(hasSymbols ? symbolName(symbol) : '')
    if (!own) return null
    const order = lastOfEach(own, table.times)
    const pick = (of: ArrayLike<number>) => Float64Array.from(order, (row) => of[row])
    return {
      timestamp: pick(table.times),
      columns: Object.fromEntries(columns.map(({ name, values }) => [name, pick(values)])),
    }
  }
}

/** Rows in the order of their times; of those of one time the last. */
function lastOfEach(rows: number[], times: number[]): number[] {
  const order = rows.toSorted((a, b) => times[a] - times[b] || a - b)
  return order.filter((row, i) => i + 1 === order.length || times[order[i + 1]] !== times[row])
}

function assertDistinct(path: string, columns: JoinedColumn[]): void {
  const seen = new Map<string, string>()
  for (const { name, source } of columns) {
    const other = seen.get(name)
    seen.set(name, source)
    if (other === undefined) continue
    const found = `${JSON.stringify(other)} and ${JSON.stringify(source)} are both ${name}`
    throw new LqError('LQ_INPUT_INVALID', `${path}: expected columns of different names, found that ${found}`, {
      hint: 'rename one of them in the file',
    })
  }
}

function tooLarge(path: string, budgetBytes: number): LqError {
  const found = `${path}: its rows do not fit into ${Math.floor(budgetBytes / 2 ** 20)} MiB`
  return new LqError('LQ_MEMORY', found, { hint: 'keep only the columns that are used, or raise LQ_MEMORY_LIMIT_MB' })
}
