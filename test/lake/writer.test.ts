import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chunkStatistics, readFooter } from '../../src/lake/footer.js'
import { openParquetSource } from '../../src/lake/source.js'
import { type ColumnSchema, openParquetWriter, type WriteBatch } from '../../src/lake/writer.js'
import { READER, readAll, temporaryFolder } from './data.js'

const folder = temporaryFolder()
const sources = [
  await openParquetSource({ ...READER, parquetReader: 'wasm' }),
  await openParquetSource({ ...READER, parquetReader: 'duckdb' }),
]

const SCHEMA: ColumnSchema[] = [
  { name: 'exchange', type: 'text' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'open', type: 'double' },
  { name: 'trades', type: 'int64' },
  { name: 'complete', type: 'bool' },
  { name: 'name', type: 'text' },
]

async function write(
  name: string,
  schema: ColumnSchema[],
  batches: WriteBatch[],
  options?: Parameters<typeof openParquetWriter>[2],
) {
  const path = join(folder, name)
  const writer = await openParquetWriter(path, schema, options)
  for (const batch of batches) await writer.write(batch)
  return { path, ...(await writer.close()) }
}

const batchOf = (rows: number, first = 0): WriteBatch => ({
  rows,
  columns: {
    exchange: 'binance',
    timestamp: Float64Array.from({ length: rows }, (_, i) => -60_000 + (first + i) * 60_000),
    open: Float64Array.from({ length: rows }, (_, i) => ((first + i) % 3 === 1 ? Number.NaN : (first + i) / 7)),
    trades: Float64Array.from({ length: rows }, (_, i) => (i === 0 ? Number.NaN : 2 ** 52 - i)),
    complete: Float64Array.from({ length: rows }, (_, i) => (i % 5 === 0 ? Number.NaN : i % 2)),
    name: Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? null : `삼성-${i % 10} a longer name`)),
  },
})

for (const rows of [0, 1, 7, 8, 9, 122_879, 122_880, 122_881]) {
  test(`writes ${rows} rows that every reader gives back bit by bit`, async () => {
    const batch = batchOf(rows)
    const { path } = await write(`rows-${rows}.parquet`, SCHEMA, [batch])
    for (const source of sources) {
      const read = await readAll(source, path)
      expect(read.rows).toBe(rows)
      if (rows === 0) continue
      for (const name of ['timestamp', 'open', 'trades', 'complete', 'name'])
        expect(read.columns[name]).toEqual([...batch.columns[name]])
      expect(new Set(read.columns.exchange as unknown as string[])).toEqual(new Set(['binance']))
    }
  })
}

test('cuts row groups at 122,880 rows whatever the batches were', async () => {
  const { path } = await write('groups.parquet', SCHEMA, [
    batchOf(100_000),
    batchOf(100_000, 100_000),
    batchOf(3, 200_000),
  ])
  expect((await sources[0].describe(path)).rowGroups).toEqual([{ rows: 122_880 }, { rows: 77_123 }])
})

/** Columns of factors, some of them missing at first: `rows` of them from row `first` on. */
const wideBatch = (columns: number, rows: number, first = 0): WriteBatch => ({
  rows,
  columns: Object.fromEntries(
    Array.from({ length: columns }, (_, c) => [
      `f${c}`,
      Float64Array.from({ length: rows }, (_, i) => (first + i < 100 * c ? Number.NaN : Math.sin(first + i + c))),
    ]),
  ),
})
const WIDE: ColumnSchema[] = Array.from({ length: 200 }, (_, c) => ({ name: `f${c}`, type: 'double' }))

test('cuts row groups of wide tables at 32 MiB of values', async () => {
  const { path } = await write('wide.parquet', WIDE, [wideBatch(200, 20_481)])
  expect((await sources[0].describe(path)).rowGroups).toEqual([{ rows: 20_480 }, { rows: 1 }])
})

/** Rows of one plain column of doubles: file, and what each reader gives back. */
async function writePlain(name: string, values: Float64Array) {
  const batch = { rows: values.length, columns: { x: values } }
  const { path, bytes } = await write(`${name}.parquet`, [{ name: 'x', type: 'double' }], [batch], { doubles: 'plain' })
  const read = await Promise.all(sources.map((source) => readAll(source, path)))
  return { path, bytes, read: read.map(({ columns }) => columns.x) }
}

/** Of `count` values, `distinct` ones, in no order. */
const repeating = (count: number, distinct: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.sqrt((i * 7919) % distinct))

