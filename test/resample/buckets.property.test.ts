import { describe, expect, test } from 'vitest'
import type { BucketTable } from '../../src/resample/bucket-table.js'
import { type BucketRule, bucketOf, bucketTable } from '../../src/resample/buckets.js'
import { openZone } from '../../src/resample/zone.js'
import { MS_PER_DAY, parseTimeframe } from '../../src/timeframe.js'
import { at, iso, random, rule } from './make.js'

const ZONES = 'UTC America/New_York Australia/Lord_Howe America/Sao_Paulo Pacific/Apia America/St_Johns +05:45'.split(
  ' ',
)
const TIMEFRAMES = '1s 7s 1m 7m 30m 1h 90m 2h 5h 24h 1d 3d 1w 2w 1M 3M 7M'.split(' ')
const SESSIONS = [
  'XNYS',
  '24/7',
  '09:30-16:00@America/New_York',
  '09:30-12:00,13:00-16:00@Asia/Hong_Kong',
  '18:00-17:00@America/Chicago',
  '17:00-17:00/Sun-Fri@Australia/Lord_Howe',
  '22:00-01:00,01:30-03:00/Mon-Sun@America/New_York',
]
const [FROM, TO] = [at('2008-01-01T00:00Z'), at('2026-01-01T00:00Z')]

const everywhere: BucketRule[] = ZONES.flatMap((timeZone) =>
  TIMEFRAMES.map((timeframe, i) => rule(timeframe, { timeZone, weekStart: 1 + (i % 7) })),
)
const inSessions: BucketRule[] = SESSIONS.flatMap((session) =>
  TIMEFRAMES.filter((timeframe) => timeframe !== '1s').flatMap((timeframe) =>
    [false, true].map((sourceDated) => rule(timeframe, { session, sourceDated })),
  ),
)
const fixed: BucketRule[] = TIMEFRAMES.map((timeframe) => rule(timeframe, { calendar: 'fixed' }))
const all = [...everywhere, ...inSessions, ...fixed]

const named = (rules: BucketRule[]) =>
  rules.map((of): [string, BucketRule, number] => {
    const place = of.session ? `${of.session.name}${of.sourceDated ? ' dated' : ''}` : `${of.timeZone} ${of.calendar}`
    return [`${of.timeframe} ${place}`, of, 1 + all.indexOf(of)]
  })
const instant = (next: () => number) => Math.floor(FROM + next() * (TO - FROM))

/** Buckets as `label end start/end …`, to compare tables cut differently. */
function lines(table: BucketTable): string[] {
  const out = Array.from(table.label, (label, b) => `${label} ${table.bucketEnd[b]}`)
  for (let i = 0; i < table.count; i += 1) out[table.bucket[i]] += ` ${table.start[i]}/${table.end[i]}`
  return out
}

describe('without a session', () => {
  test.each(named([...everywhere, ...fixed]))('%s: pieces tile time from the instant on', (_, of, seed) => {
    const next = random(seed)
    for (let round = 0; round < 5; round += 1) {
      const from = instant(next)
      const table = bucketTable(of, from, 200)
      expect(table.count).toBe(200)
      expect(table.start[0] <= from && from < table.end[0], `seed ${seed}, from ${iso(from)}`).toBe(true)
      for (let i = 0; i < 200; i += 1) {
        if (i > 0 && table.start[i] !== table.end[i - 1]) throw new Error(`a hole or overlap at ${iso(table.start[i])}`)
        if (!(table.start[i] < table.end[i])) throw new Error(`no time at ${iso(table.start[i])}`)
      }
      expect([table.label, table.bucketEnd]).toEqual([table.start, table.end])
    }
  })

  test.each(named(everywhere))('%s: the label is the floor of the wall clock', (_, of, seed) => {
    const next = random(seed)
    const zone = openZone(of.timeZone)
    const { widthMs, unit } = parseTimeframe(of.timeframe)
    for (let round = 0; round < 50; round += 1) {
      const ms = instant(next)
      const { label, end } = bucketOf(of, ms)!
      // Where a bucket holds a clock change, edges have tests of their own.
      if (zone.offset(label - MS_PER_DAY) !== zone.offset(end + MS_PER_DAY)) continue
      const local = ms + zone.offset(ms)
      const anchor = unit === 'w' ? (3 + of.weekStart) * MS_PER_DAY : 0
      const day = Math.floor(local / MS_PER_DAY) * MS_PER_DAY
      const [from, width] = (widthMs ?? 0) <= 36e5 ? [day, widthMs ?? 1] : [anchor, widthMs!]
      const floor =
        widthMs === null ? firstOfMonths(local, of.timeframe) : from + Math.floor((local - from) / width) * width
      expect(iso(label + zone.offset(label)), `seed ${seed}, ${iso(ms)}`).toBe(iso(floor))
    }
  })
})

function firstOfMonths(local: number, timeframe: string): number {
  const count = Number.parseInt(timeframe, 10)
  const date = new Date(local)
  const months = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
  return Date.UTC(1970, Math.floor(months / count) * count, 1)
}

describe('with a session', () => {
  test.each(named(inSessions))('%s: pieces ascend and lie in the session', (_, of, seed) => {
    const from = instant(random(seed))
    const table = bucketTable(of, from, 200)
    expect(table.buckets).toBeGreaterThan(0)
    expect(table.bucketEnd[0]).toBeGreaterThan(from)
    for (let i = 0; i < table.count; i += 1) {
      if (!(table.start[i] < table.end[i])) throw new Error(`no time at ${iso(table.start[i])}`)
      if (i > 0 && table.start[i] < table.end[i - 1]) throw new Error(`an overlap at ${iso(table.start[i])}`)
      if (table.bucketEnd[table.bucket[i]] < table.end[i]) throw new Error(`not over at ${iso(table.end[i])}`)
      if (i > 0 && ![0, 1].includes(table.bucket[i] - table.bucket[i - 1])) throw new Error('a bucket without a piece')
    }
    for (let b = 1; b < table.buckets; b += 1) expect(table.label[b]).toBeGreaterThan(table.label[b - 1])
  })
})

describe('any table', () => {
  test.each(named(all))('%s: is the same, asked for whole or piecewise', (_, of, seed) => {
    const next = random(seed)
    const from = instant(next)
    const whole = lines(bucketTable(of, from, 60))
    const parts: string[] = []
    for (let at = from; parts.length < whole.length; ) {
      const part = bucketTable(of, at, Math.min(1 + Math.floor(next() * 9), whole.length - parts.length))
      parts.push(...lines(part))
      at = part.bucketEnd[part.buckets - 1]
    }
    expect(parts, `seed ${seed}, from ${iso(from)}`).toEqual(whole)
  })

  test.each(named(all))('%s: gives an instant the same bucket, whatever it begins with', (_, of, seed) => {
    const next = random(seed)
    const table = bucketTable(of, instant(next), 40)
    for (let round = 0; round < 10; round += 1) {
      const i = Math.floor(next() * table.count)
      const ms = Math.floor(table.start[i] + next() * (table.end[i] - table.start[i]))
      expect(bucketOf(of, ms)?.label, `seed ${seed}, ${iso(ms)}`).toBe(table.label[table.bucket[i]])
    }
  })
})
