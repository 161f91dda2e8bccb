import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Folder of the test vectors that other projects publish, or null where the data is not there. */
export const ORACLES: string | null = process.env.LQ_TEST_DATA ? join(process.env.LQ_TEST_DATA, 'oracles') : null

/** A CSV file with a header, by columns. */
export interface Csv {
  /** names of the columns, lower-case */
  columns: string[]
  numbers(column: string): Float64Array
  /** as printed, for the count of digits; by name, or by place where names are long */
  texts(column: string | number): string[]
}

export function readCsv(path: string): Csv {
  const [header, ...rows] = readText(path)
    .replace(/^\ufeff/, '')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((field) => field.trim()))
  const columns = header.map((name) => name.toLowerCase())
  const placeOf = (name: string) => (header.includes(name) ? header.indexOf(name) : columns.indexOf(name))
  const texts = (column: string | number) => {
    const place = typeof column === 'number' ? column : placeOf(column)
    if (place < 0) throw new Error(`${path} has no column ${column}: ${header}`)
    return rows.map((row) => row[place] ?? '')
  }
  return {
    columns,
    texts,
    numbers: (column) => Float64Array.from(texts(column), (text) => (text === '' ? Number.NaN : Number(text))),
  }
}

/** One row of TA-Lib's regression tables, by its field names. */
export function readTalibRows(file: string): Record<string, string>[] {
  const rows = JSON.parse(readText('talib_regtest/expected_rows.json.gz')) as {
    file: string
    fields: string[]
    values: string[]
  }[]
  return rows
    .filter((row) => row.file === file)
    .map(({ fields, values }) => Object.fromEntries(fields.map((field, i) => [field, values[i]])))
}

/** The bars that TA-Lib's tables are about. */
export function readTalibBars(): Record<'open' | 'high' | 'low' | 'close' | 'volume', Float64Array> {
  const csv = readCsv('talib_regtest/input_252bars.csv')
  const column = (name: string) => csv.numbers(`TA_SREF_${name}_daily_ref_0_PRIV`)
  return {
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  }
}

/** A case of Tulip's: `name options…`, then inputs and outputs, one list in braces each. */
export interface TulipCase {
  name: string
  options: number[]
  lists: string[][]
}

export function readTulip(): TulipCase[] {
  const cases: TulipCase[] = []
  for (const line of ['atoz', 'extra', 'untest'].flatMap((file) =>
    readText(`tulipindicators/${file}.txt`).split(/\r?\n/),
  )) {
    if (line.startsWith('{'))
      cases.at(-1)?.lists.push(
        line
          .slice(1, line.indexOf('}'))
          .split(',')
          .map((text) => text.trim()),
      )
    else if (/^[a-z]/.test(line)) {
      const [name, ...options] = line.trim().split(/\s+/)
      cases.push({ name, options: options.map(Number), lists: [] })
    }
  }
  return cases
}

function readText(path: string): string {
  const bytes = readFileSync(join(ORACLES as string, path))
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}
