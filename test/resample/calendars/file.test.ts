import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fileSession } from '../../../src/resample/calendars/file.js'
import { formatDay, parseDay } from '../../../src/resample/civil.js'
import { iso } from '../make.js'

const folder = mkdtempSync(join(tmpdir(), 'lq-calendar-'))
afterAll(() => rmSync(folder, { recursive: true }))

function open(text: string, zone = 'Asia/Kolkata') {
  const path = join(folder, 'calendar.csv')
  writeFileSync(path, text)
  return fileSession(path, zone)
}

const rangesOf = (text: string, date: string) => open(text).ranges(parseDay(date))?.map(iso) ?? null
const failure = (text: string) => {
  try {
    open(text)
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('did not throw')
}

describe('a calendar file', () => {
  test('gives the session of each of its dates', () => {
    const text = 'date,open,close\n2021-11-03,09:15,15:30\n2021-11-04,18:15,19:15\n'
    expect(rangesOf(text, '2021-11-03')).toEqual(['2021-11-03T03:45Z', '2021-11-03T10:00Z'])
    expect(rangesOf(text, '2021-11-04')).toEqual(['2021-11-04T12:45Z', '2021-11-04T13:45Z'])
  })

  test('is closed on dates between that it does not have', () => {
    const text = 'date,open,close\n2021-11-03,09:15,15:30\n2021-11-08,09:15,15:30\n'
    expect(rangesOf(text, '2021-11-05')).toBeNull()
  })

  test('knows the dates from its first to its last, a row without times being a closed day', () => {
    const session = open('date,open,close\n2021-12-31,,\n2021-11-03,09:15,15:30\n2021-01-01,,\n')
    expect([formatDay(session.firstDay), formatDay(session.lastDay)]).toEqual(['2021-01-01', '2021-12-31'])
    expect(session.ranges(session.lastDay)).toBeNull()
  })

  test('takes several rows of a date as several ranges, in any order', () => {
    const text = 'date,open,close\n2024-07-04,13:00,16:00\n2024-07-04,09:30,11:30\n'
    expect(rangesOf(text, '2024-07-04')).toEqual([
      '2024-07-04T04:00Z',
      '2024-07-04T06:00Z',
      '2024-07-04T07:30Z',
      '2024-07-04T10:30Z',
    ])
  })

  test('takes a break from its columns', () => {
    const text = 'date,open,close,break_start,break_end\n2024-07-04,09:30,16:00,11:30,13:00\n2024-07-05,09:30,12:00,,\n'
    expect(rangesOf(text, '2024-07-04')).toHaveLength(4)
    expect(rangesOf(text, '2024-07-05')).toHaveLength(2)
  })

  test('lets an opening after its close lie on the evening before', () => {
    expect(rangesOf('date,open,close\n2024-07-04,18:00,17:00\n', '2024-07-04')).toEqual([
      '2024-07-03T12:30Z',
      '2024-07-04T11:30Z',
    ])
  })

  test('takes ISO 8601 with an offset for the time it is', () => {
    const text = 'date,open,close\n2021-11-04,2021-11-04T18:15+05:30,2021-11-04T13:45:00Z\n'
    expect(rangesOf(text, '2021-11-04')).toEqual(['2021-11-04T12:45Z', '2021-11-04T13:45Z'])
  })

  test('may have comments, other columns, a byte order mark, Windows line ends and headers in any case', () => {
    const text = '\uFEFF# NSE\r\nDate,Note,Open,Close\r\n2021-11-04,Diwali,18:15,19:15\r\n'
    expect(rangesOf(text, '2021-11-04')).toEqual(['2021-11-04T12:45Z', '2021-11-04T13:45Z'])
  })

  test('is named by its content and zone', () => {
    const text = 'date,open,close\n2021-11-04,18:15,19:15\n'
    expect(open(text).name).toMatch(/^file:[0-9a-f]{32}@/)
    expect(new Set([open(text).name, open(text, 'UTC').name, open(`${text}\n`).name]).size).toBe(3)
  })

  test.each([
    ['no column', 'date,open\n2021-11-04,18:15\n', 'without close'],
    ['no row', 'date,open,close\n', 'at least one date'],
    ['an empty file', '', 'without date, open, close'],
    ['a bad date', 'date,open,close\n2021-11-31,09:15,15:30\n', '"2021-11-31"'],
    ['a bad time', 'date,open,close\n2021-11-04,9.15,15:30\n', '"9.15"'],
    ['an hour past the day', 'date,open,close\n2021-11-04,09:15,25:30\n', '"25:30"'],
    ['a time without an offset', 'date,open,close\n2021-11-04,2021-11-04T09:15,15:30\n', 'with an offset'],
    ['half a break', 'date,open,close,break_start\n2021-11-04,09:15,15:30,12:00\n', '""'],
    ['no close', 'date,open,close\n2021-11-04,09:15,\n', '""'],
    ['a far opening', 'date,open,close\n2021-11-04,2021-10-04T09:15Z,15:30\n', 'from the day before'],
    ['another day', 'date,open,close\n2021-11-04,2021-10-04T09:15Z,2021-10-04T10:15Z\n', 'on 2021-11-04'],
    ['a close before the opening', 'date,open,close\n2021-11-04,2021-11-04T09:15Z,2021-11-04T08:15Z\n', 'ascending'],
    ['an overlap', 'date,open,close\n2021-11-04,09:15,15:30\n2021-11-04,15:00,16:00\n', 'overlap on 2021-11-04'],
    [
      'an overlap of dates',
      'date,open,close\n2021-11-04,09:15,19:00\n2021-11-05,18:00,17:00\n',
      'overlap on 2021-11-05',
    ],
  ])('with %s is refused', (_, text, part) => {
    expect(failure(text)).toMatchObject({ code: 'LQ_CALENDAR', message: expect.stringContaining(part) })
  })

  test('that is not there is missing input', () => {
    expect(() => fileSession('/nowhere/calendar.csv', 'UTC')).toThrow(
      expect.objectContaining({ code: 'LQ_INPUT_MISSING' }),
    )
  })
})
