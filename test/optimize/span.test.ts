import { describe, expect, test } from 'vitest'
import { addCalendar, isEmpty, parseSpan, plus } from '../../src/optimize/span.js'
import { MS_PER_DAY, MS_PER_HOUR } from '../../src/timeframe.js'

describe('a length', () => {
  test.each([
    ['500', { kind: 'bars', bars: 500 }],
    ['0', { kind: 'bars', bars: 0 }],
    [' 12M ', { kind: 'calendar', months: 12, ms: 0 }],
    ['30d', { kind: 'calendar', months: 0, ms: 30 * MS_PER_DAY }],
    ['6H', { kind: 'calendar', months: 0, ms: 6 * MS_PER_HOUR }],
    ['90m', { kind: 'calendar', months: 0, ms: 1.5 * MS_PER_HOUR }],
  ])('%s is %j', (text, expected) => {
    expect(parseSpan(text)).toEqual(expected)
  })

  test.each(['', '-5', '1.5', '12 M', 'M', '12y', '5 bars'])('is not %j', (text) => {
    expect(() => parseSpan(text)).toThrow(expect.objectContaining({ code: 'LQ_USAGE' }))
  })

  test('adds to another of its kind, months and time apart', () => {
    expect(plus(parseSpan('1M'), parseSpan('30d'), 2)).toEqual({ kind: 'calendar', months: 1, ms: 60 * MS_PER_DAY })
    expect(plus(parseSpan('10'), parseSpan('4'), -1)).toEqual({ kind: 'bars', bars: 6 })
    expect(() => plus(parseSpan('10'), parseSpan('1d'))).toThrow(expect.objectContaining({ code: 'LQ_USAGE' }))
  })

  test('is empty when it is nothing', () => {
    expect(['0', '1', '1M', '1d'].map((text) => isEmpty(parseSpan(text)))).toEqual([true, false, false, false])
  })
})

describe('calendar time after an instant', () => {
  const later = (from: string, months: number, days = 0) =>
    new Date(addCalendar(Date.parse(from), { months, ms: days * MS_PER_DAY })).toISOString()

  test.each([
    ['2024-01-31T00:00:00.000Z', 1, '2024-02-29T00:00:00.000Z'],
    ['2023-01-31T00:00:00.000Z', 1, '2023-02-28T00:00:00.000Z'],
    ['2024-01-31T00:00:00.000Z', 2, '2024-03-31T00:00:00.000Z'],
    ['2024-02-29T09:30:00.000Z', 12, '2025-02-28T09:30:00.000Z'],
    ['2024-03-31T00:00:00.000Z', -1, '2024-02-29T00:00:00.000Z'],
    ['2024-01-15T00:00:00.000Z', -13, '2022-12-15T00:00:00.000Z'],
    ['1969-12-31T23:00:00.000Z', 2, '1970-02-28T23:00:00.000Z'],
  ])('%s and %d months is %s', (from, months, expected) => {
    expect(later(from, months)).toBe(expected)
  })

  test('goes by months first, then by days', () => {
    expect(later('2024-01-31T00:00:00Z', 1, 1)).toBe('2024-03-01T00:00:00.000Z')
    expect(later('2026-03-01T00:00:00Z', -1, -30)).toBe('2026-01-02T00:00:00.000Z')
  })
})
