import { LqError } from '../errors.js'
import type { InputBatch } from './input/batch.js'
import { NOT_A_NUMBER, parseNumber } from './input/number-text.js'

/** A column of a joined file. */
export interface JoinedColumn {
  /** in expressions */
  name: string
  /** in the file */
  source: string
  kind: 'number' | 'group'
  /** [rows] numbers, or codes of groups, the first text in order being 0; NaN where there is none */
  values: Float64Array
}

/**
 * Puts the parts of a column together. A column of texts is one of numbers if all that is written in it are numbers,
 * but for files that have types; else it is one of groups.
 *
 * @returns null for times, which are neither
 * @throws LQ_INPUT_INVALID if nothing can be called by the name of the column
 */
export function joinedColumn(
  path: string,
  source: string,
  { parts, typed }: { parts: InputBatch[]; typed: boolean },
): JoinedColumn | null {
  if (parts.some(({ columns }) => columns[source]?.kind === 'timestamp')) return null
  const name = nameOf(path, source)
  const isText = parts.some(({ columns }) => columns[source]?.kind === 'text')
  if (!isText) return { name, source, kind: 'number', values: numbersOf(parts, source) }
  const texts = textsOf(parts, source)
  const numbers = typed ? null : parsed(texts)
  if (numbers) return { name, source, kind: 'number', values: numbers }
  return { name, source, kind: 'group', values: codesOf(texts) }
}

/** What is written where there is no value. */
const ABSENT = /^(n\/?a|#n\/a|-|none)$/i

/** A name of the language as it is; others in lower case, with `_` for what no name may have. */
function nameOf(path: string, source: string): string {
  const plain = source.trim()
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(plain)) return plain
  const name = plain
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
  if (/^[a-z_]/.test(name)) return name
  if (name !== '') return `_${name}`
  const found = `${path}: expected names of letters, digits and _ for its columns, found ${JSON.stringify(source)}`
  throw new LqError('LQ_INPUT_INVALID', found, { hint: 'rename the column in the file' })
}

function numbersOf(parts: InputBatch[], source: string): Float64Array {
  const values = new Float64Array(rowsOf(parts)).fill(Number.NaN)
  let at = 0
  for (const { rows, columns } of parts) {
    const given = columns[source]?.values as Float64Array | undefined
    for (let i = 0; given && i < rows; i++) if (Number.isFinite(given[i])) values[at + i] = given[i]
    at += rows
  }
  return values
}

/** Trimmed; an empty one is none. */
function textsOf(parts: InputBatch[], source: string): (string | null)[] {
  const texts: (string | null)[] = []
  for (const { rows, columns } of parts) {
    const given = columns[source]?.values
    for (let i = 0; i < rows; i++) {
      const value = given?.[i]
      const text = value === null || value === undefined || Number.isNaN(value) ? '' : String(value).trim()
      texts.push(text === '' || text.toLowerCase() === 'null' ? null : text)
    }
  }
  return texts
}

/** @returns null where a text is no number, or there is none */
function parsed(texts: (string | null)[]): Float64Array | null {
  const values = new Float64Array(texts.length).fill(Number.NaN)
  let isNumeric = false
  for (const [row, text] of texts.entries()) {
    if (text === null || ABSENT.test(text)) continue
    const value = parseNumber(text)
    if (value === NOT_A_NUMBER) return null
    isNumeric = true
    if (Number.isFinite(value)) values[row] = value
  }
  return isNumeric ? values : null
}

/** Texts in the order of their UTF-16 units, whatever the language of the machine. */
function codesOf(texts: (string | null)[]): Float64Array {
  const distinct = [...new Set(texts.filter((text) => text !== null))].sort()
  const codes = new Map(distinct.map((text, code) => [text, code]))
  return Float64Array.from(texts, (text) => (text === null ? Number.NaN : (codes.get(text) as number)))
}

const rowsOf = (parts: InputBatch[]): number => parts.reduce((sum, { rows }) => sum + rows, 0)
