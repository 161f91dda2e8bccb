import { LqError, messageOf } from '../errors.js'
import { type FileBytes, openBytes } from './file-bytes.js'
import { decodeStruct, type List, type Struct, type Value } from './thrift.js'

/*
 * What a Parquet file says about itself, read and checked here rather than by a library: both readers then agree on the
 * columns and their kinds, a file whose footer lies never reaches native code, and statistics are at hand for pruning.
 * Field numbers are those of parquet.thrift (Apache Parquet 2.12).
 */

export type ColumnKind = 'number' | 'timestamp' | 'bool' | 'text'

export const PHYSICAL = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED: 7,
} as const

/** A flat column of a kind that can be read. Nested and binary columns are left out. */
export interface FooterColumn {
  name: string
  kind: ColumnKind
  physical: number
  /** what a value means beyond its kind */
  detail: 'none' | 'date' | 'ms' | 'us' | 'ns' | 'int96' | 'decimal' | 'unsigned' | 'float16'
  /** a naive local time in a timestamp column: not adjusted to UTC */
  naive: boolean
  /** schema element, as found */
  element: Struct
  /** index among the leaves: the place of its chunk in a row group */
  leaf: number
  /** index among the columns of the top level */
  top: number
}

export interface FooterGroup {
  rows: number
  /** one column chunk per leaf, as found */
  chunks: Struct[]
}

export interface Footer {
  rows: number
  columns: FooterColumn[]
  /** columns of the top level, unreadable ones too */
  topCount: number
  groups: FooterGroup[]
}

const MAGIC = 'PAR1'
const MAGIC_ENCRYPTED = 'PARE'
const TAIL_BYTES = 8
const FOOTER_BYTES_MAX = 256 * 2 ** 20
const ROWS_MAX = 2 ** 31

/**
 * Reads and checks the footer of a Parquet file.
 *
 * @throws LQ_INPUT_MISSING if there is no such file; LQ_INPUT_INVALID if it is not Parquet, damaged or encrypted
 */
export async function readFooter(path: string): Promise<Footer> {
  const file = await openBytes(path)
  try {
    return await footerOf(file)
  } finally {
    await file.close()
  }
}

/** The footer of a file that is open. */
export async function footerOf(file: FileBytes): Promise<Footer> {
  try {
    return parse(await footerBytes(file), file.size)
  } catch (cause) {
    if (cause instanceof LqError && cause.message.startsWith(file.path)) throw cause
    throw invalid(file.path, messageOf(cause), cause)
  }
}

/** The error of every damaged Parquet file. */
export function invalid(path: string, found: string, cause?: unknown): LqError {
  return new LqError('LQ_INPUT_INVALID', `${path}: expected a readable Parquet file, found: ${found}`, {
    cause,
    hint: 'the file is damaged, encrypted or of an unknown kind; write it again',
  })
}

/** First byte and byte count of a column chunk in its file. */
export function chunkRange(chunk: Struct): { offset: number; bytes: number } {
  const meta = structAt(chunk, 3, 'column metadata')
  const data = numberAt(meta, 9, 'data page offset')
  const dictionary = meta.has(11) ? numberAt(meta, 11, 'dictionary page offset') : 0
  return {
    offset: dictionary > 0 && dictionary < data ? dictionary : data,
    bytes: numberAt(meta, 7, 'compressed size'),
  }
}

/** Least and greatest value of a chunk as its raw bytes, if the writer kept them. */
export function chunkStatistics(chunk: Struct): { min: Uint8Array; max: Uint8Array } | null {
  const statistics = structAt(chunk, 3, 'column metadata').get(12)?.value
  if (!(statistics instanceof Map)) return null
  // Not the deprecated fields 1 and 2: writers disagreed about the order of texts and unsigned numbers in them.
  const min = statistics.get(6)?.value
  const max = statistics.get(5)?.value
  return min instanceof Uint8Array && max instanceof Uint8Array ? { min, max } : null
}

export function structAt(struct: Struct, id: number, what: string): Struct {
  const value = struct.get(id)?.value
  if (!(value instanceof Map)) throw new Error(`no ${what}`)
  return value
}

function numberAt(struct: Struct, id: number, what: string): number {
  const value = struct.get(id)?.value
  const n = typeof value === 'bigint' ? Number(value) : value
  if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0) throw new Error(`no ${what}, or one out of range`)
  return n
}

