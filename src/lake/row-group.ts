import {
  Struct as ArrowStruct,
  Bool,
  type Data,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow'
import { LqError } from '../errors.js'
import { chunkRange, PHYSICAL, structAt, structsAt } from './footer.js'
import { type EncodedChunk, ownChunk, uint32, uniformLevels, varint } from './own-chunk.js'
import { BATCH_ROWS } from './parquet.js'
import { encodeDoubles } from './plain-doubles.js'
import { decodeStruct, field, type Struct, TYPE } from './thrift.js'
import { type ParquetWasm, withParquetWasm } from './wasm.js'

/** A column of one row group; texts that are the same for many rows are given as runs. */
export type GroupColumn = { name: string } & (
  | { type: 'timestamp' | 'double' | 'int64' | 'bool'; values: Float64Array }
  | { type: 'text'; values: (string | null)[] }
  | { type: 'runs'; values: TextRun[] }
)

/** So many rows in a row with one text. */
export interface TextRun {
  text: string
  rows: number
}

type ArrowColumn = Exclude<GroupColumn, { type: 'runs' }>

const TAIL_BYTES = 8

/** A chunk that is in its file. */
export interface PlacedChunk {
  metadata: Struct
  name: string
  /** its first byte */
  at: number
}

export interface ChunkOptions {
  rows: number
  /** packed: byte-stream split and zstd; plain: uncompressed, by a dictionary where they repeat */
  doubles: 'packed' | 'plain'
}

const STEP_ROWS = 2048
const GROUP_VALUES = 2 ** 22

/** Rows of a group: 32 MiB of values and 122,880 rows at most, in steps of the 2,048 rows that DuckDB reads at once. */
export function groupRows(columns: number): number {
  const rows = Math.floor(GROUP_VALUES / columns / STEP_ROWS) * STEP_ROWS
  return Math.min(BATCH_ROWS, Math.max(STEP_ROWS, rows))
}

/** The entry of a row group for the footer. */
export function groupMetadata(chunks: PlacedChunk[], place: { rows: number; offset: number; ordinal: number }): Struct {
  const total = (id: number) => chunks.reduce((sum, { metadata }) => sum + Number(metadata.get(id)?.value), 0)
  return new Map([
    [1, field.list(TYPE.STRUCT, chunks.map(placeChunk))],
    [2, field.i64(total(6))],
    [3, field.i64(place.rows)],
    [5, field.i64(place.offset)],
    [6, field.i64(total(7))],
    [7, field.i16(place.ordinal)],
  ])
}

function placeChunk({ metadata, name, at }: PlacedChunk): Struct {
  const placed: Struct = new Map(metadata)
  const shift = (id: number) => field.i64(Number(metadata.get(id)?.value) + at)
  placed.set(3, field.list(TYPE.BINARY, [new TextEncoder().encode(name)]))
  placed.set(9, shift(9))
  if (metadata.has(11)) placed.set(11, shift(11))
  return new Map([
    [2, field.i64(0)],
    [3, field.struct(placed)],
  ])
}

/** Encodes columns of one row group: a few, since they are copied several times, which is cheap within the cache. */
export function encodeChunks(columns: GroupColumn[], { rows, doubles }: ChunkOptions): EncodedChunk[] {
  const own = columns.map((column) => {
    if (column.type === 'runs') return encodeRuns(column.values, rows)
    return column.type === 'double' && doubles === 'plain' ? encodeDoubles(column.values) : null
  })
  const others = columns.filter((_, i) => own[i] === null) as ArrowColumn[]
  const encoded = encodeColumns(others, rows)
  return own.map((chunk) => chunk ?? encoded.shift()!)
}

/** Has parquet-wasm write a file of one row group, and takes its column chunks out. */
function encodeColumns(columns: ArrowColumn[], rows: number): EncodedChunk[] {
  if (columns.length === 0) return []
  const arrays = columns.map((column) => toArrow(column, rows))
  const fields = arrays.map(({ type }, i) => new Field(`c${i}`, type, true))
  const struct = makeData({ type: new ArrowStruct(fields), length: rows, nullCount: 0, children: arrays })
  const ipc = RecordBatchStreamWriter.writeAll([new RecordBatch(new Schema(fields), struct)]).toUint8Array(true)
  const file = withParquetWasm((wasm) =>
    wasm.writeParquet(wasm.Table.fromIPCStream(ipc), properties(wasm, columns, rows)),
  )
  const length = new DataView(file.buffer, file.byteOffset).getUint32(file.length - TAIL_BYTES, true)
  const footer = decodeStruct(file.subarray(file.length - TAIL_BYTES - length)).struct
  const [group] = structsAt(footer, 4, 'row groups')
  return structsAt(group, 1, 'column chunks').map((chunk) => takeChunk(file, chunk))
}

function takeChunk(file: Uint8Array, chunk: Struct): EncodedChunk {
  const { offset, bytes } = chunkRange(chunk)
  const metadata: Struct = new Map(structAt(chunk, 3, 'column metadata'))
  for (const id of [9, 11]) if (metadata.has(id)) metadata.set(id, field.i64(Number(metadata.get(id)?.value) - offset))
  return { parts: [file.subarray(offset, offset + bytes)], metadata }
}

/**
 * Prices by byte-stream split (their high bytes repeat, so zstd is 1.5× quicker and the file no larger), times and
 * counts by differences, texts by dictionary.
 */
function properties(wasm: ParquetWasm, columns: ArrowColumn[], rows: number) {
  const { Compression, Encoding, EnabledStatistics } = wasm
  let builder = new wasm.WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setDictionaryEnabled(false)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setMaxRowGroupSize(rows)
  for (const [i, { type }] of columns.entries()) {
    if (type === 'text') builder = builder.setColumnDictionaryEnabled(`c${i}`, true)
    else if (type === 'double') builder = builder.setColumnEncoding(`c${i}`, Encoding.BYTE_STREAM_SPLIT)
    else if (type !== 'bool') builder = builder.setColumnEncoding(`c${i}`, Encoding.DELTA_BINARY_PACKED)
  }
  return builder.build()
}

function toArrow(column: ArrowColumn, rows: number): Data {
  if (column.type === 'text') return textToArrow(column.values)
  const values = column.values
  const validity = validityOf(values, rows)
  if (column.type === 'double') return makeData({ type: new Float64(), length: rows, data: values, ...validity })
  if (column.type === 'bool')
    return makeData({ type: new Bool(), length: rows, data: bits(rows, (i) => values[i] === 1), ...validity })
  const data = toInt64(column.name, values)
  return column.type === 'int64'
    ? makeData({ type: new Int64(), length: rows, data, ...validity })
    : makeData({ type: new TimestampMillisecond('UTC'), length: rows, data, ...validity })
}

/** Texts repeat in a column: each is encoded once, then copied. Arrow's own builder takes 3 µs a row. */
function textToArrow(values: (string | null)[]): Data {
  const encoder = new TextEncoder()
  const known = new Map<string, Uint8Array>()
  const offsets = new Int32Array(values.length + 1)
  let nullCount = 0
  for (const [row, value] of values.entries()) {
    offsets[row + 1] = offsets[row]
    if (value === null) nullCount++
    else {
      if (!known.has(value)) known.set(value, encoder.encode(value))
      offsets[row + 1] += known.get(value)!.length
    }
  }
  const data = new Uint8Array(offsets[values.length])
  for (const [row, value] of values.entries()) if (value !== null) data.set(known.get(value)!, offsets[row])
  const validity =
    nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(values.length, (i) => values[i] !== null) }
  return makeData({ type: new Utf8(), length: values.length, valueOffsets: offsets, data, ...validity })
}

