import { describe, expect, test } from 'vitest'
import { uniforms } from '../../src/optimize/random.js'
import { recentSplit, type Split, shareSplit, type WalkForwardRule, walkForward } from '../../src/optimize/splits.js'
import type { Part, Timeline } from '../../src/optimize/timeline.js'
import { MS_PER_DAY, MS_PER_MINUTE } from '../../src/timeframe.js'

/** Bars of one width without a gap over [from, to). */
function even(from: string, to: string, widthMs = MS_PER_DAY): Timeline {
  const [baseMs, endMs] = [Date.parse(from), Date.parse(to)]
  const rows = Math.ceil((endMs - baseMs) / widthMs)
  return { timestamps: Float64Array.from({ length: rows }, (_, i) => baseMs + i * widthMs), baseMs, endMs }
}

/** Bars on some days only, at any time of them. */
function uneven(seed: number): Timeline {
  const uniform = uniforms(seed, 9)
  const timestamps: number[] = []
  let ms = Date.UTC(2015, Math.floor(uniform() * 12), 1 + Math.floor(uniform() * 31))
  for (let i = 0; i < 600; i++) {
    timestamps.push(ms)
    ms += Math.ceil((uniform() < 0.02 ? 60 : 3) * uniform() * MS_PER_DAY)
  }
  return { timestamps: Float64Array.from(timestamps), baseMs: timestamps[0], endMs: timestamps[599] + MS_PER_DAY }
}

const dates = (part: Part | null) =>
  part && [part.fromMs, part.toMs].map((ms) => new Date(ms).toISOString().slice(0, 10))
const datesOf = ({ train, validation, test }: Split) => [train, validation, test].map(dates)
const partsOf = ({ train, validation, test }: Split) => [train, validation, test].filter((part) => part !== null)

describe('walk-forward in months', () => {
  const rule = { train: '12M', validation: '6M', test: '6M', step: '6M' }

  test('has folds of a year, half a year and half a year, each half a year on', () => {
    const { folds, left } = walkForward(even('2024-01-01', '2027-01-01'), rule)
    expect(folds.map(datesOf)).toEqual([
      [
        ['2024-01-01', '2025-01-01'],
        ['2025-01-01', '2025-07-01'],
        ['2025-07-01', '2026-01-01'],
      ],
      [
        ['2024-07-01', '2025-07-01'],
        ['2025-07-01', '2026-01-01'],
        ['2026-01-01', '2026-07-01'],
      ],
      [
        ['2025-01-01', '2026-01-01'],
        ['2026-01-01', '2026-07-01'],
        ['2026-07-01', '2027-01-01'],
      ],
    ])
    expect(folds.map(({ fold }) => fold)).toEqual([1, 2, 3])
    expect(left).toBeNull()
  })

  test('leaves out a last fold whose test lacks one day, and says so', () => {
    const { folds, left } = walkForward(even('2024-01-01', '2026-12-31'), rule)
    expect(folds).toHaveLength(2)
    expect(left).toContain('2026-07-01')
    expect(left).toContain('2026-12-31')
  })

  test('computes every edge from the base: 31 January and months is the end of February, then 31 March', () => {
    const { folds } = walkForward(even('2024-01-31', '2024-12-31'), { train: '1M', test: '1M' })
    expect(folds.slice(0, 4).map(datesOf)).toEqual([
      [['2024-01-31', '2024-02-29'], null, ['2024-02-29', '2024-03-31']],
      [['2024-02-29', '2024-03-31'], null, ['2024-03-31', '2024-04-30']],
      [['2024-03-31', '2024-04-30'], null, ['2024-04-30', '2024-05-31']],
      [['2024-04-30', '2024-05-31'], null, ['2024-05-31', '2024-06-30']],
    ])
    expect(folds).toHaveLength(10)
  })

  test('keeps the time of day of the base', () => {
    const { folds } = walkForward(even('2024-01-31T18:30:00Z', '2024-06-01', MS_PER_MINUTE * 30), {
      train: '1M',
      test: '1M',
    })
    expect(new Date(folds[0].test.fromMs).toISOString()).toBe('2024-02-29T18:30:00.000Z')
  })

  test('begins every training at the base where it is anchored', () => {
    const { folds } = walkForward(even('2024-01-01', '2027-01-01'), { ...rule, anchored: true })
    expect(folds.map(({ train }) => dates(train))).toEqual([
      ['2024-01-01', '2025-01-01'],
      ['2024-01-01', '2025-07-01'],
      ['2024-01-01', '2026-01-01'],
    ])
  })

  test('has parts of the bars that there are, over weekends and holidays', () => {
    const all = even('2024-01-01', '2026-01-01')
    const timestamps = all.timestamps.filter((ms) => ![0, 6].includes(new Date(ms).getUTCDay()))
    const { folds } = walkForward({ ...all, timestamps }, { train: '6M', test: '3M' })
    for (const fold of folds) {
      for (const { from, to, fromMs, toMs } of partsOf(fold)) {
        expect(timestamps.subarray(from, to)).toEqual(timestamps.filter((ms) => ms >= fromMs && ms < toMs))
      }
    }
    expect(folds).toHaveLength(6)
  })

  test('takes in warm-up bars before the base in no part', () => {
    const timeline = even('2023-01-01', '2025-01-01')
    const { folds } = walkForward({ ...timeline, baseMs: Date.UTC(2024, 0, 1) }, { train: '6M', test: '6M' })
    expect(folds.map(({ train }) => [train.from, dates(train)])).toEqual([[365, ['2024-01-01', '2024-07-01']]])
  })
})

