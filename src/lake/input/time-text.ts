import { LqError } from '../../errors.js'

/** A time as written: its wall clock as ms since 1970 if it were UTC, and whether it is more than that. */
export interface WrittenTime {
  /** ms; UTC if `zoned`, else local */
  ms: number
  zoned: boolean
  /** a date without a time of day */
  dateOnly: boolean
}

export type TimeReader = (text: string) => WrittenTime | null

const ISO_DATE = /(\d{4})([-/.]?)(\d{2})\2(\d{2})/
const ISO_TIME = /(?:[T ]\s*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?/
const ISO_ZONE = /\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?/
const ISO = new RegExp(`^${ISO_DATE.source}${ISO_TIME.source}${ISO_ZONE.source}$`, 'i')

/**
 * Reads `2024-01-31`, `2024/01/31 09:30`, `20240131 0930`, `2024-01-31T09:30:15.250+01:00` and what lies between: the
 * year first, so that day and month cannot be mistaken. Fractions below a millisecond are cut off.
 *
 * @returns null for anything else, and for dates that do not exist
 */
export function readIso(text: string): WrittenTime | null {
  const quick = readPlain(text)
  if (quick) return quick
  const found = ISO.exec(text.trim())
  if (!found) return null
  const [, year, , month, day, hour, minute, second = '0', fraction = '', zone] = found
  if (zone && hour === undefined) return null
  const ms = civil({
    year: +year,
    month: +month,
    day: +day,
    hour: +(hour ?? 0),
    minute: +(minute ?? 0),
    second: +second,
  })
  if (Number.isNaN(ms)) return null
  return { ms: ms + fractionMs(fraction) - offsetOf(zone), zoned: zone !== undefined, dateOnly: hour === undefined }
}

const fractionMs = (digits: string): number => Number(digits.padEnd(3, '0').slice(0, 3))

function offsetOf(zone: string | undefined): number {
  if (!zone || !/^[+-]/.test(zone)) return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0)
  return (zone[0] === '-' ? -minutes : minutes) * 60_000
}

interface Civil {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** NaN where there is no such date or time of day. */
function civil({ year, month, day, hour, minute, second }: Civil): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month - 1] && hour < 24 && minute < 60 && second < 60))
    return Number.NaN
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (month === 2 && day === 29 && !isLeap) return Number.NaN
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC takes the years 0 … 99 for 1900 … 1999.
  return year < 100 ? new Date(ms).setUTCFullYear(year) : ms
}

/**
 * `YYYY-MM-DD`, or with `?HH:MM` or `?HH:MM:SS` behind it: the forms that files of millions of rows have, digit by
 * digit.
 */
function readPlain(text: string): WrittenTime | null {
  const { length } = text
  if ((length !== 10 && length !== 16 && length !== 19) || text[4] !== '-' || text[7] !== '-') return null
  if (
    length > 10 &&
    ((text[10] !== 'T' && text[10] !== ' ') || text[13] !== ':' || (length === 19 && text[16] !== ':'))
  )
    return null
  const year = two(text, 0) * 100 + two(text, 2)
  const hour = length > 10 ? two(text, 11) : 0
  const minute = length > 10 ? two(text, 14) : 0
  const second = length > 16 ? two(text, 17) : 0
  const ms = civil({ year, month: two(text, 5), day: two(text, 8), hour, minute, second })
  return Number.isNaN(ms) ? null : { ms, zoned: false, dateOnly: length === 10 }
}

/** NaN unless both are digits. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH_NAME = '[A-Za-z]{3,9}'

const DIRECTIVES: Record<string, string> = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d{2})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  b: `(?<b>${MONTH_NAME})`,
  B: `(?<b>${MONTH_NAME})`,
  H: '(?<H>\\d{1,2})',
  I: '(?<H>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  f: '(?<f>\\d{1,9})',
  p: '(?<p>[AaPp][Mm])',
  z: '(?<z>Z|[+-]\\d{2}:?\\d{2})',
  T: '(?<H>\\d{1,2}):(?<M>\\d{1,2}):(?<S>\\d{1,2})',
  F: '(?<Y>\\d{4})-(?<m>\\d{1,2})-(?<d>\\d{1,2})',
  '%': '%',
}

/**
 * A reader for a format of strftime: `%Y %y %m %d %b %B %H %I %M %S %f %p %z %F %T %%`.
 *
 * @throws LQ_USAGE on another directive, or a format without a year, a month and a day
 */
export function formatReader(format: string): TimeReader {
  const pattern = format.replace(/%(.?)|[\\^$.*+?()[\]{}|]/g, (sign, letter?: string) => {
    if (letter === undefined) return `\\${sign}`
    if (DIRECTIVES[letter]) return DIRECTIVES[letter]
    throw usage(
      format,
      `of strftime's directives these are known: ${Object.keys(DIRECTIVES)
        .map((d) => `%${d}`)
        .join(' ')}`,
    )
  })
  if (!/<[Yy]>/.test(pattern) || !/<[mb]>/.test(pattern) || !/<d>/.test(pattern))
    throw usage(format, 'it must have a year, a month and a day: %Y-%m-%d')
  let regex: RegExp
  try {
    regex = new RegExp(`^${pattern}$`)
  } catch (cause) {
    throw usage(format, 'no directive may come twice', cause)
  }
  const dateOnly = !/<H>/.test(pattern)
  return (text) => {
    const parts = regex.exec(text.trim())?.groups
    return parts ? fromParts(parts, dateOnly) : null
  }
}

function usage(format: string, hint: string, cause?: unknown): LqError {
  return new LqError(
    'LQ_USAGE',
    `--ts-format: expected a format of strftime such as %d.%m.%Y %H:%M, got ${JSON.stringify(format)}`,
    { hint, cause },
  )
}

function fromParts(parts: Record<string, string | undefined>, dateOnly: boolean): WrittenTime | null {
  const month = parts.b ? MONTHS.indexOf(parts.b.slice(0, 3).toLowerCase()) + 1 : Number(parts.m)
  // Two-digit years: 69 … 99 are of the 20th century, as POSIX has it.
  const year = parts.Y ? Number(parts.Y) : Number(parts.y) + (Number(parts.y) >= 69 ? 1900 : 2000)
  let hour = Number(parts.H ?? 0)
  if (parts.p) {
    if (hour < 1 || hour > 12) return null
    hour = (hour % 12) + (/^p/i.test(parts.p) ? 12 : 0)
  }
  const ms = civil({
    year,
    month,
    day: Number(parts.d),
    hour,
    minute: Number(parts.M ?? 0),
    second: Number(parts.S ?? 0),
  })
  if (Number.isNaN(ms)) return null
  return { ms: ms + fractionMs(parts.f ?? '') - offsetOf(parts.z), zoned: parts.z !== undefined, dateOnly }
}
