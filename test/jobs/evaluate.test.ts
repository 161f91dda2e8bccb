import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { pearson, spearman } from '../../src/factors/evaluation/correlation.js'
import { runEvaluate } from '../../src/jobs/evaluate.js'
import type { EvaluateRequest } from '../../src/jobs/evaluate-request.js'
import { openParquetSource } from '../../src/lake/source.js'
import { openParquetWriter } from '../../src/lake/writer.js'
import { seeded } from '../factors/evaluate.js'
import { startTestServer, type TestServer } from '../state/support.js'
import { type Listing, memoryStore } from './bars-in-memory.js'

const MINUTE = 60_000
const START = Date.UTC(2024, 0, 2)
const nothing = Number.NaN

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lq-evaluate-'))
})
afterAll(() => rm(folder, { recursive: true }))

const config = (over: object = {}) => ({
  ...loadConfig({ LQ_GPU_MODE: 'cpu', LQ_POSTGRES_DSN: 'none', LQ_DATA_DIR: folder, LQ_THREADS: '2' }),
  ...over,
})

/** Closes of a symbol, one a minute; NaN is a minute without a bar. */
function closes(symbol: string, values: number[], more: Record<string, number[]> = {}): Listing {
  const rows = values.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]))
  const close = rows.map((i) => values[i])
  const others = Object.entries(more).map(([name, all]) => [name, rows.map((i) => all[i])])
  const columns = { open: close, high: close, low: close, close, volume: close, ...Object.fromEntries(others) }
  return { symbol, timestamp: rows.map((i) => START + i * MINUTE), columns }
}

/** One row of scores: minute, symbol, factors, perhaps a group. */
type ScoreRow = [minute: number, symbol: string, factors: Record<string, number>, group?: string | null]

let files = 0
const newFile = (ending: string) => join(folder, `file-${files++}${ending}`)

async function scoreFile(rows: ScoreRow[]): Promise<string> {
  const path = newFile('.parquet')
  const names = Object.keys(rows[0][2])
  const groups = rows.some(([, , , group]) => group !== undefined)
  const writer = await openParquetWriter(path, [
    { name: 'timestamp', type: 'timestamp' },
    { name: 'symbol', type: 'text' },
    ...names.map((name) => ({ name, type: 'double' as const })),
    ...(groups ? [{ name: 'sector', type: 'text' as const }] : []),
  ])
  await writer.write({
    rows: rows.length,
    columns: {
      timestamp: Float64Array.from(rows, ([minute]) => START + minute * MINUTE),
      symbol: rows.map(([, symbol]) => symbol),
      ...Object.fromEntries(names.map((name) => [name, Float64Array.from(rows, ([, , values]) => values[name])])),
      ...(groups ? { sector: rows.map(([, , , group]) => group ?? null) } : {}),
    },
  })
  await writer.close()
  return path
}

const plain = (scores: string, over: Partial<EvaluateRequest> = {}): EvaluateRequest => ({
  ...{ scores, exchange: 'test', timeframe: '1m', price: 'close', delay: 0, horizons: [1], quantiles: 2 },
  ...{ out: newFile('.parquet'), ...over },
})

/** Evaluates, and reads the figures of each date back: `date` of a factor and horizon, by minute. */
async function evaluate(bars: Listing[], request: EvaluateRequest, over: object = {}) {
  const result = await runEvaluate(request, { config: config(over), store: memoryStore(bars), state: null })
  const source = await openParquetSource(config({ parquetReader: 'wasm' }))
  const rows: Record<string, number | string>[] = []
  for await (const batch of source.read(result.outputs[0].path)) {
    for (let i = 0; i < batch.rows; i++) {
      const values = Object.entries(batch.columns).map(([name, { values }]) => [name, values[i]])
      rows.push(Object.fromEntries(values))
    }
  }
  const date = (minute: number, { factor = 'f', horizon = 1 } = {}) =>
    rows.find(
      (row) => row.factor === factor && row.horizon === horizon && row.timestamp === START + minute * MINUTE,
    ) as Record<string, number>
  return { result, rows, date }
}

