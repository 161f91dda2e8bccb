import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScore } from '../../src/jobs/score.js'
import type { ScoreRequest } from '../../src/jobs/score-request.js'
import { startTestServer, type TestServer } from '../state/support.js'
import { memoryStore } from './bars-in-memory.js'
import { closes, config, folder, MINUTE, market, outFile, plain, START, scores } from './score-support.js'

describe('rows', () => {
  test('are one per bar, by timestamp, then symbol', async () => {
    const { rows } = await scores([closes('B', [1, 2, null]), closes('A', [null, 3, 4])], plain({ c: 'close' }))
    expect(rows).toEqual([
      [0, 'B', 1],
      [1, 'A', 3],
      [1, 'B', 2],
      [2, 'A', 4],
    ])
  })

  test('of a bar without a price are there, and missing', async () => {
    const { rows } = await scores([closes('A', [1, Number.NaN, 3])], plain({ c: 'close' }))
    expect(rows[1]).toEqual([1, 'A', null])
  })

  test('are in order for more symbols than a tile has columns', async () => {
    const names = Array.from({ length: 17 }, (_, n) => `S${String(n).padStart(2, '0')}`)
    const { rows } = await scores(
      names.toReversed().map((name, n) => closes(name, [n])),
      plain({ c: 'close' }),
    )
    expect(rows.map(([, symbol]) => symbol)).toEqual(names)
  })

  test('are within start and end', async () => {
    const request = plain({ c: 'close' }, { fromMs: START + MINUTE, toMs: START + 3 * MINUTE })
    const { rows } = await scores([closes('A', [1, 2, 3, 4])], request)
    expect(rows).toEqual([
      [1, 'A', 2],
      [2, 'A', 3],
    ])
  })
})

describe('values', () => {
  test('windows count rows of the panel: a minute that only another symbol has is a missing value', async () => {
    const { rows } = await scores(
      [closes('A', [1, null, 3, 5]), closes('B', [1, 1, 1, 1])],
      plain({ m: 'mean(close, 2)' }),
    )
    expect(rows.filter(([, symbol]) => symbol === 'A').map(([, , m]) => m)).toEqual([null, null, 4])
  })

  test('ranks count the symbols with a bar', async () => {
    const { rows } = await scores(
      [closes('A', [1, 5]), closes('B', [2, null]), closes('C', [2, 1])],
      plain({ r: 'rank(close)' }),
    )
    expect(rows.map(([, , r]) => r)).toEqual([1 / 3, 2.5 / 3, 2.5 / 3, 1, 0.5])
  })

  test('constants are everywhere, also where a symbol has no bar', async () => {
    const listings = [closes('A', [1, null, 3]), closes('B', [1, 1, 1])]
    const { rows } = await scores(listings, plain({ s: 'sum(mean(close, 2, min_periods=1) > 0 ? 3 : 4, 3)' }))
    expect(rows.at(-2)).toEqual([2, 'A', 9])
  })

  test('constants do not enter the spare columns of a tile', async () => {
    const { rows } = await scores([closes('A', [1]), closes('B', [2])], plain({ r: 'rank(log(2) + close)' }))
    expect(rows.map(([, , r]) => r)).toEqual([0.5, 1])
  })

  test('are winsorized, then standardized', async () => {
    const request = plain(
      { f: 'close' },
      { scoring: { winsorize: { method: 'quantile', bound: 0.5 }, standardize: 'z' } },
    )
    const { rows } = await scores([closes('A', [1]), closes('B', [2]), closes('C', [30])], request)
    expect(rows.map(([, , f]) => f)).toEqual([null, null, null])
  })

  test('are z-scores that end at ±3', async () => {
    const many = Array.from({ length: 30 }, (_, n) => closes(`S${n}`, [n === 0 ? 1000 : n]))
    const { rows } = await scores(many, plain({ f: 'close' }, { scoring: { winsorize: null, standardize: 'z' } }))
    expect(Math.max(...rows.map(([, , f]) => f as number))).toBe(3)
  })
})

