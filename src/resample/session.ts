import { MS_PER_DAY, MS_PER_MINUTE } from '../timeframe.js'
import { TIME_MAX_MS, TIME_MIN_MS, type Zone } from './zone.js'

/**
 * When an exchange trades: the ranges of each session date. A session belongs to one civil date of its zone; its ranges
 * may start on the evening before, and a lunch break makes two of them.
 */
export interface Session {
  /** canonical text: sessions of one name answer alike, so it can stand for the session in a job's identity */
  name: string
  zone: Zone
  /** first session date the calendar knows, in days since 1970-01-01 */
  firstDay: number
  /** last session date the calendar knows */
  lastDay: number
  /**
   * `[open, close, open, close, …]` of one date in ms UTC, ascending, each `[open, close)`; null where there is none.
   * The ranges of one date end before those of the next begin.
   */
  ranges(day: number): readonly number[] | null
}

/** First and last day of calendars that have no end of their own. */
export const DAY_MIN = TIME_MIN_MS / MS_PER_DAY
export const DAY_MAX = TIME_MAX_MS / MS_PER_DAY - 1

/**
 * The ranges of one date, from minutes of the wall clock.
 *
 * @param minutes `[open, close, …]` since local midnight of `day`; negative = the evening before; null = no session
 * @returns ms UTC; a range that a clock change skips whole is left out
 */
export function localRanges(zone: Zone, day: number, minutes: readonly number[] | null): number[] | null {
  if (minutes === null) return null
  const ranges: number[] = []
  for (let i = 0; i < minutes.length; i += 2) {
    const open = zone.reach(day * MS_PER_DAY + minutes[i] * MS_PER_MINUTE)
    const close = zone.reach(day * MS_PER_DAY + minutes[i + 1] * MS_PER_MINUTE)
    if (open < close) ranges.push(open, close)
  }
  return ranges.length > 0 ? ranges : null
}

/** Minutes since midnight of `HH:MM` (00:00 … 24:00), or NaN. */
export function parseMinutes(text: string): number {
  const found = /^(\d{1,2}):([0-5]\d)$/.exec(text)
  const minutes = found ? Number(found[1]) * 60 + Number(found[2]) : Number.NaN
  return minutes <= 24 * 60 ? minutes : Number.NaN
}
