import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { column, createFold, type FoldState, foldBars, HEADER, STATUS, setPieces } from '../../src/resample/fold.js'
import { barsSource, duckdbLibrary, openScanner, type ScanQuery, scanSql } from '../../src/resample/scan.js'
import { query } from './data.js'
import { at } from './make.js'

const folder = mkdtempSync(join(tmpdir(), 'lq-scan-'))
const scanner = openScanner({ memoryLimitMb: 256 })
afterAll(() => {
  scanner?.close()
  rmSync(folder, { recursive: true, force: true })
})

const START = at('2024-03-01T00:00Z')
const MINUTE = 60_000

/** A Parquet file of `count` minutes from START on: price n, volume 1. */
async function file(
  name: string,
  {
    count = 5000,
    time = 'timestamp_ms',
    values = 'n::double as open, n::double as high, n::double as low, n::double as "close", 1.0::double as volume',
  } = {},
) {
  const path = join(folder, `${name}.parquet`)
  await query(
    `copy (select epoch_ms(${START} + n * ${MINUTE})::${time} as ts, ${values} from range(${count}) as t(n) order by n)
     to '${path}' (format parquet)`,
  )
  return path
}

/** A fold with one bucket of a day from START on. */
function day({ start = START, end = START + 86_400_000 } = {}): FoldState {
  const state = createFold(1, { vwap: false })
  setPieces(state, { start: [start], end: [end], bucket: [0] })
  return state
}

const search = (files: string[], more: Partial<ScanQuery> = {}): ScanQuery => ({
  files,
  timestampColumn: 'ts',
  turnover: false,
  vwap: false,
  ...more,
})
const running = new Int32Array(new SharedArrayBuffer(4))
const first = (state: FoldState) =>
  Object.fromEntries(
    (['open', 'high', 'low', 'close', 'volume', 'bars'] as const).map((name) => [name, column(state, name)[0]]),
  )

describe('the query of a scan', () => {
  test('quotes names and paths', () => {
    expect(scanSql(search(["it's.parquet"], { timestampColumn: 'a"b' }))).toContain(`"a""b" AS "timestamp"`)
    expect(scanSql(search(["it's.parquet"]))).toContain("read_parquet(['it''s.parquet']")
  })

  test('bounds the time with UTC', () => {
    expect(scanSql(search(['f'], { fromMs: 0, toMs: 1 }))).toContain(
      `WHERE "ts" >= '1970-01-01 00:00:00.000+00' AND "ts" < '1970-01-01 00:00:00.001+00'`,
    )
  })
})

