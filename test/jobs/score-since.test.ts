import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/compute/addon.js'
import type { ScoreRequest } from '../../src/jobs/score-request.js'
import type { Listing } from './bars-in-memory.js'
import { folder, MINUTE, market, plain, START, scores } from './score-support.js'

const RECURSIVE = {
  e: 'mean(ema(mean(close, 7), 10), 20)',
  r: 'rank(rsi(close, 14)) + zscore(stddev(close, 9, min_periods=3))',
}
const WINDOWS = { d: 'delta(mean(close, 50), 3)', z: 'zscore(stddev(close, 9, min_periods=3))' }

/** The bars up to a minute. */
function until(listings: Listing[], minute: number): Listing[] {
  return listings.map(({ symbol, timestamp, columns }) => {
    const end = timestamp.filter((ms) => ms < START + minute * MINUTE).length
    const cut = Object.entries(columns).map(([name, values]) => [name, values.slice(0, end)])
    return { symbol, timestamp: timestamp.slice(0, end), columns: Object.fromEntries(cut) }
  })
}

/** Runs one after the other in a lake of their own. */
function lake() {
  const lakeDir = mkdtempSync(join(folder, 'since-'))
  return (listings: Listing[], request: ScoreRequest, over: object = {}) =>
    scores(listings, request, { lakeDir, ...over })
}

const from = (rows: (number | string | null)[][], minute: number) => rows.filter(([at]) => (at as number) >= minute)

describe.skipIf(loadAddon().addon === null)('since (skipped without the addon)', () => {
  const listings = market(51, { rows: 900, symbols: 11 })

  describe.each([
    ['recursive', RECURSIVE],
    ['of windows', WINDOWS],
  ])('factors that are %s', (_, factors) => {
    test.each([0, 0.6])('the last run: only new rows, with the bits of a whole run (%d)', async (minBreadth) => {
      const run = lake()
      const request = plain(factors, { minBreadth })
      await run(until(listings, 600), request)
      const { rows, result } = await run(listings, { ...request, since: 'last' })
      const whole = await lake()(listings, request)
      expect(rows).toEqual(from(whole.rows, 600))
      expect(rows.length).toBeGreaterThan(2000)
      expect(result.since?.reason).toBe('')
      expect(result.rows_in).toBeLessThan(whole.result.rows_in / 2)
    })

    test('a time after the last run', async () => {
      const run = lake()
      await run(until(listings, 600), plain(factors))
      const { rows, result } = await run(listings, plain(factors, { since: START + 700 * MINUTE }))
      expect(rows).toEqual(from((await lake()(listings, plain(factors))).rows, 700))
      expect(result.since?.resumed_rows).toBe(600)
    })

    test('again and again, in chunks', async () => {
      const run = lake()
      const found: unknown[][] = []
      for (const minute of [200, 420, 421, 421, 900]) {
        const { rows } = await run(until(listings, minute), plain(factors, { since: 'last' }), { memoryLimitMb: 14 })
        found.push(...rows)
      }
      expect(found).toEqual((await lake()(listings, plain(factors))).rows)
    })

    test('without an earlier run reads every bar, and says so', async () => {
      const { rows, result } = await lake()(listings, plain(factors, { since: START + 700 * MINUTE }))
      expect(rows).toEqual(from((await lake()(listings, plain(factors))).rows, 700))
      expect(result.since).toMatchObject({ resumed_rows: 0, reason: expect.stringContaining('no earlier run') })
    })

    test('after a bar of before has changed reads every bar, and says so', async () => {
      const run = lake()
      await run(until(listings, 600), plain(factors))
      const changed = structuredClone(listings)
      changed[3].columns.close[5] += 1
      const { rows, result } = await run(changed, plain(factors, { since: 'last' }))
      expect(rows).toEqual((await lake()(changed, plain(factors))).rows)
      expect(result.since?.reason).toContain('were changed')
    })

    test('after a symbol has come reads every bar', async () => {
      const run = lake()
      await run(until(listings.slice(1), 600), plain(factors))
      const { rows } = await run(listings, plain(factors, { since: 'last' }))
      expect(rows).toEqual((await lake()(listings, plain(factors))).rows)
    })

    test('a symbol whose bars have ended stays a column', async () => {
      const ended = [...until(listings.slice(0, 2), 300), ...listings.slice(2)]
      const run = lake()
      await run(until(ended, 600), plain(factors))
      const { rows, result } = await run(ended, plain(factors, { since: 'last' }))
      expect(rows).toEqual(from((await lake()(ended, plain(factors))).rows, 600))
      expect(result.since?.reason).toBe('')
    })
  })

  test('a time before the states that are kept reads every bar where states are carried', async () => {
    const run = lake()
    await run(until(listings, 600), plain(RECURSIVE))
    const { rows, result } = await run(listings, plain(RECURSIVE, { since: START + 300 * MINUTE }))
    expect(rows).toEqual(from((await lake()(listings, plain(RECURSIVE))).rows, 300))
    expect(result.since?.reason).toContain('after the start')
  })

  test('a time before the last run is met by windows alone', async () => {
    const run = lake()
    await run(until(listings, 600), plain(WINDOWS))
    const { rows, result } = await run(listings, plain(WINDOWS, { since: START + 300 * MINUTE }))
    expect(rows).toEqual(from((await lake()(listings, plain(WINDOWS))).rows, 300))
    expect(result.since?.reason).toBe('')
  })

  test('together with a start is refused', async () => {
    await expect(lake()(listings, plain(WINDOWS, { since: 'last', fromMs: START }))).rejects.toThrow(
      'expected --start or --since, got both',
    )
  })
})
