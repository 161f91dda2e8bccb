import { createHash, type Hash } from 'node:crypto'
import type { ColumnSchema, WriteBatch } from '../lake/writer.js'

/** Checksum of rows in output order, whatever batches they come in. */
export interface Checksum {
  update(batch: WriteBatch): void
  /** SHA-256, 64 hex digits */
  digest(): string
}

type Values = WriteBatch['columns'][string]

const TEXT = new TextEncoder()
const LENGTH_BYTES = 4
const NO_TEXT = 0xff_ff_ff_ff
const BYTES: Record<Exclude<ColumnSchema['type'], 'text'>, number> = { timestamp: 8, int64: 8, double: 8, bool: 1 }
/** Rows that are encoded at a time: some hundred KiB stay in the cache. */
const BLOCK_ROWS = 4096

/**
 * The checksum of a result: SHA-256 over the column names, then over the values of each row, little-endian.
 *
 * Text: its length in bytes as uint32, then UTF-8; a missing text is the length 2³² − 1 alone. Column names are texts.
 * timestamp (ms) and int64: int64; missing is the least int64. double: 64 bits, missing is 0x7ff8000000000000. bool: one
 * byte, 0 or 1; missing is 2.
 *
 * @see definition
 */
export function createChecksum(schema: ColumnSchema[]): Checksum {
  const hash = createHash('sha256')
  for (const { name } of schema) hash.update(encodeText(name))
  return {
    update: ({ rows, columns }) => updateRows(hash, schema, { rows, columns }),
    digest: () => hash.digest('hex'),
  }
}

function updateRows(hash: Hash, schema: ColumnSchema[], { rows, columns }: WriteBatch): void {
  for (let from = 0; from < rows; from += BLOCK_ROWS) {
    const to = Math.min(rows, from + BLOCK_ROWS)
    const cut = (values: Values): Block => (typeof values === 'string' ? encodeText(values) : values.slice(from, to))
    hash.update(
      encodeRows(
        schema.map(({ name, type }) => ({ type, values: cut(columns[name]) })),
        to - from,
      ),
    )
  }
}

/** Values of one column in a block of rows; a constant text as its bytes. */
type Block = Float64Array | (string | null)[] | Uint8Array

interface Field {
  type: ColumnSchema['type']
  values: Block
}

/** Column after column is written into the rows, each row going on at its own cursor. */
function encodeRows(fields: Field[], rows: number): Uint8Array {
  const cursor = new Uint32Array(rows)
  for (const field of fields) addWidths(cursor, field)
  let size = 0
  for (let i = 0; i < rows; i++) {
    const width = cursor[i]
    cursor[i] = size
    size += width
  }
  const out = new Uint8Array(size)
  for (const field of fields) encodeField({ out, view: new DataView(out.buffer), cursor }, field)
  return out
}

function addWidths(widths: Uint32Array, { type, values }: Field): void {
  if (Array.isArray(values)) for (let i = 0; i < widths.length; i++) widths[i] += encodeText(values[i]).length
  else {
    const width = type === 'text' ? values.length : BYTES[type]
    for (let i = 0; i < widths.length; i++) widths[i] += width
  }
}

/** Rows that are being encoded; `cursor` [rows] is where each goes on. */
interface Rows {
  out: Uint8Array
  view: DataView
  cursor: Uint32Array
}

function encodeField(rows: Rows, { type, values }: Field): void {
  if (type === 'text') encodeTexts(rows, values as (string | null)[] | Uint8Array)
  else if (type === 'double') encodeDoubles(rows, values as Float64Array)
  else if (type === 'bool') encodeBools(rows, values as Float64Array)
  else encodeIntegers(rows, values as Float64Array)
}

function encodeTexts({ out, cursor }: Rows, values: (string | null)[] | Uint8Array): void {
  for (let i = 0; i < cursor.length; i++) {
    const bytes = Array.isArray(values) ? encodeText(values[i]) : values
    for (let k = 0, at = cursor[i]; k < bytes.length; k++) out[at + k] = bytes[k]
    cursor[i] += bytes.length
  }
}

function encodeDoubles({ view, cursor }: Rows, values: Float64Array): void {
  for (let i = 0; i < cursor.length; i++) {
    view.setFloat64(cursor[i], Number.isNaN(values[i]) ? Number.NaN : values[i], true)
    cursor[i] += 8
  }
}

/** Safe integers as int64; without BigInt, which would take ten times as long. */
function encodeIntegers({ view, cursor }: Rows, values: Float64Array): void {
  for (let i = 0; i < cursor.length; i++) {
    const missing = Number.isNaN(values[i])
    const high = missing ? -(2 ** 31) : Math.floor(values[i] / 2 ** 32)
    view.setUint32(cursor[i], missing ? 0 : values[i] - high * 2 ** 32, true)
    view.setInt32(cursor[i] + 4, high, true)
    cursor[i] += 8
  }
}

function encodeBools({ out, cursor }: Rows, values: Float64Array): void {
  for (let i = 0; i < cursor.length; i++) out[cursor[i]++] = Number.isNaN(values[i]) ? 2 : values[i]
}

/** The last texts that were encoded: symbols repeat. */
const known = new Map<string | null, Uint8Array>()
const KNOWN_MAX = 65_536

function encodeText(text: string | null): Uint8Array {
  const found = known.get(text)
  if (found) return found
  const utf8 = TEXT.encode(text ?? '')
  const bytes = new Uint8Array(LENGTH_BYTES + utf8.length)
  new DataView(bytes.buffer).setUint32(0, text === null ? NO_TEXT : utf8.length, true)
  bytes.set(utf8, LENGTH_BYTES)
  if (known.size >= KNOWN_MAX) known.clear()
  known.set(text, bytes)
  return bytes
}