describe.skipIf(scanner === null)('a scan', () => {
  test('folds all rows of a file', async () => {
    const state = day()
    expect(await scanner!.scan(search([await file('all', { count: 1440 })]), running).fold([state])).toBe(STATUS.DONE)
    expect(first(state)).toEqual({ open: 0, high: 1439, low: 0, close: 1439, volume: 1440, bars: 1440 })
  })

  test.each(['timestamp_s', 'timestamp_ms', 'timestamp', 'timestamp_ns', 'timestamptz'])(
    'reads times of type %s',
    async (time) => {
      const state = day({ start: START + MINUTE, end: START + 3 * MINUTE })
      const status = await scanner!.scan(search([await file(time, { count: 4, time })]), running).fold([state])
      expect([status, state[HEADER.next], state[HEADER.dropped]]).toEqual([STATUS.FULL, START + 3 * MINUTE, 1])
      expect(first(state)).toMatchObject({ open: 1, close: 2, bars: 2 })
    },
  )

  test('reads files in their order', async () => {
    const path = await file('late', { count: 10 })
    const early = join(folder, 'early.parquet')
    await query(`copy (select ts - interval 1 hour as ts, * exclude ts from '${path}') to '${early}' (format parquet)`)
    const state = day({ start: START - 86_400_000 })
    expect(await scanner!.scan(search([early, path]), running).fold([state])).toBe(STATUS.DONE)
    expect(await scanner!.scan(search([path, early]), running).fold([day()])).toBe(STATUS.DISORDER)
  })

  test('reads only rows of the span', async () => {
    const state = day()
    const span = { fromMs: START + 10 * MINUTE, toMs: START + 12 * MINUTE }
    await scanner!.scan(search([await file('span')], span), running).fold([state])
    expect(first(state)).toMatchObject({ open: 10, close: 11, bars: 2 })
  })

  test('takes a null for missing', async () => {
    const values = `if(n > 0, n::double, null) as open, n::double as high, if(n % 2 = 0, n::double, null) as low,
      n::double as "close", 1.0::double as volume`
    const state = day()
    await scanner!.scan(search([await file('nulls', { count: 1440, values })]), running).fold([state])
    expect(first(state)).toMatchObject({ open: 1, low: 0, bars: 1440 })
  })

  test('takes numbers of other types as doubles', async () => {
    const values =
      'n::integer as open, n::float as high, n::decimal(12, 3) as low, n::bigint as "close", 2::tinyint as volume'
    const state = day()
    await scanner!.scan(search([await file('types', { count: 1440, values })]), running).fold([state])
    expect(first(state)).toEqual({ open: 0, high: 1439, low: 0, close: 1439, volume: 2880, bars: 1440 })
  })

  test('goes on where it stopped, with the next table', async () => {
    const source = scanner!.scan(search([await file('resumed', { count: 5000 })]), running)
    const state = createFold(1000, { vwap: false })
    const lay = (from: number) => {
      const index = Array.from({ length: 1000 }, (_, i) => i)
      setPieces(state, {
        start: index.map((i) => from + i * MINUTE),
        end: index.map((i) => from + (i + 1) * MINUTE),
        bucket: index,
      })
    }
    let [bars, tables] = [0, 0]
    for (let status = await source.fold([state]); ; status = await source.fold([state])) {
      bars += column(state, 'bars').reduce((sum, count) => sum + count, 0)
      if (status === STATUS.DONE) break
      lay(state[HEADER.next])
      tables++
    }
    expect([bars, tables]).toEqual([5000, 5])
  })

  test('ends between chunks when it is cancelled', async () => {
    const state = day()
    const cancelled = new Int32Array(new SharedArrayBuffer(4)).fill(1)
    expect(await scanner!.scan(search([await file('cancelled')]), cancelled).fold([state])).toBe(STATUS.CANCELLED)
    expect(first(state).bars).toBe(0)
  })

  test('leaves times of other types to the store', async () => {
    expect(await scanner!.scan(search([await file('dates', { time: 'date' })]), running).fold([day()])).toBe(
      STATUS.UNSUPPORTED,
    )
  })

  test('refuses files that lack a column', async () => {
    const path = await file('no-turnover', { count: 5 })
    expect(() => scanner!.scan(search([path], { turnover: true }), running)).toThrow(/turnover/)
  })

  test('tells what DuckDB says of a file that is not there', () => {
    expect(() => scanner!.scan(search([join(folder, 'absent.parquet')]), running)).toThrow(/No files found|absent/)
  })

  test('can be followed by another one after a failure', async () => {
    expect(() => scanner!.scan(search(['/absent']), running)).toThrow()
    expect(await scanner!.scan(search([await file('again', { count: 5 })]), running).fold([day()])).toBe(STATUS.DONE)
  })

  test('is refused by a scanner that is closed', async () => {
    const closed = openScanner({ memoryLimitMb: 128 })
    closed!.close()
    expect(() => closed!.scan(search(['f']), running)).toThrow(/closed/)
  })
})

test('the library of DuckDB is found where its package is', () => {
  expect(duckdbLibrary()).toMatch(/libduckdb\.(so|dylib)$/)
})

describe('bars of a store', () => {
  async function* given<T>(...batches: T[]) {
    yield* batches
  }
  const chunk = (from: number, prices: number[]) => {
    const values = Float64Array.from(prices)
    const timestamp = values.map((_, i) => from + i * MINUTE)
    return {
      rows: prices.length,
      timestamp,
      columns: { open: values, high: values, low: values, close: values, volume: values },
    }
  }

  test('are folded batch by batch', async () => {
    const state = day()
    const source = barsSource(given(chunk(START, [1, 2]), chunk(START + 2 * MINUTE, [4])), running)
    expect([await source.fold([state]), first(state).volume]).toEqual([STATUS.DONE, 7])
  })

  test('have the bits of the plain fold', async () => {
    const bars = chunk(
      START,
      Array.from({ length: 300 }, (_, i) => Math.sin(i)),
    )
    const [state, plain] = [day(), day()]
    await barsSource(given(bars), running).fold([state])
    foldBars([plain], [bars.timestamp, ...Object.values(bars.columns), undefined, undefined] as never)
    expect(state).toEqual(plain)
  })

  test('end when they are cancelled', async () => {
    const cancelled = new Int32Array(new SharedArrayBuffer(4)).fill(1)
    expect(await barsSource(given(chunk(START, [1])), cancelled).fold([day()])).toBe(STATUS.CANCELLED)
  })
})
