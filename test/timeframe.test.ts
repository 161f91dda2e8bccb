import { describe, expect, test } from 'vitest'
import { assertNotNarrower, barEnd, compareTimeframes, MS_PER_DAY, nests, parseTimeframe } from '../src/timeframe.js'
import { at, iso } from './resample/make.js'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'none'
}

describe('parseTimeframe', () => {
  test.each([
    ['5H', '5h'],
    ['30S', '30s'],
    ['1D', '1d'],
    ['2W', '2w'],
    [' 15m ', '15m'],
  ])('reads %j as %s', (text, normal) => {
    expect(parseTimeframe(text).text).toBe(normal)
  })

  test('tells M, month, from m, minute', () => {
    expect([parseTimeframe('1M').widthMs, parseTimeframe('1m').widthMs]).toEqual([null, 60_000])
  })

  test.each(['', '0m', '05m', '5', 'm', '5 m', '-1h', '1.5h', '1y', '1mo', '5mm', '1e3s', '99999999999s', '５m'])(
    'refuses %j',
    (text) => {
      expect(code(() => parseTimeframe(text))).toBe('LQ_TIMEFRAME')
    },
  )

  test('names the form when it refuses', () => {
    expect(() => parseTimeframe('1y')).toThrow('expected a timeframe such as 30s, 5m, 1h, 1d, 1w or 1M, got "1y"')
  })

  test('takes ten years at most', () => {
    expect([code(() => parseTimeframe('120M')), code(() => parseTimeframe('121M'))]).toEqual(['none', 'LQ_TIMEFRAME'])
    expect([code(() => parseTimeframe('3660d')), code(() => parseTimeframe('3661d'))]).toEqual(['none', 'LQ_TIMEFRAME'])
  })

  test('calls d, w and M dated', () => {
    expect(['1s', '1m', '48h', '1d', '1w', '1M'].map((text) => parseTimeframe(text).dated)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ])
  })
})

describe('a pair of timeframes', () => {
  const narrower = (from: string, to: string) => code(() => assertNotNarrower(parseTimeframe(from), parseTimeframe(to)))

  test.each([
    ['1h', '5m'],
    ['1d', '4h'],
    ['1M', '1w'],
    ['1M', '30d'],
    ['1h', '59m'],
  ])('refuses to make %s into %s', (from, to) => {
    expect(narrower(from, to)).toBe('LQ_TIMEFRAME')
  })

  test.each([
    ['1m', '1m'],
    ['60m', '1h'],
    ['1w', '1M'],
    ['30d', '1M'],
    ['1M', '12M'],
  ])('makes %s into %s', (from, to) => {
    expect(narrower(from, to)).toBe('none')
  })

  test.each([
    ['1m', '7m', true],
    ['4h', '6h', false],
    ['1h', '1M', true],
    ['7h', '1M', false],
    ['1w', '1M', false],
    ['1M', '3M', true],
    ['2M', '3M', false],
  ])('%s nests in %s: %s', (from, to, expected) => {
    expect(nests(parseTimeframe(from), parseTimeframe(to))).toBe(expected)
  })

  test('is ordered by width', () => {
    const texts = ['1M', '1d', '90m', '1h', '4w', '60s']
    const sorted = texts.map(parseTimeframe).sort(compareTimeframes)
    expect(sorted.map((timeframe) => timeframe.text)).toEqual(['60s', '1h', '90m', '1d', '4w', '1M'])
  })
})

describe('barEnd', () => {
  test('adds a fixed width', () => {
    expect(barEnd(parseTimeframe('1d'), at('2024-02-28T00:00Z'))).toBe(at('2024-02-28T00:00Z') + MS_PER_DAY)
  })

  test.each([
    ['1M', '2024-02-01T00:00Z', '2024-03-01T00:00Z'],
    ['3M', '2023-11-01T00:00Z', '2024-02-01T00:00Z'],
    ['12M', '1969-01-01T00:00Z', '1970-01-01T00:00Z'],
  ])('adds %s as months to %s', (timeframe, open, end) => {
    expect(iso(barEnd(parseTimeframe(timeframe), at(open)))).toBe(end)
  })
})