describe('adjustment', () => {
  const adjusted = closes('A', [10, 20], { adj_close: [5, 20] })

  test('by ratio is what holds where there is an adjusted close', async () => {
    const { rows, result } = await scores([adjusted], plain({ c: 'close', v: 'volume' }))
    expect(result.adjust).toBe('ratio')
    expect(rows).toEqual([
      [0, 'A', 5, 2],
      [1, 'A', 20, 1],
    ])
  })

  test('can be left out', async () => {
    const { rows } = await scores([adjusted], plain({ c: 'close' }, { adjust: 'none' }))
    expect(rows[0]).toEqual([0, 'A', 10])
  })

  test('leaves a symbol without an adjusted close as it is', async () => {
    const { rows } = await scores([adjusted, closes('B', [7, 8])], plain({ c: 'close' }))
    expect(rows.map(([, , c]) => c)).toEqual([5, 7, 20, 8])
  })

  test('is refused where nothing has an adjusted close', async () => {
    await expect(scores([closes('B', [7])], plain({ c: 'close' }, { adjust: 'ratio' }))).rejects.toMatchObject({
      code: 'LQ_INPUT_MISSING',
    })
  })
})

describe('warm-up', () => {
  const factors = {
    m: 'mean(close, 20)',
    d: 'delta(rank(close), 7)',
    s: 'stddev(returns, 15, min_periods=5)',
    c: 'correlation(close, delay(close, 3), 9, min_periods=4)',
  }

  test('rows before the start give the same values as the whole span', async () => {
    const listings = market(11, { rows: 200, symbols: 5 })
    const whole = await scores(listings, plain(factors))
    const part = await scores(listings, plain(factors, { fromMs: START + 150 * MINUTE }))
    const expected = whole.rows.filter(([minute]) => (minute as number) >= 150)
    expect(part.rows.length).toBe(expected.length)
    for (const [i, row] of part.rows.entries()) {
      for (const [k, value] of row.entries()) {
        if (typeof value === 'number') expect(value).toBeCloseTo(expected[i][k] as number, 9)
        else expect(value).toBe(expected[i][k])
      }
    }
  })

  test('reads no more rows than the windows need', async () => {
    const listings = market(12, { rows: 300, symbols: 2, missing: 0 })
    const { result } = await scores(listings, plain({ m: 'mean(close, 20)' }, { fromMs: START + 250 * MINUTE }))
    expect(result.panel_rows).toBe(50 + 19)
  })

  test('looks back across a closed market', async () => {
    const [day] = market(13, { rows: 30, symbols: 1, missing: 0 })
    const night = { ...day, timestamp: day.timestamp.map((ms, i) => (i < 25 ? ms - 3 * 86_400_000 : ms)) }
    const { rows } = await scores([night], plain({ m: 'mean(close, 10)' }, { fromMs: START + 25 * MINUTE }))
    expect(rows[0][2]).not.toBeNull()
  })

  test('of recursive operators is every row there is', async () => {
    const listings = market(14, { rows: 100, symbols: 2, missing: 0 })
    const { result } = await scores(listings, plain({ e: 'ema(close, 3)' }, { fromMs: START + 90 * MINUTE }))
    expect(result.panel_rows).toBe(100)
  })

  test('ends where the bars begin', async () => {
    const { rows } = await scores([closes('A', [1, 2, 3])], plain({ m: 'mean(close, 3)' }, { fromMs: START + MINUTE }))
    expect(rows).toEqual([
      [1, 'A', null],
      [2, 'A', 2],
    ])
  })
})

describe('breadth', () => {
  const listings = [closes('A', [1, 2, 3, 4]), closes('B', [1, null, 3, 4]), closes('C', [1, null, 3, 4])]

  test('a row that is too narrow is none: its bar has no score, and windows pass over it', async () => {
    const { rows, result } = await scores(listings, plain({ d: 'delta(close, 1)' }, { minBreadth: 0.5 }))
    expect(rows.filter(([, symbol]) => symbol === 'A').map(([, , d]) => d)).toEqual([null, null, 2, 1])
    expect(result.dropped).toBe(1)
  })

  test('thin rows are counted', async () => {
    expect((await scores(listings, plain({ c: 'close' }))).result.thin_rows).toBe(1)
  })

  test('gives the same rows after a start', async () => {
    const many = market(21, { rows: 200, symbols: 6, missing: 0.5 })
    const request = plain({ d: 'delta(close, 3)' }, { minBreadth: 0.6 })
    const whole = await scores(many, request)
    const part = await scores(many, { ...request, fromMs: START + 120 * MINUTE })
    expect(part.rows).toEqual(whole.rows.filter(([minute]) => (minute as number) >= 120))
  })
})

