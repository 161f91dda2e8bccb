import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { command } from '../../src/cli/evaluate.js'
import { command as scoreCommand } from '../../src/cli/score.js'
import { commitBars } from '../../src/lake/commit.js'
import { openParquetSource } from '../../src/lake/source.js'
import { type Bar, optionsFor, stage } from '../lake/bars.js'
import { READER, temporaryFolder } from '../lake/data.js'
import { runCommand } from './in-process.js'

const root = temporaryFolder()
const START = Date.UTC(2026, 1, 1)
const SERIES = ['--exchange', 'binance', '--timeframe', '1m']
const SETTINGS = { LQ_DATA_DIR: root, LQ_THREADS: '2' }
const SYMBOLS = ['ADA', 'BTC/USDT', 'ETH', 'XRP']

const evaluate = (...words: string[]) => runCommand(command(), words, SETTINGS)
const newFile = (name: string) => join(mkdtempSync(join(root, 'out-')), name)

let scores = ''
let scoreRun = ''

beforeAll(async () => {
  const bars = (n: number): Bar[] =>
    Array.from({ length: 80 }, (_, i) => [START + i * 60_000, 100 + n + ((i * (n + 3)) % (5 + n))])
  const staged = SYMBOLS.map((symbol, n) => stage(bars(n), { key: { exchange: 'binance', symbol, timeframe: '1m' } }))
  await commitBars(staged, optionsFor(join(root, 'lake'), 320))
  const factors = [...SERIES, '--expr', 'm=delta(close, 3)', '--expr', 'n=rank(close)']
  scores = newFile('scores.parquet')
  await runCommand(scoreCommand(), [...factors, '--out', scores], SETTINGS)
  scoreRun = JSON.parse((await runCommand(scoreCommand(), [...factors, '--json'], SETTINGS)).out).run_id
})

describe('lq evaluate', () => {
  test('prints one document with a figure per factor and horizon', async () => {
    const out = newFile('dates.parquet')
    const said = await evaluate('--scores', scores, ...SERIES, '--horizons', '1,5', '--out', out, '--json')
    expect([said.exitCode, said.err]).toEqual([0, ''])
    const document = JSON.parse(said.out)
    expect(document).toMatchObject({
      run_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      backend: { requested: 'cpu', resolved: 'cpu', device: null, reason: 'LQ_GPU_MODE=cpu' },
      rows_in: 320,
      rows_out: 2 * 2 * 80,
      symbols: 4,
      dates: 80,
      unplaced: 0,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      outputs: [{ path: out, rows: 320 }],
      html: null,
    })
    expect(document.factors).toHaveLength(4)
    expect(document.factors[0]).toMatchObject({
      ...{ name: 'm', horizon: 1, dates: 76, coverage: 77 / 80 },
      ...{ ic_mean: expect.any(Number), ic_std: expect.any(Number), icir: expect.any(Number) },
      ...{ t_nw: expect.any(Number), rank_ic_mean: expect.any(Number), positive_share: expect.any(Number) },
      ...{ turnover: expect.any(Number), quantile_returns: expect.any(Array) },
    })
    expect(document.factors.map(({ name, horizon }: { name: string; horizon: number }) => [name, horizon])).toEqual([
      ...[
        ['m', 1],
        ['m', 5],
        ['n', 1],
        ['n', 5],
      ],
    ])
  })

  test('takes the id of the run that wrote the scores', async () => {
    const words = [...SERIES, '--horizons', '1', '--checksum-only', '--out', newFile('dates.parquet')]
    const byRun = await evaluate('--scores', scoreRun, ...words)
    expect(byRun).toMatchObject({ exitCode: 0, out: (await evaluate('--scores', scores, ...words)).out })
  })

  test('puts the figures of the dates into the gold layer, and a replay changes nothing there', async () => {
    const words = ['--scores', scores, ...SERIES, '--json']
    const [first, second] = [JSON.parse((await evaluate(...words)).out), JSON.parse((await evaluate(...words)).out)]
    const { seconds: _, ...rest } = first
    expect(second).toMatchObject(rest)
    expect(first.outputs[0].path).toContain(join('gold', 'evaluate'))
  })

  test('writes the columns of the dates in order', async () => {
    const out = newFile('dates.parquet')
    await evaluate('--scores', scores, ...SERIES, '--quantiles', '2', '--out', out)
    const { columns } = await (await openParquetSource(READER)).describe(out)
    expect(columns.map(({ name }) => name)).toEqual([
      ...['factor', 'horizon', 'timestamp', 'pairs', 'ic', 'rank_ic', 'rolling_ic', 'rolling_rank_ic'],
      ...['return_1', 'return_2', 'spread', 'turnover', 'rank_autocorrelation', 'coverage'],
    ])
  })

  test('takes a span in the time zone that is named', async () => {
    const span = ['--start', '2026-02-01T09:10', '--end', '2026-02-01T09:30', '--tz', 'Asia/Seoul']
    const said = await evaluate('--scores', scores, ...SERIES, ...span, '--out', newFile('d.parquet'), '--json')
    expect(JSON.parse(said.out)).toMatchObject({ dates: 20, rows_in: 80 })
  })

  test('takes the factors that are named', async () => {
    const words = ['--factors', 'n', '--horizons', '2', '--out', newFile('d.parquet'), '--json']
    const { factors } = JSON.parse((await evaluate('--scores', scores, ...SERIES, ...words)).out)
    expect(factors).toMatchObject([{ name: 'n', horizon: 2 }])
  })

  test('writes a page, and tells people what it found', async () => {
    const html = newFile('report.html')
    const { out } = await evaluate('--scores', scores, ...SERIES, '--html', html, '--out', newFile('d.parquet'))
    expect(out).toMatch(/^run {7}[0-9a-f]{32}\nbackend {3}cpu .*\nscores {4}320 of 4 symbols at 80 timestamps\nfactor/)
    expect(out).toContain(html)
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  })
})

