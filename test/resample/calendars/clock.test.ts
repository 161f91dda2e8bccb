import { describe, expect, test } from 'vitest'
import { clockSession } from '../../../src/resample/calendars/clock.js'
import { parseDay } from '../../../src/resample/civil.js'
import { iso } from '../make.js'

const ranges = (text: string, date: string) => clockSession(text).ranges(parseDay(date))?.map(iso) ?? null

describe('a session by the clock', () => {
  test('keeps to the wall clock through the year', () => {
    expect(ranges('09:30-16:00@America/New_York', '2024-01-03')).toEqual(['2024-01-03T14:30Z', '2024-01-03T21:00Z'])
    expect(ranges('09:30-16:00@America/New_York', '2024-07-03')).toEqual(['2024-07-03T13:30Z', '2024-07-03T20:00Z'])
  })

  test('rests at weekends unless days are given', () => {
    expect(ranges('09:30-16:00@UTC', '2024-06-01')).toBeNull()
    expect(ranges('09:30-16:00/Mon-Sun@UTC', '2024-06-01')).not.toBeNull()
  })

  test('takes days that wrap around the week, and single ones', () => {
    const days = (text: string) => clockSession(`10:00-15:00/${text}@Asia/Riyadh`).name.split(/[/@]/)[1]
    expect(days('Sun-Thu')).toBe('mon,tue,wed,thu,sun')
    expect(days('Mon,Wed')).toBe('mon,wed')
    expect(days('sat')).toBe('sat')
  })

  test('has a range on each side of a lunch break', () => {
    expect(ranges('09:30-11:30,13:00-16:00@Asia/Hong_Kong', '2024-07-04')).toEqual([
      '2024-07-04T01:30Z',
      '2024-07-04T03:30Z',
      '2024-07-04T05:00Z',
      '2024-07-04T08:00Z',
    ])
  })

  test('belongs to the date it ends on where it starts on the evening before', () => {
    expect(ranges('18:00-17:00@America/Chicago', '2024-07-01')).toEqual(['2024-06-30T23:00Z', '2024-07-01T22:00Z'])
  })

  test('is a whole day where it ends when it starts', () => {
    expect(ranges('17:00-17:00@America/New_York', '2024-07-01')).toEqual(['2024-06-30T21:00Z', '2024-07-01T21:00Z'])
  })

  test('ends on its own date at 24:00, and on the next at 00:00', () => {
    expect(ranges('09:00-24:00@UTC', '2024-07-01')).toEqual(['2024-07-01T09:00Z', '2024-07-02T00:00Z'])
    expect(ranges('09:00-00:00@UTC', '2024-07-02')).toEqual(['2024-07-01T09:00Z', '2024-07-02T00:00Z'])
  })

  test('may start its first range on the evening before', () => {
    expect(ranges('21:00-23:00,09:00-11:30@Asia/Shanghai', '2024-07-02')).toEqual([
      '2024-07-01T13:00Z',
      '2024-07-01T15:00Z',
      '2024-07-02T01:00Z',
      '2024-07-02T03:30Z',
    ])
  })

  test('may have ranges that touch', () => {
    expect(ranges('09:00-12:00,12:00-15:00@UTC', '2024-07-02')).toHaveLength(4)
  })

  test('is shorter or longer on a day of a clock change', () => {
    const hours = (date: string) => {
      const [open, close] = clockSession('00:00-24:00/Mon-Sun@Europe/London').ranges(parseDay(date))!
      return (close - open) / 36e5
    }
    expect([hours('2024-03-31'), hours('2024-10-27')]).toEqual([23, 25])
  })

  test('leaves out a range that a clock change skips', () => {
    expect(ranges('02:00-03:00/Sun@America/New_York', '2024-03-10')).toBeNull()
    expect(ranges('12:00-13:00/Mon-Sun@Pacific/Apia', '2011-12-30')).toBeNull()
  })

  test('is named by what it means', () => {
    const names = ['9:30-16:00@us/eastern', '09:30 - 16:00 / mon-fri@America/New_York'].map((t) => clockSession(t).name)
    expect(new Set(names).size).toBe(1)
  })

  test.each([
    '09:30-16:00',
    '09:30@UTC',
    '09:30-25:00@UTC',
    '09:60-16:00@UTC',
    '09:30-16:00-17:00@UTC',
    '09:00-11:00,10:00-12:00@UTC',
    '09:30-16:00/Mon-Tue-Wed@UTC',
    '09:30-16:00/Funday@UTC',
    '09:30-16:00/@UTC',
    ',@UTC',
  ])('refuses %j', (text) => {
    expect(() => clockSession(text)).toThrow(expect.objectContaining({ code: 'LQ_CALENDAR' }))
  })

  test('refuses a zone that is not known', () => {
    expect(() => clockSession('09:30-16:00@Mars')).toThrow(expect.objectContaining({ code: 'LQ_TIMEZONE' }))
  })
})