const PLAIN: [string, Float64Array][] = [
  ['a single one', Float64Array.of(1.5)],
  ['none but NaN', new Float64Array(9).fill(Number.NaN)],
  ['NaN and a value', Float64Array.of(Number.NaN, 3)],
  ['all alike', new Float64Array(1001).fill(0.1)],
  ['all different', Float64Array.from({ length: 122_881 }, (_, i) => Math.sin(i))],
  ['some missing', Float64Array.from({ length: 3001 }, (_, i) => (i % 7 < 2 ? Number.NaN : Math.sin(i)))],
  ['256 distinct ones', repeating(1003, 256)],
  ['257 distinct ones', repeating(1003, 257)],
  ['half of them distinct', repeating(4000, 2000)],
  ['repeats at last', Float64Array.from({ length: 4000 }, (_, i) => Math.min(i, 1000))],
  ['repeats, some missing', repeating(1003, 100).map((x, i) => (i % 3 ? x : Number.NaN))],
  ['infinities and both zeros', Float64Array.of(Number.POSITIVE_INFINITY, -0, 0, Number.NEGATIVE_INFINITY, 0, -0, -0)],
]

test.each(PLAIN)('writes plain doubles that every reader gives back bit by bit: %s', async (name, values) => {
  const { read } = await writePlain(name, values)
  for (const column of read) expect(column).toEqual([...values])
})

test('writes plain doubles that repeat by a dictionary', async () => {
  expect((await writePlain('bytes', repeating(100_000, 200))).bytes).toBeLessThan(100_000 + 200 * 8 + 500)
  const inFours = Float64Array.from({ length: 100_000 }, (_, i) => Math.sqrt(i >> 2))
  expect((await writePlain('pairs', inFours)).bytes).toBeLessThan(200_000 + 25_000 * 8 + 500)
})

test('keeps the least and greatest plain double of a row group', async () => {
  const { path } = await writePlain('range', Float64Array.of(Number.NaN, 0, 2, -0, 1))
  const { columns, groups } = await readFooter(path)
  const found = chunkStatistics(groups[0].chunks[columns[0].leaf])
  const doubles = [found?.min, found?.max].map((bytes) => Buffer.from(bytes ?? []).readDoubleLE())
  expect(doubles).toEqual([-0, 2])
})

test('writes the same bytes whatever the batches were', async () => {
  const whole = await write('whole.parquet', WIDE, [wideBatch(200, 20_500)])
  const parts = [wideBatch(200, 7), wideBatch(200, 20_480, 7), wideBatch(200, 13, 20_487)]
  expect((await write('parts.parquet', WIDE, parts)).checksum).toBe(whole.checksum)
})

test('takes a copy of rows that wait for a full row group', async () => {
  const batch = batchOf(2)
  const path = join(folder, 'copy.parquet')
  const writer = await openParquetWriter(path, SCHEMA)
  await writer.write(batch)
  ;(batch.columns.open as Float64Array).fill(99)
  await writer.close()
  expect((await readAll(sources[0], path)).columns.open).toEqual([0, Number.NaN])
})

test('writes a text column that is constant in one batch only', async () => {
  const schema: ColumnSchema[] = [{ name: 'symbol', type: 'text' }]
  const { path } = await write('mixed.parquet', schema, [
    { rows: 2, columns: { symbol: 'A' } },
    { rows: 2, columns: { symbol: ['B', null] } },
  ])
  for (const source of sources) expect((await readAll(source, path)).columns.symbol).toEqual(['A', 'A', 'B', null])
})

test('keeps infinities and negative zero', async () => {
  const open = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0)
  const { path } = await write('special.parquet', [{ name: 'open', type: 'double' }], [{ rows: 3, columns: { open } }])
  for (const source of sources) expect((await readAll(source, path)).columns.open).toEqual([...open])
})

test('leaves nothing behind after abort', async () => {
  const path = join(folder, 'aborted', 'x.parquet')
  const writer = await openParquetWriter(path, SCHEMA)
  await writer.write(batchOf(10))
  await writer.abort()
  expect(readdirSync(join(folder, 'aborted'))).toEqual([])
})

test('rejects an int64 that is no integer, and leaves nothing behind', async () => {
  const path = join(folder, 'fraction.parquet')
  const writer = await openParquetWriter(path, [{ name: 'n', type: 'int64' }])
  await writer.write({ rows: 1, columns: { n: Float64Array.of(1.5) } })
  await expect(writer.close()).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
  expect(existsSync(path)).toBe(false)
})

test('rejects a folder that cannot be written with LQ_DISK', async () => {
  await expect(openParquetWriter('/dev/null/x.parquet', SCHEMA)).rejects.toMatchObject({ code: 'LQ_DISK' })
})

test('rejects two columns of one name', async () => {
  await expect(openParquetWriter(join(folder, 'twice.parquet'), [SCHEMA[0], SCHEMA[0]])).rejects.toMatchObject({
    code: 'LQ_INPUT_INVALID',
  })
})
