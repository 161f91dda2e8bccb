import { describe, expect, test } from 'vitest'
import { PIECES_MAX } from '../../src/resample/bucket-table.js'
import { assertRule, bucketOf, bucketTable, isComplete } from '../../src/resample/buckets.js'
import { at, buckets, describeTable, edges, iso, labelOf, rule } from './make.js'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'none'
}

describe('buckets in UTC', () => {
  test.each([
    ['1s', '2024-03-05T13:47:12.345Z', '2024-03-05T13:47:12.000Z'],
    ['5m', '2024-03-05T13:47:12Z', '2024-03-05T13:45Z'],
    ['7m', '2024-03-05T00:20:00Z', '2024-03-05T00:14Z'],
    ['1h', '2024-03-05T13:47:12Z', '2024-03-05T13:00Z'],
    ['5h', '1970-01-02T02:00:00Z', '1970-01-02T01:00Z'],
    ['1d', '2024-03-05T13:47:12Z', '2024-03-05T00:00Z'],
    ['3d', '1970-01-06T13:47:12Z', '1970-01-04T00:00Z'],
    ['1w', '2024-03-05T13:47:12Z', '2024-03-04T00:00Z'],
    ['2w', '1970-01-20T00:00:00Z', '1970-01-19T00:00Z'],
    ['1M', '2024-02-29T23:59:59Z', '2024-02-01T00:00Z'],
    ['3M', '2024-03-31T23:59:59Z', '2024-01-01T00:00Z'],
    ['12M', '2024-03-31T23:59:59Z', '2024-01-01T00:00Z'],
    ['5M', '1970-06-01T00:00:00Z', '1970-06-01T00:00Z'],
    ['1w', '1969-12-31T00:00:00Z', '1969-12-29T00:00Z'],
    ['1M', '1969-12-31T00:00:00Z', '1969-12-01T00:00Z'],
    ['4h', '1969-12-31T21:00:00Z', '1969-12-31T20:00Z'],
  ])('%s: %s is in the bucket %s', (timeframe, when, label) => {
    expect(labelOf(rule(timeframe), when)).toBe(label)
  })

  test('are left-closed: an instant on an edge is in the bucket it begins', () => {
    expect(bucketOf(rule('1h'), at('2024-03-05T13:00Z'))?.pieces.map(iso)).toEqual([
      '2024-03-05T13:00Z',
      '2024-03-05T14:00Z',
    ])
  })

  test('of a width that does not divide a day end with it', () => {
    expect(edges(rule('7m'), '2024-03-05T23:50Z', 3)).toEqual([
      '2024-03-05T23:48Z',
      '2024-03-05T23:55Z',
      '2024-03-06T00:00Z',
      '2024-03-06T00:07Z',
    ])
  })

  test('of 90m and 7200s count from 1970, like wider ones of h', () => {
    expect(labelOf(rule('7200s'), '2024-03-05T13:00Z')).toBe(labelOf(rule('2h'), '2024-03-05T13:00Z'))
    expect(labelOf(rule('90m'), '1970-01-02T00:30Z')).toBe('1970-01-02T00:00Z')
  })

  test.each([
    [1, '2024-03-04T00:00Z'],
    [2, '2024-03-05T00:00Z'],
    [6, '2024-03-02T00:00Z'],
    [7, '2024-03-03T00:00Z'],
  ])('of a week start on the day of the week they are told: %d', (weekStart, label) => {
    expect(labelOf(rule('1w', { weekStart }), '2024-03-05T12:00Z')).toBe(label)
  })

  test('of two weeks count from the first week start on or after 1970-01-05', () => {
    expect(labelOf(rule('2w', { weekStart: 7 }), '1970-01-24T00:00Z')).toBe('1970-01-11T00:00Z')
  })

  test('come up to a limit', () => {
    expect(bucketTable(rule('1m'), 0, 7).buckets).toBe(7)
  })

  test('come to their end in 2200', () => {
    expect(
      describeTable(bucketTable(rule('12M'), at('2198-06-01T00:00Z'), 10)).map((line) => line.slice(0, 4)),
    ).toEqual(['2198', '2199'])
  })
})

