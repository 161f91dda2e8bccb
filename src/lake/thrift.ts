import { LqError } from '../errors.js'

/*
 * The part of Thrift's compact protocol that Parquet footers and page headers use, read into a tree and written back.
 * A tree and not typed structures: a footer is mostly passed on, with a few fields changed.
 */

/** Wire types of the compact protocol. Booleans carry their value in the type of their field. */
export const TYPE = {
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  SET: 10,
  STRUCT: 12,
} as const

export type Value = boolean | number | bigint | Uint8Array | List | Struct

export interface List {
  /** wire type of every value */
  type: number
  values: Value[]
}

export interface Field {
  type: number
  value: Value
}

/** Field number → its wire type and value. */
export type Struct = Map<number, Field>

const DEPTH_MAX = 32
const STRUCT_END = 0

/**
 * Reads one structure.
 *
 * @returns the structure, and the offset behind it
 * @throws LQ_INPUT_INVALID on bytes that are not Thrift, with the offset
 */
export function decodeStruct(bytes: Uint8Array, offset = 0): { struct: Struct; end: number } {
  const cursor = { bytes, at: offset }
  return { struct: readStruct(cursor, 0), end: cursor.at }
}

/** Writes one structure; fields in ascending order of their number. */
export function encodeStruct(struct: Struct): Uint8Array {
  const out: number[] = []
  writeStruct(out, struct)
  return Uint8Array.from(out)
}

export const field = {
  i16: (value: number): Field => ({ type: TYPE.I16, value }),
  i32: (value: number): Field => ({ type: TYPE.I32, value }),
  i64: (value: number | bigint): Field => ({ type: TYPE.I64, value: BigInt(value) }),
  bool: (value: boolean): Field => ({ type: value ? TYPE.TRUE : TYPE.FALSE, value }),
  text: (value: string): Field => ({ type: TYPE.BINARY, value: new TextEncoder().encode(value) }),
  binary: (value: Uint8Array): Field => ({ type: TYPE.BINARY, value }),
  struct: (value: Struct): Field => ({ type: TYPE.STRUCT, value }),
  list: (type: number, values: Value[]): Field => ({ type: TYPE.LIST, value: { type, values } }),
}

interface Cursor {
  bytes: Uint8Array
  at: number
}

function corrupt(what: string, at: number): LqError {
  return new LqError('LQ_INPUT_INVALID', `expected Parquet metadata, found ${what} at byte ${at} of it`, {
    hint: 'the file is damaged or not a Parquet file; write it again',
  })
}

function readByte(cursor: Cursor): number {
  if (cursor.at >= cursor.bytes.length) throw corrupt('its end', cursor.at)
  return cursor.bytes[cursor.at++]
}

function readVarint(cursor: Cursor): bigint {
  let value = 0
  let scale = 1
  // Seven groups fit a double exactly; only longer ones need the slow big integers.
  for (let group = 0; group < 7; group++) {
    const byte = readByte(cursor)
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return BigInt(value)
    scale *= 128
  }
  let big = BigInt(value)
  for (let shift = 49n; shift < 70n; shift += 7n) {
    const byte = readByte(cursor)
    big |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return BigInt.asUintN(64, big)
  }
  throw corrupt('a number of more than 64 bits', cursor.at)
}

function readZigzag(cursor: Cursor): bigint {
  const n = readVarint(cursor)
  return (n >> 1n) ^ -(n & 1n)
}

function readBytes(cursor: Cursor, count: number): Uint8Array {
  if (count > cursor.bytes.length - cursor.at) throw corrupt(`a text of ${count} bytes`, cursor.at)
  cursor.at += count
  // A copy: statistics are kept until a file is closed, and a view would keep the whole row group that they lie behind.
  return new Uint8Array(cursor.bytes.subarray(cursor.at - count, cursor.at))
}

