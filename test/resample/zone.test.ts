import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { civilDay } from '../../src/resample/civil.js'
import { openZone } from '../../src/resample/zone.js'
import { MS_PER_DAY } from '../../src/timeframe.js'
import { at, iso, random } from './make.js'

const ZONES = [
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Africa/Casablanca',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Seoul',
  'Australia/Lord_Howe',
  'Europe/London',
  'Pacific/Apia',
]
/** A wall clock time, as the ms it would be in UTC. */
const local = (text: string) => at(`${text}Z`)
const reached = (zone: string, text: string) => iso(openZone(zone).reach(local(text)))

describe('openZone', () => {
  test.each(['Mars/Olympus', 'GMT+5', '+25:00', '+5', '', 'local'])('refuses %j', (text) => {
    expect(() => openZone(text)).toThrow(expect.objectContaining({ code: 'LQ_TIMEZONE' }))
  })

  test.each([
    ['utc', 'UTC'],
    ['Z', 'UTC'],
    ['+00:00', 'UTC'],
    ['+05:30', '+05:30'],
    ['-0300', '-03:00'],
    ['america/new_york', 'America/New_York'],
  ])('names %s %s', (text, name) => {
    expect(openZone(text).name).toBe(name)
  })

  test('gives one zone for both spellings of a place', () => {
    expect(openZone('Asia/Calcutta').name).toBe(openZone('Asia/Kolkata').name)
  })

  test('takes fixed offsets', () => {
    expect([openZone('+05:30').offset(0), openZone('-03:00').reach(0)]).toEqual([19_800_000, 10_800_000])
  })
})

/** The offset, from the wall clock that Intl writes: an independent way to it. */
function writtenOffset(name: string): (ms: number) => number {
  const numeric = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, ...numeric, second: '2-digit' })
  return (ms) => at(`${format.format(ms).replace(' ', 'T')}Z`) - Math.floor(ms / 1000) * 1000
}

describe('offset', () => {
  test.each(ZONES)('is that of the written wall clock at any time 1900 … 2030 in %s, in any order', (name) => {
    const next = random(20240310)
    const [from, to] = [Date.UTC(1900, 0, 1), Date.UTC(2030, 0, 1)]
    const zone = openZone(name)
    const written = writtenOffset(name)
    for (let i = 0; i < 3000; i += 1) {
      const ms = from + Math.floor(next() * (to - from))
      expect(zone.offset(ms), iso(ms)).toBe(written(ms))
    }
  })

  test.each(ZONES)('changes at the very ms the written wall clock does in %s', (name) => {
    const zone = openZone(name)
    const written = writtenOffset(name)
    const HALF_DAY = MS_PER_DAY / 2
    let changes = 0
    for (let ms = Date.UTC(1990, 0, 1); ms < Date.UTC(2026, 0, 1); ms += HALF_DAY) {
      if (zone.offset(ms) === zone.offset(ms + HALF_DAY)) continue
      let [low, high] = [ms, ms + HALF_DAY]
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        if (zone.offset(middle) === zone.offset(low)) low = middle
        else high = middle
      }
      changes += 1
      expect([zone.offset(low), zone.offset(high)], iso(high)).toEqual([written(low), written(high)])
    }
    expect(changes).toBeGreaterThanOrEqual(name === 'Asia/Seoul' || name === 'Asia/Kathmandu' ? 0 : 20)
  })

  test('knows a double summer time of five weeks', () => {
    const zone = openZone('Europe/London')
    const hours = ['1947-03-15', '1947-03-17', '1947-04-14'].map((date) => zone.offset(at(`${date}T00:00Z`)) / 36e5)
    expect(hours).toEqual([0, 1, 2])
  })

  test('knows a summer time that pauses for a month', () => {
    const zone = openZone('Africa/Casablanca')
    const hours = ['2012-07-19', '2012-07-21', '2012-08-21'].map((date) => zone.offset(at(`${date}T12:00Z`)) / 36e5)
    expect(hours).toEqual([1, 0, 1])
  })

  test('follows the rule in years far ahead', () => {
    const zone = openZone('America/New_York')
    expect([zone.offset(at('2150-01-15T00:00Z')), zone.offset(at('2150-07-15T00:00Z'))]).toEqual([-18e6, -144e5])
  })
})

describe('reach', () => {
  // Temporal's polyfill misses changes that are undone within weeks, as Casablanca's are.
  test.each(ZONES.filter((name) => name !== 'Africa/Casablanca'))(
    'finds the start of every day 1990 … 2030 that Temporal does in %s',
    (name) => {
      const zone = openZone(name)
      for (let day = civilDay(1990, 1, 1); day < civilDay(2030, 1, 1); day += 1) {
        const date = new Date(day * MS_PER_DAY).toISOString().slice(0, 10)
        if (name === 'Pacific/Apia' && date === '2011-12-30') continue
        const expected = Temporal.PlainDate.from(date).toZonedDateTime(name).epochMilliseconds
        expect(zone.reach(day * MS_PER_DAY), date).toBe(expected)
      }
    },
  )

  test('takes the change itself for a time that is skipped', () => {
    expect(reached('America/New_York', '2024-03-10T02:30')).toBe('2024-03-10T07:00Z')
  })

  test('takes the first time of a time that comes twice', () => {
    expect(reached('America/New_York', '2024-11-03T01:30')).toBe('2024-11-03T05:30Z')
  })

  test('takes the end of a skipped day for all of it', () => {
    expect(reached('Pacific/Apia', '2011-12-30T12:00')).toBe('2011-12-30T10:00Z')
  })

  test('takes the first midnight where the clock was set back over it', () => {
    expect(reached('America/St_Johns', '2010-11-07T00:00')).toBe('2010-11-07T02:30Z')
  })

  test.each(ZONES)('never goes back as local time goes on in %s', (name) => {
    const zone = openZone(name)
    const back: string[] = []
    for (let ms = Date.UTC(2009, 0, 1), before = Number.NEGATIVE_INFINITY; ms < Date.UTC(2013, 0, 1); ms += 900_000) {
      const instant = zone.reach(ms)
      if (instant < before) back.push(iso(ms))
      before = instant
    }
    expect(back).toEqual([])
  })
})