describe('buckets of a zone with clock changes', () => {
  const NY = { timeZone: 'America/New_York' }

  test('of one hour are two where an hour comes twice', () => {
    expect(edges(rule('1h', NY), '2024-11-03T05:00Z', 3)).toEqual([
      '2024-11-03T05:00Z',
      '2024-11-03T06:00Z',
      '2024-11-03T07:00Z',
      '2024-11-03T08:00Z',
    ])
  })

  test('of four hours keep their local times, and one is an hour longer in autumn', () => {
    expect(edges(rule('4h', NY), '2024-11-03T04:00Z', 2)).toEqual([
      '2024-11-03T04:00Z',
      '2024-11-03T09:00Z',
      '2024-11-03T13:00Z',
    ])
  })

  test('of four hours keep their local times, and one is an hour shorter in spring', () => {
    expect(edges(rule('4h', NY), '2024-03-10T05:00Z', 2)).toEqual([
      '2024-03-10T05:00Z',
      '2024-03-10T08:00Z',
      '2024-03-10T12:00Z',
    ])
  })

  test('of two hours begin at the change where their edge is skipped', () => {
    expect(edges(rule('2h', NY), '2024-03-10T05:00Z', 2)).toEqual([
      '2024-03-10T05:00Z',
      '2024-03-10T07:00Z',
      '2024-03-10T08:00Z',
    ])
  })

  test('of a day have 23 and 25 hours', () => {
    const hours = (day: string) => {
      const { start, end } = bucketTable(rule('1d', { timeZone: 'Europe/London' }), at(`${day}T12:00Z`), 1)
      return (end[0] - start[0]) / 36e5
    }
    expect([hours('2024-03-31'), hours('2024-10-27')]).toEqual([23, 25])
  })

  test('of one hour go on from midnight by elapsed time through a change of half an hour', () => {
    expect(edges(rule('1h', { timeZone: 'Australia/Lord_Howe' }), '2024-10-06T12:00Z', 2)).toEqual([
      '2024-10-06T11:30Z',
      '2024-10-06T12:30Z',
      '2024-10-06T13:00Z',
    ])
  })

  test('of six hours take in a change of half an hour', () => {
    expect(edges(rule('6h', { timeZone: 'Australia/Lord_Howe' }), '2024-04-06T13:00Z', 2)).toEqual([
      '2024-04-06T13:00Z',
      '2024-04-06T19:30Z',
      '2024-04-07T01:30Z',
    ])
  })

  test('of a day begin at 01:00 where midnight is skipped', () => {
    expect(edges(rule('1d', { timeZone: 'America/Sao_Paulo' }), '2018-11-04T02:59Z', 2)).toEqual([
      '2018-11-03T03:00Z',
      '2018-11-04T03:00Z',
      '2018-11-05T02:00Z',
    ])
  })

  test('of a day have 25 hours where the hour before midnight comes twice', () => {
    expect(edges(rule('1d', { timeZone: 'America/Sao_Paulo' }), '2018-02-17T12:00Z', 2)).toEqual([
      '2018-02-17T02:00Z',
      '2018-02-18T03:00Z',
      '2018-02-19T03:00Z',
    ])
  })

  test('have none for a day that is skipped', () => {
    expect(edges(rule('1d', { timeZone: 'Pacific/Apia' }), '2011-12-29T12:00Z', 2)).toEqual([
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
    ])
  })

  test('of a month lose a day that is skipped', () => {
    const { start, end } = bucketTable(rule('1M', { timeZone: 'Pacific/Apia' }), at('2011-12-15T00:00Z'), 1)
    expect((end[0] - start[0]) / 864e5).toBe(30)
  })

  test('of a quarter-hour zone lie on its quarter hours', () => {
    expect(edges(rule('1h', { timeZone: 'Asia/Kathmandu' }), '2024-03-05T00:00Z', 1)).toEqual([
      '2024-03-04T23:15Z',
      '2024-03-05T00:15Z',
    ])
    expect(labelOf(rule('1d', { timeZone: 'Asia/Kathmandu' }), '2024-03-05T00:00Z')).toBe('2024-03-04T18:15Z')
  })

  test('of a day begin once where the clock is set back over midnight', () => {
    expect(edges(rule('1d', { timeZone: 'America/St_Johns' }), '2010-11-06T12:00Z', 2)).toEqual([
      '2010-11-06T02:30Z',
      '2010-11-07T02:30Z',
      '2010-11-08T03:30Z',
    ])
  })

  test('of a fixed offset take it', () => {
    expect(labelOf(rule('1d', { timeZone: '+05:30' }), '2024-03-05T18:29Z')).toBe('2024-03-04T18:30Z')
  })
})

