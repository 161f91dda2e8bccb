import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commitBars } from '../../src/lake/commit.js'
import { compactLake } from '../../src/lake/compact.js'
import { listLake, measureLake } from '../../src/lake/inventory.js'
import { openLakeStore } from '../../src/lake/lake-store.js'
import { barsFolder, manifestPath } from '../../src/lake/layout.js'
import { readManifest } from '../../src/lake/manifest.js'
import { verifyLake } from '../../src/lake/verify.js'
import { type Bar, KEY, optionsFor, readSeries, source, stage } from './bars.js'
import { READER, temporaryFolder } from './data.js'

const root = temporaryFolder()
const FEB = Date.UTC(2026, 1, 1)
const minutes = (from: number, count: number, price = 0): Bar[] =>
  Array.from({ length: count }, (_, i) => [FEB + (from + i) * 60_000, price || from + i + 1])

/** Three commits to one partition, the second over the first but for one bar that is the same; and another series. */
async function makeLake(): Promise<string> {
  const lakeDir = mkdtempSync(join(root, 'lake-'))
  await commitBars(
    [stage(minutes(0, 10)), stage(minutes(0, 3), { key: { ...KEY, symbol: 'ETH' } })],
    optionsFor(lakeDir, 13),
  )
  await commitBars([stage(minutes(5, 10, 7))], optionsFor(lakeDir, 10))
  await commitBars([stage(minutes(30, 2))], optionsFor(lakeDir, 2))
  return lakeDir
}

const files = (lakeDir: string) =>
  readdirSync(barsFolder(lakeDir), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.parquet'))
    .sort()

async function read(lakeDir: string) {
  const store = await openLakeStore({ ...READER, lakeDir })
  const [series] = await store.list({ symbols: ['BTC/USDT'], timeframe: '1m' })
  return {
    bars: await readSeries(store, series, { columns: ['close', 'ingest_seq'] }),
    identity: await store.identity(series, {}),
  }
}

const verify = (lakeDir: string) => verifyLake(lakeDir, { source })

test('a lake as it was written has no difference and no stray', async () => {
  const lakeDir = await makeLake()
  expect(await verify(lakeDir)).toEqual({ partitions: 2, files: 4, rows: 20, differences: [], strays: [] })
})

test('compaction makes one file of a partition and leaves what is read as it was, sequences included', async () => {
  const lakeDir = await makeLake()
  const before = await read(lakeDir)
  const result = await compactLake(lakeDir, {}, { source })
  expect(result).toMatchObject({ files_before: 3, files_after: 1, rows_before: 21, rows_after: 17 })
  expect(await read(lakeDir)).toEqual(before)
  expect(files(lakeDir)).toHaveLength(2)
  expect((await verify(lakeDir)).differences).toEqual([])
})

test('a second compaction finds nothing to do and changes nothing', async () => {
  const lakeDir = await makeLake()
  await compactLake(lakeDir, {}, { source })
  const before = [files(lakeDir), readFileSync(manifestPath(lakeDir), 'utf8')]
  expect(await compactLake(lakeDir, {}, { source })).toMatchObject({ commit: null })
  expect([files(lakeDir), readFileSync(manifestPath(lakeDir), 'utf8')]).toEqual(before)
})

test.each([
  ['another exchange', { exchange: 'kraken' }, 0],
  ['the symbol, spelled in its own way', { exchange: 'BINANCE', symbol: 'btcusdt' }, 1],
  ['another timeframe', { timeframe: '5m' }, 0],
  ['a day of the month', { dateMs: Date.UTC(2026, 1, 20) }, 1],
  ['a day of another month', { dateMs: Date.UTC(2026, 2, 1) }, 0],
])('compaction of %s', async (_, filter, partitions) => {
  expect((await compactLake(await makeLake(), filter, { source })).partitions).toHaveLength(partitions)
})

test('bars that come in after a compaction still win', async () => {
  const lakeDir = await makeLake()
  await compactLake(lakeDir, {}, { source })
  await commitBars([stage([[FEB, 99]])], optionsFor(lakeDir, 1))
  expect((await read(lakeDir)).bars.columns.close[0]).toBe(99)
})

test('a changed byte, a lost file and a cut file are differences', async () => {
  for (const [what, damage] of [
    ['checksum', (path: string) => writeFileSync(path, readFileSync(path).fill(0, 10, 11))],
    ['file', (path: string) => rmSync(path)],
    ['bytes', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 100))],
  ] as const) {
    const lakeDir = await makeLake()
    const [victim] = files(lakeDir)
    damage(join(barsFolder(lakeDir), victim))
    expect((await verify(lakeDir)).differences).toMatchObject([{ what, path: victim }])
  }
})

test('rows other than those that were committed are a difference, though the files are whole', async () => {
  const lakeDir = await makeLake()
  const manifest = manifestPath(lakeDir)
  const [first, ...others] = readFileSync(manifest, 'utf8').trim().split('\n')
  const line = JSON.parse(first)
  line.partitions[1].checksum = 'f'.repeat(64)
  writeFileSync(manifest, `${[JSON.stringify(line), ...others].join('\n')}\n`)
  expect((await verify(lakeDir)).differences).toMatchObject([{ what: 'checksum', path: null }])
})

test('a file that no commit names is a stray, and no difference', async () => {
  const lakeDir = await makeLake()
  const [file] = files(lakeDir)
  const stray = file.replace(/part-.*/, 'part-x.parquet')
  writeFileSync(join(barsFolder(lakeDir), stray), 'x')
  expect(await verify(lakeDir)).toMatchObject({ differences: [], strays: [stray] })
})

test('an empty lake is as it should be', async () => {
  const lakeDir = mkdtempSync(join(root, 'empty-'))
  expect(await verify(lakeDir)).toEqual({ partitions: 0, files: 0, rows: 0, differences: [], strays: [] })
  expect((await measureLake(lakeDir)).rows).toBe(0)
})

test('lists series with rows and span', async () => {
  const lakeDir = await makeLake()
  const { datasets, series } = await listLake({ ...READER, lakeDir })
  expect(datasets).toMatchObject([{ dataset: 'silver/ohlcv', series: 2, rows: 20, files: 4 }])
  expect(series[0]).toMatchObject({
    exchange: 'binance',
    symbol: 'BTC/USDT',
    rows: 17,
    first: '2026-02-01T00:00:00.000Z',
    last: '2026-02-01T00:31:00.000Z',
  })
})

test('measures what compaction would gain', async () => {
  expect(await measureLake(await makeLake())).toMatchObject({
    commits: 3,
    files: 4,
    rows: 20,
    superseded_rows: 4,
    compactable_partitions: 1,
    last_seq: 25,
  })
})

test('a reader that began before a compaction is told to begin again', async () => {
  const lakeDir = await makeLake()
  const store = await openLakeStore({ ...READER, lakeDir })
  const [series] = await store.list({ symbols: ['BTC/USDT'], timeframe: '1m' })
  await compactLake(lakeDir, {}, { source })
  await expect(readSeries(store, series)).rejects.toMatchObject({ code: 'LQ_BUSY' })
  expect((await readManifest(lakeDir)).commits).toBe(4)
})
