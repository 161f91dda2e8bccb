import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command } from '../../src/cli/optimize.js'
import { commitBars } from '../../src/lake/commit.js'
import { closePortfolioPool } from '../../src/optimize/portfolio/pool.js'
import { type Bar, optionsFor, stage } from '../lake/bars.js'
import { temporaryFolder } from '../lake/data.js'
import { runCommand } from './in-process.js'

const root = temporaryFolder()
const START = Date.UTC(2025, 0, 1)
const SYMBOLS = ['ADA', 'BTC/USDT', 'ETH', 'XRP']
const SETTINGS = { LQ_DATA_DIR: root, LQ_THREADS: '2' }

const portfolio = (...words: string[]) => {
  return runCommand(command(), ['portfolio', '--exchange', 'binance', '--timeframe', '1d', ...words], SETTINGS)
}

beforeAll(async () => {
  const bars = (n: number): Bar[] =>
    Array.from({ length: 90 }, (_, i) => [START + i * 86_400_000, 100 + n + ((i * (n + 3)) % (5 + n))])
  const staged = SYMBOLS.map((symbol, n) => stage(bars(n), { key: { exchange: 'binance', symbol, timeframe: '1d' } }))
  await commitBars(staged, optionsFor(join(root, 'lake'), 360))
})
afterAll(() => closePortfolioPool())

describe('lq optimize portfolio', () => {
  test('prints one document with weights, figures and a certificate per date', async () => {
    const said = await portfolio(
      '--method',
      'min-variance',
      '--cap',
      '0.5',
      '--every',
      '1M',
      '--lookback',
      '30',
      '--json',
    )
    expect([said.exitCode, said.err]).toEqual([0, ''])
    const document = JSON.parse(said.out)
    expect(document).toMatchObject({ run_id: expect.stringMatching(/^[0-9a-f]{32}$/), method: 'min-variance' })
    expect(document.dates.map(({ date }: { date: string }) => date)).toEqual(['2025-01-31', '2025-02-28', '2025-03-31'])
    const [{ weights, certificate, ...figures }] = document.dates
    expect(Object.keys(weights)).toEqual(SYMBOLS)
    expect(figures).toMatchObject({ expected_return: expect.any(Number), volatility: expect.any(Number) })
    expect(Math.max(certificate.primal, certificate.dual, certificate.gap)).toBeLessThan(1e-8)
  })

  test('gives people a line per date, and the weights of one', async () => {
    const said = await portfolio('--method', 'hrp', '--as-of', '2025-03-10', '--lookback', 'all')
    expect(said.exitCode).toBe(0)
    expect(said.out).toMatch(/^2025-03-10 .* - {8}- {8}-$/m)
    expect(said.out).toMatch(/^ {2}BTC\/USDT +[\d.]+ %$/m)
  })

  test('exits with 4 and names the limits where no weights keep to them', async () => {
    const said = await portfolio('--method', 'min-variance', '--cap', '0.2', '--lookback', '30', '--json')
    expect(said.exitCode).toBe(4)
    expect(JSON.parse(said.out).error).toMatchObject({
      code: 'LQ_INPUT_INVALID',
      hint: 'these cannot hold together: weights of sum 1; each weight at most 0.2',
    })
  })

  test.each([
    [['--method', 'best'], '--method'],
    [['--method', 'hrp', '--target', '0.2'], '--target'],
    [['--method', 'min-variance', '--lookback', 'many'], '--lookback'],
    [['--method', 'min-variance', '--as-of', 'soon'], '--as-of'],
    [[], '--method'],
  ])('%j is a usage error that names %s', async (words, named) => {
    const said = await portfolio(...words)
    expect(said.exitCode).toBe(2)
    expect(said.err).toContain(named)
  })
})
