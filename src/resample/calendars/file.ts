import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Papa from 'papaparse'
import { LqError, messageOf } from '../../errors.js'
import { MS_PER_DAY, MS_PER_MINUTE } from '../../timeframe.js'
import { formatDay, parseDay } from '../civil.js'
import { parseMinutes, type Session } from '../session.js'
import { openZone, type Zone } from '../zone.js'

const FILE_BYTES_MAX = 16 * 2 ** 20

type Row = Record<string, string>

/**
 * A session read from a CSV file with the columns `date,open,close` and, where there is a lunch break,
 * `break_start,break_end`; several rows of one date are several ranges; a row without times is a day without a session.
 * Times are `HH:MM` in the zone (an opening after its close lies on the evening before) or ISO 8601 with an offset.
 * The calendar knows the dates from the first to the last of the file: those between that are not in it are closed.
 *
 * @throws LQ_INPUT_MISSING if the file cannot be read
 * @throws LQ_CALENDAR naming the line, if it has no such columns, a value is not a time, or ranges overlap
 */
export function fileSession(path: string, zoneText: string): Session {
  const zone = openZone(zoneText)
  const text = readText(path)
  const parsed = Papa.parse<Row>(text, {
    header: true,
    skipEmptyLines: 'greedy',
    comments: '#',
    transformHeader: cleanHeader,
  })
  const missing = ['date', 'open', 'close'].filter((name) => !parsed.meta.fields?.includes(name))
  if (missing.length > 0) invalid(path, `expected the columns date, open and close, without ${missing.join(', ')}`)
  const days = collect(parsed.data, { path, zone })
  if (days.size === 0) invalid(path, 'expected at least one date, found none')
  const known = [...days.keys()].sort((a, b) => a - b)
  assertAscending(known, { days, path })
  return {
    name: `file:${createHash('sha256').update(text).digest('hex').slice(0, 32)}@${zone.name}`,
    zone,
    firstDay: known[0],
    lastDay: known[known.length - 1],
    ranges: (day) => days.get(day) ?? null,
  }
}

function readText(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new LqError('LQ_INPUT_MISSING', `expected a calendar file at ${path}: ${messageOf(cause)}`, {
      hint: 'check the path that stands before @ZONE in --session',
      cause,
    })
  }
  if (text.length > FILE_BYTES_MAX) invalid(path, `expected at most ${FILE_BYTES_MAX} characters, found ${text.length}`)
  return text
}

function cleanHeader(name: string): string {
  return name.trim().toLowerCase()
}

/** Date → its ranges, or null. */
function collect(rows: Row[], at: { path: string; zone: Zone }): Map<number, number[] | null> {
  const days = new Map<number, number[] | null>()
  for (const row of rows) {
    const field = (name: string) => (row[name] ?? '').trim()
    const day = parseDay(field('date'))
    if (Number.isNaN(day)) invalid(at.path, `expected a date YYYY-MM-DD, got ${JSON.stringify(field('date'))}`)
    const ranges = days.get(day) ?? []
    const [open, close, breakStart, breakEnd] = ['open', 'close', 'break_start', 'break_end'].map(field)
    if (open === '' && close === '') {
      days.set(day, ranges.length > 0 ? ranges : null)
      continue
    }
    const times = breakStart === '' && breakEnd === '' ? [open, close] : [open, breakStart, breakEnd, close]
    ranges.push(...readTimes(times, { ...at, day }))
    days.set(day, ranges)
  }
  return days
}

/** Instants of one row. Clock times are read backwards from the close: one not before the next is a day earlier. */
function readTimes(times: string[], at: { path: string; zone: Zone; day: number }): number[] {
  const instants = new Array<number>(times.length)
  let later = Number.POSITIVE_INFINITY
  for (let i = times.length - 1; i >= 0; i -= 1) {
    const minutes = parseMinutes(times[i])
    if (Number.isNaN(minutes)) instants[i] = readInstant(times[i], at)
    else {
      const local = at.day * MS_PER_DAY + minutes * MS_PER_MINUTE
      const sameDay = at.zone.reach(local)
      instants[i] = sameDay < later ? sameDay : at.zone.reach(local - MS_PER_DAY)
    }
    later = instants[i]
  }
  const [first, last] = [at.zone.reach((at.day - 1) * MS_PER_DAY), at.zone.reach((at.day + 2) * MS_PER_DAY)]
  const ascending = instants.every((instant, i) => i === 0 || instants[i - 1] < instant)
  if (!ascending || instants[0] < first || instants[instants.length - 1] > last) {
    invalid(
      at.path,
      `expected ascending times from the day before to the day after, got ${times.join(' ')} on ${formatDay(at.day)}`,
    )
  }
  return instants
}

function readInstant(text: string, at: { path: string; day: number }): number {
  const iso = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)
  const instant = iso ? Date.parse(text.replace(' ', 'T')) : Number.NaN
  if (Number.isNaN(instant)) {
    invalid(at.path, `expected HH:MM or ISO 8601 with an offset, got ${JSON.stringify(text)} on ${formatDay(at.day)}`)
  }
  return instant
}

/** Sorts the ranges of each day, and refuses such as overlap, within a day or from one to the next. */
function assertAscending(known: number[], at: { days: Map<number, number[] | null>; path: string }): void {
  let end = Number.NEGATIVE_INFINITY
  for (const day of known) {
    const ranges = at.days.get(day)
    if (!ranges) continue
    const pairs = Array.from({ length: ranges.length / 2 }, (_, i) => [ranges[2 * i], ranges[2 * i + 1]])
    pairs.sort((a, b) => a[0] - b[0])
    for (const [open, close] of pairs) {
      if (open < end) invalid(at.path, `expected ranges that do not overlap, found an overlap on ${formatDay(day)}`)
      end = close
    }
    at.days.set(day, pairs.flat())
  }
}

function invalid(path: string, message: string): never {
  throw new LqError('LQ_CALENDAR', `calendar ${path}: ${message}`, {
    hint: 'see docs/calendars.md for the file format',
  })
}
