import Papa from 'papaparse'
import { LqError } from '../../errors.js'
import type { Column } from '../parquet.js'
import type { InputBatch } from './batch.js'
import { invalidInput } from './bytes.js'
import { NOT_A_NUMBER, parseNumber } from './number-text.js'

/** A piece of this size is parsed at once: its cells then die young, which halves the time of the garbage collector. */
const PIECE_CHARS = 256 * 1024
const LINE_CHARS_MAX = 16 * 1024 * 1024
const DELIMITERS = [',', '\t', ';', '|']

/**
 * CSV with a header, or with the names that are given. The delimiter is recognised; quotes may hold line breaks.
 * Blank lines are no rows; a line with more or fewer cells than the header is a fault: it was torn, or means
 * something else.
 *
 * @throws LQ_INPUT_INVALID if there is no header and no names are given, or a line is longer than 16 M characters
 */
export async function* readCsv(
  path: string,
  text: AsyncIterable<string>,
  names?: string[],
): AsyncGenerator<InputBatch> {
  let header = names
  let delimiter = ''
  for await (const piece of wholeLines(path, text)) {
    delimiter ||= guessDelimiter(piece)
    const lines = Papa.parse<string[]>(piece, { delimiter, skipEmptyLines: true }).data.filter(isNotBlank)
    if (!header) header = headerOf(path, lines.shift() ?? [])
    if (lines.length > 0) yield toBatch(lines, header)
  }
  if (!header) throw invalidInput(path, 'nothing but blanks')
}

/** Papa's own way of passing blanks over joins the cells of every line. */
const isNotBlank = (cells: string[]): boolean => cells.length > 1 || cells[0].trim() !== ''

/** Cuts the text at line breaks outside of quotes. */
async function* wholeLines(path: string, text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const part of text) {
    rest += part
    let from = 0
    for (let size = PIECE_CHARS; rest.length - from >= size; ) {
      const piece = rest.slice(from, from + size)
      const end = lastLineEnd(piece)
      // A line, or a quoted text of many lines, that is longer than the piece: a longer one is tried.
      if (end === 0) size *= 2
      if (size > LINE_CHARS_MAX) throw invalidInput(path, `a line of more than ${LINE_CHARS_MAX} characters`)
      if (end === 0) continue
      yield piece.slice(0, end)
      from += end
      size = PIECE_CHARS
    }
    rest = rest.slice(from)
  }
  if (rest !== '') yield rest
}

/**
 * Place behind the last line break that is not inside quotes; quotes doubled within quotes leave their parity as it is.
 */
function lastLineEnd(text: string): number {
  const end = text.lastIndexOf('\n') + 1
  if (!text.includes('"')) return end
  let last = 0
  let isQuoted = false
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) isQuoted = !isQuoted
    else if (code === 10 && !isQuoted) last = at + 1
  }
  return last
}

/** The delimiter that cuts the first line most often. */
function guessDelimiter(piece: string): string {
  const line = piece.slice(0, (piece.indexOf('\n') + 1 || piece.length + 1) - 1)
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))]
}

function headerOf(path: string, cells: string[]): string[] {
  const header = cells.map((cell) => cell.trim())
  if (!header.every((cell) => cell === '' || parseNumber(cell) !== NOT_A_NUMBER)) return header
  throw new LqError('LQ_USAGE', `${path}: expected a header, found the values ${header.slice(0, 8).join(', ')}`, {
    hint: 'name the columns: --columns timestamp,open,high,low,close,volume',
  })
}

function toBatch(lines: string[][], header: string[]): InputBatch {
  const faults = new Map<number, string>()
  for (let row = 0; row < lines.length; row++) {
    const cells = lines[row]
    if (cells.length !== header.length && !isPadded(cells, header.length))
      faults.set(row, `${cells.length} cells for ${header.length} columns`)
  }
  const columns: [string, Column][] = []
  for (const [place, name] of header.entries()) {
    if (name === '' || name === '_') continue
    const values: (string | null)[] = new Array(lines.length)
    for (let row = 0; row < lines.length; row++) values[row] = lines[row][place] ?? null
    columns.push([name, { kind: 'text', values }])
  }
  // Of two columns with one name the first is meant.
  return { rows: lines.length, columns: Object.fromEntries(columns.reverse()), faults }
}

/** A delimiter at the end of every line is a habit of some writers. */
const isPadded = (cells: string[], width: number): boolean =>
  cells.length > width && cells.slice(width).every((cell) => cell.trim() === '')