function readStruct(cursor: Cursor, depth: number): Struct {
  if (depth > DEPTH_MAX) throw corrupt(`structures nested deeper than ${DEPTH_MAX}`, cursor.at)
  const struct: Struct = new Map()
  let id = 0
  for (;;) {
    const head = readByte(cursor)
    if (head === STRUCT_END) return struct
    const type = head & 0x0f
    id = head >> 4 ? id + (head >> 4) : Number(readZigzag(cursor))
    struct.set(id, { type, value: readValue(cursor, type, depth) })
  }
}

function readValue(cursor: Cursor, type: number, depth: number): Value {
  switch (type) {
    case TYPE.TRUE:
      return true
    case TYPE.FALSE:
      return false
    case TYPE.BYTE:
      return (readByte(cursor) << 24) >> 24
    case TYPE.I16:
    case TYPE.I32:
      return Number(readZigzag(cursor))
    case TYPE.I64:
      return readZigzag(cursor)
    case TYPE.DOUBLE: {
      const bytes = readBytes(cursor, 8)
      return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true)
    }
    case TYPE.BINARY:
      return readBytes(cursor, Number(readVarint(cursor)))
    case TYPE.LIST:
    case TYPE.SET:
      return readList(cursor, depth)
    case TYPE.STRUCT:
      return readStruct(cursor, depth + 1)
    default:
      throw corrupt(`the unknown type ${type}`, cursor.at)
  }
}

function readList(cursor: Cursor, depth: number): List {
  if (depth > DEPTH_MAX) throw corrupt(`lists nested deeper than ${DEPTH_MAX}`, cursor.at)
  const head = readByte(cursor)
  const type = head & 0x0f
  const count = head >> 4 === 15 ? Number(readVarint(cursor)) : head >> 4
  // Every element takes a byte at least, so a count beyond the bytes left is a lie that must not be allocated.
  if (count > cursor.bytes.length - cursor.at) throw corrupt(`a list of ${count} elements`, cursor.at)
  const values: Value[] = []
  const isBool = type === TYPE.TRUE || type === TYPE.FALSE
  for (let i = 0; i < count; i++)
    values.push(isBool ? readByte(cursor) === TYPE.TRUE : readValue(cursor, type, depth + 1))
  return { type, values }
}

function writeVarint(out: number[], value: bigint): void {
  let rest = BigInt.asUintN(64, value)
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.push(Number(rest))
}

const zigzag = (value: bigint): bigint => (value << 1n) ^ (value >> 63n)

function writeStruct(out: number[], struct: Struct): void {
  let previous = 0
  for (const [id, { type, value }] of [...struct].sort(([a], [b]) => a - b)) {
    const delta = id - previous
    if (delta > 0 && delta < 16) out.push((delta << 4) | type)
    else {
      out.push(type)
      writeVarint(out, zigzag(BigInt(id)))
    }
    if (type !== TYPE.TRUE && type !== TYPE.FALSE) writeValue(out, type, value)
    previous = id
  }
  out.push(STRUCT_END)
}

function writeValue(out: number[], type: number, value: Value): void {
  switch (type) {
    case TYPE.BYTE:
      out.push((value as number) & 0xff)
      break
    case TYPE.I16:
    case TYPE.I32:
    case TYPE.I64:
      writeVarint(out, zigzag(BigInt(value as number | bigint)))
      break
    case TYPE.DOUBLE:
      out.push(...new Uint8Array(new Float64Array([value as number]).buffer))
      break
    case TYPE.BINARY: {
      const bytes = value as Uint8Array
      writeVarint(out, BigInt(bytes.length))
      for (const byte of bytes) out.push(byte)
      break
    }
    case TYPE.STRUCT:
      writeStruct(out, value as Struct)
      break
    default:
      writeList(out, value as List)
  }
}

function writeList(out: number[], { type, values }: List): void {
  if (values.length < 15) out.push((values.length << 4) | type)
  else {
    out.push(0xf0 | type)
    writeVarint(out, BigInt(values.length))
  }
  const isBool = type === TYPE.TRUE || type === TYPE.FALSE
  for (const value of values) {
    if (isBool) out.push(value ? TYPE.TRUE : TYPE.FALSE)
    else writeValue(out, type, value)
  }
}
