import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { command as ingestCommand } from '../../src/cli/ingest.js'
import { command as lakeCommand } from '../../src/cli/lake.js'
import { runCommand } from './in-process.js'

const root = mkdtempSync(join(tmpdir(), 'lq-cli-ingest-'))
afterAll(() => rmSync(root, { recursive: true }))

const newData = () => mkdtempSync(join(root, 'data-'))

function file(name: string, text: string): string {
  writeFileSync(join(root, name), text)
  return join(root, name)
}

const CSV = file(
  'bars.csv',
  'timestamp,open,high,low,close,volume\n1700000040000,1,2,0.5,1.5,10\n1700000100000,1,2,0.5,x,10\n',
)
const FLAGS = ['--exchange', 'binance', '--symbol', 'BTC/USDT', '--timeframe', '1m']

const ingest = (data: string, ...words: string[]) => runCommand(ingestCommand(), words, { LQ_DATA_DIR: data })
const lake = (data: string, ...words: string[]) => runCommand(lakeCommand(), words, { LQ_DATA_DIR: data })

test('--json is one document of the contract', async () => {
  const { out, exitCode } = await ingest(newData(), CSV, ...FLAGS, '--json')
  expect(exitCode).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    rows: 2,
    inserted: 1,
    updated: 0,
    skipped: 0,
    quarantined: 1,
    suspect: 0,
    commit: expect.stringMatching(/^[0-9a-f]{20}$/),
    partitions: ['exchange=binance/symbol=BTCUSDT/timeframe=1m/month=2023-11'],
    seconds: { read: expect.any(Number), write: expect.any(Number), total: expect.any(Number) },
  })
})

test('people read what became of the rows, and where the bad ones are', async () => {
  const { out } = await ingest(newData(), CSV, ...FLAGS)
  expect(out).toMatch(/1 inserted, 0 updated, 0 skipped, 1 quarantined; 0 suspect/)
  expect(out).toMatch(/_quarantine\/[0-9a-f]{32}\.ndjson/)
})

test.each([
  [2, 'no file', []],
  [2, 'an unknown mode', [CSV, ...FLAGS, '--mode', 'merge']],
  [2, 'an unknown unit', [CSV, ...FLAGS, '--ts-unit', 'h']],
  [2, 'no symbol', [CSV, '--exchange', 'x', '--timeframe', '1m']],
  [2, 'no timeframe', [CSV, '--exchange', 'x', '--symbol', 'X']],
  [2, 'a timeframe that is none', [CSV, '--exchange', 'x', '--symbol', 'X', '--timeframe', '1q']],
  [2, 'a map without a column', [CSV, ...FLAGS, '--map', 'close']],
  [2, 'an empty column name', [CSV, ...FLAGS, '--ts-column', 'a,,b']],
  [2, 'an unknown option', [CSV, ...FLAGS, '--what']],
  [4, 'a file that is not there', [join(root, 'none.csv'), ...FLAGS]],
  [4, 'a file that is no bars', [file('text.csv', 'a,b\nc,d\n'), ...FLAGS]],
  [4, 'an empty file', [file('empty.csv', ''), ...FLAGS]],
])('exit code %i for %s', async (code, _, words) => {
  expect((await ingest(newData(), ...words)).exitCode).toBe(code)
})

test('a failure with --json is an error document on stdout', async () => {
  const { out } = await ingest(newData(), join(root, 'none.csv'), ...FLAGS, '--json')
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'LQ_INPUT_MISSING', message: expect.any(String), hint: expect.any(String) },
  })
})

test('reads a file without a header, a mapped one, and two joined columns', async () => {
  const data = newData()
  const plain = file('plain.csv', '1700000040000,1,2,0.5,1.5,10,9\n')
  const mapped = file('mapped.csv', 'd;t;last;qty\n01.02.2024;10:00;5;7\n')
  expect(
    (await ingest(data, plain, ...FLAGS, '--columns', 'timestamp,open,high,low,close,volume,_', '--json')).exitCode,
  ).toBe(0)
  const words = ['--ts-column', 'd,t', '--ts-format', '%d.%m.%Y %H:%M', '--map', 'close=last,volume=qty', '--json']
  expect(JSON.parse((await ingest(data, mapped, ...FLAGS, ...words)).out)).toMatchObject({ inserted: 1 })
  expect(JSON.parse((await lake(data, 'ls', '--json')).out).series).toMatchObject([
    { rows: 2, last: '2024-02-01T10:00:00.000Z' },
  ])
})

test('lake ls, stats and verify answer for an empty lake', async () => {
  const data = newData()
  expect((await lake(data, 'ls')).out).toMatch(/^no series/)
  expect(JSON.parse((await lake(data, 'stats', '--json')).out)).toMatchObject({ series: 0, rows: 0 })
  expect(JSON.parse((await lake(data, 'verify', '--json')).out)).toMatchObject({ ok: true })
})

test('lake verify has exit code 1 where a file is not as it was written', async () => {
  const data = newData()
  await ingest(data, CSV, ...FLAGS)
  expect((await lake(data, 'verify')).exitCode).toBe(0)
  const { partitions, commit } = JSON.parse(
    (await ingest(data, file('more.csv', 'timestamp,close\n1700000160000,3\n'), ...FLAGS, '--json')).out,
  )
  rmSync(join(data, 'lake/silver/ohlcv', partitions[0], `part-${commit}.parquet`))
  const { out, exitCode } = await lake(data, 'verify', '--json')
  expect([exitCode, JSON.parse(out).ok, JSON.parse(out).differences[0].found]).toEqual([1, false, 'missing'])
})

test('lake compact puts files together, at a root that is named', async () => {
  const data = newData()
  await ingest(data, CSV, ...FLAGS)
  await ingest(data, file('again.csv', 'timestamp,close\n1700000160000,3\n'), ...FLAGS)
  const words = [
    'compact',
    '--root-path',
    join(data, 'lake'),
    '--exchange',
    'binance',
    '--symbol',
    'BTCUSDT',
    '--date',
    '2023-11-14',
    '--json',
  ]
  expect(JSON.parse((await lake(newData(), ...words)).out)).toMatchObject({
    files_before: 2,
    files_after: 1,
    rows_after: 2,
  })
  expect((await lake(data, 'compact')).out).toMatch(/nothing to put together/)
})

test('lake compact rejects a date that is none', async () => {
  expect((await lake(newData(), 'compact', '--date', 'yesterday')).exitCode).toBe(2)
})
