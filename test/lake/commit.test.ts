import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commitBars } from '../../src/lake/commit.js'
import { openLakeStore } from '../../src/lake/lake-store.js'
import { barsFolder, manifestPath } from '../../src/lake/layout.js'
import { readManifest } from '../../src/lake/manifest.js'
import { type Bar, KEY, optionsFor, readSeries, stage } from './bars.js'
import { READER, temporaryFolder } from './data.js'

const root = temporaryFolder()
const newLake = () => mkdtempSync(join(root, 'lake-'))

const DAY = 86_400_000
const JAN = Date.UTC(2026, 0, 31, 23, 59)
const FEB = Date.UTC(2026, 1, 1)

async function closes(lakeDir: string): Promise<Bar[]> {
  const store = await openLakeStore({ ...READER, lakeDir })
  const [series] = await store.list({ symbols: 'all', timeframe: '1m' })
  const bars = await readSeries(store, series)
  return Array.from(bars.timestamp, (time, i): Bar => [time, bars.columns.close[i]])
}

const files = (lakeDir: string) =>
  readdirSync(barsFolder(lakeDir), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('a commit of two months writes two files and one manifest line', async () => {
  const lakeDir = newLake()
  const result = await commitBars([stage([[JAN, 1]]), stage([[FEB, 2]])], optionsFor(lakeDir, 2))
  expect(result).toMatchObject({ inserted: 2, updated: 0, skipped: 0 })
  expect(result.partitions).toEqual([
    'exchange=binance/symbol=BTCUSDT/timeframe=1m/month=2026-01',
    'exchange=binance/symbol=BTCUSDT/timeframe=1m/month=2026-02',
  ])
  expect(readFileSync(manifestPath(lakeDir), 'utf8').trim().split('\n')).toHaveLength(1)
  expect(files(lakeDir)).toHaveLength(2)
})

test('a manifest line carries what the contract asks for', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 2]])], optionsFor(lakeDir, 3, { input: { rows: 3, quarantined: 2, suspect: 1 } }))
  const line = JSON.parse(readFileSync(manifestPath(lakeDir), 'utf8'))
  expect(line).toMatchObject({
    schema_version: 1,
    run_id: 'run',
    rows: 3,
    inserted: 1,
    quarantined: 2,
    suspect: 1,
    watermark: FEB + 60_000,
  })
  expect(line.commit).toMatch(/^[0-9a-f]{20}$/)
  expect(line.partitions[0].added[0]).toMatchObject({ rows: 1, min_ms: FEB, max_ms: FEB })
  expect(line.partitions[0].checksum).toMatch(/^[0-9a-f]{64}$/)
})

test('the same rows again are skipped and leave the lake byte for byte as it was', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 2]])], optionsFor(lakeDir, 1))
  const before = [files(lakeDir), readFileSync(manifestPath(lakeDir), 'utf8')]
  expect(await commitBars([stage([[FEB, 2]])], optionsFor(lakeDir, 1))).toMatchObject({
    commit: null,
    inserted: 0,
    updated: 0,
    skipped: 1,
  })
  expect([files(lakeDir), readFileSync(manifestPath(lakeDir), 'utf8')]).toEqual(before)
})

test('upsert replaces a bar that differs and keeps the others', async () => {
  const lakeDir = newLake()
  await commitBars(
    [
      stage([
        [FEB, 1],
        [FEB + 60_000, 2],
      ]),
    ],
    optionsFor(lakeDir, 2),
  )
  const result = await commitBars(
    [
      stage([
        [FEB, 1],
        [FEB + 60_000, 9],
        [FEB + 120_000, 3],
      ]),
    ],
    optionsFor(lakeDir, 3),
  )
  expect(result).toMatchObject({ inserted: 1, updated: 1, skipped: 1 })
  expect(await closes(lakeDir)).toEqual([
    [FEB, 1],
    [FEB + 60_000, 9],
    [FEB + 120_000, 3],
  ])
})