/** Bit i set = row i is there; no bitmap where nothing is missing. */
function validityOf(values: Float64Array, rows: number): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0
  for (let i = 0; i < rows; i++) if (Number.isNaN(values[i])) nullCount++
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap: bits(rows, (i) => !Number.isNaN(values[i])) }
}

function bits(rows: number, isSet: (row: number) => boolean): Uint8Array {
  const out = new Uint8Array(Math.ceil(rows / 8))
  for (let i = 0; i < rows; i++) if (isSet(i)) out[i >> 3] |= 1 << (i & 7)
  return out
}

/** By halves: a conversion through big integers would take ten times as long. NaN, which is NULL, becomes 0. */
function toInt64(name: string, values: Float64Array): BigInt64Array {
  const words = new Int32Array(2 * values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Number.isNaN(value)) continue
    if (!Number.isSafeInteger(value))
      throw new LqError('LQ_INPUT_INVALID', `column ${name}: expected an integer within ±2^53, got ${value}`, {
        hint: 'the column is written as INT64',
      })
    const high = Math.floor(value / 2 ** 32)
    words[2 * i] = value - high * 2 ** 32
    words[2 * i + 1] = high
  }
  return new BigInt64Array(words.buffer)
}

/** A text column of few runs, none of it missing: a dictionary of its texts, and the runs of their indices. */
function encodeRuns(runs: TextRun[], rows: number): EncodedChunk {
  const index = new Map<string, number>()
  for (const { text } of runs) if (!index.has(text)) index.set(text, index.size)
  const values = [...index.keys()].map((text) => new TextEncoder().encode(text))
  const width = Math.max(1, Math.ceil(Math.log2(index.size)))
  const indices = runs.flatMap(({ text, rows: length }) => [
    ...varint(length * 2),
    ...uint32(index.get(text)!).subarray(0, Math.ceil(width / 8)),
  ])
  const entries = values.flatMap((value) => [uint32(value.length), value])
  const sorted = values.toSorted(Buffer.compare)
  return ownChunk({
    physical: PHYSICAL.BYTE_ARRAY,
    rows,
    levels: uniformLevels(rows, true),
    dictionary: { count: index.size, bytes: Buffer.concat(entries) },
    body: [Uint8Array.of(width, ...indices)],
    statistics: { missing: 0, min: sorted[0], max: sorted[sorted.length - 1] },
  })
}
