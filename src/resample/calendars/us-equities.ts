import { civilDate, civilDay, parseDays, weekday } from '../civil.js'
import { localRanges, type Session } from '../session.js'
import { openZone } from '../zone.js'

const OPEN = 9 * 60 + 30
const CLOSE = 16 * 60
const EARLY_CLOSE = 13 * 60
/** Until 1992 a half day ended at 14:00. */
const EARLY_CLOSE_OLD = 14 * 60

/** From the first whole year of the hours 09:30–16:00 to the end of what rules can be trusted to say. */
const FIRST_DAY = civilDay(1986, 1, 1)
const LAST_DAY = civilDay(2030, 12, 31)

/** Mourning (Nixon, Reagan, Ford, Bush, Carter), 11 September 2001, hurricane Sandy. */
const SPECIAL_CLOSURES = parseDays(
  '1994-04-27 2001-09-11 2001-09-12 2001-09-13 2001-09-14 2004-06-11 2007-01-02 2012-10-29 2012-10-30 2018-12-05 ' +
    '2025-01-09',
)
const SPECIAL_HALF_DAYS = parseDays('1997-12-26 1999-12-31 2003-12-26')

/**
 * XNYS or XNAS: regular hours of the New York exchanges by their rules, 1986 … 2030. Delayed openings and halts inside
 * a day are not known; unscheduled closures of the future cannot be.
 *
 * @see NYSE Rule 7.2 (holidays) and the exchange's list of special closings
 */
export function usEquitiesSession(name: 'XNYS' | 'XNAS'): Session {
  const zone = openZone('America/New_York')
  const years = new Map<number, Map<number, number>>()
  const closes = (year: number) => {
    const known = years.get(year) ?? exceptionsOf(year)
    years.set(year, known)
    return known
  }
  const ranges = (day: number) => {
    if (weekday(day) > 5) return null
    const close = closes(civilDate(day).year).get(day) ?? CLOSE
    return close === 0 ? null : localRanges(zone, day, [OPEN, close])
  }
  return { name, zone, firstDay: FIRST_DAY, lastDay: LAST_DAY, ranges }
}

/** Day → minute at which it closes, 0 = no session, for the days of a year that are not ordinary. */
function exceptionsOf(year: number): Map<number, number> {
  const earlyClose = year < 1993 ? EARLY_CLOSE_OLD : EARLY_CLOSE
  const closes = new Map<number, number>()
  for (const day of [...halfDays(year), ...SPECIAL_HALF_DAYS]) closes.set(day, earlyClose)
  // Holidays come second: 24 December is one when Christmas falls on a Saturday.
  for (const day of [...holidays(year), ...SPECIAL_CLOSURES]) closes.set(day, 0)
  return closes
}

function holidays(year: number): number[] {
  const newYear = civilDay(year, 1, 1)
  return [
    // A New Year's Day on a Saturday is not moved to Friday: that Friday ends the accounting year.
    weekday(newYear) === 7 ? newYear + 1 : newYear,
    ...(year >= 1998 ? [nthWeekday(year, 1, { weekday: 1, nth: 3 })] : []), // Martin Luther King
    nthWeekday(year, 2, { weekday: 1, nth: 3 }), // Washington
    easter(year) - 2,
    nthWeekday(year, 6, { weekday: 1, nth: 1 }) - 7, // Memorial Day, the last Monday of May
    ...(year >= 2022 ? [nearestWeekday(civilDay(year, 6, 19))] : []), // Juneteenth
    nearestWeekday(civilDay(year, 7, 4)),
    nthWeekday(year, 9, { weekday: 1, nth: 1 }), // Labor Day
    thanksgiving(year),
    nearestWeekday(civilDay(year, 12, 25)),
  ]
}

function halfDays(year: number): number[] {
  return [
    ...independenceHalfDay(year),
    ...(year >= 1992 ? [thanksgiving(year) + 1] : []),
    ...(weekday(civilDay(year, 12, 24)) <= 4 ? [civilDay(year, 12, 24)] : []),
  ]
}

/** Since 1995 the eve of a 4 July on Tuesday … Friday, but until 2012 the Friday after one on a Thursday. */
function independenceHalfDay(year: number): number[] {
  const fourth = civilDay(year, 7, 4)
  if (year < 1995 || weekday(fourth) === 1 || weekday(fourth) > 5) return []
  return [weekday(fourth) === 4 && year < 2013 ? fourth + 1 : fourth - 1]
}

function thanksgiving(year: number): number {
  return nthWeekday(year, 11, { weekday: 4, nth: 4 })
}

function nthWeekday(year: number, month: number, which: { weekday: number; nth: number }): number {
  const first = civilDay(year, month, 1)
  return first + ((which.weekday - weekday(first) + 7) % 7) + (which.nth - 1) * 7
}

function nearestWeekday(day: number): number {
  return weekday(day) === 6 ? day - 1 : weekday(day) === 7 ? day + 1 : day
}

/** Easter Sunday. @see Butcher's algorithm, in Meeus, Astronomical Algorithms, chapter 8 */
function easter(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor((8 * b + 13) / 25)
  const e = (19 * a + b - Math.floor(b / 4) - d + 15) % 30
  const f = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - e - (c % 4)) % 7
  const g = Math.floor((a + 11 * e + 22 * f) / 451)
  const month = Math.floor((e + f - 7 * g + 114) / 31)
  return civilDay(year, month, ((e + f - 7 * g + 114) % 31) + 1)
}