describe('walk-forward in days', () => {
  test('has folds of 730 and 365 days with a day between, moved by the training', () => {
    const rule = { train: '731d', purge: '1d', test: '365d', step: '731d' }
    const { folds, left } = walkForward(even('2018-01-01', '2024-01-01'), rule)
    expect(folds.map(datesOf)).toEqual([
      [['2018-01-01', '2020-01-01'], null, ['2020-01-02', '2021-01-01']],
      [['2020-01-02', '2022-01-01'], null, ['2022-01-02', '2023-01-02']],
    ])
    expect(left).toBeNull()
  })
})

describe('walk-forward in bars', () => {
  test('has 252 bars of training and 63 of test, tests following each other', () => {
    const { folds, left } = walkForward(uneven(1), { train: '252', test: '63' })
    expect(folds.map(({ train, test }) => [train.from, train.to, test.from, test.to])).toEqual(
      [0, 63, 126, 189, 252].map((first) => [first, first + 252, first + 252, first + 315]),
    )
    expect(left).toContain('last fold')
  })

  test('fits to the last bar', () => {
    expect(walkForward(uneven(1), { train: '500', test: '100' })).toMatchObject({
      folds: [{ test: { to: 600 } }],
      left: null,
    })
    expect(walkForward(uneven(1), { train: '501', test: '100' }).folds).toEqual([])
  })

  test('takes gaps in bars or in calendar time from the end of the part before', () => {
    const timeline = even('2024-01-01', '2024-12-31')
    const of = (rule: Partial<WalkForwardRule>) =>
      walkForward(timeline, { train: '100', validation: '50', test: '20', step: '500', ...rule }).folds[0]
    expect(of({ purge: '3', embargo: '2' })).toMatchObject({
      train: { from: 0, to: 95 },
      validation: { from: 100, to: 145 },
      test: { from: 150, to: 170 },
    })
    expect(of({ purge: '3d', embargo: '2' })).toEqual(of({ purge: '3', embargo: '2' }))
    expect(of({ purge: '0' })).toEqual(of({}))
  })
})

