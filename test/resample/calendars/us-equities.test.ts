import { describe, expect, test } from 'vitest'
import { usEquitiesSession } from '../../../src/resample/calendars/us-equities.js'
import { civilDay, formatDay, parseDay } from '../../../src/resample/civil.js'
import { DATA, datesOfCsv, NO_DATA, query, queryTexts } from '../data.js'
import { iso } from '../make.js'

const session = usEquitiesSession('XNYS')
const isOpen = (date: string) => session.ranges(parseDay(date)) !== null
const close = (date: string) => iso(session.ranges(parseDay(date))?.[1] ?? Number.NaN)

/** Session dates between two dates, both included. */
function sessions(from: string, to: string): string[] {
  const dates: string[] = []
  for (let day = parseDay(from); day <= parseDay(to); day += 1) if (session.ranges(day)) dates.push(formatDay(day))
  return dates
}

/** Weekdays without a session, and half days, of a year as `MM-DD`. */
function exceptions(year: number) {
  const closed: string[] = []
  const half: string[] = []
  for (let day = civilDay(year, 1, 1); day < civilDay(year + 1, 1, 1); day += 1) {
    if ([0, 6].includes(new Date(day * 864e5).getUTCDay())) continue
    const ranges = session.ranges(day)
    if (!ranges) closed.push(formatDay(day).slice(5))
    else if (ranges[1] - ranges[0] < 6.5 * 36e5) half.push(formatDay(day).slice(5))
  }
  return { closed, half }
}

describe('XNYS', () => {
  test('opens at 09:30 and closes at 16:00 in New York', () => {
    expect(session.ranges(parseDay('2024-01-03'))?.map(iso)).toEqual(['2024-01-03T14:30Z', '2024-01-03T21:00Z'])
    expect(session.ranges(parseDay('2024-07-10'))?.map(iso)).toEqual(['2024-07-10T13:30Z', '2024-07-10T20:00Z'])
  })

  test.each([
    [2024, '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25', '07-03 11-29 12-24'],
    [2025, '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25', '07-03 11-28 12-24'],
    [2026, '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25', '11-27 12-24'],
    [2027, '01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24', '11-26'],
  ])('rests in %d as the exchange published', (year, closed, half) => {
    expect(exceptions(year)).toEqual({ closed: closed.split(' '), half: half.split(' ') })
  })

  test.each(
    '1994-04-27 2001-09-11 2001-09-14 2004-06-11 2007-01-02 2012-10-29 2012-10-30 2018-12-05 2025-01-09'.split(' '),
  )('was closed specially on %s', (date) => {
    expect(isOpen(date)).toBe(false)
  })

  test('does not move a New Year on Saturday to Friday, but moves one on Sunday to Monday', () => {
    expect([isOpen('2021-12-31'), isOpen('2010-12-31'), isOpen('2023-01-02')]).toEqual([true, true, false])
  })

  test('keeps Martin Luther King since 1998 and Juneteenth since 2022', () => {
    expect(['1997-01-20', '1998-01-19', '2021-06-18', '2022-06-20'].map(isOpen)).toEqual([true, false, true, false])
  })

  test.each([
    ['2002-07-05', '2002-07-05T17:00Z'],
    ['2002-07-03', '2002-07-03T20:00Z'],
    ['2013-07-03', '2013-07-03T17:00Z'],
    ['2013-07-05', '2013-07-05T20:00Z'],
    ['1994-07-01', '1994-07-01T20:00Z'],
    ['2003-12-26', '2003-12-26T18:00Z'],
    ['2008-12-26', '2008-12-26T21:00Z'],
    ['1992-12-24', '1992-12-24T19:00Z'],
    ['1991-11-29', '1991-11-29T21:00Z'],
  ])('closed on %s at %s', (date, time) => {
    expect(close(date)).toBe(time)
  })

  test('is known 1986 … 2030', () => {
    expect([session.firstDay, session.lastDay].map(formatDay)).toEqual(['1986-01-01', '2030-12-31'])
  })

  test('shares its hours with XNAS', () => {
    expect(usEquitiesSession('XNAS').ranges(parseDay('2024-07-03'))).toEqual(session.ranges(parseDay('2024-07-03')))
  })
})

describe.skipIf(DATA === null)(`XNYS and the bars${DATA ? '' : `: ${NO_DATA}`}`, () => {
  test.each(['SPY', 'XLK', 'AGG'])('has exactly the dates of %s', (symbol) => {
    const dates = datesOfCsv(`daily_us/sector_etf/${symbol}.csv.gz`)
    expect(dates.length).toBeGreaterThan(4000)
    expect(sessions(dates[0], dates[dates.length - 1])).toEqual(dates)
  })

  test.each([
    ['1987 … 2008', 'daily_us/us_long_history_1987-2008.parquet', 1],
    ['2012 … 2014', 'daily_us/us_equity_daily_2012-2014.parquet', 1],
    // A crawl of all pages of a day: on holidays it met one or two stale ones.
    ['2015 … 2017', 'daily_us/pystock_daily_2015-03_2017-03.parquet', 3],
    ['2024, by the minute', 'minute/us_equity/us_equity_1m_2024.parquet', 1],
  ])('has exactly the dates of %s', async (_, file, symbolsMin) => {
    const dates = await queryTexts(`
      SELECT strftime(timestamp, '%Y-%m-%d') AS date FROM '$DATA/${file}'
      GROUP BY date HAVING count(DISTINCT symbol) >= ${symbolsMin} ORDER BY date`)
    expect(dates.length).toBeGreaterThan(250)
    expect(sessions(dates[0], dates[dates.length - 1])).toEqual(dates)
  })

  test('closes early on every half day of 2012 that the bars flag', async () => {
    const dates = await queryTexts(`
      SELECT DISTINCT strftime(timestamp, '%Y-%m-%d') AS date
      FROM '$DATA/daily_us/us_equity_daily_2012-2014.parquet' WHERE half_day ORDER BY date`)
    expect(exceptions(2012).half.map((date) => `2012-${date}`)).toEqual(dates)
  })

  test('closes early in 2024 on the days whose last hours have no trade', async () => {
    const dates = await queryTexts(`
      SELECT strftime(timestamp, '%m-%d') AS date FROM '$DATA/minute/us_equity/us_equity_1m_2024.parquet'
      GROUP BY date HAVING max(timestamp - date_trunc('day', timestamp)) <= INTERVAL 18 HOUR ORDER BY date`)
    expect(exceptions(2024).half).toEqual(dates)
  })

  test('holds nearly all volume of 2024', async () => {
    const rows = await query(`
      SELECT epoch_ms(timestamp)::DOUBLE, volume FROM '$DATA/minute/us_equity/us_equity_1m_2024.parquet'`)
    let [inside, all] = [0, 0]
    for (const [ms, volume] of rows as [number, number][]) {
      const [open, end] = session.ranges(Math.floor(ms / 864e5)) ?? [0, 0]
      if (open <= ms && ms < end) inside += volume
      all += volume
    }
    expect(inside / all).toBeGreaterThan(0.9)
  })
})