test('append keeps what is there', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 1]])], optionsFor(lakeDir, 1))
  const result = await commitBars(
    [
      stage([
        [FEB, 7],
        [FEB + 60_000, 2],
      ]),
    ],
    optionsFor(lakeDir, 2, { mode: 'append' }),
  )
  expect(result).toMatchObject({ inserted: 1, updated: 0, skipped: 1 })
  expect(await closes(lakeDir)).toEqual([
    [FEB, 1],
    [FEB + 60_000, 2],
  ])
})

test('overwrite lets go of rows of the partition that do not come in, and of its files', async () => {
  const lakeDir = newLake()
  await commitBars(
    [
      stage([
        [FEB, 1],
        [FEB + 60_000, 2],
      ]),
      stage([[JAN, 5]]),
    ],
    optionsFor(lakeDir, 3),
  )
  const result = await commitBars(
    [
      stage([
        [FEB, 1],
        [FEB + 120_000, 3],
      ]),
    ],
    optionsFor(lakeDir, 2, { mode: 'overwrite' }),
  )
  expect(result).toMatchObject({ inserted: 1, updated: 0, skipped: 1, removed: 1 })
  expect(await closes(lakeDir)).toEqual([
    [JAN, 5],
    [FEB, 1],
    [FEB + 120_000, 3],
  ])
  expect(files(lakeDir)).toHaveLength(2)
})

test('of two rows of one key in one input the later wins, and the lost one counts as skipped', async () => {
  const lakeDir = newLake()
  const result = await commitBars(
    [
      stage([
        [FEB + 60_000, 4],
        [FEB, 1],
        [FEB, 2],
      ]),
    ],
    optionsFor(lakeDir, 3),
  )
  expect(result).toMatchObject({ inserted: 2, skipped: 1 })
  expect(await closes(lakeDir)).toEqual([
    [FEB, 2],
    [FEB + 60_000, 4],
  ])
})

test('a partition is put together once it has eight files', async () => {
  const lakeDir = newLake()
  for (let i = 0; i < 9; i++) await commitBars([stage([[FEB + i * 60_000, i]])], optionsFor(lakeDir, 1))
  expect(files(lakeDir)).toHaveLength(1)
  expect(await closes(lakeDir)).toHaveLength(9)
})

test('the content checksum does not depend on how the rows came in', async () => {
  const [one, two] = [newLake(), newLake()]
  await commitBars(
    [
      stage([
        [FEB, 1],
        [FEB + DAY, 2],
      ]),
    ],
    optionsFor(one, 2),
  )
  await commitBars([stage([[FEB + DAY, 3]])], optionsFor(two, 1))
  await commitBars([stage([[FEB, 1]])], optionsFor(two, 1))
  await commitBars([stage([[FEB + DAY, 2]])], optionsFor(two, 1))
  const checksum = async (lakeDir: string) =>
    [...(await readManifest(lakeDir)).partitions.values()].map((partition) => partition.checksum)
  expect(await checksum(two)).toEqual(await checksum(one))
})

test('two spellings of a symbol with different bars at one time are an error, and nothing is changed', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 1]])], optionsFor(lakeDir, 1))
  const other = stage([[FEB, 2]], { key: { ...KEY, symbol: 'BTCUSDT' } })
  await expect(commitBars([other], optionsFor(lakeDir, 1))).rejects.toThrow(
    /BTC\/USDT and BTCUSDT .* 2026-02-01T00:00:00.000Z/,
  )
  expect(await closes(lakeDir)).toEqual([[FEB, 1]])
})

test('two spellings in one input with different bars at one time are an error', async () => {
  const staged = [stage([[FEB, 1]]), stage([[FEB, 2]], { key: { ...KEY, symbol: 'btcusdt' } })]
  await expect(commitBars(staged, optionsFor(newLake(), 2))).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
})

