import { civilDate, civilDay, parseDays, weekday } from '../civil.js'
import { localRanges, type Session } from '../session.js'
import { openZone } from '../zone.js'

const OPEN = 9 * 60
const CLOSE_UNTIL_2016 = 15 * 60
const CLOSE = 15 * 60 + 30
const LATE = 60

/** The day the lunch break was abolished; the end of the last year that daily bars confirm. */
const FIRST_DAY = civilDay(2000, 5, 22)
const LAST_DAY = civilDay(2024, 12, 31)
const LONGER_DAY_SINCE = civilDay(2016, 8, 1)

/**
 * Weekdays without a session, `MM-DD`: exactly those on which no KRX stock, fund or index has a daily bar. A table, as
 * elections, lunar dates, substitute and one-off holidays follow no rule that would have foreseen them.
 */
const CLOSED: Record<number, string> = {
  2000: '06-06 07-17 08-15 09-11 09-12 09-13 10-03 12-25 12-27 12-28 12-29',
  2001: '01-01 01-23 01-24 01-25 03-01 04-05 05-01 06-06 07-17 08-15 10-01 10-02 10-03 12-25 12-31',
  2002: '01-01 02-11 02-12 02-13 03-01 04-05 05-01 06-06 06-13 07-01 07-17 08-15 09-20 10-03 12-19 12-25 12-31',
  2003: '01-01 01-31 05-01 05-05 05-08 06-06 07-17 08-15 09-10 09-11 09-12 10-03 12-25 12-31',
  2004: '01-01 01-21 01-22 01-23 03-01 04-05 04-15 05-05 05-26 09-27 09-28 09-29 12-31',
  2005: '02-08 02-09 02-10 03-01 04-05 05-05 06-06 08-15 09-19 10-03 12-30',
  2006: '01-30 03-01 05-01 05-05 05-31 06-06 07-17 08-15 10-03 10-05 10-06 12-25 12-29',
  2007: '01-01 02-19 03-01 05-01 05-24 06-06 07-17 08-15 09-24 09-25 09-26 10-03 12-19 12-25 12-31',
  2008: '01-01 02-06 02-07 02-08 04-09 05-01 05-05 05-12 06-06 08-15 09-15 10-03 12-25 12-31',
  2009: '01-01 01-26 01-27 05-01 05-05 10-02 12-25 12-31',
  2010: '01-01 02-15 03-01 05-05 05-21 06-02 09-21 09-22 09-23 12-31',
  2011: '02-02 02-03 02-04 03-01 05-05 05-10 06-06 08-15 09-12 09-13 10-03 12-30',
  2012: '01-23 01-24 03-01 04-11 05-01 05-28 06-06 08-15 10-01 10-03 12-19 12-25 12-31',
  2013: '01-01 02-11 03-01 05-01 05-17 06-06 08-15 09-18 09-19 09-20 10-03 10-09 12-25 12-31',
  2014: '01-01 01-30 01-31 05-01 05-05 05-06 06-04 06-06 08-15 09-08 09-09 09-10 10-03 10-09 12-25 12-31',
  2015: '01-01 02-18 02-19 02-20 05-01 05-05 05-25 08-14 09-28 09-29 10-09 12-25 12-31',
  2016: '01-01 02-08 02-09 02-10 03-01 04-13 05-05 05-06 06-06 08-15 09-14 09-15 09-16 10-03 12-30',
  2017: '01-27 01-30 03-01 05-01 05-03 05-05 05-09 06-06 08-15 10-02 10-03 10-04 10-05 10-06 10-09 12-25 12-29',
  2018: '01-01 02-15 02-16 03-01 05-01 05-07 05-22 06-06 06-13 08-15 09-24 09-25 09-26 10-03 10-09 12-25 12-31',
  2019: '01-01 02-04 02-05 02-06 03-01 05-01 05-06 06-06 08-15 09-12 09-13 10-03 10-09 12-25 12-31',
  2020: '01-01 01-24 01-27 04-15 04-30 05-01 05-05 08-17 09-30 10-01 10-02 10-09 12-25 12-31',
  2021: '01-01 02-11 02-12 03-01 05-05 05-19 08-16 09-20 09-21 09-22 10-04 10-11 12-31',
  2022: '01-31 02-01 02-02 03-01 03-09 05-05 06-01 06-06 08-15 09-09 09-12 10-03 10-10 12-30',
  2023: '01-23 01-24 03-01 05-01 05-05 05-29 06-06 08-15 09-28 09-29 10-02 10-03 10-09 12-25 12-29',
  2024: '01-01 02-09 02-12 03-01 04-10 05-01 05-06 05-15 06-06 08-15 09-16 09-17 09-18 10-01 10-03 10-09 12-25 12-31',
}

/** Days of the college entrance examination: everything is an hour later (2017-11-16 too, though it was put off). */
const EXAMINATION_DAYS = new Set(
  parseDays(
    '2000-11-15 2001-11-07 2002-11-06 2003-11-05 2004-11-17 2005-11-23 2006-11-16 2007-11-15 2008-11-13 2009-11-12 ' +
      '2010-11-18 2011-11-10 2012-11-08 2013-11-07 2014-11-13 2015-11-12 2016-11-17 2017-11-16 2017-11-23 2018-11-15 ' +
      '2019-11-14 2020-12-03 2021-11-18 2022-11-17 2023-11-16 2024-11-14',
  ),
)

const CLOSED_DAYS = new Set(
  Object.entries(CLOSED).flatMap(([year, dates]) => parseDays(dates.replace(/\d\d-\d\d/g, `${year}-$&`))),
)

/**
 * XKRX: the regular session of the Korea Exchange, 2000-05-22 … 2024-12-31. Dates are those that daily bars confirm;
 * hours are 09:00–15:00, since 2016-08-01 09:00–15:30, an hour later on examination days, and from 10:00 on the first
 * day of a year.
 *
 * @see KRX, Market Operation: Trading Hours
 */
export function koreaSession(): Session {
  const zone = openZone('Asia/Seoul')
  const ranges = (day: number) => (isOpen(day) ? localRanges(zone, day, hours(day)) : null)
  return { name: 'XKRX', zone, firstDay: FIRST_DAY, lastDay: LAST_DAY, ranges }
}

function isOpen(day: number): boolean {
  return weekday(day) <= 5 && !CLOSED_DAYS.has(day)
}

function hours(day: number): [open: number, close: number] {
  const close = day < LONGER_DAY_SINCE ? CLOSE_UNTIL_2016 : CLOSE
  if (EXAMINATION_DAYS.has(day)) return [OPEN + LATE, close + LATE]
  return [isFirstOfYear(day) ? OPEN + LATE : OPEN, close]
}

function isFirstOfYear(day: number): boolean {
  const { year, month, day: ofMonth } = civilDate(day)
  if (month > 1 || ofMonth > 7) return false
  for (let before = civilDay(year, 1, 1); before < day; before += 1) if (isOpen(before)) return false
  return true
}
