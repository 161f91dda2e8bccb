import { encodeStruct, field, type Struct, TYPE } from './thrift.js'

/** A column of one row group, encoded. */
export interface EncodedChunk {
  /** its bytes, in pieces: values that are written as they are need no copy */
  parts: Uint8Array[]
  /** its metadata, with offsets counted from its first byte */
  metadata: Struct
}

/** What a chunk of one data page holds, uncompressed. */
export interface ChunkContent {
  /** of the values */
  physical: number
  rows: number
  /** which rows have a value, see `levels` */
  levels: Uint8Array
  /** distinct values; null: `body` holds the values themselves */
  dictionary: { count: number; bytes: Uint8Array } | null
  /** values, or the width of an index and runs of indices */
  body: Uint8Array[]
  statistics: { missing: number; min: Uint8Array; max: Uint8Array } | null
}

const PAGE = { DATA: 0, DICTIONARY: 2 }
const ENCODING = { PLAIN: 0, RLE: 3, RLE_DICTIONARY: 8 }
const UNCOMPRESSED = 0

/** Puts a column chunk together without parquet-wasm, which would copy its values several times. */
export function ownChunk({ physical, rows, levels, dictionary, body, statistics }: ChunkContent): EncodedChunk {
  const encoding = dictionary ? ENCODING.RLE_DICTIONARY : ENCODING.PLAIN
  const ofDictionary = dictionary ? dictionaryPage(dictionary) : []
  const content = [uint32(levels.length), levels, ...body]
  const details: Struct = new Map([
    [1, field.i32(rows)],
    [2, field.i32(encoding)],
    [3, field.i32(ENCODING.RLE)],
    [4, field.i32(ENCODING.RLE)],
  ])
  const parts = [...ofDictionary, pageHead(PAGE.DATA, lengthOf(content), [5, details]), ...content]
  const bytes = field.i64(lengthOf(parts))
  const encodings = [...new Set([ENCODING.PLAIN, ENCODING.RLE, encoding])]
  const metadata: Struct = new Map([
    [1, field.i32(physical)],
    [2, field.list(TYPE.I32, encodings)],
    [4, field.i32(UNCOMPRESSED)],
    [5, field.i64(rows)],
    [6, bytes],
    [7, bytes],
    [9, field.i64(lengthOf(ofDictionary))],
  ])
  if (dictionary) metadata.set(11, field.i64(0))
  if (statistics) {
    const { missing, min, max } = statistics
    const known: Struct = new Map([
      [3, field.i64(missing)],
      [5, field.binary(max)],
      [6, field.binary(min)],
    ])
    metadata.set(12, field.struct(known))
  }
  return { parts, metadata }
}

function dictionaryPage({ count, bytes }: { count: number; bytes: Uint8Array }): Uint8Array[] {
  const details: Struct = new Map([
    [1, field.i32(count)],
    [2, field.i32(ENCODING.PLAIN)],
  ])
  return [pageHead(PAGE.DICTIONARY, bytes.length, [7, details]), bytes]
}

function pageHead(type: number, bytes: number, [id, details]: [number, Struct]): Uint8Array {
  const struct: Struct = new Map([
    [1, field.i32(type)],
    [2, field.i32(bytes)],
    [3, field.i32(bytes)],
    [id, field.struct(details)],
  ])
  return encodeStruct(struct)
}

/** Levels of rows that all have a value, or none of them. */
export const uniformLevels = (rows: number, present: boolean): Uint8Array =>
  Uint8Array.of(...varint(rows * 2), present ? 1 : 0)

/** Head of a run of so many values that lie bit by bit or byte by byte: it counts them in eights. */
export const packedHead = (count: number): number[] => varint(Math.ceil(count / 8) * 2 + 1)

export const uint32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)

export function varint(value: number): number[] {
  const out: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128)
  return [...out, rest]
}

const lengthOf = (parts: Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0)