/** Symbols with random prices and scores, some of either missing. */
function market(
  seed: number,
  { symbols, minutes, factors = 1 }: { symbols: number; minutes: number; factors?: number },
) {
  const random = seeded(seed)
  const names = Array.from({ length: symbols }, (_, n) => `S${String(n).padStart(3, '0')}`)
  const prices = names.map(() =>
    Array.from({ length: minutes }, () => (random() < 0.1 ? nothing : 10 + Math.round(random() * 400) / 40)),
  )
  const score = () => (random() < 0.15 ? nothing : Math.round(random() * 30))
  const scores = Array.from({ length: minutes * symbols }, (_, i): ScoreRow => {
    const values = Array.from({ length: factors }, (_, f) => [factors === 1 ? 'f' : `f${f}`, score()])
    return [Math.floor(i / symbols), names[i % symbols], Object.fromEntries(values)]
  })
  return { names, prices, scores, bars: names.map((name, n) => closes(name, prices[n])) }
}

test('an infinite score is none', async () => {
  const { scores, bars } = market(3, { symbols: 12, minutes: 8 })
  const of = (value: number) => scores.map(([at, name, v]): ScoreRow => [at, name, name === 'S003' ? { f: value } : v])
  const infinite = await evaluate(bars, plain(await scoreFile(of(Number.POSITIVE_INFINITY))))
  const missing = await evaluate(bars, plain(await scoreFile(of(nothing))))
  expect(infinite.rows).toEqual(missing.rows)
  expect(infinite.result.factors[0].dates).toBeGreaterThan(3)
})

describe('the figures of a date', () => {
  const bars = [
    closes('A', [10, 11, 12, 12]),
    closes('B', [10, 10, 10, 10]),
    closes('C', [10, 9, 8, 8]),
    closes('D', [10, 10.5, 11, 11]),
  ]
  const all = (minute: number, scores: number[]): ScoreRow[] => scores.map((f, n) => [minute, 'ABCD'[n], { f }])

  test('go by the price so many rows on ÷ the price − 1', async () => {
    const { date } = await evaluate(bars, plain(await scoreFile(all(0, [4, 2, 1, 3])), { horizons: [1, 2] }))
    expect(date(0)).toMatchObject({
      pairs: 4,
      ic: expect.closeTo(pearson(Float64Array.of(4, 2, 1, 3), Float64Array.of(0.1, 0, -0.1, 0.05)), 12),
      rank_ic: expect.closeTo(1, 12),
    })
    expect(date(0).return_1).toBeCloseTo(-0.05, 12)
    expect(date(0).return_2).toBeCloseTo(0.075, 12)
    expect(date(0).spread).toBeCloseTo(0.125, 12)
    expect(date(0, { horizon: 2 }).spread).toBeCloseTo(0.25, 12)
  })

  test('begin a row later with a delay', async () => {
    const { date } = await evaluate(bars, plain(await scoreFile(all(0, [4, 2, 1, 3])), { delay: 1 }))
    expect(date(0).return_2).toBeCloseTo((12 / 11 - 1 + 11 / 10.5 - 1) / 2, 12)
  })

  test('are missing where the return is not known yet', async () => {
    const { date } = await evaluate(bars, plain(await scoreFile(all(3, [4, 2, 1, 3]))))
    expect(date(3)).toMatchObject({ pairs: 0, ic: nothing, rank_ic: nothing, spread: nothing, coverage: 1 })
  })

  test('count rows of the panel, not bars of the symbol', async () => {
    const sparse = [closes('A', [10, nothing, 20, 30]), ...bars.slice(1)]
    const { date } = await evaluate(sparse, plain(await scoreFile([...all(0, [4, 2, 1, 3]), ...all(2, [4, 2, 1, 3])])))
    expect([date(0).pairs, date(2).pairs]).toEqual([3, 4])
  })

  test('take the adjusted price where there is one', async () => {
    const split = [closes('A', [10, 5, 5, 5], { adj_close: [5, 5, 5, 5] }), ...bars.slice(1)]
    const { date, result } = await evaluate(split, plain(await scoreFile(all(0, [4, 3, 2, 1])), { quantiles: 4 }))
    expect(date(0).return_4).toBe(0)
    expect(result.adjust).toBe('ratio')
  })

  test('take the price that is named', async () => {
    const own = bars.map((listing) => ({ ...listing, columns: { ...listing.columns, open: [1, 2, 3, 4] } }))
    const { date } = await evaluate(own, plain(await scoreFile(all(0, [4, 3, 2, 1])), { price: 'open' }))
    expect(date(0).return_1).toBe(1)
  })

  test('need three pairs', async () => {
    const { date } = await evaluate(bars, plain(await scoreFile(all(0, [4, 2, nothing, nothing]))))
    expect(date(0)).toMatchObject({ pairs: 2, ic: nothing, rank_ic: nothing, return_1: nothing })
  })

  test('are the definition’s, on random scores with ties and holes', async () => {
    const { prices, scores, bars } = market(1, { symbols: 19, minutes: 40 })
    const { date } = await evaluate(bars, plain(await scoreFile(scores), { horizons: [1, 7], delay: 1 }))
    for (const horizon of [1, 7]) {
      for (let t = 0; t < 40; t++) {
        const pairs = prices.flatMap((price, n): [number, number][] => {
          const score = scores[t * 19 + n][2].f
          const value = price[t + 1 + horizon] / price[t + 1] - 1
          return Number.isNaN(score + value) ? [] : [[score, value]]
        })
        const [x, y] = [0, 1].map((side) => Float64Array.from(pairs, (pair) => pair[side]))
        expect(date(t, { horizon }).pairs).toBe(pairs.length)
        if (t + 1 + horizon < 40) expect(pairs.length).toBeGreaterThan(3)
        const near = (value: number) => (Number.isNaN(value) ? nothing : expect.closeTo(value, 10))
        expect(date(t, { horizon })).toMatchObject({ ic: near(pearson(x, y)), rank_ic: near(spearman(x, y)) })
      }
    }
  })
})

