import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { type PortfolioResult, runPortfolio } from '../../src/jobs/optimize-portfolio.js'
import type { PortfolioRequest } from '../../src/jobs/optimize-portfolio-request.js'
import { meanReturns, sampleCovariance } from '../../src/optimize/portfolio/covariance.js'
import { bilinear, dot } from '../../src/optimize/portfolio/linear.js'
import { closePortfolioPool } from '../../src/optimize/portfolio/pool.js'
import { seeded } from '../factors/evaluate.js'
import { startTestServer, type TestServer } from '../state/support.js'
import { type Listing, memoryStore } from './bars-in-memory.js'

const DAY = 86_400_000
const START = Date.UTC(2024, 0, 1)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lq-portfolio-'))
})
afterAll(async () => {
  await closePortfolioPool()
  await rm(folder, { recursive: true })
})

const config = (threads: number) =>
  loadConfig({ LQ_GPU_MODE: 'cpu', LQ_POSTGRES_DSN: 'none', LQ_DATA_DIR: folder, LQ_THREADS: String(threads) })

const REQUEST: PortfolioRequest = {
  ...{ symbols: 'all', timeframe: '1d', method: 'min-variance', lookback: 20, returns: 'simple' },
  ...{ covariance: 'sample', decay: 0.94, rf: 0, floor: 0, cap: Number.POSITIVE_INFINITY, target: null },
  ...{ turnover: null, aversion: 1, level: 0.95, fraction: 0.5 },
}

/** Random walks of a bar a day; `days` names the days that have one. */
function walk(symbol: string, seed: number, days = Array.from({ length: 100 }, (_, day) => day)): Listing {
  const random = seeded(seed)
  const all = [100]
  for (let day = 1; day < 200; day++) all.push(all[day - 1] * (1 + 0.02 * (random() - 0.47)))
  const close = days.map((day) => all[day])
  const columns = { open: close, high: close, low: close, close, volume: close }
  return { symbol, timestamp: days.map((day) => START + day * DAY), columns }
}

const BARS = ['A', 'B', 'C', 'D', 'E'].map((symbol, n) => walk(symbol, n + 1))
let files = 0

async function portfolio(over: Partial<PortfolioRequest>, { bars = BARS, threads = 2 } = {}): Promise<PortfolioResult> {
  const out = join(folder, `weights-${files++}.parquet`)
  return runPortfolio({ ...REQUEST, out, ...over }, { config: config(threads), store: memoryStore(bars), state: null })
}

async function fileOf(text: string): Promise<string> {
  const path = join(folder, `file-${files++}.csv`)
  await writeFile(path, text)
  return path
}

const date = (day: number) => new Date(START + day * DAY).toISOString().slice(0, 10)

describe('the dates', () => {
  test('are the last bar, where none is named', async () => {
    const { dates } = await portfolio({})
    expect(dates.map(({ date, bar }) => [date, bar])).toEqual([[date(99), date(99)]])
  })

  test('are those named, once each and in order, and know no later bar', async () => {
    const asOf = [START + 60 * DAY, START + 40 * DAY, START + 60 * DAY]
    const { dates } = await portfolio({ asOf })
    expect(dates.map((one) => one.date)).toEqual([date(40), date(60)])
    const cut = BARS.map(({ symbol }, n) =>
      walk(
        symbol,
        n + 1,
        Array.from({ length: 61 }, (_, day) => day),
      ),
    )
    const known = await portfolio({}, { bars: cut })
    expect(dates[1].weights).toEqual(known.dates[0].weights)
  })

  test('of --every 1M are the last bar of each month with enough bars before it', async () => {
    const { dates, early } = await portfolio({ every: '1M', lookback: 40 })
    expect(dates.map((one) => one.date)).toEqual(['2024-02-29', '2024-03-31', date(99)])
    expect(early).toBe(1)
  })

  test('named without enough bars before them are errors', async () => {
    const asOf = [START + 10 * DAY]
    await expect(portfolio({ asOf })).rejects.toMatchObject({
      code: 'LQ_INPUT_MISSING',
      message: `expected 21 bars up to ${date(10)}T00:00:00.000Z, found 11 bars`,
    })
  })
})