describe('the fixed calendar', () => {
  test.each([
    ['1w', '2024-03-06T23:59Z', '2024-02-29T00:00Z'],
    ['1M', '1970-01-31T00:00Z', '1970-01-31T00:00Z'],
    ['7h', '1970-01-01T23:00Z', '1970-01-01T21:00Z'],
    ['7m', '1970-01-02T00:05Z', '1970-01-02T00:02Z'],
  ])('cuts %s by multiples of its width since the epoch', (timeframe, when, label) => {
    expect(labelOf(rule(timeframe, { calendar: 'fixed' }), when)).toBe(label)
  })

  test('does not go with a zone or a session', () => {
    const fixed = { calendar: 'fixed' } as const
    expect(code(() => bucketTable(rule('1w', { ...fixed, timeZone: 'Asia/Seoul' }), 0, 1))).toBe('LQ_CALENDAR')
    expect(code(() => bucketTable(rule('1w', { ...fixed, session: '24/7' }), 0, 1))).toBe('LQ_CALENDAR')
    expect(code(() => bucketTable(rule('1w', { ...fixed, timeZone: 'Z' }), 0, 1))).toBe('none')
  })
})

describe('a rule that is none', () => {
  test.each([
    ['LQ_TIMEFRAME', () => bucketTable(rule('1y'), 0, 1)],
    ['LQ_TIMEZONE', () => bucketTable(rule('1h', { timeZone: 'Mars' }), 0, 1)],
    ['LQ_OPTION_RANGE', () => bucketTable(rule('1w', { weekStart: 0 }), 0, 1)],
    ['LQ_OPTION_RANGE', () => bucketTable(rule('1w', { weekStart: 8 }), 0, 1)],
    ['LQ_INPUT_INVALID', () => bucketTable(rule('1h'), Number.NaN, 1)],
    ['LQ_INPUT_INVALID', () => bucketTable(rule('1h'), at('2024-01-01T00:00Z') * 1000, 1)],
    ['ERR_ASSERTION', () => bucketTable(rule('1h'), 0, 0)],
  ])('is refused with %s', (expected, run) => {
    expect(code(run)).toBe(expected)
  })
})

describe('assertRule', () => {
  test('refuses what is no rule without asking for a time', () => {
    const codes = [rule('1w', { weekStart: 8 }), rule('1y'), rule('1w', { calendar: 'fixed', session: '24/7' })]
    expect(codes.map((of) => code(() => assertRule(of)))).toEqual(['LQ_OPTION_RANGE', 'LQ_TIMEFRAME', 'LQ_CALENDAR'])
  })

  test('takes what is one', () => {
    expect(code(() => assertRule(rule('1M', { session: 'XKRX' })))).toBe('none')
  })
})

describe('isComplete', () => {
  test('is true once the end is not after the watermark', () => {
    expect([isComplete(100, 99), isComplete(100, 100), isComplete(100, 101)]).toEqual([false, true, true])
  })
})