describe('lq evaluate refuses', () => {
  const GIVEN = () => ['--scores', scores, ...SERIES]

  test.each<[string, () => string[], string]>([
    ['no scores', () => SERIES, 'expected --scores, got none'],
    ['no timeframe', () => ['--scores', 's', '--exchange', 'binance'], 'expected --timeframe, got none'],
    ['no bars', () => ['--scores', 's', '--timeframe', '1m'], 'expected --exchange or --input, got none'],
    ['a delay of two rows', () => [...GIVEN(), '--delay', '2'], '--delay must be 0 … 1 rows, got 2'],
    ['a delay that is none', () => [...GIVEN(), '--delay', ''], 'expected a number for --delay, got ""'],
    ['horizons that are none', () => [...GIVEN(), '--horizons', '1,x'], 'expected a number for --horizons, got "x"'],
    ['an empty list', () => [...GIVEN(), '--horizons', '1,,5'], 'expected --horizons to be a list'],
    ['a factor given twice', () => [...GIVEN(), '--factors', 'm,m'], 'expected --factors to name each once'],
    ['too many quantiles', () => [...GIVEN(), '--quantiles', '101'], '--quantiles must be 2 … 100, got 101'],
    ['a timeframe that is none', () => ['--scores', 's', '--exchange', 'b', '--timeframe', '7x'], 'a timeframe'],
    ['words that are no option', () => [...GIVEN(), 'm'], 'too many arguments'],
  ])('%s, with exit code 2 and an empty stdout', async (_what, words, message) => {
    const { out, err, exitCode } = await evaluate(...words())
    expect([out, exitCode]).toEqual(['', 2])
    expect(err).toContain(message)
  })

  test.each<[string, () => string[]]>([
    ['scores that are not there', () => ['--scores', join(root, 'absent.parquet'), ...SERIES]],
    ['a factor that is not there', () => [...GIVEN(), '--factors', 'x']],
    ['a price that is not there', () => [...GIVEN(), '--price', 'mid']],
    ['bars that are not there', () => ['--scores', scores, '--exchange', 'nyse', '--timeframe', '1m']],
  ])('%s, with exit code 4', async (_what, words) => {
    expect(await evaluate(...words())).toMatchObject({ out: '', exitCode: 4 })
  })
})