export function structsAt(struct: Struct, id: number, what: string): Struct[] {
  const list = struct.get(id)?.value as List | undefined
  if (!Array.isArray(list?.values)) throw new Error(`no ${what}`)
  if (!list.values.every((v: Value) => v instanceof Map)) throw new Error(`${what} of another type`)
  return list.values as Struct[]
}

async function footerBytes(file: FileBytes): Promise<Uint8Array> {
  const { path, size } = file
  if (size < TAIL_BYTES + MAGIC.length) throw invalid(path, `${size} bytes, too few for a footer`)
  const tail = await file.at(size - TAIL_BYTES, TAIL_BYTES)
  const magic = new TextDecoder('latin1').decode(tail.subarray(4))
  if (magic === MAGIC_ENCRYPTED) throw invalid(path, 'an encrypted footer')
  if (magic !== MAGIC) throw invalid(path, 'no PAR1 at its end')
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true)
  if (length > Math.min(FOOTER_BYTES_MAX, size - TAIL_BYTES - MAGIC.length))
    throw invalid(path, `a footer of ${length} bytes in a file of ${size}`)
  return file.at(size - TAIL_BYTES - length, length)
}

function parse(bytes: Uint8Array, fileBytes: number): Footer {
  const { struct } = decodeStruct(bytes)
  if (struct.has(8)) throw new Error('an encrypted file')
  const rows = numberAt(struct, 3, 'row count')
  const { columns, topCount, leafCount } = parseSchema(structsAt(struct, 2, 'schema'))
  const groups = structsAt(struct, 4, 'row groups').map((group) => parseGroup(group, { leafCount, columns, fileBytes }))
  const sum = groups.reduce((total, group) => total + group.rows, 0)
  if (sum !== rows) throw new Error(`row groups of ${sum} rows in a file of ${rows}`)
  return { rows, columns, topCount, groups }
}

function parseGroup(
  group: Struct,
  file: { leafCount: number; columns: FooterColumn[]; fileBytes: number },
): FooterGroup {
  const rows = numberAt(group, 3, 'row count of a row group')
  if (rows >= ROWS_MAX) throw new Error(`a row group of ${rows} rows, more than ${ROWS_MAX - 1}`)
  const chunks = structsAt(group, 1, 'column chunks')
  if (rows === 0) return { rows, chunks }
  if (chunks.length !== file.leafCount) throw new Error(`${chunks.length} column chunks for ${file.leafCount} columns`)
  for (const column of file.columns) {
    const chunk = chunks[column.leaf]
    if (chunk.has(1)) throw new Error('a column chunk in another file')
    if (chunk.has(8)) throw new Error(`the encrypted column ${column.name}`)
    const { offset, bytes } = chunkRange(chunk)
    if (offset < MAGIC.length || offset + bytes > file.fileBytes - TAIL_BYTES)
      throw new Error(`column ${column.name} outside the file`)
    const values = numberAt(structAt(chunk, 3, 'column metadata'), 5, 'value count')
    if (values !== rows) throw new Error(`${values} values of column ${column.name} for ${rows} rows`)
    if (bytes === 0) throw new Error(`no bytes for column ${column.name}`)
  }
  return { rows, chunks }
}

/** Walks the depth-first list of schema elements; only leaves of the top level are columns to us. */
function parseSchema(elements: Struct[]): { columns: FooterColumn[]; topCount: number; leafCount: number } {
  const columns: FooterColumn[] = []
  const seen = new Set<string>()
  let leaf = 0
  let at = 1
  const skip = (depth: number): void => {
    if (depth > 64 || at >= elements.length) throw new Error('a schema that does not end')
    const element = elements[at++]
    const children = element.has(5) ? numberAt(element, 5, 'child count') : 0
    if (!element.has(5)) leaf++
    for (let i = 0; i < children; i++) skip(depth + 1)
  }
  const topCount = elements.length ? numberAt(elements[0], 5, 'column count') : 0
  for (let top = 0; top < topCount; top++) {
    const element = elements[at]
    const column = element && !element.has(5) ? describeLeaf(element, { leaf, top }) : null
    skip(1)
    // Of two columns with one name the first is meant, as in every SQL engine.
    if (column && !seen.has(column.name)) columns.push(column)
    if (column) seen.add(column.name)
  }
  if (at !== elements.length) throw new Error(`${elements.length} schema elements, of which ${at} belong to a column`)
  return { columns, topCount, leafCount: leaf }
}

