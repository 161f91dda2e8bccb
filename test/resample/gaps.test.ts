import { describe, expect, test } from 'vitest'
import { type BucketRule, bucketTable } from '../../src/resample/buckets.js'
import { createGapFiller, type FoldedBars, type Gaps, parseGaps } from '../../src/resample/gaps.js'
import { at, iso, random, rule } from './make.js'

const NAMES = ['open', 'high', 'low', 'close', 'volume', 'turnover', 'vwap', 'bars', 'complete']

/** Bars at some labels; the k-th has prices 10k + 1 … 4, volume k and one source row. */
function barsAt(of: BucketRule, labels: string[]): FoldedBars {
  const timestamp = Float64Array.from(labels, at)
  const end = timestamp.map((label) => {
    const table = bucketTable(of, label, 1)
    expect(table.label[0]).toBe(label)
    return table.bucketEnd[0]
  })
  const values = (of: (k: number) => number) => Float64Array.from(labels, (_, k) => of(k))
  const prices = [1, 4, 0, 3].map((offset) => values((k) => 10 * k + offset))
  const rest = [values((k) => k), values((k) => 5 * k), values((k) => k + 0.5), values(() => 1), values(() => 0)]
  const columns = Object.fromEntries([...prices, ...rest].map((column, i) => [NAMES[i], column]))
  return { rows: labels.length, timestamp, end, columns }
}

function slice(bars: FoldedBars, from: number, to: number): FoldedBars {
  const columns = Object.entries(bars.columns).map(([name, column]) => [name, column.slice(from, to)])
  const [timestamp, end] = [bars.timestamp.slice(from, to), bars.end.slice(from, to)]
  return { rows: timestamp.length, timestamp, end, columns: Object.fromEntries(columns) }
}

type Row = { label: string; end: string } & Record<string, string | number>

/** All rows that come out, as objects. */
function fill(of: BucketRule, gaps: Gaps, chunks: FoldedBars[]): Row[] {
  const filler = createGapFiller({ rule: of, gaps })
  return chunks
    .flatMap((chunk) => [...filler(chunk)])
    .flatMap((chunk) =>
      Array.from({ length: chunk.rows }, (_, i) => ({
        label: iso(chunk.timestamp[i]),
        end: iso(chunk.end[i]),
        ...Object.fromEntries(NAMES.map((name) => [name, chunk.columns[name][i]])),
      })),
    )
}

const HOUR = rule('1h')
const HOLE = barsAt(HOUR, ['2024-01-01T00:00Z', '2024-01-01T03:00Z'])

describe('parseGaps', () => {
  test.each(['none', 'null', 'previous', 'linear'])('knows %s', (text) => {
    expect(parseGaps(text.toUpperCase())).toBe(text)
  })

  test('names the ways it knows when it refuses', () => {
    expect(() => parseGaps('ffill')).toThrow(
      expect.objectContaining({ code: 'LQ_USAGE', message: expect.stringContaining('none, null, previous, linear') }),
    )
  })
})