describe('buckets of a clock session', () => {
  test('start at its open, and the last is cut at its end', () => {
    expect(buckets(rule('1h', { session: '09:30-12:00@UTC' }), '2024-03-05T09:30Z', 4)).toEqual([
      '2024-03-05T09:30Z 2024-03-05T09:30Z/2024-03-05T10:30Z',
      '2024-03-05T10:30Z 2024-03-05T10:30Z/2024-03-05T11:30Z',
      '2024-03-05T11:30Z 2024-03-05T11:30Z/2024-03-05T12:00Z',
      '2024-03-06T09:30Z 2024-03-06T09:30Z/2024-03-06T10:30Z',
    ])
  })

  test('are cut by a lunch break and start anew after it', () => {
    const hongKong = rule('2h', { session: '09:30-12:00,13:00-16:00@Asia/Hong_Kong' })
    expect(edges(hongKong, '2024-07-04T01:30Z', 1)).toEqual(['2024-07-04T01:30Z', '2024-07-04T03:30Z'])
    expect(buckets(hongKong, '2024-07-04T03:30Z', 3)).toEqual([
      '2024-07-04T03:30Z 2024-07-04T03:30Z/2024-07-04T04:00Z',
      '2024-07-04T05:00Z 2024-07-04T05:00Z/2024-07-04T07:00Z',
      '2024-07-04T07:00Z 2024-07-04T07:00Z/2024-07-04T08:00Z',
    ])
  })

  test('wider than the session are one a session', () => {
    expect(buckets(rule('24h', { session: '09:30-16:00@UTC' }), '2024-03-08T10:00Z', 2)).toEqual([
      '2024-03-08T09:30Z 2024-03-08T09:30Z/2024-03-08T16:00Z',
      '2024-03-11T09:30Z 2024-03-11T09:30Z/2024-03-11T16:00Z',
    ])
  })

  test.each(['2024-03-05T09:29Z', '2024-03-05T16:00Z', '2024-03-09T12:00Z'])('do not hold %s', (when) => {
    expect(labelOf(rule('1h', { session: '09:30-16:00@UTC' }), when)).toBeNull()
    expect(labelOf(rule('1w', { session: '09:30-16:00@UTC' }), when)).toBeNull()
  })

  test('take no notice of the zone of the rule', () => {
    const session = '09:30-16:00@America/New_York'
    expect(labelOf(rule('1d', { session, timeZone: 'Asia/Seoul' }), '2024-03-05T20:00Z')).toBe('2024-03-05T00:00Z')
  })

  test('of a night belong to the date it ends on', () => {
    const chicago = rule('1d', { session: '18:00-17:00@America/Chicago' })
    expect(buckets(chicago, '2024-06-28T23:30Z', 1)).toEqual(['2024-07-01T00:00Z 2024-06-30T23:00Z/2024-07-01T22:00Z'])
  })

  test('of a night go on by elapsed time through a clock change', () => {
    const night = rule('4h', { session: '18:00-17:00/Mon-Sun@America/New_York' })
    expect(edges(night, '2024-11-02T22:00Z', 2)).toEqual([
      '2024-11-02T22:00Z',
      '2024-11-03T02:00Z',
      '2024-11-03T06:00Z',
    ])
  })
})

describe('buckets of sessions', () => {
  const WEEK = rule('1w', { session: 'XNYS' })

  test('of a week are its sessions, labelled by the date of the first', () => {
    expect(buckets(WEEK, '2024-09-02T00:00Z', 1)).toEqual([
      '2024-09-03T00:00Z 2024-09-03T13:30Z/2024-09-03T20:00Z 2024-09-04T13:30Z/2024-09-04T20:00Z ' +
        '2024-09-05T13:30Z/2024-09-05T20:00Z 2024-09-06T13:30Z/2024-09-06T20:00Z',
    ])
  })

  test('of a day on which nothing trades are none', () => {
    expect(buckets(rule('1d', { session: 'XNYS' }), '2024-07-03T21:00Z', 1)[0]).toMatch(/^2024-07-05/)
  })

  test('of a month are labelled by the date of its first session', () => {
    expect(labelOf(rule('1M', { session: 'XNYS' }), '2024-06-14T15:00Z')).toBe('2024-06-03T00:00Z')
  })

  test('begin with a whole one, though asked for from its middle', () => {
    const whole = bucketTable(WEEK, at('2024-09-03T13:30Z'), 1)
    expect(bucketTable(WEEK, at('2024-09-05T00:00Z'), 1)).toEqual(whole)
  })

  test('of half a day are cut at its close', () => {
    const table = bucketTable(rule('1h', { session: 'XNYS' }), at('2024-07-03T16:30Z'), 2)
    expect([...table.start, ...table.end].map(iso)).toEqual([
      '2024-07-03T16:30Z',
      '2024-07-05T13:30Z',
      '2024-07-03T17:00Z',
      '2024-07-05T14:30Z',
    ])
  })

  test('are over when their last session is', () => {
    expect(iso(bucketTable(WEEK, at('2024-03-25T15:00Z'), 1).bucketEnd[0])).toBe('2024-03-28T20:00Z')
  })

  test('that touch are one piece', () => {
    const month = bucketTable(rule('1M', { session: '24/7' }), at('2024-02-10T00:00Z'), 1)
    expect(describeTable(month)).toEqual(['2024-02-01T00:00Z 2024-02-01T00:00Z/2024-03-01T00:00Z'])
  })

  test('of three months skip nothing between them', () => {
    const table = bucketTable(rule('3M', { session: 'XNYS' }), at('2023-01-03T15:00Z'), 8)
    expect(Array.from(table.label, (ms) => iso(ms).slice(0, 10))).toEqual(
      '2023-01-03 2023-04-03 2023-07-03 2023-10-02 2024-01-02 2024-04-01 2024-07-01 2024-10-01'.split(' '),
    )
  })

  test('come in tables of bounded size', () => {
    const table = bucketTable(rule('1w', { session: '09:00-12:00,13:00-15:00@UTC' }), at('1900-01-01T12:00Z'), 100_000)
    expect([table.count <= PIECES_MAX, table.buckets]).toEqual([true, Math.floor(PIECES_MAX / 10)])
  })

  test('number their pieces by bucket', () => {
    expect([...bucketTable(WEEK, at('2024-01-02T15:00Z'), 2).bucket]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1])
  })
})

