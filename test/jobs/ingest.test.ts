import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { type IngestRequest, ingest } from '../../src/jobs/ingest.js'
import { openLakeStore } from '../../src/lake/lake-store.js'
import { DATA, WITHOUT_DATA } from '../lake/data.js'

const root = mkdtempSync(join(tmpdir(), 'lq-ingest-'))
afterAll(() => rmSync(root, { recursive: true }))

const configOf = (lakeDir: string, settings: Record<string, string> = {}) =>
  loadConfig({ LQ_DATA_DIR: lakeDir, ...settings })
const newConfig = (settings?: Record<string, string>) => configOf(mkdtempSync(join(root, 'data-')), settings)

let files = 0
function file(text: string, name = 'x.csv'): string {
  const path = join(root, `${files++}-${name}`)
  writeFileSync(path, text)
  return path
}

const REQUEST = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1m', mode: 'upsert' } as const
const HEADER = 'timestamp,open,high,low,close,volume\n'
const line = (minute: number, price: number | string) =>
  `${1_700_000_040_000 + minute * 60_000},${price},${price},${price},${price},1\n`

const take = (path: string | string[], config = newConfig(), more: Partial<IngestRequest> = {}) =>
  ingest({ ...REQUEST, ...more, files: [path].flat() }, { config })

/** Close prices of every series: symbol and timeframe → prices in the order of time. */
async function closesOf(config: ReturnType<typeof newConfig>, timeframe = '1m'): Promise<Record<string, number[]>> {
  const store = await openLakeStore(config)
  const found: Record<string, number[]> = {}
  for (const series of await store.list({ symbols: 'all', timeframe })) {
    const closes: number[] = []
    for await (const bars of store.read(series, { columns: ['close'] })) closes.push(...bars.columns.close)
    found[series.key.symbol] = closes
  }
  return found
}

test('counts what becomes of every row, and they sum up', async () => {
  const config = newConfig()
  await take(file(HEADER + line(0, 1) + line(1, 2)), config)
  const text = HEADER + line(0, 1) + line(1, 9) + line(2, 3) + line(3, 'x') + line(2, 4) + line(4, -5)
  const result = await take(file(text), config)
  expect(result).toMatchObject({ rows: 6, inserted: 2, updated: 1, skipped: 2, quarantined: 1, suspect: 1 })
  expect(await closesOf(config)).toEqual({ 'BTC/USDT': [1, 9, 4, -5] })
})

test('the same file again inserts and updates nothing', async () => {
  const config = newConfig()
  const path = file(HEADER + line(0, 1) + line(0, 2) + line(1, 2) + line(2, 'x'))
  const first = await take(path, config)
  const second = await take(path, config)
  expect(first).toMatchObject({ rows: 4, inserted: 2, skipped: 1, quarantined: 1 })
  expect(second).toMatchObject({ rows: 4, inserted: 0, updated: 0, skipped: 3, quarantined: 1, commit: null })
  expect(second.run_id).toBe(first.run_id)
})

test('quarantined rows are written with their row, the reason and what they said', async () => {
  const path = file(HEADER + line(0, 1) + line(1, 'abc'))
  const { quarantine } = await take(path)
  const rows = readFileSync(quarantine!, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))
  expect(rows).toEqual([
    {
      file: path,
      row: 2,
      reason: 'open is not a number: abc',
      values: expect.objectContaining({ open: 'abc', volume: '1' }),
    },
  ])
})

test('--strict quarantines what is suspect', async () => {
  const config = newConfig()
  const result = await take(file(HEADER + line(0, 1) + line(1, 0)), config, { strict: true })
  expect(result).toMatchObject({ inserted: 1, quarantined: 1, suspect: 0 })
})

test('a file of bad rows alone changes nothing but says so', async () => {
  expect(await take(file(HEADER + line(0, 'x')))).toMatchObject({ rows: 1, quarantined: 1, commit: null })
})

test('several files are one commit, and the later wins', async () => {
  const config = newConfig()
  const result = await take([file(HEADER + line(0, 1)), file(HEADER + line(0, 2) + line(1, 3))], config)
  expect(result).toMatchObject({ rows: 3, inserted: 2, skipped: 1 })
  expect(await closesOf(config)).toEqual({ 'BTC/USDT': [2, 3] })
})