describe('gaps', () => {
  test('none leaves rows as they are', () => {
    expect([...createGapFiller({ rule: HOUR, gaps: 'none' })(HOLE)]).toEqual([HOLE])
  })

  test('null makes a row of missing values for each empty bucket', () => {
    const row = {
      open: NaN,
      high: NaN,
      low: NaN,
      close: NaN,
      volume: NaN,
      turnover: NaN,
      vwap: NaN,
      bars: 0,
      complete: 1,
    }
    expect(fill(HOUR, 'null', [HOLE]).slice(1, -1)).toEqual([
      { label: '2024-01-01T01:00Z', end: '2024-01-01T02:00Z', ...row },
      { label: '2024-01-01T02:00Z', end: '2024-01-01T03:00Z', ...row },
    ])
  })

  test('previous makes all prices the last close, and volume and turnover 0', () => {
    const row = { open: 3, high: 3, low: 3, close: 3, volume: 0, turnover: 0, vwap: NaN, bars: 0, complete: 1 }
    expect(fill(HOUR, 'previous', [HOLE])[2]).toMatchObject(row)
  })

  test('linear puts each price on its line, and makes volume and turnover 0', () => {
    const filled = fill(HOUR, 'linear', [HOLE])
    expect(filled.map(({ open }) => open)).toEqual([1, 1 + 10 / 3, 1 + 20 / 3, 11].map((x) => expect.closeTo(x, 12)))
    expect(filled.map(({ high }) => high)).toEqual([4, 4 + 10 / 3, 4 + 20 / 3, 14].map((x) => expect.closeTo(x, 12)))
    expect(filled[1]).toMatchObject({ volume: 0, turnover: 0, vwap: NaN, bars: 0, complete: 1 })
  })

  test('linear weighs by time', () => {
    const week = rule('1d', { session: '09:00-17:00@UTC' })
    const bars = barsAt(week, ['2024-01-04T00:00Z', '2024-01-09T00:00Z'])
    expect(fill(week, 'linear', [bars]).map(({ label, close }) => [label.slice(8, 10), close])).toEqual([
      ['04', 3],
      ['05', 5],
      ['08', 11],
      ['09', 13],
    ])
  })

  test('keep the rows that are there', () => {
    const filled = fill(HOUR, 'previous', [HOLE])
    expect([filled[0], filled[3]]).toEqual(fill(HOUR, 'none', [HOLE]))
  })

  test('are not filled before the first bar, nor after the last', () => {
    const labels = fill(HOUR, 'null', [HOLE]).map(({ label }) => label)
    expect([labels[0], labels[labels.length - 1], labels.length]).toEqual(['2024-01-01T00:00Z', '2024-01-01T03:00Z', 4])
  })

  test('of no rows are none', () => {
    expect(fill(HOUR, 'null', [slice(HOLE, 0, 0), slice(HOLE, 1, 2), slice(HOLE, 2, 2)])).toHaveLength(1)
  })

  test('between chunks are filled', () => {
    expect(fill(HOUR, 'previous', [slice(HOLE, 0, 1), slice(HOLE, 1, 2)])).toEqual(fill(HOUR, 'previous', [HOLE]))
  })

  test('are filled with the last close there was, over a bar without one', () => {
    const bars = barsAt(HOUR, ['2024-01-01T00:00Z', '2024-01-01T01:00Z', '2024-01-01T03:00Z'])
    bars.columns.close[1] = NaN
    expect(fill(HOUR, 'previous', [bars])[2].close).toBe(3)
    expect(fill(HOUR, 'linear', [bars])[2]).toMatchObject({ open: 16, close: NaN })
  })

  test('before any close are missing', () => {
    const bars = barsAt(HOUR, ['2024-01-01T00:00Z', '2024-01-01T02:00Z'])
    bars.columns.close[0] = NaN
    expect(fill(HOUR, 'previous', [bars])[1]).toMatchObject({ close: NaN, volume: 0 })
  })

  test('lie inside sessions only', () => {
    const session = rule('3h', { session: 'XNYS' })
    const bars = barsAt(session, ['2024-07-03T13:30Z', '2024-07-08T13:30Z'])
    expect(fill(session, 'null', [bars]).map(({ label }) => label)).toEqual([
      '2024-07-03T13:30Z',
      '2024-07-03T16:30Z',
      '2024-07-05T13:30Z',
      '2024-07-05T16:30Z',
      '2024-07-05T19:30Z',
      '2024-07-08T13:30Z',
    ])
  })

  test('of sessions that are labelled by date are dates', () => {
    const week = rule('1w', { session: 'XNYS' })
    const bars = barsAt(week, ['2024-08-26T00:00Z', '2024-09-09T00:00Z'])
    expect(fill(week, 'null', [bars]).map(({ label, end }) => [label, end])[1]).toEqual([
      '2024-09-03T00:00Z',
      '2024-09-06T20:00Z',
    ])
  })

  test('of the fixed calendar are filled', () => {
    const fixed = rule('1w', { calendar: 'fixed' })
    const bars = barsAt(fixed, ['2024-02-29T00:00Z', '2024-03-14T00:00Z'])
    expect(fill(fixed, 'null', [bars]).map(({ label }) => label)[1]).toBe('2024-03-07T00:00Z')
  })

  test('wider than a table come in chunks of bounded size', () => {
    const second = rule('1s')
    const bars = barsAt(second, ['2024-01-01T00:00Z', '2024-01-02T00:00Z'])
    const chunks = [...createGapFiller({ rule: second, gaps: 'previous' })(bars)]
    expect(Math.max(...chunks.map(({ rows }) => rows))).toBe(16_384)
    const labels = chunks.flatMap(({ timestamp }) => [...timestamp])
    expect(labels).toEqual(Array.from({ length: 86_401 }, (_, i) => bars.timestamp[0] + 1000 * i))
  })

  test.each(['null', 'previous', 'linear'] as const)(
    'are the same, however the rows are cut into chunks: %s',
    (gaps) => {
      const next = random(7)
      const of = rule('5m', { session: '09:30-12:00,13:00-16:00@Asia/Hong_Kong' })
      const table = bucketTable(of, at('2024-03-01T01:30Z'), 3000)
      const kept = [...table.label].filter(() => next() < 0.3)
      const bars = barsAt(of, kept.map(iso))
      const chunks: FoldedBars[] = []
      for (let from = 0; from < bars.rows; ) {
        const to = from + Math.floor(next() * 40)
        chunks.push(slice(bars, from, to))
        from = to
      }
      const whole = fill(of, gaps, [bars])
      expect(fill(of, gaps, chunks)).toEqual(whole)
      const [first, last] = [kept[0], kept[kept.length - 1]]
      expect(whole.map(({ label }) => at(label))).toEqual([...table.label].filter((ms) => first <= ms && ms <= last))
    },
  )
})