describe('walk-forward', () => {
  test('says that no fold fits', () => {
    const timeline = even('2024-01-01', '2024-03-01')
    expect(walkForward(timeline, { train: '12M', test: '1M' })).toEqual({
      folds: [],
      left: expect.stringContaining('first test'),
    })
  })

  test('leaves out folds with a part without bars, and says how many', () => {
    const all = even('2024-01-01', '2025-01-01')
    const timestamps = all.timestamps.filter((ms) => new Date(ms).getUTCMonth() !== 5)
    const { folds, left } = walkForward({ ...all, timestamps }, { train: '1M', test: '1M' })
    expect(folds).toHaveLength(9)
    expect(left).toContain('2 folds have a part without bars')
  })

  test.each<[string, WalkForwardRule, string]>([
    ['mixed kinds', { train: '12M', test: '100' }, 'LQ_USAGE'],
    ['a word', { train: 'year', test: '1M' }, 'LQ_USAGE'],
    ['a test of nothing', { train: '10', test: '0' }, 'LQ_OPTION_RANGE'],
    ['a step of nothing', { train: '10', test: '5', step: '0' }, 'LQ_OPTION_RANGE'],
  ])('refuses %s', (_what, rule, code) => {
    expect(() => walkForward(even('2024-01-01', '2025-01-01'), rule)).toThrow(expect.objectContaining({ code }))
  })

  test.each(Array.from({ length: 40 }, (_, seed) => seed))('has no bar in two parts of a fold (seed %d)', (seed) => {
    const uniform = uniforms(seed, 4)
    const timeline = uneven(seed)
    const unit = ['', 'd', 'M', 'w'][Math.floor(uniform() * 4)]
    const scale = { '': 40, d: 60, M: 3, w: 9 }[unit] as number
    const length = () => `${1 + Math.floor(uniform() * scale)}${unit}`
    const rule: WalkForwardRule = { train: length(), test: length(), step: length(), anchored: uniform() < 0.5 }
    if (uniform() < 0.5) rule.validation = length()
    if (uniform() < 0.5) rule.purge = `${Math.floor(uniform() * 5)}`
    if (uniform() < 0.5) rule.embargo = `${1 + Math.floor(uniform() * 5)}d`
    const { folds } = walkForward(timeline, rule)
    for (const fold of folds) {
      const parts = partsOf(fold)
      parts.forEach(({ from, to, fromMs, toMs }, i) => {
        const inside = [...timeline.timestamps.keys()].filter((row) => {
          return timeline.timestamps[row] >= fromMs && timeline.timestamps[row] < toMs
        })
        expect([from, to - 1]).toEqual([inside[0], inside[inside.length - 1]])
        if (i > 0) expect(from).toBeGreaterThanOrEqual(parts[i - 1].to)
      })
      expect(fold.test.toMs).toBeLessThanOrEqual(timeline.endMs)
    }
    for (let i = 1; i < folds.length; i++) expect(folds[i].test.fromMs).toBeGreaterThan(folds[i - 1].test.fromMs)
  })
})

describe('the recent split', () => {
  test('has 30 days of validation right before the month of the test', () => {
    const timeline = even('2025-01-01', '2026-03-01', MS_PER_MINUTE)
    const split = recentSplit(timeline, { validation: '30d', test: '1M' })
    expect(datesOf(split)).toEqual([
      ['2025-01-01', '2026-01-02'],
      ['2026-01-02', '2026-02-01'],
      ['2026-02-01', '2026-03-01'],
    ])
    expect(timeline.timestamps[(split.validation as Part).to - 1]).toBe(Date.parse('2026-01-31T23:59:00Z'))
  })

  test('needs no validation', () => {
    expect(datesOf(recentSplit(even('2024-01-01', '2024-12-31'), { test: '30' }))).toEqual([
      ['2024-01-01', '2024-12-01'],
      null,
      ['2024-12-01', '2024-12-31'],
    ])
  })

  test('refuses parts that leave nothing to train on', () => {
    for (const test of ['366', '400', '12M']) {
      expect(() => recentSplit(even('2024-01-01', '2024-12-31'), { test })).toThrow(
        expect.objectContaining({ code: 'LQ_INPUT_INVALID' }),
      )
    }
  })
})

describe('the split by shares', () => {
  test('has 70, 15 and 15 of 100 bars', () => {
    const timeline = even('2024-01-01', '2024-04-10')
    const split = shareSplit(timeline, { train: 0.7, validation: 0.15 })
    expect(partsOf(split).map(({ from, to }) => [from, to])).toEqual([
      [0, 70],
      [70, 85],
      [85, 100],
    ])
  })

  test('has no bar before the base or behind the end', () => {
    const timeline = {
      ...even('2024-01-01', '2024-04-10'),
      baseMs: Date.UTC(2024, 0, 11),
      endMs: Date.UTC(2024, 2, 31),
    }
    expect(partsOf(shareSplit(timeline, { train: 0.5 })).map(({ from, to }) => [from, to])).toEqual([
      [10, 50],
      [50, 90],
    ])
  })

  test('refuses shares that leave nothing', () => {
    for (const rule of [{ train: 0 }, { train: 1 }, { train: 0.8, validation: 0.2 }, { train: 0.5, validation: 0 }]) {
      expect(() => shareSplit(even('2024-01-01', '2024-04-10'), rule)).toThrow(
        expect.objectContaining({ code: 'LQ_OPTION_RANGE' }),
      )
    }
  })
})
