import { createHash } from 'node:crypto'
import type { ColumnSchema, WriteBatch } from '../lake/writer.js'

/** Checksum of rows in output order, whatever batches they come in. */
export interface Checksum {
  update(batch: WriteBatch): void
  /** SHA-256, 64 hex digits */
  digest(): string
}

const TEXT = new TextEncoder()
const LENGTH_BYTES = 4
const NO_TEXT = 0xff_ff_ff_ff
const BYTES: Record<Exclude<ColumnSchema['type'], 'text'>, number> = { timestamp: 8, int64: 8, double: 8, bool: 1 }
/** Values that are encoded at a time: 128 KiB, which stay in the cache. */
const BLOCK_VALUES = 2 ** 14

/**
 * The checksum of a result: SHA-256 over the column names, then over the values of each row, little-endian.
 *
 * Text: its length in bytes as uint32, then UTF-8; a missing text is the length 2³² − 1 alone. Column names are texts.
 * timestamp (ms) and int64: int64; missing is the least int64. double: 64 bits, missing is 0x7ff8000000000000. bool:
 * one byte, 0 or 1; missing is 2.
 *
 * @see definition
 */
export function createChecksum(schema: ColumnSchema[]): Checksum {
  const hash = createHash('sha256')
  for (const { name } of schema) hash.update(encodeText(name))
  const blockRows = Math.max(1, Math.floor(BLOCK_VALUES / schema.length))
  const block = createBlock(0, new Uint32Array(blockRows))
  return {
    update({ rows, columns }) {
      const fields = mergeConstants(
        schema.map(({ name, type }) => {
          const values = columns[name]
          return { type, values: typeof values === 'string' ? encodeText(values) : values }
        }),
      )
      for (let from = 0; from < rows; from += blockRows) {
        hash.update(encodeRows(block, fields, { from, count: Math.min(blockRows, rows - from) }))
      }
    },
    digest: () => hash.digest('hex'),
  }
}

/** One column; a text that is the same in every row as its bytes. */
interface Field {
  type: ColumnSchema['type']
  values: Float64Array | (string | null)[] | Uint8Array
}

/** Neighbouring constant texts as one. */
function mergeConstants(fields: Field[]): Field[] {
  const merged: Field[] = []
  for (const field of fields) {
    const last = merged.at(-1)
    if (last?.values instanceof Uint8Array && field.values instanceof Uint8Array) {
      merged[merged.length - 1] = { type: 'text', values: Buffer.concat([last.values, field.values]) }
    } else merged.push(field)
  }
  return merged
}

/** Memory that rows are encoded in, used again and again: as much garbage would cost more than the encoding. */
interface Block {
  out: Uint8Array
  view: DataView
  /** where each row goes on */
  cursor: Uint32Array
}

interface Span {
  from: number
  count: number
}

function createBlock(bytes: number, cursor: Uint32Array): Block {
  const out = new Uint8Array(bytes)
  return { out, view: new DataView(out.buffer), cursor }
}

/** Column after column is written into the rows. @returns a view of the block: what it holds until the next call */
function encodeRows(block: Block, fields: Field[], span: Span): Uint8Array {
  const { cursor } = block
  cursor.fill(0)
  for (const field of fields) addWidths(cursor, field, span)
  let size = 0
  for (let i = 0; i < span.count; i++) {
    const width = cursor[i]
    cursor[i] = size
    size += width
  }
  if (block.out.length < size) Object.assign(block, createBlock(size, cursor))
  for (const field of fields) encodeField(block, field, span)
  return block.out.subarray(0, size)
}

function addWidths(widths: Uint32Array, { type, values }: Field, { from, count }: Span): void {
  if (Array.isArray(values)) for (let i = 0; i < count; i++) widths[i] += encodeText(values[from + i]).length
  else {
    const width = type === 'text' ? values.length : BYTES[type]
    for (let i = 0; i < count; i++) widths[i] += width
  }
}

function encodeField(block: Block, { type, values }: Field, span: Span): void {
  if (type === 'text') encodeTexts(block, values as (string | null)[] | Uint8Array, span)
  else if (type === 'double') encodeDoubles(block, values as Float64Array, span)
  else if (type === 'bool') encodeBools(block, values as Float64Array, span)
  else encodeIntegers(block, values as Float64Array, span)
}

function encodeTexts({ out, cursor }: Block, values: (string | null)[] | Uint8Array, { from, count }: Span): void {
  for (let i = 0; i < count; i++) {
    const bytes = Array.isArray(values) ? encodeText(values[from + i]) : values
    for (let k = 0, at = cursor[i]; k < bytes.length; k++) out[at + k] = bytes[k]
    cursor[i] += bytes.length
  }
}

function encodeDoubles({ view, cursor }: Block, values: Float64Array, { from, count }: Span): void {
  for (let i = 0; i < count; i++) {
    const value = values[from + i]
    view.setFloat64(cursor[i], Number.isNaN(value) ? Number.NaN : value, true)
    cursor[i] += 8
  }
}

/** Safe integers as int64; without BigInt, which would take ten times as long. */
function encodeIntegers({ view, cursor }: Block, values: Float64Array, { from, count }: Span): void {
  for (let i = 0; i < count; i++) {
    const value = values[from + i]
    const missing = Number.isNaN(value)
    const high = missing ? -(2 ** 31) : Math.floor(value / 2 ** 32)
    view.setUint32(cursor[i], missing ? 0 : value - high * 2 ** 32, true)
    view.setInt32(cursor[i] + 4, high, true)
    cursor[i] += 8
  }
}

function encodeBools({ out, cursor }: Block, values: Float64Array, { from, count }: Span): void {
  for (let i = 0; i < count; i++) out[cursor[i]++] = Number.isNaN(values[from + i]) ? 2 : values[from + i]
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
