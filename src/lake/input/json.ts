import { LqError, messageOf } from '../../errors.js'
import { ARRAY_COLUMNS, fromArrays, fromRecords, type InputBatch } from './batch.js'
import { invalidInput } from './bytes.js'

const PIECE_CHARS = 2 * 1024 * 1024
/** An object that holds the array is parsed as a whole; V8's strings end at 512 M characters. */
const DOCUMENT_CHARS_MAX = 256 * 1024 * 1024

/**
 * One JSON document: an array of arrays or of objects, streamed, or an object with one such array in it.
 *
 * @param names of the places of arrays; default `timestamp open high low close volume`
 * @throws LQ_INPUT_INVALID on what is not JSON, or holds no array of records
 */
export async function* readJson(
  path: string,
  text: AsyncIterable<string>,
  names?: string[],
): AsyncGenerator<InputBatch> {
  const reader = text[Symbol.asyncIterator]()
  let head = ''
  for (;;) {
    const { done, value } = await reader.next()
    head += value ?? ''
    if (done || head.trim() !== '') break
  }
  const all = prepend(head, reader)
  if (head.trimStart()[0] === '[') {
    for await (const records of arrayElements(path, all)) yield toBatch(path, records, names)
    return
  }
  const records = recordsOf(path, parse(path, await collect(path, all)))
  for (let from = 0; from < records.length; from += RECORDS_PER_BATCH)
    yield toBatch(path, records.slice(from, from + RECORDS_PER_BATCH), names)
}

/** One JSON value per line, objects or arrays. A line that is not JSON is a fault. */
export async function* readNdjson(
  path: string,
  text: AsyncIterable<string>,
  names?: string[],
): AsyncGenerator<InputBatch> {
  let rest = ''
  let isArrays: boolean | null = null
  const batchOf = (lines: string): InputBatch | null => {
    const faults = new Map<number, string>()
    const records = lines
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line, row) => {
        try {
          return JSON.parse(line) as unknown
        } catch {
          faults.set(row, `not JSON: ${line.slice(0, 200)}`)
          return null
        }
      })
    if (records.length === 0) return null
    isArrays ??= Array.isArray(records.find((record) => record !== null))
    const batch = isArrays ? fromArrays(records, arrayNames(path, records, names)) : fromRecords(records)
    return { ...batch, faults: new Map([...(batch.faults ?? []), ...faults]) }
  }
  for await (const part of text) {
    rest += part
    if (rest.length < PIECE_CHARS) continue
    const end = rest.lastIndexOf('\n') + 1
    const batch = batchOf(rest.slice(0, end))
    rest = rest.slice(end)
    if (batch) yield batch
  }
  const batch = batchOf(rest)
  if (batch) yield batch
}

const RECORDS_PER_BATCH = 50_000

async function* prepend(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  if (head) yield head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

async function collect(path: string, text: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const part of text) {
    all += part
    if (all.length > DOCUMENT_CHARS_MAX)
      throw invalidInput(
        path,
        `a JSON object of more than ${DOCUMENT_CHARS_MAX} characters`,
        'write its array as NDJSON',
      )
  }
  return all
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalidInput(path, `what is not JSON (${messageOf(cause)})`, '', cause)
  }
}

function recordsOf(path: string, document: unknown): unknown[] {
  const members = Object.entries(document as object).filter(
    ([, value]) => Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null,
  )
  if (members.length === 1) return members[0][1] as unknown[]
  const found = members.length ? `several: ${members.map(([name]) => name).join(', ')}` : 'none'
  throw new LqError(
    'LQ_INPUT_INVALID',
    `${path}: expected a JSON object with one array of bars in it, found ${found}`,
    {
      hint: 'write the array as a file of its own',
    },
  )
}

function toBatch(path: string, records: unknown[], names?: string[]): InputBatch {
  return Array.isArray(records[0]) ? fromArrays(records, arrayNames(path, records, names)) : fromRecords(records)
}

function arrayNames(path: string, records: unknown[], names?: string[]): string[] {
  if (names) return names
  const width = (records.find(Array.isArray) ?? []).length
  if (width === ARRAY_COLUMNS.length) return ARRAY_COLUMNS
  throw new LqError(
    'LQ_USAGE',
    `${path}: expected arrays of ${ARRAY_COLUMNS.length} values (${ARRAY_COLUMNS.join(', ')}), found ${width}`,
    {
      hint: 'name their places: --columns timestamp,open,high,low,close,volume,_',
    },
  )
}

const OPEN = new Set([0x5b, 0x7b])
const CLOSE = new Set([0x5d, 0x7d])
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c

/**
 * The elements of a top-level array, parsed by the piece: the text is cut at commas between two elements, found by
 * counting brackets outside of strings, so that memory is bounded by a piece.
 */
async function* arrayElements(path: string, text: AsyncIterable<string>): AsyncGenerator<unknown[]> {
  let rest = ''
  let at = 0
  let depth = 0
  let isString = false
  let cut = -1
  let isEnded = false
  for await (const part of text) {
    rest += part
    for (; at < rest.length; at++) {
      const code = rest.charCodeAt(at)
      if (isString) {
        if (code === BACKSLASH) at++
        else if (code === QUOTE) isString = false
      } else if (code === QUOTE) isString = true
      else if (OPEN.has(code)) depth++
      else if (CLOSE.has(code)) {
        depth--
        isEnded = depth === 0
      } else if (code === COMMA && depth === 1) cut = at
    }
    if (rest.length < PIECE_CHARS || cut < 0 || isEnded) continue
    yield parse(path, `${rest.slice(0, cut)}]`) as unknown[]
    rest = `[${rest.slice(cut + 1)}`
    at -= cut
    cut = -1
  }
  const last = parse(path, rest) as unknown[]
  if (last.length > 0) yield last
}