describe('memory', () => {
  const listings = market(31, { rows: 6000, symbols: 9 })
  const factors = {
    a: 'delta(mean(close, 50), 30)',
    b: 'rank(stddev(close, 9, min_periods=3))',
    z: 'zscore(close, 33)',
  }

  test.each([0, 0.7])('cut into chunks, the result has the same bits (least breadth %d)', async (minBreadth) => {
    const request = plain(factors, { minBreadth })
    const whole = await scores(listings, request)
    const cut = await scores(listings, request, { memoryLimitMb: 13 })
    expect([whole.chunks, cut.chunks > 2]).toEqual([1, true])
    expect(cut.result.checksum).toBe(whole.result.checksum)
    expect(cut.rows).toEqual(whole.rows)
  })

  test('that is too small for the warm-up says how much is needed', async () => {
    const error = await scores(listings, plain({ m: 'mean(close, 5000)' }), { memoryLimitMb: 9 }).catch(
      (found) => found,
    )
    expect(error).toMatchObject({
      code: 'LQ_MEMORY',
      message: expect.stringMatching(/^expected \d+ MiB or more, LQ_MEMORY_LIMIT_MB allows 9/),
    })
    const enough = Number(/\d+/.exec(error.message)?.[0])
    await expect(scores(listings, plain({ m: 'mean(close, 5000)' }), { memoryLimitMb: enough })).resolves.toBeDefined()
  })

  const recursive = {
    e: 'ema(close, 5)',
    nested: 'mean(ema(mean(close, 7), 30), 20) - wilder(delay(ema(close, 3), 11), 9)',
    r: 'rank(rsi(close, 14)) + atr(5) / ema(rank(ema(close, 4)), 8)',
  }

  test.each([0, 0.7])('recursive operators go on from chunk to chunk with the same bits (%d)', async (minBreadth) => {
    const request = plain(recursive, { minBreadth })
    const whole = await scores(listings, request)
    const cut = await scores(listings, request, { memoryLimitMb: 14 })
    expect([whole.chunks, cut.chunks > 2]).toEqual([1, true])
    expect(cut.result.checksum).toBe(whole.result.checksum)
  })

  test('recursive operators begin with the first bar, wherever the result begins', async () => {
    const whole = await scores(listings, plain(recursive))
    const fromMs = START + 4500 * MINUTE
    const part = await scores(listings, plain(recursive, { fromMs }), { memoryLimitMb: 14 })
    expect(part.chunks).toBeGreaterThan(2)
    expect(part.rows).toEqual(whole.rows.filter(([minute]) => (minute as number) >= 4500))
  })
})

describe('identity', () => {
  const listings = market(41, { rows: 30, symbols: 3 })
  const runId = async (request: ScoreRequest, over: object = {}) =>
    (await scores(listings, request, over)).result.run_id

  test('is the same on a replay, whatever the threads and the output', async () => {
    expect(await runId(plain({ m: 'mean(close, 5)' }), { threads: 1 })).toBe(
      await runId(plain({ m: 'mean(close, 5)' })),
    )
  })

  test('is that of the meaning, not of the spelling', async () => {
    expect(await runId(plain({ m: 'SMA($close, 5.5)' }))).toBe(await runId(plain({ m: 'mean(close, 5)' })))
  })

  test('is another one for another name', async () => {
    expect(await runId(plain({ n: 'mean(close, 5)' }))).not.toBe(await runId(plain({ m: 'mean(close, 5)' })))
  })

  test('is another one for another scoring', async () => {
    const scoring = { winsorize: null, standardize: 'z' as const }
    expect(await runId(plain({ m: 'close' }, { scoring }))).not.toBe(await runId(plain({ m: 'close' })))
  })

  test('is the one that was given', async () => {
    expect(await runId(plain({ m: 'close' }, { runId: 'mine' }))).toBe('mine')
  })

  test('the checksum is that of the rows, not of how the factors were asked for', async () => {
    const one = await scores(listings, plain({ m: 'close * 2' }))
    const two = await scores(listings, plain({ m: 'close + close' }))
    expect(two.result.checksum).toBe(one.result.checksum)
  })
})

