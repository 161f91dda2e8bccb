import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LqError } from '../../src/errors.js'
import { openParquetSource, type ParquetSource } from '../../src/lake/source.js'
import { openParquetWriter } from '../../src/lake/writer.js'
import { DATA, READER, readAll, temporaryFolder, WITHOUT_DATA } from './data.js'

const folder = temporaryFolder()
const wasm = await openParquetSource({ ...READER, parquetReader: 'wasm' })
const duckdb = await openParquetSource({ ...READER, parquetReader: 'duckdb' })
const SOURCES: [string, ParquetSource][] = [
  ['wasm', wasm],
  ['duckdb', duckdb],
  ['auto', await openParquetSource(READER)],
]

const ROWS = 300_000
const path = join(folder, 'bars.parquet')
const writer = await openParquetWriter(path, [
  { name: 'symbol', type: 'text' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'close', type: 'double' },
])
await writer.write({
  rows: ROWS,
  columns: {
    symbol: Array.from({ length: ROWS }, (_, i) => (i < 200_000 ? 'AAA' : 'BBB')),
    timestamp: Float64Array.from({ length: ROWS }, (_, i) => (i - 1000) * 1000),
    close: Float64Array.from({ length: ROWS }, (_, i) => (i % 10 === 0 ? Number.NaN : i)),
  },
})
await writer.close()

describe.each(SOURCES)('%s', (_, source) => {
  test('describes columns with their kinds, rows and row groups', async () => {
    const info = await source.describe(path)
    expect(info.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['symbol', 'text'],
      ['timestamp', 'timestamp'],
      ['close', 'number'],
    ])
    expect(info.rowGroups.map(({ rows }) => rows)).toEqual([122_880, 122_880, 54_240])
    expect(info.rows).toBe(ROWS)
  })

  test('reads only the columns asked for', async () => {
    expect(Object.keys((await readAll(source, path, { columns: ['close'] })).columns)).toEqual(['close'])
  })

  test('reads a half-open range of time, also across row groups', async () => {
    const read = await readAll(source, path, {
      columns: ['timestamp'],
      range: { column: 'timestamp', from: 121_000_000, to: 123_000_000 },
    })
    expect([read.rows, (read.columns.timestamp as unknown as number[])[0]]).toEqual([2000, 121_000_000])
  })

  test('reads a range before 1970', async () => {
    const read = await readAll(source, path, { range: { column: 'timestamp', from: -2500, to: -500 } })
    expect(read.columns.timestamp).toEqual([-2000, -1000])
  })

  test('reads an open range', async () => {
    const range = { column: 'timestamp', from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
    expect((await readAll(source, path, { range })).rows).toBe(ROWS)
  })

  test('a range of numbers passes over missing ones', async () => {
    expect(
      (await readAll(source, path, { columns: ['close'], range: { column: 'close', from: 5, to: 15 } })).columns.close,
    ).toEqual([5, 6, 7, 8, 9, 11, 12, 13, 14])
  })

  test('reads the rows of one text', async () => {
    const read = await readAll(source, path, { columns: ['close'], equals: { column: 'symbol', text: 'BBB' } })
    expect([read.rows, Object.keys(read.columns)]).toEqual([100_000, ['close']])
  })

  test('finds nothing for a text that is not there', async () => {
    expect((await readAll(source, path, { equals: { column: 'symbol', text: "O'HARE" } })).rows).toBe(0)
  })

  test('reads optional columns where they are there and hold numbers', async () => {
    const optional = ['close', 'open', 'symbol']
    const read = await readAll(source, path, { columns: ['timestamp'], optional })
    expect(Object.keys(read.columns)).toEqual(['timestamp', 'close'])
  })

  test('names the columns that are there when one is asked for that is not', async () => {
    await expect(readAll(source, path, { columns: ['open'] })).rejects.toThrow(
      /column open, found symbol, timestamp, close/,
    )
  })

  test('stops with LQ_INTERRUPTED once the signal is aborted', async () => {
    const abort = new AbortController()
    const read = async () => {
      for await (const _ of source.read(path, { signal: abort.signal })) abort.abort()
    }
    await expect(read()).rejects.toMatchObject({ code: 'LQ_INTERRUPTED' })
  })

  test('reports a file that is not there', async () => {
    await expect(readAll(source, join(folder, 'none.parquet'))).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
  })

  test('reads a file whose name has the signs of a pattern', async () => {
    const odd = join(folder, "a[b]*?'c.parquet")
    const file = await openParquetWriter(odd, [{ name: 'n', type: 'double' }])
    await file.write({ rows: 1, columns: { n: Float64Array.of(1) } })
    await file.close()
    expect((await readAll(source, odd)).rows).toBe(1)
  })

  test.each([0, 1, 7, 8, 12, 100])('rejects a file cut to %i bytes', async (bytes) => {
    const cut = join(folder, `cut-${bytes}.parquet`)
    writeFileSync(cut, Buffer.from('PAR1'.repeat(30)).subarray(0, bytes))
    await expect(readAll(source, cut)).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
  })
})

test('columns that differ in case alone are told apart', async () => {
  const odd = join(folder, 'case.parquet')
  const file = await openParquetWriter(odd, [
    { name: 'a', type: 'double' },
    { name: 'A', type: 'double' },
  ])
  await file.write({ rows: 1, columns: { a: Float64Array.of(1), A: Float64Array.of(2) } })
  await file.close()
  for (const [, source] of SOURCES) expect((await readAll(source, odd, { columns: ['A'] })).columns.A).toEqual([2])
})

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

const isReal = (file: string) =>
  /\.parquet$/.test(file) && !/robustness|clusterfuzz/.test(file) && statSync(file).size < 1_500_000
const isWellFormed = (file: string) => /parquet-testing\/data\/[^/]*\.parquet$/.test(file) && !/map_no_value/.test(file)
const files = WITHOUT_DATA ? [] : filesUnder(DATA)

describe.skipIf(WITHOUT_DATA)('both readers agree (skipped without LQ_TEST_DATA)', () => {
  test.each(files.filter((file) => isReal(file) || isWellFormed(file)).map((file) => [basename(file), file]))(
    'on %s',
    async (_, file) => {
      const outcome = async (source: ParquetSource) => await readAll(source, file).catch((error: LqError) => error.code)
      expect(await outcome(duckdb)).toEqual(await outcome(wasm))
    },
  )

  const bad = files.filter((file) => /bad_data|parquet\/fuzzing|parquet\/encoding-fuzzing|\.encrypted$/.test(file))
  test.each(SOURCES.slice(0, 2))('%s rejects or survives every damaged or encrypted file', async (_, source) => {
    for (const file of bad) {
      const error = await readAll(source, file).then(
        () => null,
        (e) => e,
      )
      if (error) expect(error, file).toBeInstanceOf(LqError)
      if (error) expect(['LQ_INPUT_INVALID', 'LQ_MEMORY'], file).toContain(error.code)
    }
    expect(bad.length).toBeGreaterThan(50)
  })

  test.each(SOURCES.slice(0, 2))('%s still reads good files after the damaged ones', async (_, source) => {
    expect((await readAll(source, path, { columns: ['close'] })).rows).toBe(ROWS)
  })
})
