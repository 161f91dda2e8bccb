import { describe, expect, test } from 'vitest'
import { koreaSession } from '../../../src/resample/calendars/korea.js'
import { formatDay, parseDay } from '../../../src/resample/civil.js'
import { DATA, datesOfCsv, NO_DATA, queryTexts } from '../data.js'

const session = koreaSession()

/** `HH:MM-HH:MM` in Seoul, which has kept UTC+9 since 1988. */
function hours(date: string): string | null {
  const ranges = session.ranges(parseDay(date))
  return ranges?.map((ms) => new Date(ms + 9 * 36e5).toISOString().slice(11, 16)).join('-') ?? null
}

describe('XKRX', () => {
  test.each([
    ['2000-05-22', '09:00-15:00'],
    ['2016-07-29', '09:00-15:00'],
    ['2016-08-01', '09:00-15:30'],
    ['2024-12-30', '09:00-15:30'],
  ])('traded %s at %s', (date, expected) => {
    expect(hours(date)).toBe(expected)
  })

  test.each([
    ['2015-11-12', '10:00-16:00'],
    ['2017-11-16', '10:00-16:30'],
    ['2017-11-23', '10:00-16:30'],
    ['2020-12-03', '10:00-16:30'],
  ])('was an hour late on examination day %s: %s', (date, expected) => {
    expect(hours(date)).toBe(expected)
  })

  test.each(['2001-01-02', '2005-01-03', '2018-01-02', '2024-01-02'])(
    'opened at ten on %s, the first of its year',
    (date) => {
      expect(hours(date)?.slice(0, 5)).toBe('10:00')
    },
  )

  test('opened at nine on the second day of a year', () => {
    expect(hours('2024-01-03')).toBe('09:00-15:30')
  })

  test.each([
    ['the closing day of the year', '2024-12-31'],
    ['lunar new year', '2024-02-12'],
    ['Chuseok', '2017-10-04'],
    ['a substitute holiday', '2021-08-16'],
    ['an election', '2024-04-10'],
    ['a holiday of one time', '2015-08-14'],
  ])('was closed on %s, %s', (_, date) => {
    expect(hours(date)).toBeNull()
  })

  test('is known from the end of the lunch break to the end of what bars confirm', () => {
    expect([session.firstDay, session.lastDay].map(formatDay)).toEqual(['2000-05-22', '2024-12-31'])
  })
})

/** Dates on which something traded, of sources that cover the whole span between them. */
async function tradingDates(): Promise<Set<string>> {
  const files = ['kospi_ohlcv_2000-2024.parquet', 'krx_stocks_etfs_1990-2023.parquet']
  const dates = new Set(datesOfCsv('daily_krx/kospi200_index_per_pbr_div_1990-2024.csv.gz'))
  for (const file of files) {
    const sql = `SELECT DISTINCT strftime(timestamp, '%Y-%m-%d') FROM '$DATA/daily_krx/${file}'`
    for (const date of await queryTexts(sql)) dates.add(date)
  }
  // The third file repeats the next day's bars on holidays; it is needed for the last two weeks alone.
  const last = await queryTexts(`
    WITH bar AS (
      SELECT timestamp, [open, high, low, close] AS prices,
        lead([open, high, low, close]) OVER (PARTITION BY symbol ORDER BY timestamp) AS next
      FROM '$DATA/daily_krx/kospi100_ohlc_2018-2025.parquet')
    SELECT strftime(timestamp, '%Y-%m-%d') AS date FROM bar WHERE timestamp > '2024-12-16'
    GROUP BY date HAVING count(*) FILTER (prices = next) < count(*) / 2`)
  for (const date of last) dates.add(date)
  return dates
}

describe.skipIf(DATA === null)(`XKRX and the bars${DATA ? '' : `: ${NO_DATA}`}`, () => {
  test('has exactly the dates of bars, 2000-05-22 … 2024-12-31', async () => {
    const traded = await tradingDates()
    const wrong: string[] = []
    for (let day = session.firstDay; day <= session.lastDay; day += 1) {
      if ((session.ranges(day) !== null) !== traded.has(formatDay(day))) wrong.push(formatDay(day))
    }
    expect(wrong).toEqual([])
  })
})