test('a file that cannot be read leaves the lake as it was, whatever came before it', async () => {
  const config = newConfig()
  const good = file(HEADER + line(0, 1))
  await expect(take([good, file('[1,', 'torn.json')], config)).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
  await expect(closesOf(config)).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
})

test('rows beyond the memory budget give the same lake', async () => {
  const text = HEADER + Array.from({ length: 200_000 }, (_, i) => line((i * 37) % 200_000, i)).join('')
  const [large, small] = [newConfig(), newConfig({ LQ_MEMORY_LIMIT_MB: '64' })]
  const path = file(text)
  const results = [await take(path, large), await take(path, { ...small, memoryLimitMb: 4 })]
  expect(results[1].partitions).toEqual(results[0].partitions)
  expect(await closesOf(small)).toEqual(await closesOf(large))
})

test('an aborted signal stops it, and leaves nothing', async () => {
  const config = newConfig()
  const request = { ...REQUEST, files: [file(HEADER + line(0, 1))] }
  await expect(ingest(request, { config, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'LQ_INTERRUPTED',
  })
  await expect(closesOf(config)).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
})

test('a file without rows, or of other timeframes alone, is an error', async () => {
  await expect(take(file(HEADER))).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
  const other = file(`${HEADER.trim()},interval\n${line(0, 1).trim()},1h\n`)
  await expect(take(other)).rejects.toThrow(/1 of other timeframes than 1m/)
})

test.each([
  ['LQ_TIMEFRAME', { timeframe: '1x' }],
  ['LQ_TIMEZONE', { timeZone: 'Mars/Base' }],
  ['LQ_USAGE', { symbol: '/' }],
] as const)('%s', async (code, more) => {
  await expect(take(file(HEADER + line(0, 1)), newConfig(), more)).rejects.toMatchObject({ code })
})

test('reports a file that is not there', async () => {
  await expect(take(join(root, 'none.csv'))).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
})

/** file, flags, rows, timeframe, symbols in the lake after it */
const FAMILIES: [
  string,
  Partial<IngestRequest>,
  { rows: number; skipped?: number; suspect?: number; symbols: number },
][] = [
  ['minute/binance_2019_dirty/ADA_BTC-1m.json.gz', {}, { rows: 44_399, skipped: 263, symbols: 1 }],
  ['minute/binance_2021/ADA-BTC_1m.csv.zst', {}, { rows: 57_193, symbols: 1 }],
  [
    'minute/binance_2021q3/usdt_panel_1m_2021-09-17_2021-10-18.parquet',
    { exchange: undefined, symbol: undefined },
    { rows: 432_145, symbols: 10 },
  ],
  ['minute/bitfinex/BTCUSD_1m_2014-2017.csv.zst', {}, { rows: 1_448_936, symbols: 1 }],
  ['minute/bitfinex/BTCUSD_1m_2018.parquet', { exchange: undefined, symbol: undefined }, { rows: 520_499, symbols: 1 }],
  ['minute/bybit_gappy/BNBUSDT_1m.parquet', {}, { rows: 105_076, symbols: 1 }],
  ['minute/binance_btc/BTCUSDT_1m.csv', {}, { rows: 3000, symbols: 1 }],
  [
    'minute/us_equity/us_equity_1m_2024.parquet',
    { exchange: undefined, symbol: undefined },
    { rows: 146_559, symbols: 5 },
  ],
  [
    'minute/nse_index/NIFTY_1m_2021_IST.csv.zst',
    { symbol: undefined, tsColumns: ['date', 'time_ist'], timeZone: 'Asia/Kolkata', stamp: 'close' },
    { rows: 93_116, symbols: 1 },
  ],
  [
    'daily_us/us_long_history_1987-2008.parquet',
    { exchange: undefined, symbol: undefined, timeframe: '1d' },
    { rows: 18_400, suspect: 9439, symbols: 4 },
  ],
  [
    'daily_us/pystock_daily_2015-03_2017-03.parquet',
    { symbol: undefined, timeframe: '1d' },
    { rows: 226_987, symbols: 480 },
  ],
  ['daily_us/sector_etf/AGG.csv.gz', { symbol: 'AGG', timeframe: '1d' }, { rows: 4660, symbols: 1 }],
  [
    'daily_krx/kospi_ohlcv_2000-2024.parquet',
    { symbol: undefined, timeframe: '1d' },
    { rows: 49_871, suspect: 296, symbols: 11 },
  ],
  [
    'daily_krx/kospi100_ohlc_2018-2025.parquet',
    { symbol: undefined, timeframe: '1d' },
    { rows: 79_691, suspect: 342, symbols: 48 },
  ],
  [
    'daily_krx/krx_stocks_etfs_1990-2023.parquet',
    { symbol: undefined, timeframe: '1d' },
    { rows: 44_693, symbols: 18 },
  ],
  ['crypto_daily/binance_futures_1d.parquet', { symbol: undefined, timeframe: '1d' }, { rows: 52_387, symbols: 71 }],
  [
    'crypto_multi_tf/binance_BTCUSDT_15m_to_1M.parquet',
    { symbol: undefined, timeframe: undefined },
    { rows: 155_390, symbols: 1 },
  ],
  [
    'fx/AUDUSD_h4.csv.gz',
    { timeframe: '4h', timeZone: 'EET', map: { volume: 'tick_volume' } },
    { rows: 14_400, symbols: 1 },
  ],
  ['fx/AUDUSD_d1.csv.gz', { timeframe: '1d', map: { volume: 'tick_volume' } }, { rows: 2400, symbols: 1 }],
  [
    'sqlite/sector_etfs.db',
    { symbol: undefined, symbolColumn: 'ticker', timeframe: '1d', map: { close: 'raw_close' } },
    { rows: 16_302, symbols: 13 },
  ],
  ['sqlite/octobot_binance_ETHBTC.data', { symbol: undefined, timeframe: undefined }, { rows: 6531, symbols: 1 }],
  [
    'sqlite/candles_BTC_5m_15m.db',
    { symbol: undefined, timeframe: undefined, stamp: 'close' },
    { rows: 10_016, symbols: 1 },
  ],
  ['sqlite/sp500_index_daily.sqlite', { symbol: '^GSPC', timeframe: '1d' }, { rows: 17_378, symbols: 1 }],
]

describe.skipIf(WITHOUT_DATA)('takes in real files (skipped without LQ_TEST_DATA)', () => {
  test.each(FAMILIES)('%s', async (path, more, { rows, skipped = 0, suspect = 0, symbols }) => {
    const config = newConfig()
    const result = await take(join(DATA, path), config, more)
    expect(result).toMatchObject({ rows, inserted: rows - skipped, updated: 0, skipped, quarantined: 0, suspect })
    const names = new Set(result.partitions.map((partition) => /symbol=([^/]*)/.exec(partition)?.[1]))
    expect(names.size).toBe(symbols)
    rmSync(config.dataDir, { recursive: true })
  })

  test('every damaged, encrypted or foreign file is rejected as one', async () => {
    const folder = join(DATA, 'robustness')
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const config = newConfig()
    for (const { parentPath, name } of entries) {
      await expect(take(join(parentPath, name), config), name).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
    }
    expect(entries.length).toBeGreaterThan(200)
  })

  test('stamps of the end become the open of their bar, in UTC', async () => {
    const config = newConfig()
    const path = join(DATA, 'minute/nse_index/NIFTY_1m_2021_IST.csv.zst')
    await take(path, config, {
      symbol: undefined,
      tsColumns: ['date', 'time_ist'],
      timeZone: 'Asia/Kolkata',
      stamp: 'close',
    })
    const [series] = await (await openLakeStore(config)).list({ symbols: 'all', timeframe: '1m' })
    expect(new Date(series.firstMs).toISOString()).toBe('2021-01-01T03:37:00.000Z')
  })

  test('bars of every timeframe of an array column open where their exchange says', async () => {
    const config = newConfig()
    await take(join(DATA, 'sqlite/octobot_binance_ETHBTC.data'), config, { symbol: undefined, timeframe: undefined })
    const [series] = await (await openLakeStore(config)).list({ symbols: ['ETH/BTC'], timeframe: '1M' })
    expect(new Date(series.lastMs).toISOString()).toBe('2020-05-01T00:00:00.000Z')
  })
})
