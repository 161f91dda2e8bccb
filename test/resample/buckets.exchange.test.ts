import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type BucketRule, bucketTable } from '../../src/resample/buckets.js'
import { DATA, NO_DATA, query } from './data.js'
import { iso, rule } from './make.js'

const folder = mkdtempSync(join(tmpdir(), 'lq-exchange-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** [timestamp, open, high, low, close], ascending by time. */
type Bar = [ms: number, open: number, high: number, low: number, close: number]

/** The plainest fold: label → bar, and how many rows lie in no bucket. */
function fold(bars: Bar[], of: BucketRule) {
  const folded = new Map<number, Bar>()
  let dropped = 0
  let table = bucketTable(of, bars[0][0], 10_000)
  let piece = 0
  for (const [ms, open, high, low, close] of bars) {
    while (piece < table.count && table.end[piece] <= ms) piece += 1
    if (piece === table.count) [table, piece] = [bucketTable(of, ms, 10_000), 0]
    while (piece < table.count && table.end[piece] <= ms) piece += 1
    if (piece === table.count || ms < table.start[piece]) {
      dropped += 1
      continue
    }
    const label = table.label[table.bucket[piece]]
    const before = folded.get(label)
    if (before) folded.set(label, [label, before[1], Math.max(before[2], high), Math.min(before[3], low), close])
    else folded.set(label, [label, open, high, low, close])
  }
  return { folded, dropped }
}

describe.skipIf(DATA === null)(`the exchange's own bars${DATA ? '' : `: ${NO_DATA}`}`, () => {
  const bars = async (symbol: string, interval: string) =>
    (await query(`
      SELECT epoch_ms(timestamp)::DOUBLE, open, high, low, close FROM '$DATA/crypto_multi_tf/binance_${symbol}.parquet'
      WHERE "interval" = '${interval}' ORDER BY timestamp`)) as Bar[]

  test.each([
    ['BTCUSDT_15m_to_1M', '15m', ['30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d']],
    ['SOLUSDT_1h_to_1M', '1h', ['2h', '4h', '6h', '8h', '12h', '1d']],
    ['BTCUSDT_15m_to_1M', '1d', ['1w', '1M']],
    ['SOLUSDT_1h_to_1M', '1d', ['1w', '1M']],
  ])('%s: %s makes the same %j', async (symbol, from, targets) => {
    const source = await bars(symbol, from)
    for (const target of targets) {
      const { folded } = fold(source, rule(target))
      const own = await bars(symbol, target)
      const [first, last] = [Math.max(own[0][0], source[0][0]), Math.min(own.at(-1)![0], source.at(-1)![0])]
      const inSpan = (ms: number) => first <= ms && ms <= last
      const theirs = own.filter(([ms]) => inSpan(ms))
      expect(theirs.length, target).toBeGreaterThan(50)
      expect([...folded.keys()].filter(inSpan), target).toEqual(theirs.map(([ms]) => ms))
      // Theirs may differ where bars of the source are missing: at both ends, and in the halt of 2023-03-24.
      const differing = theirs.filter((bar) => JSON.stringify(folded.get(bar[0])) !== JSON.stringify(bar))
      const unexcused = differing.map(([ms]) => iso(ms)).filter((label) => !excused(label, { theirs }))
      expect(unexcused, target).toEqual([])
    }
  })
})

function excused(label: string, { theirs }: { theirs: Bar[] }): boolean {
  return label.startsWith('2023-03-24') || label === iso(theirs[0][0]) || label === iso(theirs[theirs.length - 1][0])
}

describe.skipIf(DATA === null)(`India 2021, by the minute${DATA ? '' : `: ${NO_DATA}`}`, () => {
  // The file stamps the end of a minute, in Indian time.
  const minutes = async () =>
    (await query(`
      SELECT
        epoch_ms(strptime(concat("date", ' ', time_ist), '%Y%m%d %H:%M:%S') - INTERVAL '331 minutes')::DOUBLE AS ms,
        open, high, low, close
      FROM read_csv('$DATA/minute/nse_index/NIFTY_1m_2021_IST.csv.zst', compression='zstd', header=true)
      ORDER BY ms`)) as Bar[]
  const perDate = (folded: Map<number, Bar>) => {
    const counts = new Map<string, number>()
    for (const label of folded.keys()) {
      const date = iso(label + 330 * 60_000).slice(0, 10)
      counts.set(date, (counts.get(date) ?? 0) + 1)
    }
    return counts
  }

  test('has 25 quarter hours a day, but on the day of the outage', async () => {
    const { folded } = fold(await minutes(), rule('15m', { session: '09:15-15:30@Asia/Kolkata' }))
    const odd = [...perDate(folded)].filter(([, count]) => count !== 25)
    expect(odd.map(([date]) => date)).toEqual(['2021-02-24'])
  })

  test('drops the evening of Diwali, and the minutes before the open', async () => {
    const { dropped } = fold(await minutes(), rule('1d', { session: '09:15-15:30@Asia/Kolkata' }))
    const early = (await minutes()).filter(([ms]) => {
      const time = iso(ms + 330 * 60_000).slice(11, 16)
      return time < '09:15' || time >= '15:30'
    })
    expect(dropped).toBe(early.length)
  })

  test('keeps the evening of Diwali with a calendar file', async () => {
    const bars = await minutes()
    const dates = [...new Set(bars.map(([ms]) => iso(ms + 330 * 60_000).slice(0, 10)))]
    const hours = (date: string) => (date === '2021-11-04' ? '18:15,19:15' : '09:15,15:30')
    const path = join(folder, 'nse.csv')
    writeFileSync(path, ['date,open,close', ...dates.map((date) => `${date},${hours(date)}`)].join('\n'))
    const { folded } = fold(bars, rule('15m', { session: `${path}@Asia/Kolkata` }))
    expect(perDate(folded).get('2021-11-04')).toBe(4)
  })
})

describe.skipIf(DATA === null)(`New York 2024, by the minute${DATA ? '' : `: ${NO_DATA}`}`, () => {
  test('has hours from 09:30 on, seven a day and four on half days', async () => {
    const bars = (await query(`
      SELECT epoch_ms(timestamp)::DOUBLE, any_value(open), max(high), min(low), any_value(close)
      FROM '$DATA/minute/us_equity/us_equity_1m_2024.parquet' GROUP BY timestamp ORDER BY timestamp`)) as Bar[]
    const { folded } = fold(bars, rule('1h', { session: 'XNYS' }))
    const perDay = new Map<string, number>()
    for (const label of folded.keys())
      perDay.set(iso(label).slice(0, 10), (perDay.get(iso(label).slice(0, 10)) ?? 0) + 1)
    const half = [...perDay].filter(([, count]) => count === 4).map(([date]) => date)
    expect([perDay.size, half]).toEqual([252, ['2024-07-03', '2024-11-29', '2024-12-24']])
    expect(new Set(perDay.values())).toEqual(new Set([7, 4]))
  })
})
