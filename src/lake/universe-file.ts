import { LqError } from '../errors.js'
import type { Stretch } from '../panel/as-of.js'
import { hashFile } from './disk.js'
import type { InputBatch } from './input/batch.js'
import { findColumn, findSymbol } from './input/columns.js'
import { openInput } from './input/input.js'
import { openTimeColumn } from './input/time-column.js'
import { ofJoined } from './joined-file.js'
import { symbolName } from './layout.js'
import type { ParquetSource } from './parquet.js'

const HINT = 'rows are symbol,start,end, times ISO 8601; the end is exclusive, and empty while it is open'

/** Which symbols belong to a universe, and when. */
export interface Universe {
  path: string
  /** SHA-256 of the file's bytes */
  checksum: string
  /** @returns the spans of a symbol, however it is spelled; none if it never belongs */
  spansOf(symbol: string): Stretch[]
}

/**
 * Reads a universe: rows of symbol, start (inclusive) and end (exclusive); an empty start or end is an open one, and a
 * symbol may have several rows.
 *
 * @throws LQ_INPUT_MISSING; LQ_INPUT_INVALID for a row without a symbol, a time that cannot be read, or a start that is
 *   not before its end
 */
export async function readUniverse(
  path: string,
  { source, signal }: { source: ParquetSource; signal?: AbortSignal },
): Promise<Universe> {
  const input = await openInput(path, { source, signal })
  const spans = new Map<string, Stretch[]>()
  let read: RowReader | undefined
  let row = 0
  for await (const batch of input.batches()) {
    read ??= ofJoined(HINT, () => rowReader(path, batch, input.zoned))
    for (let i = 0; i < batch.rows; i++) {
      row++
      const { symbol, ...span } = read(batch, i, row)
      const own = spans.get(symbol)
      if (own) own.push(span)
      else spans.set(symbol, [span])
    }
  }
  if (spans.size === 0)
    throw new LqError('LQ_INPUT_INVALID', `${path}: expected rows of symbol, start, end, found none`)
  return { path, checksum: await hashFile(path), spansOf: (symbol) => spans.get(symbolName(symbol)) ?? [] }
}

type RowReader = (batch: InputBatch, i: number, row: number) => Stretch & { symbol: string }

function rowReader(path: string, first: InputBatch, zoned: ReadonlySet<string>): RowReader {
  const names = Object.keys(first.columns)
  const symbolColumn = findSymbol(path, names) ?? findColumn(path, names, 'symbol')
  const bound = (name: string, open: number) => boundReader(path, { name, open, zoned })
  const start = bound(findColumn(path, names, 'start'), Number.NEGATIVE_INFINITY)
  const end = bound(findColumn(path, names, 'end'), Number.POSITIVE_INFINITY)
  return (batch, i, row) => {
    const value = batch.columns[symbolColumn].values[i]
    const symbol = value === null || Number.isNaN(value) ? '' : symbolName(String(value).trim())
    if (symbol === '') throw badRow(path, row, batch.faults?.get(i) ?? 'expected a symbol, found none')
    const [fromMs, toMs] = [start(batch, i, row), end(batch, i, row)]
    if (fromMs < toMs) return { symbol, fromMs, toMs }
    throw badRow(path, row, `expected a start before the end, found ${shown(fromMs)} and ${shown(toMs)}`)
  }
}

function boundReader(
  path: string,
  { name, open, zoned }: { name: string; open: number; zoned: ReadonlySet<string> },
): (batch: InputBatch, i: number, row: number) => number {
  const isEmpty = (batch: InputBatch, i: number) => {
    const value = batch.columns[name]?.values[i]
    return value === null || value === undefined || Number.isNaN(value) || String(value).trim() === ''
  }
  let clock: ReturnType<typeof openTimeColumn> | undefined
  return (batch, i, row) => {
    if (isEmpty(batch, i)) return open
    // Opened at the first time there is: a column of open ends alone has no form to recognise.
    clock ??= ofJoined(HINT, () => openTimeColumn(path, batch, { names: [name], zoned, dated: false, options: {} }))
    const ms = clock.read(batch, i)
    if (typeof ms === 'number') return ms
    throw badRow(path, row, `${name}: ${ms}`)
  }
}

const shown = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString() : 'an open one')

function badRow(path: string, row: number, what: string): LqError {
  return new LqError('LQ_INPUT_INVALID', `${path}, row ${row}: ${what}`, {
    hint: HINT,
  })
}
