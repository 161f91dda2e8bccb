import { LqError } from '../../errors.js'
import type { Column } from '../parquet.js'
import type { InputBatch } from './batch.js'
import { guessUnit, isMost, isPlausible, textToMs, toMs } from './epoch.js'
import type { InputOptions, TimeUnit } from './options.js'
import { formatReader, readIso, type TimeReader } from './time-text.js'

/** How the times of a file are written; decided on its first rows, then held to. */
export interface TimeColumn {
  /** ms of a row, or why it has none */
  read(batch: InputBatch, row: number): number | string
}

const SAMPLE_ROWS = 1000
const YEARS = { min: -62_135_596_800_000, max: 253_402_300_799_999 }
const EPOCH_TEXT = /^\s*[+-]?\d+(\.\d+)?\s*$/
const DATE_NUMBER = /^\s*(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\s*$/

const MISSING_TIME = 'no timestamp'

/**
 * Decides how the time columns of a file are to be read.
 *
 * @param file.zoned  Parquet columns whose values are instants
 * @param file.dated  bars of a day or wider: a date without a time of day is then their label, whatever the zone
 * @throws LQ_USAGE if the unit of a number or the order of a date cannot be told; it names the flag that says so
 */
export function openTimeColumn(
  path: string,
  batch: InputBatch,
  file: { names: string[]; zoned: ReadonlySet<string>; dated: boolean; options: InputOptions },
): TimeColumn {
  const { names, options } = file
  const [first] = names
  const column = batch.columns[first]
  if (names.length === 1 && column.kind === 'timestamp')
    return fromTimestamps(first, options, { ...file, isZoned: file.zoned.has(first) })
  if (names.length === 1 && column.kind === 'number' && !options.tsFormat) {
    const sample = [...column.values.subarray(0, SAMPLE_ROWS)].filter((value) => Number.isFinite(value))
    if (options.tsUnit || !isMost(sample, (value) => DATE_NUMBER.test(String(value))))
      return fromNumbers(path, first, { sample, unit: options.tsUnit })
  }
  return fromTexts(path, batch, file)
}

function fromTimestamps(
  name: string,
  { clock }: InputOptions,
  { isZoned, dated }: { isZoned: boolean; dated: boolean },
): TimeColumn {
  return {
    read(batch, row) {
      const ms = (batch.columns[name].values as Float64Array)[row]
      if (Number.isNaN(ms)) return MISSING_TIME
      return inYears(isZoned || !clock || (dated && ms % 86_400_000 === 0) ? ms : fromLocal(ms, clock))
    },
  }
}

function fromNumbers(path: string, name: string, { sample, unit }: { sample: number[]; unit?: TimeUnit }): TimeColumn {
  const decided = unit ?? guessUnit(sample)
  if (!decided) throw unknownUnit(path, name, String(sample[0] ?? 'nothing'))
  return {
    read(batch, row) {
      const column = batch.columns[name]
      // A later batch may be of texts, if only one of its rows is.
      if (column?.kind === 'text') return fromEpochText(column.values[row], decided, unit === undefined)
      const value = column ? (column.values as Float64Array)[row] : Number.NaN
      if (Number.isNaN(value)) return MISSING_TIME
      if (!Number.isFinite(value) || (!unit && !isPlausible(value, decided))) return notInUnit(String(value), decided)
      return inYears(toMs(value, decided))
    },
  }
}

function fromEpochText(text: string | null, unit: TimeUnit, isGuessed: boolean): number | string {
  if (text === null || text.trim() === '') return MISSING_TIME
  if (!EPOCH_TEXT.test(text) || (isGuessed && !isPlausible(Number(text), unit))) return notInUnit(text, unit)
  return inYears(textToMs(text, unit))
}

const notInUnit = (text: string, unit: TimeUnit): string => `unreadable timestamp ${text}: expected ${unit} since 1970`

function unknownUnit(path: string, name: string, found: string): LqError {
  return new LqError('LQ_USAGE', `${path}: the unit of the times in column ${name} cannot be told from ${found}`, {
    hint: 'say it: --ts-unit s, ms, us or ns',
  })
}

function fromTexts(
  path: string,
  batch: InputBatch,
  { names, dated, options }: { names: string[]; dated: boolean; options: InputOptions },
): TimeColumn {
  const textAt = (of: InputBatch, row: number): string | null => {
    const parts = names.map((name) => cellText(of.columns[name], row))
    return parts.some((part) => part === null) ? null : parts.join(' ')
  }
  const sample: string[] = []
  for (let row = 0; row < batch.rows && sample.length < SAMPLE_ROWS; row++) {
    const text = textAt(batch, row)
    if (text !== null) sample.push(text)
  }
  if (!options.tsFormat && isMost(sample, (text) => EPOCH_TEXT.test(text))) {
    if (options.tsUnit || !isMost(sample, (text) => DATE_NUMBER.test(text))) {
      const unit = options.tsUnit ?? guessUnit(sample.map(Number).filter(Number.isFinite))
      if (!unit) throw unknownUnit(path, names.join(','), sample[0])
      return { read: (of, row) => fromEpochText(textAt(of, row), unit, !options.tsUnit) }
    }
  }
  const reader: TimeReader = options.tsFormat ? formatReader(options.tsFormat) : readIso
  if (sample.length > 0 && !sample.some((text) => reader(text) !== null))
    throw unreadable(path, names, sample[0], options.tsFormat)
  return {
    read(of, row) {
      const text = textAt(of, row)
      if (text === null) return MISSING_TIME
      const time = reader(text)
      if (!time) return `unreadable timestamp ${text}`
      const { clock } = options
      return inYears(time.zoned || !clock || (dated && time.dateOnly) ? time.ms : fromLocal(time.ms, clock))
    },
  }
}

function unreadable(path: string, names: string[], found: string, format?: string): LqError {
  const expected = format ?? 'YYYY-MM-DD [HH:MM[:SS]], or a number of s, ms, us or ns'
  return new LqError(
    'LQ_USAGE',
    `${path}: expected times in column ${names.join(',')} as ${expected}, found ${found}`,
    {
      hint: 'say how they are written: --ts-format "%d.%m.%Y %H:%M"',
    },
  )
}

function cellText(column: Column | undefined, row: number): string | null {
  if (!column) return null
  if (column.kind === 'timestamp')
    return Number.isNaN(column.values[row]) ? null : new Date(column.values[row]).toISOString().slice(0, 10)
  const value = column.values[row]
  const text = value === null || (Number.isNaN(value as number) && column.kind !== 'text') ? '' : String(value).trim()
  return text === '' || text.toLowerCase() === 'null' ? null : text
}

/** An ambiguous local time takes the first of its two instants; one that a clock change skips has none. */
function fromLocal(localMs: number, clock: NonNullable<InputOptions['clock']>): number | string {
  const utcMs = clock.reach(localMs)
  return utcMs + clock.offset(utcMs) === localMs
    ? utcMs
    : `timestamp ${new Date(localMs).toISOString().slice(0, 19)} does not exist in ${clock.name}`
}

function inYears(ms: number | string): number | string {
  if (typeof ms === 'string') return ms
  return ms >= YEARS.min && ms <= YEARS.max ? ms : `unreadable timestamp: ${ms} ms is outside of the years 1 … 9999`
}