describe('output', () => {
  test('goes to the gold layer where no file is named', async () => {
    const { outputs } = await runScore(plain({ c: 'close' }), {
      config: config(),
      store: memoryStore([closes('A', [1])]),
      state: null,
    })
    expect(outputs).toMatchObject([{ path: expect.stringContaining(join('lake', 'gold', 'score')), rows: 1 }])
  })

  test('is refused where it is no .parquet file', async () => {
    const context = { config: config(), store: memoryStore([closes('A', [1])]), state: null }
    await expect(runScore(plain({ c: 'close' }, { out: 'x.csv' }), context)).rejects.toMatchObject({ code: 'LQ_USAGE' })
  })

  test('is none after an interruption', async () => {
    const abort = new AbortController()
    abort.abort()
    const out = join(folder, 'aborted', 'x.parquet')
    const context = { config: config(), store: memoryStore([closes('A', [1])]), state: null, signal: abort.signal }
    await expect(runScore({ ...plain({ c: 'close' }), out }, context)).rejects.toMatchObject({ code: 'LQ_INTERRUPTED' })
    expect(await readdir(join(folder, 'aborted')).catch(() => [])).toEqual([])
  })
})

describe('record', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  test('is one result of one run, and a replay changes no byte of it', async () => {
    const state = await server.openFresh()
    const rows = async () => ({
      runs: await state.query('SELECT * FROM runs'),
      results: await state.query<Record<string, unknown>>('SELECT * FROM optimization_results'),
    })
    const context = { config: config(), store: memoryStore(market(61, { rows: 20, symbols: 2 })), state }
    const request = { ...plain({ m: 'mean(close, 3)' }), out: outFile() }
    const { run_id, checksum, rows_out } = await runScore(request, context)
    const first = await rows()
    await runScore(request, context)
    expect(await rows()).toEqual(first)
    expect(first.results).toMatchObject([
      {
        run_id,
        stage: 'score',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        params_json: { factors: { m: 'v1 = rolling_mean(close, window=3)' }, adjust: 'none' },
        extra_json: { rows: rows_out, checksum, outputs: [request.out] },
      },
    ])
    expect(first.runs).toMatchObject([{ run_id, mode: 'score', status: 'COMPLETED' }])
  })
})

describe('errors', () => {
  test('an unknown field names the factor, the place and the nearest field', async () => {
    await expect(scores([closes('A', [1])], plain({ f: 'rank(clsoe)' }))).rejects.toMatchObject({
      code: 'LQ_EXPRESSION',
      message: 'f: line 1, column 6: unknown field clsoe',
      hint: 'rank(clsoe)\n         ^\n    did you mean close?',
    })
  })

  test('a factor that is a number is refused', async () => {
    await expect(scores([closes('A', [1])], plain({ f: '1 + 2' }))).rejects.toThrow(
      'f: line 1, column 1: expected a series, found a number',
    )
  })

  test('a span without bars is refused, and the bars there are named', async () => {
    await expect(scores([closes('A', [1])], plain({ c: 'close' }, { fromMs: START + MINUTE }))).rejects.toMatchObject({
      code: 'LQ_INPUT_MISSING',
      hint: 'the bars that are there run from 2024-01-02T14:30:00.000Z to 2024-01-02T14:30:00.000Z',
    })
  })

  test('a start behind the end is refused', async () => {
    await expect(scores([closes('A', [1])], plain({ c: 'close' }, { fromMs: 2, toMs: 1 }))).rejects.toMatchObject({
      code: 'LQ_USAGE',
    })
  })

  test('a timeframe that is none is refused', async () => {
    await expect(scores([closes('A', [1])], plain({ c: 'close' }, { timeframe: '7x' }))).rejects.toMatchObject({
      code: 'LQ_TIMEFRAME',
    })
  })
})
