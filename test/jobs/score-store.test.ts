import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScore } from '../../src/jobs/score.js'
import type { ScoreRequest } from '../../src/jobs/score-request.js'
import { openScoreStore, STORED_ROWS_MAX } from '../../src/jobs/score-store.js'
import type { State } from '../../src/state/state.js'
import { startTestServer, type TestServer } from '../state/support.js'
import { memoryStore } from './bars-in-memory.js'
import { closes, config, market, outFile, plain, scores } from './score-support.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const run = (request: ScoreRequest, state: State | null) =>
  runScore(
    { ...request, out: outFile() },
    { config: config(), store: memoryStore([closes('A', [1, 4]), closes('B', [3, 4])]), state },
  )
const rowsOf = (state: State) =>
  state.query<Record<string, unknown>>(
    `SELECT factor, symbol, timestamp, raw_value, zscore, percentile
     FROM factor_scores ORDER BY factor, timestamp, symbol`,
  )

describe('the table of scores', () => {
  test('has of each factor and bar the value, its z-score and its percentile, whatever the file has', async () => {
    const state = await server.openFresh()
    const request = plain({ c: 'close' }, { scoring: { winsorize: null, standardize: 'percentile' } })
    const { factor_scores } = await run(request, state)
    const at = '2024-01-02T14:30:00Z'
    expect((await rowsOf(state)).slice(0, 2)).toEqual([
      { factor: 'c', symbol: 'A', timestamp: at, raw_value: 1, zscore: -1, percentile: 0 },
      { factor: 'c', symbol: 'B', timestamp: at, raw_value: 3, zscore: 1, percentile: 100 },
    ])
    expect(factor_scores).toEqual({ rows: 4, inserted: 4, updated: 0, unchanged: 0, reason: null })
  })

  test('has missing values as NULL, and the combined score as a factor', async () => {
    const state = await server.openFresh()
    await run(plain({ r: 'returns' }, { combine: { method: 'equal' } }), state)
    const rows = await rowsOf(state)
    expect(rows.map(({ factor, symbol, raw_value }) => [factor, symbol, raw_value])).toEqual([
      ['combined', 'A', null],
      ['combined', 'B', null],
      ['combined', 'A', 3],
      ['combined', 'B', 4 / 3 - 1],
      ['r', 'A', null],
      ['r', 'B', null],
      ['r', 'A', 3],
      ['r', 'B', 4 / 3 - 1],
    ])
  })

  test('does not change by a byte on a replay', async () => {
    const state = await server.openFresh()
    const versions = () => state.query('SELECT ctid, xmin, * FROM factor_scores ORDER BY factor, symbol, timestamp')
    await run(plain({ c: 'close' }), state)
    const before = await versions()
    const { factor_scores } = await run(plain({ c: 'close' }), state)
    expect([await versions(), factor_scores.unchanged]).toEqual([before, 4])
  })

  test('changes no checksum', async () => {
    const state = await server.openFresh()
    const [stored, not] = [await run(plain({ c: 'close' }), state), await run(plain({ c: 'close' }), null)]
    expect([stored.run_id, stored.checksum]).toEqual([not.run_id, not.checksum])
  })

  test('gets nothing where that is asked for', async () => {
    const state = await server.openFresh()
    const { factor_scores } = await run(plain({ c: 'close' }, { factorScores: 'none' }), state)
    expect([await rowsOf(state), factor_scores.reason]).toEqual([[], '--factor-scores none'])
  })
})

describe('rows for the database', () => {
  const options = { mode: 'auto' as const, state: {} as State, factors: ['a', 'b'], memoryLimitMb: 4096 }

  test('are taken up to a limit', () => {
    const bars = STORED_ROWS_MAX / 2
    expect(openScoreStore({ ...options, bars }).reason).toBeNull()
    expect(openScoreStore({ ...options, bars: bars + 1 }).reason).toContain('--factor-scores all writes them')
    expect(openScoreStore({ ...options, mode: 'all', bars: bars + 1 }).reason).toBeNull()
  })

  test('are not taken where they would fill the memory', () => {
    expect(openScoreStore({ ...options, bars: 200_000, memoryLimitMb: 100 }).reason).toContain('are many')
  })

  test('cannot be asked for without a database', () => {
    expect(() => openScoreStore({ ...options, mode: 'all', state: null, bars: 1 })).toThrow(
      expect.objectContaining({ code: 'LQ_USAGE' }),
    )
  })
})

describe('combined scores', () => {
  test('are one more column, made of what the file has of each factor', async () => {
    const scoring = { winsorize: null, standardize: 'percentile' } as const
    const request = plain({ a: 'close', b: '-1 * volume' }, { scoring, combine: { method: 'equal' } })
    const { rows, result } = await scores([closes('A', [1]), closes('B', [2])], request)
    expect([result.factors, rows.map((row) => row.slice(2))]).toEqual([
      ['a', 'b', 'combined'],
      [
        [0, 50, 25],
        [100, 50, 75],
      ],
    ])
  })

  test('have the same bits however the panel is cut', async () => {
    const many = market(91, { rows: 5000, symbols: 9 })
    const request = plain(
      { a: 'rank(delta(close, 3))', b: '-1 * rank(close)' },
      { combine: { method: 'ic', horizon: 5, window: 20 } },
    )
    const whole = await scores(many, request)
    const cut = await scores(many, request, { memoryLimitMb: 13 })
    expect([cut.chunks > 2, cut.result.checksum]).toEqual([true, whole.result.checksum])
    expect(whole.rows.filter((row) => row.at(-1) !== null).length).toBeGreaterThan(30_000)
  })

  test('are part of the identity of a run', async () => {
    const listings = [closes('A', [1]), closes('B', [2])]
    const id = async (over: Partial<ScoreRequest>) =>
      (await scores(listings, plain({ a: 'close' }, over))).result.run_id
    const ids = [await id({}), await id({ combine: { method: 'equal' } }), await id({ combine: null })]
    expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([false, true])
  })

  test('take no factor of their own name', async () => {
    const request = plain({ combined: 'close' }, { combine: { method: 'equal' } })
    await expect(scores([closes('A', [1])], request)).rejects.toMatchObject({ code: 'LQ_USAGE' })
  })
})