describe('the figures', () => {
  test('are of the returns of the lookback, a year', async () => {
    const { dates } = await portfolio({ method: 'hrp', rf: 0.02, lookback: 30, annual: 100 })
    const [{ weights, expected_return, volatility, sharpe }] = dates
    const values = new Float64Array(BARS.length * 30)
    for (const [i, { columns }] of BARS.entries()) {
      for (let t = 0; t < 30; t++) values[i * 30 + t] = columns.close[70 + t] / columns.close[69 + t] - 1
    }
    const returns = { assets: BARS.length, rows: 30, values }
    const w = Float64Array.from(BARS, ({ symbol }) => weights[symbol])
    expect(expected_return).toBeCloseTo(dot(w, 0, meanReturns(returns), 0, 5) * 100, 12)
    expect(volatility).toBeCloseTo(Math.sqrt(bilinear(sampleCovariance(returns), w, w) * 100), 12)
    expect(sharpe).toBeCloseTo((expected_return - 0.02) / volatility, 12)
  })

  test('of kelly count what is not bet as cash at the rate', async () => {
    const { dates } = await portfolio({ method: 'kelly', fraction: 0.25, rf: 0.01 })
    const [{ weights, cash }] = dates
    const bet = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
    expect(bet).toBeGreaterThan(0)
    expect(bet).toBeLessThanOrEqual(0.25)
    expect(cash).toBeCloseTo(1 - bet, 14)
  })

  test('do not change with the scale of the prices', async () => {
    const scaled = BARS.map((one, n) => {
      const close = one.columns.close.map((price) => price * 2 ** (n - 2))
      return { ...one, columns: { ...one.columns, close } }
    })
    const [a, b] = [await portfolio({ cap: 0.4 }), await portfolio({ cap: 0.4 }, { bars: scaled })]
    expect(b.dates).toEqual(a.dates)
  })

  test('take adjusted closes where there are some', async () => {
    const split = BARS.map((one) => {
      const close = one.columns.close.map((price, day) => (day < 90 ? price * 2 : price))
      return { ...one, columns: { ...one.columns, close, adj_close: one.columns.close } }
    })
    const [plain, adjusted] = [await portfolio({}), await portfolio({}, { bars: split })]
    expect(adjusted.adjust).toBe('ratio')
    expect(adjusted.dates).toEqual(plain.dates)
    expect((await portfolio({ adjust: 'none' }, { bars: split })).dates).not.toEqual(plain.dates)
  })
})

describe('symbols', () => {
  const days = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

  test('without a bar at every row of the lookback are left out at that date, and said', async () => {
    const bars = [...BARS, walk('NEW', 9, days(60, 100))]
    const asOf = [START + 70 * DAY, START + 99 * DAY]
    const { dates } = await portfolio({ asOf }, { bars })
    expect(dates.map(({ left_out }) => left_out)).toEqual([['NEW'], []])
    expect(dates.map(({ weights }) => 'NEW' in weights)).toEqual([false, true])
  })

  test('do not lose their history to a day on which few have a bar', async () => {
    const without = (symbol: string, n: number) =>
      walk(
        symbol,
        n + 1,
        days(0, 100).filter((day) => day !== 95),
      )
    const bars = BARS.map((one, n) => (n === 0 ? one : without(one.symbol, n)))
    const { dates, dropped_rows } = await portfolio({}, { bars })
    expect([dates[0].left_out, dropped_rows]).toEqual([[], 1])
  })

  test('of which none has all bars are an error', async () => {
    const bars = [
      walk(
        'A',
        1,
        days(0, 100).filter((day) => day % 3 !== 0),
      ),
      walk(
        'B',
        2,
        days(0, 100).filter((d) => d % 3 !== 1),
      ),
    ]
    await expect(portfolio({}, { bars })).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
  })
})