test('two spellings that agree are one symbol', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 1]])], optionsFor(lakeDir, 1))
  const other = stage(
    [
      [FEB, 1],
      [FEB + 60_000, 2],
    ],
    { key: { ...KEY, symbol: 'BTCUSDT' } },
  )
  expect(await commitBars([other], optionsFor(lakeDir, 2))).toMatchObject({ inserted: 1, skipped: 1 })
})

test('a torn last line is ignored, and cut off by the next commit', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 1]])], optionsFor(lakeDir, 1))
  const whole = readFileSync(manifestPath(lakeDir), 'utf8')
  appendFileSync(manifestPath(lakeDir), whole.slice(0, 100))
  expect(await closes(lakeDir)).toEqual([[FEB, 1]])
  await commitBars([stage([[FEB + 60_000, 2]])], optionsFor(lakeDir, 1))
  const lines = readFileSync(manifestPath(lakeDir), 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).inserted)).toEqual([1, 1])
})

test('a damaged line that is not the last is an error', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 1]])], optionsFor(lakeDir, 1))
  const whole = readFileSync(manifestPath(lakeDir), 'utf8')
  writeFileSync(manifestPath(lakeDir), `{"torn\n${whole}`)
  await expect(readManifest(lakeDir)).rejects.toMatchObject({ code: 'LQ_LAKE_CORRUPT' })
})

test('a file that no manifest line names is not read, and goes with the next commit to its partition', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 1]])], optionsFor(lakeDir, 1))
  const [file] = files(lakeDir)
  const stray = join(file, '..', 'part-stray.parquet')
  writeFileSync(stray, readFileSync(file))
  expect(await closes(lakeDir)).toEqual([[FEB, 1]])
  await commitBars([stage([[FEB + 60_000, 2]])], optionsFor(lakeDir, 1))
  expect(existsSync(stray)).toBe(false)
})

test('a failing commit removes the files it wrote', async () => {
  const lakeDir = newLake()
  const failing = { ...stage([[FEB, 1]]), load: () => Promise.reject(new Error('no rows')) }
  await expect(commitBars([stage([[JAN, 1]]), failing], optionsFor(lakeDir, 2))).rejects.toThrow('no rows')
  expect(files(lakeDir)).toEqual([])
  expect(existsSync(manifestPath(lakeDir))).toBe(false)
})

test('the lock of a process that died is broken', async () => {
  const lakeDir = newLake()
  mkdirSync(join(lakeDir, '_metadata'), { recursive: true })
  await commitBars([stage([[FEB, 1]])], optionsFor(lakeDir, 1))
  const lock = join(lakeDir, '_metadata', 'commit.lock')
  let own = ''
  const load = async () => {
    own = readFileSync(lock, 'utf8')
    return stage([[FEB, 2]]).load()
  }
  const spy = { ...stage([[FEB, 2]]), load }
  await commitBars([spy], optionsFor(lakeDir, 1))
  writeFileSync(lock, JSON.stringify({ ...JSON.parse(own), start: '1' }))
  await commitBars([stage([[FEB, 3]])], optionsFor(lakeDir, 1))
  expect(await closes(lakeDir)).toEqual([[FEB, 3]])
})

test('commits at the same time wait for each other', async () => {
  const lakeDir = newLake()
  await Promise.all(
    Array.from({ length: 4 }, (_, i) => commitBars([stage([[FEB + i * 60_000, i]])], optionsFor(lakeDir, 1))),
  )
  expect((await readManifest(lakeDir)).commits).toBe(4)
  expect(await closes(lakeDir)).toHaveLength(4)
})

test('a bar that lacks a column which others have is not changed by it', async () => {
  const lakeDir = newLake()
  await commitBars([stage([[FEB, 1]], { extra: { turnover: [5] } })], optionsFor(lakeDir, 1))
  expect(await commitBars([stage([[FEB, 1]])], optionsFor(lakeDir, 1))).toMatchObject({ skipped: 1, updated: 0 })
})
