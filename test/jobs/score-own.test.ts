import { describe, expect, test } from 'vitest'
import { closes, MINUTE, market, plain, START, scores, textFile, valuesOf } from './score-support.js'

const own = (factors: Record<string, string>, over: object = {}) => plain(factors, { align: 'own', ...over })

describe('own alignment', () => {
  const listings = [closes('A', [1, null, 3, 5]), closes('B', [2, 4, 4, 4])]

  test('counts the bars of a symbol, not the rows of the panel', async () => {
    const { rows } = await scores(listings, own({ m: 'mean(close, 2)', d: 'delay(close, 2)' }))
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'A', 3)]).toEqual([
      [null, 2, 4],
      [null, null, 1],
    ])
  })

  test('ranks what windows have found at each timestamp, and windows go over ranks', async () => {
    const { rows } = await scores(listings, own({ r: 'rank(delta(close, 1))', m: 'sum(rank(close), 2)' }))
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'B')]).toEqual([
      [null, 1, 1],
      [null, 1, 0.5, 0.5],
    ])
    expect([valuesOf(rows, 'A', 3), valuesOf(rows, 'B', 3)]).toEqual([
      [null, 1, 1.5],
      [null, 2, 2, 1.5],
    ])
  })

  test('gives plain columns and constants as they are', async () => {
    const { rows } = await scores(listings, own({ c: 'close', t: 'close > 2 ? 1 : -1' }))
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'A', 3)]).toEqual([
      [1, 3, 5],
      [-1, 1, 1],
    ])
  })

  test('has the bits of the panel where no symbol lacks a bar', async () => {
    const whole = market(101, { rows: 300, symbols: 9, missing: 0 })
    const factors = {
      a: 'rank(stddev(rank(delta(close, 2)), 7)) - mean(close, 5)',
      e: 'ema(demean(close), 5)',
      c: 'correlation(rank(close), delay(rank(returns), 1), 20)',
    }
    const [panel, found] = [await scores(whole, plain(factors)), await scores(whole, own(factors))]
    expect(found.result.checksum).toBe(panel.result.checksum)
    expect(found.result.run_id).not.toBe(panel.result.run_id)
  })

  test('of one symbol at a time is what that symbol alone gives', async () => {
    const many = market(102, { rows: 200, symbols: 5, missing: 0.4 })
    const factors = { m: 'mean(close, 9)', z: 'ts_zscore(returns, 12)', e: 'rsi(close, 5)' }
    const together = await scores(many, own(factors))
    for (const listing of many) {
      const alone = await scores([listing], plain(factors))
      expect(together.rows.filter(([, symbol]) => symbol === listing.symbol)).toEqual(alone.rows)
    }
  })

  test('leaves bars at timestamps that are no row without a score, but windows count them', async () => {
    const three = [closes('A', [1, 2, 3]), closes('B', [1, null, 3]), closes('C', [1, null, 3])]
    const { rows, result } = await scores(three, own({ d: 'delta(close, 1)' }, { minBreadth: 0.5 }))
    expect([valuesOf(rows, 'A'), result.dropped]).toEqual([[null, null, 1], 1])
  })

  test('after a start has the bits of the whole', async () => {
    const many = market(103, { rows: 120, symbols: 4, missing: 0.3 })
    const factors = { m: 'rank(mean(close, 7))', s: 'stddev(rank(close), 11)' }
    const whole = await scores(many, own(factors))
    const part = await scores(many, own(factors, { fromMs: START + 80 * MINUTE }))
    expect(part.rows).toEqual(whole.rows.filter(([minute]) => (minute as number) >= 80))
  })

  test('goes with joined columns, a universe and a combined score', async () => {
    const at = (minute: number) => new Date(START + minute * MINUTE).toISOString()
    const eps = textFile('own.csv', ['symbol,date,eps', `A,${at(0)},2`, `B,${at(0)},4`])
    const universe = textFile('own-universe.csv', ['symbol,start,end', `A,${at(2)},`, `B,,${at(3)}`])
    const request = own(
      { y: 'mean(eps / close, 2)', r: 'rank(close)' },
      { joins: [{ path: eps }], universe, combine: { method: 'equal' } },
    )
    const { rows } = await scores(listings, request)
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'A', 3), valuesOf(rows, 'A', 4)]).toEqual([
      [null, (2 + 2 / 3) / 2, (2 / 3 + 2 / 5) / 2],
      [null, 0.5, 1],
      [null, ((2 + 2 / 3) / 2 + 0.5) / 2, ((2 / 3 + 2 / 5) / 2 + 1) / 2],
    ])
  })

  test('that does not fit says how much is needed', async () => {
    const many = market(104, { rows: 20_000, symbols: 9 })
    const request = own({ m: 'mean(close, 5)' })
    const error = await scores(many, request, { memoryLimitMb: 4 }).catch((found) => found)
    expect(error).toMatchObject({ code: 'LQ_MEMORY', message: expect.stringMatching(/--align own: expected \d+ MiB/) })
  })
})