describe('limits', () => {
  test('of groups come from a file, once or on every row', async () => {
    const groups = await fileOf('symbol,group,min,max\nA,tech,0.5,0.6\nB,tech,,\nC,banks,,0.1\nD,banks,,0.1\n')
    const { dates } = await portfolio({ groups, cap: 0.45 })
    const { A, B, C, D } = dates[0].weights
    expect(A + B).toBeGreaterThan(0.5 - 1e-12)
    expect(A + B).toBeLessThan(0.6 + 1e-12)
    expect(C + D).toBeLessThan(0.1 + 1e-12)
    expect(Math.max(...Object.values(dates[0].weights))).toBeLessThanOrEqual(0.45)
  })

  test('of turnover go from date to date, from what is held at first', async () => {
    const current = await fileOf('symbol,weight\nA,0.5\nGONE,0.1\nB,0.4\n')
    const { dates } = await portfolio({ every: '1M', turnover: 0.3, current })
    let held: Record<string, number> = { A: 0.5, B: 0.4, GONE: 0.1 }
    for (const { weights } of dates) {
      const names = new Set([...Object.keys(held), ...Object.keys(weights)])
      const turned = [...names].reduce((sum, name) => sum + Math.abs((weights[name] ?? 0) - (held[name] ?? 0)), 0)
      expect(turned).toBeLessThan(0.3 + 1e-9)
      held = weights
    }
  })

  test('that conflict everywhere are an error that names them', async () => {
    await expect(portfolio({ cap: 0.1 })).rejects.toMatchObject({
      code: 'LQ_INPUT_INVALID',
      hint: 'these cannot hold together: weights of sum 1; each weight at most 0.1',
    })
  })

  test('that conflict at some dates leave those out, and say so', async () => {
    const bars = [
      ...BARS,
      walk(
        'NEW',
        9,
        Array.from({ length: 40 }, (_, i) => 60 + i),
      ),
    ]
    const { dates, infeasible } = await portfolio({ every: '1M', cap: 0.18 }, { bars })
    expect(dates.map((one) => one.date)).toEqual(['2024-03-31', date(99)])
    expect(infeasible).toEqual([
      { date: '2024-01-31', conflict: ['weights of sum 1', 'each weight at most 0.18'] },
      { date: '2024-02-29', conflict: ['weights of sum 1', 'each weight at most 0.18'] },
    ])
  })

  test('in a file are checked row by row', async () => {
    const groups = await fileOf('symbol,group,min,max\nA,tech,x,\n')
    await expect(portfolio({ groups })).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
  })
})

describe('black-litterman', () => {
  test('reads the market and views from files', async () => {
    const market = await fileOf('symbol,weight\nA,4\nB,3\nC,2\nD,1\nE,0.5\n')
    const views = await fileOf('long,short,return,confidence\nA,B,0.3,0.5\n')
    const [plain, viewed] = [
      await portfolio({ method: 'black-litterman', market }),
      await portfolio({ method: 'black-litterman', market, views }),
    ]
    expect(plain.dates[0].weights.A).toBeCloseTo(4 / 10.5, 9)
    expect(viewed.dates[0].weights.A).toBeGreaterThan(4 / 10.5)
  })
})

describe('usage', () => {
  test.each<[string, Partial<PortfolioRequest>, string]>([
    ['a method that there is not', { method: 'best' }, '--method'],
    ['both kinds of dates', { asOf: [START], every: '1M' }, '--as-of or --every'],
    ['a cap below the floor', { cap: 0.1, floor: 0.2 }, '--cap'],
    ['a lookback of one return', { lookback: 1 }, '--lookback'],
    ['groups for a formula', { method: 'hrp', groups: 'groups.csv' }, '--groups'],
    ['a target of risk for least variance', { target: { kind: 'risk', value: 0.1 } }, '--target'],
    ['views without black-litterman', { views: 'views.csv' }, '--views'],
    ['holdings without a limit of turnover', { current: 'current.csv' }, '--turnover'],
    ['a fraction of nothing', { method: 'kelly', fraction: 0 }, '--fraction'],
  ])('%s is refused', async (_, over, named) => {
    await expect(portfolio(over)).rejects.toMatchObject({
      code: expect.stringMatching(/^LQ_(USAGE|OPTION_RANGE)$/),
      message: expect.stringContaining(named),
    })
  })
})

test.each(['min-variance', 'cvar', 'risk-parity'])('%s has the same bits on any count of threads', async (method) => {
  const over = { method, every: '1w' }
  const [one, three] = [await portfolio(over, { threads: 1 }), await portfolio(over, { threads: 3 })]
  expect(three.checksum).toBe(one.checksum)
  expect(three.dates).toEqual(one.dates)
})

describe('in the state', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  test('a run is a row per date, and a second one changes no byte of rows and file', async () => {
    const state = await server.openFresh()
    const request = { ...REQUEST, every: '1M', cap: 0.5, out: join(folder, 'state.parquet') }
    const run = () => runPortfolio(request, { config: config(2), store: memoryStore(BARS), state })
    const rows = () => state.query('SELECT xmin, * FROM optimization_results ORDER BY fingerprint')
    const first = await run()
    const [before, bytes] = [await rows(), await readFile(request.out)]
    expect(before).toHaveLength(first.dates.length)
    expect(before[0]).toMatchObject({ run_id: first.run_id, stage: 'portfolio' })
    const second = await run()
    expect(await rows()).toEqual(before)
    expect((await readFile(request.out)).equals(bytes)).toBe(true)
    expect([second.run_id, second.checksum]).toEqual([first.run_id, first.checksum])
  })
})