const CONVERTED = {
  UTF8: 0,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME_MS: 7,
  TIME_US: 8,
  TIMESTAMP_MS: 9,
  TIMESTAMP_US: 10,
  UINT_8: 11,
  UINT_64: 14,
  INT_8: 15,
  INT_64: 18,
  JSON: 19,
}
const LOGICAL = {
  STRING: 1,
  ENUM: 4,
  DECIMAL: 5,
  DATE: 6,
  TIME: 7,
  TIMESTAMP: 8,
  INTEGER: 10,
  UNKNOWN: 11,
  JSON: 12,
  FLOAT16: 15,
}
const DECIMAL_DIGITS_MAX = 38

function describeLeaf(element: Struct, place: { leaf: number; top: number }): FooterColumn | null {
  const nameBytes = element.get(4)?.value
  if (!(nameBytes instanceof Uint8Array)) throw new Error('a column without a name')
  const name = new TextDecoder('utf-8', { fatal: true }).decode(nameBytes)
  const physical = numberAt(element, 1, 'physical type')
  if (element.get(3)?.value === 2) return null
  const meaning = meaningOf(element, physical)
  return meaning && { name, physical, element, naive: false, ...meaning, ...place }
}

function meaningOf(
  element: Struct,
  physical: number,
): (Pick<FooterColumn, 'kind' | 'detail'> & { naive?: boolean }) | null {
  const logicalStruct = element.get(10)?.value
  const [logical, logicalField] = logicalStruct instanceof Map ? ([...logicalStruct][0] ?? [0, null]) : [0, null]
  const converted = element.get(6)?.value ?? -1
  const is = (l: number, c: number) => logical === l || (logical === 0 && converted === c)
  const isInteger = physical === PHYSICAL.INT32 || physical === PHYSICAL.INT64
  if (is(LOGICAL.STRING, CONVERTED.UTF8) || is(LOGICAL.ENUM, CONVERTED.ENUM) || is(LOGICAL.JSON, CONVERTED.JSON))
    return physical === PHYSICAL.BYTE_ARRAY ? { kind: 'text', detail: 'none' } : null
  if (is(LOGICAL.DECIMAL, CONVERTED.DECIMAL))
    return numberAt(element, 8, 'decimal precision') <= DECIMAL_DIGITS_MAX
      ? { kind: 'number', detail: 'decimal' }
      : null
  if (physical === PHYSICAL.INT96) return { kind: 'timestamp', detail: 'int96', naive: true }
  if (physical === PHYSICAL.BOOLEAN) return logical === 0 ? { kind: 'bool', detail: 'none' } : null
  if (physical === PHYSICAL.FIXED) return logical === LOGICAL.FLOAT16 ? { kind: 'number', detail: 'float16' } : null
  if (isInteger && is(LOGICAL.DATE, CONVERTED.DATE)) return { kind: 'timestamp', detail: 'date', naive: true }
  if (isInteger && logical === LOGICAL.TIMESTAMP) return timestampMeaning(logicalField?.value)
  if (isInteger && logical === 0 && converted === CONVERTED.TIMESTAMP_MS) return { kind: 'timestamp', detail: 'ms' }
  if (isInteger && logical === 0 && converted === CONVERTED.TIMESTAMP_US) return { kind: 'timestamp', detail: 'us' }
  if (isInteger && (logical === LOGICAL.INTEGER || logical === 0))
    return integerMeaning(logicalField?.value, converted as number)
  if ((physical === PHYSICAL.FLOAT || physical === PHYSICAL.DOUBLE) && logical === 0)
    return { kind: 'number', detail: 'none' }
  return null
}

function timestampMeaning(value: Value | undefined): Pick<FooterColumn, 'kind' | 'detail' | 'naive'> {
  const struct = value instanceof Map ? value : new Map()
  const unit = [...structAt(struct, 2, 'time unit').keys()][0]
  if (unit < 1 || unit > 3 || unit === undefined) throw new Error(`the unknown time unit ${unit}`)
  return { kind: 'timestamp', detail: (['ms', 'us', 'ns'] as const)[unit - 1], naive: struct.get(1)?.value !== true }
}

function integerMeaning(value: Value | undefined, converted: number): Pick<FooterColumn, 'kind' | 'detail'> | null {
  if (value instanceof Map) return { kind: 'number', detail: value.get(2)?.value === false ? 'unsigned' : 'none' }
  if (converted === CONVERTED.TIME_MS || converted === CONVERTED.TIME_US) return null
  return {
    kind: 'number',
    detail: converted >= CONVERTED.UINT_8 && converted <= CONVERTED.UINT_64 ? 'unsigned' : 'none',
  }
}
