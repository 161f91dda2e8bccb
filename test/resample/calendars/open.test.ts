import { describe, expect, test } from 'vitest'
import { openSession } from '../../../src/resample/calendars/open.js'
import { civilDay } from '../../../src/resample/civil.js'
import { MS_PER_DAY } from '../../../src/timeframe.js'

describe('openSession', () => {
  test.each([
    ['xnys', 'XNYS'],
    ['XNAS', 'XNAS'],
    ['XKRX', 'XKRX'],
    ['24/7', '24/7@UTC'],
    ['24/7@Asia/Seoul', '24/7@Asia/Seoul'],
    ['09:30-16:00@america/new_york', '09:30-16:00/mon,tue,wed,thu,fri@America/New_York'],
  ])('opens %s as %s', (text, name) => {
    expect(openSession(text).name).toBe(name)
  })

  test.each(['XLON', '', 'NYSE', 'calendar.csv', 'calendar.txt@UTC', 'constructor'])('refuses %j', (text) => {
    expect(() => openSession(text)).toThrow(expect.objectContaining({ code: 'LQ_CALENDAR' }))
  })

  test('takes a file whose name begins with a digit for a file', () => {
    expect(() => openSession('/nowhere/2024.csv@UTC')).toThrow(expect.objectContaining({ code: 'LQ_INPUT_MISSING' }))
    expect(() => openSession('2024.csv@UTC')).toThrow(expect.objectContaining({ code: 'LQ_INPUT_MISSING' }))
  })

  test('makes 24/7 a session of each civil day, weekends too', () => {
    const saturday = civilDay(2024, 6, 1)
    expect(openSession('24/7').ranges(saturday)).toEqual([saturday * MS_PER_DAY, (saturday + 1) * MS_PER_DAY])
  })
})
