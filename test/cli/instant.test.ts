import { describe, expect, test } from 'vitest'
import { parseInstant } from '../../src/cli/instant.js'

const parse = (text: string, timeZone = 'UTC') =>
  new Date(parseInstant(text, { option: '--start', timeZone })).toISOString()

describe('a time of the command line', () => {
  test.each([
    ['2024-03-01', 'UTC', '2024-03-01T00:00:00.000Z'],
    ['2024-03-01T09:30', 'UTC', '2024-03-01T09:30:00.000Z'],
    ['2024-03-01 09:30:15.250Z', 'Asia/Seoul', '2024-03-01T09:30:15.250Z'],
    ['2024-03-01T09:30+05:30', 'UTC', '2024-03-01T04:00:00.000Z'],
    ['2024-03-01', 'Asia/Seoul', '2024-02-29T15:00:00.000Z'],
    ['2024-11-03T01:30', 'America/New_York', '2024-11-03T05:30:00.000Z'],
    ['2024-03-10T02:30', 'America/New_York', '2024-03-10T07:00:00.000Z'],
  ])('%s in %s is %s', (text, zone, instant) => {
    expect(parse(text, zone)).toBe(instant)
  })

  test.each(['yesterday', '2024-3-1', '2024-02-30', '2024-03-01T25:00', '1709251200', ''])('is not %j', (text) => {
    expect(() => parse(text)).toThrow(/expected --start to be a time/)
  })
})