describe('no figure looks ahead', () => {
  test('prices after the end of a forward return change none of it, nor a rolling mean known before', async () => {
    const { names, prices, scores, bars } = market(2, { symbols: 12, minutes: 160 })
    const path = await scoreFile(scores)
    const [cut, delay, horizons] = [120, 1 as const, [3]]
    const changed = names.map((name, n) =>
      closes(
        name,
        prices[n].map((price, t) => (t > cut ? price * (1 + n) : price)),
      ),
    )
    const before = await evaluate(bars, plain(path, { horizons, delay }))
    const after = await evaluate(changed, plain(path, { horizons, delay }))
    const known = ['ic', 'rank_ic', 'pairs', 'return_1', 'return_2', 'spread']
    let differences = 0
    for (let t = 0; t < 160; t++) {
      const [a, b] = [before.date(t, { horizon: 3 }), after.date(t, { horizon: 3 })]
      for (const name of ['rolling_ic', 'rolling_rank_ic', 'turnover', 'rank_autocorrelation', 'coverage']) {
        if (t <= cut) expect([t, name, b[name]]).toEqual([t, name, a[name]])
      }
      for (const name of known) if (t + delay + 3 <= cut) expect([t, name, b[name]]).toEqual([t, name, a[name]])
      if (t > cut && !Object.is(a.rolling_ic, b.rolling_ic)) differences++
    }
    expect(differences).toBeGreaterThan(0)
  })

  test('a rolling mean takes the last 60 that had ended', async () => {
    const { scores, bars } = market(3, { symbols: 30, minutes: 90 })
    const { date } = await evaluate(bars, plain(await scoreFile(scores), { horizons: [5], delay: 1 }))
    const at = (t: number) => date(t, { horizon: 5 })
    const mean = (from: number, to: number) => {
      let sum = 0
      for (let t = from; t < to; t++) sum += at(t).ic
      return sum / (to - from)
    }
    expect(at(64).rolling_ic).toBe(nothing)
    expect(at(65).rolling_ic).toBeCloseTo(mean(0, 60), 12)
    expect(at(80).rolling_ic).toBeCloseTo(mean(15, 75), 12)
  })

  test('an end leaves out later prices too', async () => {
    const { scores, bars } = market(4, { symbols: 8, minutes: 30 })
    const path = await scoreFile(scores)
    const toMs = START + 20 * MINUTE
    const { result, date } = await evaluate(bars, plain(path, { toMs }))
    expect([result.dates, date(18).pairs > 3, date(19).pairs]).toEqual([20, true, 0])
  })
})

