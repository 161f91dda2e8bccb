import { expect, test } from 'vitest'
import { formatReader, readIso } from '../../../src/lake/input/time-text.js'

const iso = (text: string) => {
  const time = readIso(text)
  return time && new Date(time.ms).toISOString()
}

test.each([
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2024/02/29', '2024-02-29T00:00:00.000Z'],
  ['2024.02.29 9:05', '2024-02-29T09:05:00.000Z'],
  ['20240229', '2024-02-29T00:00:00.000Z'],
  ['20240229 0930', '2024-02-29T09:30:00.000Z'],
  ['2024-02-29T09:30', '2024-02-29T09:30:00.000Z'],
  ['2024-02-29 09:30:15', '2024-02-29T09:30:15.000Z'],
  ['2024-02-29T09:30:15.250', '2024-02-29T09:30:15.250Z'],
  ['2024-02-29T09:30:15.123456789Z', '2024-02-29T09:30:15.123Z'],
  ['2024-02-29 09:30:15+05:30', '2024-02-29T04:00:15.000Z'],
  ['2024-02-29T09:30:15-0800', '2024-02-29T17:30:15.000Z'],
  ['2024-02-29T09:30:15 UTC', '2024-02-29T09:30:15.000Z'],
  ['0050-01-01', '0050-01-01T00:00:00.000Z'],
])('reads %s', (text, expected) => expect(iso(text)).toBe(expected))

test.each([
  '2023-02-29',
  '2024-13-01',
  '2024-00-10',
  '2024-01-32',
  '2024-01-01 24:00',
  '2024-01-01 10:60',
  '01/02/2024',
  '2024-1-1',
  '2024-01-01Z',
  'soon',
  '',
])('does not read %j', (text) => expect(iso(text)).toBeNull())

test('tells a date from a moment, and a local time from an instant', () => {
  expect(readIso('2024-01-01')).toMatchObject({ dateOnly: true, zoned: false })
  expect(readIso('2024-01-01T00:00Z')).toMatchObject({ dateOnly: false, zoned: true })
})

test.each([
  ['%d.%m.%Y %H:%M', '29.02.2024 09:30', '2024-02-29T09:30:00.000Z'],
  ['%m/%d/%y', '2/9/68', '2068-02-09T00:00:00.000Z'],
  ['%m/%d/%y', '2/9/69', '1969-02-09T00:00:00.000Z'],
  ['%d-%b-%Y %I:%M %p', '05-Mar-2021 12:15 AM', '2021-03-05T00:15:00.000Z'],
  ['%Y%m%d%H%M%S', '20240229093015', '2024-02-29T09:30:15.000Z'],
  ['%FT%T%z', '2024-02-29T09:30:15+01:00', '2024-02-29T08:30:15.000Z'],
  ['[%Y] %j%%'.replace('%j', '%m %d '), '[2024] 02 29 %', '2024-02-29T00:00:00.000Z'],
])('the format %s reads %s', (format, text, expected) => {
  expect(new Date(formatReader(format)(text)!.ms).toISOString()).toBe(expected)
})

test('a format reads nothing else', () => {
  const reader = formatReader('%d.%m.%Y')
  expect([reader('2024-01-01'), reader('31.02.2024'), reader('01.01.2024 10:00')]).toEqual([null, null, null])
})

test.each(['%Q', '%Y-%m', 'YYYY-MM-DD', '%Y-%m-%d %Y'])('the format %s is a usage error', (format) => {
  expect(() => formatReader(format)).toThrow(expect.objectContaining({ code: 'LQ_USAGE' }))
})
