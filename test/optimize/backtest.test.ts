import { describe, expect, test } from 'vitest'
import { backtest, backtestBook, type Rules, type Signals } from '../../src/optimize/backtest.js'

const NONE = Number.POSITIVE_INFINITY
const series = (...values: number[]) => Float64Array.from(values)
const SILENT: Signals = { long: null, exit: null, short: null, cover: null, size: null }
const rules = (more: Partial<Rules> = {}): Rules => ({
  limits: { stopLoss: NONE, takeProfit: NONE, holding: NONE },
  costs: { turn: 0, borrow: 0 },
  execution: 'next-close',
  ...more,
})
const run = (close: Float64Array, signals: Partial<Signals>, more: Partial<Rules> = {}, open = close) =>
  backtest({ open, close }, { ...SILENT, ...signals }, rules(more))

describe('execution', () => {
  const close = series(100, 110, 121, 133.1, 146.41)
  const long = series(1, 1, 1, 1, 1)

  test('next-close earns from the close after the signal', () => {
    const { equity, trades } = run(close, { long })
    expect([...equity]).toEqual([1, 1, expect.closeTo(1.1), expect.closeTo(1.21), expect.closeTo(1.331)])
    expect(trades).toMatchObject([{ entryRow: 1, entryPrice: 110, exitRow: null, side: 1 }])
  })

  test('next-open earns from the open after the signal', () => {
    const open = series(99, 105, 115, 125, 140)
    expect(run(close, { long }, { execution: 'next-open' }, open).equity[1]).toBeCloseTo(110 / 105, 12)
  })

  test('close earns from the close of the signal', () => {
    expect(run(close, { long }, { execution: 'close' }).equity[1]).toBeCloseTo(1.1, 12)
  })

  test('a fill on the last bar does not count', () => {
    const { result } = run(close, { long: series(0, 0, 0, 1, 1) }, { costs: { turn: 0.01, borrow: 0 } })
    expect(result).toMatchObject({ trades: 0, turnover: 0, finalEquity: 1 })
  })

  test('a signal never changes what was before it is filled', () => {
    for (const execution of ['next-close', 'next-open'] as const) {
      const before = run(close, { long: series(0, 0, 0, 0, 0) }, { execution }).equity
      const after = run(close, { long: series(0, 0, 1, 0, 0) }, { execution }).equity
      expect([...after.subarray(0, 3)]).toEqual([...before.subarray(0, 3)])
    }
  })
})

describe('costs', () => {
  test('are charged on the change of the position, at the fill', () => {
    const { equity, result } = run(
      series(100, 100, 100, 100, 100, 100),
      { long: series(1, 0, 0, 0, 0, 0), short: series(0, 1, 0, 0, 0, 0) },
      { costs: { turn: 0.01, borrow: 0 } },
    )
    expect(equity[1]).toBeCloseTo(0.99, 14)
    expect(equity[2]).toBeCloseTo(0.99 * 0.98, 14)
    expect(equity[3]).toBeCloseTo(0.99 * 0.98 * 0.99, 14)
    expect(result).toMatchObject({ turnover: 4, trades: 2, wins: 0, exposureBars: 2 })
  })

  test('of the first bar are in the first return', () => {
    const { returns } = run(
      series(100, 100, 100),
      { long: series(1, 1, 1) },
      { execution: 'close', costs: { turn: 0.01, borrow: 0 } },
    )
    expect([...returns]).toEqual([expect.closeTo(-0.01, 14), 0])
  })

  test('of borrowing fall due at each bar that is held short', () => {
    const { result } = run(series(1, 1, 1, 1), { short: series(1, 1, 1, 1) }, { costs: { turn: 0, borrow: 0.001 } })
    expect(result.finalEquity).toBeCloseTo(0.999 ** 2, 14)
  })
})

describe('limits', () => {
  test('a stop is judged at closes, and does not enter again while its condition holds', () => {
    const close = series(100, 100, 94, 90, 95, 100, 100)
    const { trades } = run(
      close,
      { long: series(1, 1, 1, 1, 1, 1, 1) },
      { limits: { stopLoss: 0.05, takeProfit: NONE, holding: NONE } },
    )
    expect(trades).toMatchObject([{ entryRow: 1, exitRow: 3, return: expect.closeTo(-0.1) }])
  })

  test('a stopped side is entered again after its condition has not been true', () => {
    const close = series(100, 100, 94, 90, 95, 100, 100)
    const { trades } = run(
      close,
      { long: series(1, 1, 1, 0, 1, 1, 1) },
      { limits: { stopLoss: 0.05, takeProfit: NONE, holding: NONE } },
    )
    expect(trades.map(({ entryRow }) => entryRow)).toEqual([1, 5])
  })

  test('a profit is taken of a short side too', () => {
    const { trades } = run(
      series(100, 100, 89, 89, 89),
      { short: series(1, 1, 1, 1, 1) },
      { limits: { stopLoss: NONE, takeProfit: 0.1, holding: NONE } },
    )
    expect(trades).toMatchObject([{ side: -1, entryRow: 1, exitRow: 3, return: expect.closeTo(0.11) }])
  })

  test.each([1, 2, 3])('nothing is held for more than %i bars', (holding) => {
    const { trades } = run(
      new Float64Array(8).fill(1),
      { long: new Float64Array(8).fill(1) },
      { limits: { stopLoss: NONE, takeProfit: NONE, holding } },
    )
    expect(trades).toMatchObject([{ entryRow: 1, exitRow: 1 + holding }])
  })
})

describe('bars without a price', () => {
  test('decide, fill and earn nothing; an order waits for the next', () => {
    const close = series(100, Number.NaN, 110, 121)
    const { equity, trades } = run(close, { long: series(1, 0, 1, 1) })
    expect([...equity]).toEqual([1, 1, 1, expect.closeTo(1.1)])
    expect(trades).toMatchObject([{ entryRow: 2 }])
  })
})

describe('sums', () => {
  test('of a fall and what followed', () => {
    const { result } = run(series(1, 1, 2, 1, 1.5, 2, 1.8), { long: new Float64Array(7).fill(1) })
    expect(result.maxDrawdown).toBeCloseTo(0.5, 14)
    expect(result.maxDrawdownBars).toBe(3)
    expect(result.sums.bars).toBe(6)
    expect(result.sums.sum).toBeCloseTo(1 - 0.5 + 0.5 + 1 / 3 - 0.1, 14)
  })

  test('are 0 where nothing is traded', () => {
    const { result } = run(series(1, 2, 3), {})
    expect(result).toMatchObject({ trades: 0, finalEquity: 1, maxDrawdown: 0, maxDrawdownBars: 0, exposureBars: 0 })
  })

  test('an equity that falls to 0 stays there', () => {
    const { equity, trades, result } = run(series(1, 1, 3, 1, 1), { short: series(1, 1, 1, 1, 1) })
    expect([...equity]).toEqual([1, 1, 0, 0, 0])
    expect(trades).toMatchObject([{ return: -1, exitRow: 2 }])
    expect(result.maxDrawdown).toBe(1)
  })
})

test('a book earns the mean of its symbols', () => {
  const [one, other] = [series(1, 1, 2, 2), series(1, 1, 1, 4)].map((close) => ({
    prices: { open: close, close },
    signals: { ...SILENT, long: series(1, 1, 1, 1) },
  }))
  const { returns, result } = backtestBook([one, other], rules())
  expect([...returns]).toEqual([0, 0.5, 1.5])
  expect(result).toMatchObject({ trades: 2, turnover: 1, exposureBars: 2, wins: 2 })
})