describe('source bars that are labelled by date', () => {
  const week = rule('1w', { session: 'XNYS', sourceDated: true })

  test('fall into the sessions of their date', () => {
    expect(buckets(week, '2024-07-01T00:00Z', 1)).toEqual([
      '2024-07-01T00:00Z 2024-07-01T00:00Z/2024-07-04T00:00Z 2024-07-05T00:00Z/2024-07-06T00:00Z',
    ])
  })

  test('on a day without a session fall into none', () => {
    expect([labelOf(week, '2024-07-04T00:00Z'), labelOf(week, '2024-07-06T00:00Z')]).toEqual([null, null])
  })

  test('make a week complete when its last bar is there', () => {
    const { bucketEnd } = bucketTable(week, at('2024-07-01T00:00Z'), 1)
    expect(isComplete(bucketEnd[0], at('2024-07-05T00:00Z') + 864e5)).toBe(true)
    expect(isComplete(bucketEnd[0], at('2024-07-03T00:00Z') + 864e5)).toBe(false)
  })

  test('fall where they do without a session if there is none', () => {
    expect(labelOf(rule('1w', { sourceDated: true }), '2024-07-04T00:00Z')).toBe('2024-07-01T00:00Z')
  })
})

describe('the end of what a calendar knows', () => {
  const XKRX = (timeframe: string) => rule(timeframe, { session: 'XKRX' })

  test.each(['1m', '1h', '1d', '1w', '1M'])('stops a table of %s', (timeframe) => {
    const table = bucketTable(XKRX(timeframe), at('2024-12-20T01:00Z'), 100_000)
    expect(iso(table.end[table.count - 1])).toBe('2024-12-30T06:30Z')
  })

  test.each(['1m', '1d', '1w'])('fails beyond, saying the span: %s', (timeframe) => {
    expect(() => bucketTable(XKRX(timeframe), at('2025-01-02T01:00Z'), 1)).toThrow(
      expect.objectContaining({
        code: 'LQ_CALENDAR',
        message: expect.stringContaining('2000-05-22 … 2024-12-31'),
        hint: expect.stringContaining('FILE.csv@ZONE'),
      }),
    )
  })

  test('fails before it', () => {
    expect(code(() => bucketTable(XKRX('1d'), at('2000-05-19T03:00Z'), 1))).toBe('LQ_CALENDAR')
    expect(code(() => bucketTable(rule('1d', { session: 'XNYS' }), 0, 1))).toBe('LQ_CALENDAR')
  })

  test('fails for dated bars by their date', () => {
    const dated = (date: string) =>
      code(() => bucketTable({ ...XKRX('1w'), sourceDated: true }, at(`${date}T00:00Z`), 1))
    expect([dated('2000-05-21'), dated('2000-05-22'), dated('2024-12-31'), dated('2025-01-01')]).toEqual([
      'LQ_CALENDAR',
      'none',
      'none',
      'LQ_CALENDAR',
    ])
  })

  test('leaves a bucket that goes on past it open until its last civil day is over', () => {
    const { bucketEnd } = bucketTable(XKRX('1w'), at('2024-12-30T01:00Z'), 1)
    expect(iso(bucketEnd[0])).toBe('2025-01-05T15:00Z')
  })
})
