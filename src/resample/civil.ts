import assert from 'node:assert/strict'
import { MS_PER_DAY } from '../timeframe.js'

/** A date of the proleptic Gregorian calendar; month 1 … 12. */
export interface CivilDate {
  year: number
  month: number
  day: number
}

/** Days since 1970-01-01. `month` may lie outside 1 … 12: it carries into the year. @see definition */
export function civilDay(year: number, month: number, day: number): number {
  return Math.floor(Date.UTC(year, month - 1, day) / MS_PER_DAY)
}

/** The date of a day counted from 1970-01-01. */
export function civilDate(day: number): CivilDate {
  const date = new Date(day * MS_PER_DAY)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/** Months since 1970-01 of a day counted from 1970-01-01. */
export function civilMonth(day: number): number {
  const { year, month } = civilDate(day)
  return (year - 1970) * 12 + month - 1
}

/** Day of the week, 1 = Monday … 7 = Sunday (1970-01-01 was a Thursday). */
export function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/** `YYYY-MM-DD` */
export function formatDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10)
}

/** Days since 1970-01-01 of `YYYY-MM-DD`, or NaN where the text is no date (2023-02-29, `today`). */
export function parseDay(text: string): number {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!found) return Number.NaN
  const day = civilDay(Number(found[1]), Number(found[2]), Number(found[3]))
  return formatDay(day) === text ? day : Number.NaN
}

/** The days of a list `YYYY-MM-DD YYYY-MM-DD …` in the code: one that is no date is a slip of ours. */
export function parseDays(text: string): number[] {
  return text.split(' ').map((date) => {
    const day = parseDay(date)
    assert(!Number.isNaN(day), `not a date: ${date}`)
    return day
  })
}
