import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { command } from '../../src/cli/score.js'
import { commitBars } from '../../src/lake/commit.js'
import { openParquetSource } from '../../src/lake/source.js'
import { type Bar, optionsFor, stage } from '../lake/bars.js'
import { READER, readAll, temporaryFolder } from '../lake/data.js'
import { runCommand } from './in-process.js'

const root = temporaryFolder()
const START = Date.UTC(2026, 1, 1)
const SERIES = ['--exchange', 'binance', '--timeframe', '1m']

beforeAll(async () => {
  const bars = (price: (i: number) => number): Bar[] =>
    Array.from({ length: 30 }, (_, i) => [START + i * 60_000, price(i)])
  const staged = [
    stage(
      bars((i) => 1 + i),
      { key: { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1m' } },
    ),
    stage(
      bars((i) => 100 - i),
      { key: { exchange: 'binance', symbol: 'ETH/USDT', timeframe: '1m' } },
    ),
  ]
  await commitBars(staged, optionsFor(join(root, 'lake'), 60))
})

const score = (...words: string[]) => runCommand(command(), words, { LQ_DATA_DIR: root, LQ_THREADS: '2' })
const newFile = () => join(mkdtempSync(join(root, 'out-')), 'scores.parquet')

/** The values of a file, by column. */
async function columnsOf(path: string): Promise<Record<string, unknown[]>> {
  const { columns } = await readAll(await openParquetSource(READER), path)
  return columns as unknown as Record<string, unknown[]>
}

describe('lq score', () => {
  test('writes the columns timestamp, symbol and the factors in order', async () => {
    const out = newFile()
    const words = ['--expr', 'z=zscore(close)', '--expr', 'a=close', '--out', out, '--json']
    const { exitCode } = await score(...SERIES, ...words)
    const { columns } = await (await openParquetSource(READER)).describe(out)
    expect([exitCode, columns.map(({ name }) => name)]).toEqual([0, ['timestamp', 'symbol', 'z', 'a']])
  })

  test('prints one document with what was done', async () => {
    const out = newFile()
    const said = await score(...SERIES, '--expr', 'm=mean(close, 5)', '--out', out, '--json')
    expect(JSON.parse(said.out)).toMatchObject({
      run_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      backend: { requested: 'cpu', resolved: 'cpu', device: null, reason: 'LQ_GPU_MODE=cpu' },
      rows_in: 60,
      rows_out: 60,
      symbols: 2,
      cells: 60,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      seconds: {
        read: expect.any(Number),
        pivot: expect.any(Number),
        compute: expect.any(Number),
        write: expect.any(Number),
      },
      outputs: [{ path: out, rows: 60 }],
    })
  })

  test('takes a span in the time zone that is named', async () => {
    const out = newFile()
    const span = ['--start', '2026-02-01T09:10', '--end', '2026-02-01T09:12', '--tz', 'Asia/Seoul']
    await score(...SERIES, ...span, '--expr', 'm=mean(close, 5)', '--out', out)
    const columns = await columnsOf(out)
    expect(columns.m).toEqual([9, 92, 10, 91])
    expect(columns.symbol).toEqual(['BTC/USDT', 'ETH/USDT', 'BTC/USDT', 'ETH/USDT'])
  })

  test('takes the factors of files before those of the command line', async () => {
    const [text, json, out] = [join(root, 'f.txt'), join(root, 'f.json'), newFile()]
    writeFileSync(text, '# two\na = close\nb = rank(close)\n')
    writeFileSync(json, '{ "c": "close > 3" }')
    const { exitCode } = await score(...SERIES, '--expr', 'd=volume', '--file', text, '--file', json, '--out', out)
    const { columns } = await (await openParquetSource(READER)).describe(out)
    expect([exitCode, columns.map(({ name }) => name).slice(2)]).toEqual([0, ['a', 'b', 'c', 'd']])
  })

  test('takes a set, and files that are joined as of a column', async () => {
    const [facts, out] = [join(root, 'facts.csv'), newFile()]
    writeFileSync(facts, 'symbol,seen,eps\nBTCUSDT,2026-02-01T00:02:00Z,2\n')
    const words = ['--set', 'fundamental', '--expr', 'e=eps', '--with', `${facts}:seen`, '--out', out, '--json']
    const said = await score(...SERIES, ...words)
    const { factors, skipped, joined } = JSON.parse(said.out)
    expect(factors).toEqual(expect.arrayContaining(['low_volatility', 'e']))
    expect(skipped).toContainEqual({ name: 'return_on_assets', missing: ['net_income', 'total_assets'] })
    expect([factors.at(-1), joined]).toEqual(['e', [{ path: facts, rows: 1, passed_over: 0, columns: ['eps'] }]])
    expect((await columnsOf(out)).e.slice(0, 8)).toEqual([NaN, NaN, NaN, NaN, 2, NaN, 2, NaN])
  })

  test('keeps symbols that do not belong to the universe out of ranks', async () => {
    const [universe, out] = [join(root, 'universe.csv'), newFile()]
    writeFileSync(universe, 'symbol,start,end\nBTCUSDT,2026-02-01T00:01,\nETHUSDT,,2026-02-01T00:02\n')
    await score(...SERIES, '--expr', 'r=rank(close)', '--universe', universe, '--out', out)
    expect((await columnsOf(out)).r.slice(0, 6)).toEqual([NaN, 1, 0.5, 1, 1, NaN])
  })

  test('standardizes what it has winsorized', async () => {
    const out = newFile()
    const words = ['--winsorize', 'quantile:0', '--standardize', 'percentile', '--expr', 'c=close', '--out', out]
    expect((await score(...SERIES, ...words)).exitCode).toBe(0)
    expect((await columnsOf(out)).c.slice(0, 2)).toEqual([0, 100])
  })

  test('puts the result into the gold layer where no file is named, and a replay changes nothing there', async () => {
    const words = [...SERIES, '--expr', 'm=mean(close, 3)', '--json']
    const [first, second] = [JSON.parse((await score(...words)).out), JSON.parse((await score(...words)).out)]
    expect(second).toMatchObject({ run_id: first.run_id, checksum: first.checksum, outputs: first.outputs })
    expect(first.outputs[0].path).toContain(first.run_id)
  })

  test('prints the checksum alone', async () => {
    const { out } = await score(...SERIES, '--expr', 'm=close', '--out', newFile(), '--checksum-only')
    expect(out).toMatch(/^[0-9a-f]{64}\n$/)
  })

  test('tells people what it did', async () => {
    const { out } = await score(...SERIES, '--expr', 'm=close', '--out', newFile())
    expect(out).toMatch(/^run {7}[0-9a-f]{32}\nbackend {3}cpu \(LQ_GPU_MODE=cpu\)\nrows {6}60 in, 60 out, 2 symbols/)
  })
})

describe('lq score refuses', () => {
  const X = ['--expr', 'x=close']

  test.each<[string, string[], string]>([
    ['no timeframe', ['--exchange', 'binance', ...X], 'expected --timeframe, got none'],
    ['no exchange and no input', ['--timeframe', '1m', ...X], 'expected --exchange or --input, got none'],
    ['no factor', SERIES, 'expected at least one factor, found none'],
    ['a factor without a name', [...SERIES, '--expr', 'rank(close)'], 'expected NAME=EXPR, found no ='],
    ['a factor that is given twice', [...SERIES, ...X, ...X], 'the factor x is given twice'],
    ['a timeframe that is none', ['--exchange', 'b', '--timeframe', '7x', ...X], 'expected a timeframe such as'],
    ['a symbol that is empty', [...SERIES, ...X, '--symbols', 'A,,B'], 'expected --symbols to be a list'],
    ['--align sideways', [...SERIES, ...X, '--align', 'sideways'], 'expected --align to be one of panel, own'],
    ['--adjust maybe', [...SERIES, ...X, '--adjust', 'maybe'], 'expected --adjust to be one of none, ratio'],
    ['--min-breadth 2', [...SERIES, ...X, '--min-breadth', '2'], '--min-breadth must be 0 … 1'],
    [
      '--min-breadth wide',
      [...SERIES, ...X, '--min-breadth', 'wide'],
      'expected a number for --min-breadth, got "wide"',
    ],
    ['--winsorize 3', [...SERIES, ...X, '--winsorize', '3'], '--winsorize: expected sigma:3'],
    ['--standardize rank', [...SERIES, ...X, '--standardize', 'rank'], '--standardize: expected z or percentile'],
    ['a time that is none', [...SERIES, ...X, '--start', 'noon'], 'expected --start to be a time'],
    [
      'an end before the start',
      [...SERIES, ...X, '--start', '2026-02-02', '--end', '2026-02-01'],
      'expected a start before the end',
    ],
    [
      'an output that is no Parquet file',
      [...SERIES, ...X, '--out', 'scores.csv'],
      'expected --out to be a .parquet file',
    ],
    ['a set that is none', [...SERIES, '--set', 'alpha158x'], 'unknown set of factors "alpha158x"'],
    ['an empty name of a set', [...SERIES, '--set', 'alpha158,'], 'expected --set to be a list'],
    ['--neutralize of no field', [...SERIES, ...X, '--neutralize', 'sector'], 'unknown field sector'],
    ['two groups', [...SERIES, ...X, '--neutralize', 'group:a,group:b'], '--neutralize: expected group:COLUMN'],
    ['--combine mean', [...SERIES, ...X, '--combine', 'mean'], '--combine: expected equal, weights'],
    [
      'a category that no factor has',
      [...SERIES, ...X, '--combine', 'weights:value=1'],
      '--combine weights: no factor is of category value',
    ],
    [
      '--factor-scores some',
      [...SERIES, ...X, '--factor-scores', 'some'],
      'expected --factor-scores to be one of auto, all, none',
    ],
    ['an unknown option', [...SERIES, ...X, '--nonsense'], "unknown option '--nonsense'"],
    ['words that are no option', [...SERIES, ...X, 'close'], 'too many arguments'],
    ['a broken expression', [...SERIES, '--expr', 'x=rank(close'], 'x: line 1, column 11: expected ), found the end'],
    ['an unknown field', [...SERIES, '--expr', 'x=clsoe'], 'x: line 1, column 1: unknown field clsoe'],
  ])('%s, with exit code 2 and an empty stdout', async (_what, words, message) => {
    const { out, err, exitCode } = await score(...words)
    expect([out, exitCode]).toEqual(['', 2])
    expect(err).toContain(message)
  })

  test.each<[string, string[]]>([
    ['a symbol that is not there', [...SERIES, ...X, '--symbols', 'XRP']],
    ['a span without bars', [...SERIES, ...X, '--start', '2027-01-01']],
    ['a file of factors that is not there', [...SERIES, '--file', join(root, 'absent.txt')]],
  ])('%s, with exit code 4', async (_what, words) => {
    expect(await score(...words)).toMatchObject({ out: '', exitCode: 4 })
  })

  test('with --json in one document', async () => {
    const { out, exitCode } = await score(...SERIES, '--expr', 'x=rnk(close)', '--json')
    expect([JSON.parse(out), exitCode]).toEqual([
      {
        error: {
          code: 'LQ_EXPRESSION',
          message: 'x: line 1, column 1: unknown function rnk',
          hint: 'rnk(close)\n    ^\n    did you mean rank?',
        },
      },
      2,
    ])
  })

  test('and leaves no file behind', async () => {
    const out = newFile()
    await score(...SERIES, '--expr', 'x=clsoe', '--out', out)
    expect(readdirSync(join(out, '..'))).toEqual([])
  })
})
