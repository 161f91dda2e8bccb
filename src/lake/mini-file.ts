import { type FooterColumn, PHYSICAL, structAt } from './footer.js'
import { encodeStruct, field, type Struct, TYPE } from './thrift.js'

const MAGIC = new TextEncoder().encode('PAR1')
const UTF8 = 0
const INT96_BYTES = 12

/** A column chunk taken out of a file: its metadata, its bytes and the offset they had. */
export interface TakenChunk {
  column: FooterColumn
  chunk: Struct
  offset: number
  bytes: Uint8Array
}

/**
 * Puts column chunks of one row group together as a Parquet file of their own.
 *
 * Every text becomes UTF8, and INT96 becomes 12 bytes of fixed length: its values are then decoded here, since as
 * nanoseconds in 64 bits years after 2262 would wrap around silently. Statistics, indexes and the writer's own metadata
 * are left out: they are not needed and are one thing less that can be wrong.
 */
export function encodeFile(chunks: TakenChunk[], rows: number): Uint8Array {
  const total = chunks.reduce((sum, { bytes }) => sum + bytes.length, MAGIC.length)
  let at = MAGIC.length
  const moved = chunks.map((taken, i) => {
    const chunk = moveChunk(taken, { name: nameOf(i), at })
    at += taken.bytes.length
    return chunk
  })
  const root: Struct = new Map([
    [4, field.text('schema')],
    [5, field.i32(chunks.length)],
  ])
  const group: Struct = new Map([
    [1, field.list(TYPE.STRUCT, moved)],
    [2, field.i64(total)],
    [3, field.i64(rows)],
  ])
  return encodeParquet(
    chunks.map(({ bytes }) => bytes),
    new Map([
      [1, field.i32(1)],
      [2, field.list(TYPE.STRUCT, [root, ...chunks.map(({ column }, i) => schemaElement(column, nameOf(i)))])],
      [3, field.i64(rows)],
      [4, field.list(TYPE.STRUCT, [group])],
    ]),
  )
}

/** Columns are told apart by position: names of the file may repeat or differ in case alone. */
const nameOf = (index: number): string => `c${index}`

/** Magic, the parts, the footer with its length, magic. */
function encodeParquet(parts: Uint8Array[], footer: Struct): Uint8Array {
  return Buffer.concat([MAGIC, ...parts, encodeTail(footer)])
}

/** The end of a Parquet file: footer, its length, magic. */
export function encodeTail(footer: Struct): Uint8Array {
  const bytes = encodeStruct(footer)
  const length = new Uint8Array(Uint32Array.of(bytes.length).buffer)
  return Buffer.concat([bytes, length, MAGIC])
}

function schemaElement({ element, kind, detail }: FooterColumn, name: string): Struct {
  const copy: Struct = new Map(element)
  copy.set(4, field.text(name))
  copy.delete(9)
  if (kind === 'text') {
    copy.set(6, field.i32(UTF8))
    copy.delete(10)
  }
  if (detail === 'int96') {
    copy.set(1, field.i32(PHYSICAL.FIXED))
    copy.set(2, field.i32(INT96_BYTES))
    copy.delete(6)
    copy.delete(10)
  }
  return copy
}

const META_KEPT = [1, 2, 3, 4, 5, 6, 7, 9, 11]

function moveChunk({ column, chunk, offset }: TakenChunk, { name, at }: { name: string; at: number }): Struct {
  const meta = structAt(chunk, 3, 'column metadata')
  const kept: Struct = new Map([...meta].filter(([id]) => META_KEPT.includes(id)))
  const shift = (id: number) => field.i64(Number(meta.get(id)?.value) - offset + at)
  kept.set(3, field.list(TYPE.BINARY, [new TextEncoder().encode(name)]))
  kept.set(9, shift(9))
  if (meta.has(11) && Number(meta.get(11)?.value) >= offset) kept.set(11, shift(11))
  else kept.delete(11)
  if (column.detail === 'int96') kept.set(1, field.i32(PHYSICAL.FIXED))
  return new Map([
    [2, field.i64(at)],
    [3, field.struct(kept)],
  ])
}