describe('the result', () => {
  test('does not depend on how dates and factors are cut, nor on threads', async () => {
    const { scores, bars } = market(5, { symbols: 40, minutes: 50, factors: 11 })
    const path = await scoreFile(scores)
    const request = (factors?: string[]) => plain(path, { horizons: [1, 4], quantiles: 5, factors })
    const whole = await evaluate(bars, request())
    expect((await evaluate(bars, request(), { threads: 1 })).result.checksum).toBe(whole.result.checksum)
    const { result } = await evaluate(bars, request(['f9', 'f2']))
    const named = ['f9', 'f2'].flatMap((name) => whole.result.factors.filter((one) => one.name === name))
    expect(result.factors).toEqual(named)
    const ofWhole = whole.result.correlations.matrix[9][2]
    expect(result.correlations).toEqual({
      factors: ['f9', 'f2'],
      matrix: [
        [1, ofWhole],
        [ofWhole, 1],
      ],
      dates: 50,
    })
  })

  test.each([
    ['more cells than a stretch has', 30_000, 1],
    ['dates far apart', 4000, 40],
  ])('of %s is that of its stretches', async (_what, minutes, every) => {
    const { scores, bars } = market(6, { symbols: 5, minutes })
    const rows = scores.filter(([minute]) => minute % every === 0)
    const [begin, end] = [0.6 * minutes, 0.95 * minutes]
    const figures = async (from: number) => {
      const found = await evaluate(
        bars,
        plain(await scoreFile(rows.filter(([minute]) => minute >= from)), { horizons: [2] }),
      )
      const minuteOf = ({ timestamp }: Record<string, number | string>) => ((timestamp as number) - START) / MINUTE
      return found.rows
        .filter((row) => minuteOf(row) > begin + every && minuteOf(row) < end)
        .map(({ rolling_ic: _, rolling_rank_ic: __, ...row }) => row)
    }
    expect(await figures(begin)).toEqual(await figures(0))
  })

  test('names redundant factors, and a selection without them', async () => {
    const { scores, bars } = market(7, { symbols: 30, minutes: 40, factors: 3 })
    const rows = scores.map(([minute, symbol, { f0, f1 }]): ScoreRow => [minute, symbol, { f0, f1, twice: 2 * f0 + 1 }])
    const { result } = await evaluate(bars, plain(await scoreFile(rows)))
    expect(result.redundant).toEqual([{ a: 'f0', b: 'twice', correlation: expect.closeTo(1, 12) }])
    expect(result.orthogonal).toHaveLength(2)
    expect(result.orthogonal).toContain('f1')
  })

  test('has correlations within groups of the scores, and passes over symbols of none', async () => {
    const { scores, bars, prices } = market(8, { symbols: 12, minutes: 10 })
    const rows = scores.map(([minute, symbol, values], i): ScoreRow => {
      return [minute, symbol, values, i % 12 === 11 ? null : i % 12 < 6 ? 'tech' : 'oil']
    })
    const { result } = await evaluate(bars, plain(await scoreFile(rows), { group: 'sector' }))
    const ics = Array.from({ length: 9 }, (_, t) => {
      const pairs = [0, 1, 2, 3, 4, 5].map((n) => [scores[t * 12 + n][2].f, prices[n][t + 1] / prices[n][t] - 1])
      const there = pairs.filter(([x, y]) => !Number.isNaN(x + y))
      return pearson(
        Float64Array.from(there, ([x]) => x),
        Float64Array.from(there, ([, y]) => y),
      )
    }).filter((ic) => !Number.isNaN(ic))
    expect(result.groups.map(({ group }) => group)).toEqual(['oil', 'tech'])
    const tech = result.groups[1]
    expect(tech.dates).toBe(ics.length)
    expect(tech.ic_mean).toBeCloseTo(ics.reduce((a, b) => a + b, 0) / ics.length, 12)
  })

  test('has correlations within groups of the bars', async () => {
    const { scores, names, prices } = market(9, { symbols: 12, minutes: 10 })
    const bars = names.map((name, n) => closes(name, prices[n], { sector: prices[n].map(() => 40 + (n % 2)) }))
    const { result } = await evaluate(bars, plain(await scoreFile(scores), { group: 'sector' }))
    expect(result.groups.map(({ group }) => group)).toEqual(['40', '41'])
  })

  test('counts scores at timestamps without bars', async () => {
    const { scores, bars } = market(10, { symbols: 5, minutes: 6 })
    const rows: ScoreRow[] = [...scores, [100, 'S000', { f: 1 }]]
    const { result } = await evaluate(bars, plain(await scoreFile(rows)))
    expect([result.dates, result.rows_in, result.unplaced]).toEqual([6, 31, 1])
  })

  test('is a page that asks nothing of any other place, and shows names as they are', async () => {
    const { scores, bars } = market(11, { symbols: 20, minutes: 80, factors: 3 })
    const odd = '<script>alert("&")</script>'
    const rows = scores.map(([minute, symbol, { f0, f1, f2 }]): ScoreRow => [minute, symbol, { f0, f1, [odd]: f2 }])
    const html = newFile('.html')
    await evaluate(bars, plain(await scoreFile(rows), { html, horizons: [1, 5] }))
    const text = await readFile(html, 'utf8')
    expect(text).not.toContain('<script')
    expect(text).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;')
    expect(text.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:|src=|@import|url\((?!#)/)
    expect(text.match(/<svg/g)).toHaveLength(3 * 5 + 1)
    const again = newFile('.html')
    await evaluate(bars, plain(await scoreFile(rows), { html: again, horizons: [1, 5] }))
    const figures = (page: string) => page.slice(page.indexOf('<section'))
    expect(figures(await readFile(again, 'utf8'))).toBe(figures(text))
  })
})

describe('refused', () => {
  const { scores, bars } = market(12, { symbols: 4, minutes: 5 })

  test.each<[string, Partial<EvaluateRequest>, object]>([
    [
      'a price that is no column',
      { price: 'mid' },
      { code: 'LQ_INPUT_MISSING', message: expect.stringContaining('--price') },
    ],
    [
      'a group that is no column',
      { group: 'sector' },
      { code: 'LQ_INPUT_MISSING', message: expect.stringContaining('--group') },
    ],
    ['a factor that is no column', { factors: ['g'] }, { code: 'LQ_INPUT_MISSING' }],
    ['a span without scores', { fromMs: START + 10 * MINUTE }, { code: 'LQ_INPUT_MISSING' }],
    ['no horizon', { horizons: [] }, { code: 'LQ_OPTION_RANGE' }],
    ['a horizon of no row', { horizons: [0] }, { code: 'LQ_OPTION_RANGE' }],
    ['a horizon that is given twice', { horizons: [1, 1] }, { code: 'LQ_USAGE' }],
    ['one quantile', { quantiles: 1 }, { code: 'LQ_OPTION_RANGE' }],
    ['an output that is no Parquet file', { out: 'x.csv' }, { code: 'LQ_USAGE' }],
    ['a report that is no page', { html: 'x.pdf' }, { code: 'LQ_USAGE' }],
  ])('%s', async (_what, over, error) => {
    await expect(evaluate(bars, plain(await scoreFile(scores), over))).rejects.toMatchObject(error)
  })

  test('a symbol with two rows at one timestamp', async () => {
    const path = await scoreFile([...scores, scores[0]])
    await expect(evaluate(bars, plain(path))).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
  })

  test('scores at no timestamp that any bar has', async () => {
    const path = await scoreFile(scores.map(([minute, ...row]): ScoreRow => [minute + 0.5, ...row]))
    await expect(evaluate(bars, plain(path))).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
  })

  test('more figures than fit into memory', async () => {
    const many = market(14, { symbols: 4, minutes: 4000, factors: 2 })
    const request = plain(await scoreFile(many.scores), { quantiles: 100 })
    await expect(evaluate(many.bars, request, { memoryLimitMb: 20 })).rejects.toMatchObject({
      code: 'LQ_MEMORY',
      message: expect.stringMatching(/^2 factors at \d+ dates: expected \d+ MiB, the limit is 20$/),
    })
  })

  test('scores that are neither a file nor a run', async () => {
    await expect(evaluate(bars, plain('nowhere'))).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
  })
})

describe('record', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  test('is a result per factor and horizon, and a replay changes no byte of them', async () => {
    const state = await server.openFresh()
    const { scores, bars } = market(13, { symbols: 9, minutes: 12, factors: 2 })
    const request = plain(await scoreFile(scores), { horizons: [1, 2] })
    const context = { config: config(), store: memoryStore(bars), state }
    const rows = () => state.query<Record<string, unknown>>('SELECT * FROM optimization_results ORDER BY id')
    const { run_id, factors } = await runEvaluate(request, context)
    const first = await rows()
    await runEvaluate(request, context)
    expect(await rows()).toEqual(first)
    const told = (row: Record<string, unknown>) => [row.run_id, row.stage, row.params_json, row.extra_json]
    expect(first.map(told)).toEqual(
      expect.arrayContaining(
        factors.map(({ name, horizon, ic_mean }) => [
          ...[run_id, 'evaluate', expect.objectContaining({ factor: name, horizon })],
          expect.objectContaining({ ic_mean, outputs: [request.out] }),
        ]),
      ),
    )
    expect(new Set(first.map(({ fingerprint }) => fingerprint)).size).toBe(4)
  })
})
