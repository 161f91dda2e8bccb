import { describe, expect, test } from 'vitest'
import { civilDate, civilDay, civilMonth, formatDay, parseDay, parseDays, weekday } from '../../src/resample/civil.js'

describe('civil dates', () => {
  test('count days from 1970-01-01', () => {
    expect([civilDay(1970, 1, 1), civilDay(1969, 12, 31), civilDay(2000, 2, 29)]).toEqual([0, -1, 11016])
  })

  test('come back from their day', () => {
    expect(civilDate(civilDay(1899, 12, 31))).toEqual({ year: 1899, month: 12, day: 31 })
  })

  test('count months from 1970-01, before it too', () => {
    expect([civilMonth(0), civilMonth(-1), civilMonth(civilDay(2024, 2, 29))]).toEqual([0, -1, 649])
  })

  test('have weekdays from 1, Monday, to 7, Sunday', () => {
    expect([weekday(0), weekday(4), weekday(3), weekday(-1), weekday(-4)]).toEqual([4, 1, 7, 3, 7])
  })

  test.each(['2023-02-29', '2024-13-01', '2024-1-1', 'today', '', '2024-01-01T00:00'])('do not include %j', (text) => {
    expect(parseDay(text)).toBeNaN()
  })

  test('are written as they are read', () => {
    expect(formatDay(parseDay('1999-12-31'))).toBe('1999-12-31')
  })

  test('come as a list, which has no slips', () => {
    expect(parseDays('1970-01-02 1970-01-01')).toEqual([1, 0])
    expect(() => parseDays('1970-01-02 1970-02-30')).toThrow('not a date: 1970-02-30')
  })
})
