import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../state/support.js'
import { writeCsv } from './bars.js'
import {
  bytesOf,
  type Ended,
  filesIn,
  leftovers,
  locksIn,
  lq,
  lqSignalled,
  NOT_BUILT,
  newFolder,
  removeFolder,
  start,
} from './lq.js'

/*
 * A signal at any moment of a command: the next run completes, and what is there then is what an undisturbed run
 * leaves.
 */

const INGEST = (folder: string) => [
  'ingest',
  join(folder, 'bars.csv'),
  '--exchange',
  'x',
  '--timeframe',
  '1m',
  '--json',
]
const RESAMPLE = ['resample', '--exchange', 'x', '--symbol', 'all', '--from', '1m', '--to', '5m,1h', '--json']
const SCORE = ['score', '--exchange', 'x', '--timeframe', '1m', '--expr', 'z=zscore(close, 30)', '--json']
/** Shares of an undisturbed run's time at which the signal comes. */
const MOMENTS = [0.4, 0.65, 0.85]
const GOLD = { resample: RESAMPLE, score: SCORE }

let folder: string
let server: TestServer
const clean: Record<string, { ended: Ended; lake: string; rows: string[] }> = {}

beforeAll(async () => {
  folder = await newFolder()
  await writeCsv(join(folder, 'bars.csv'), ['AAA', 'BBB'], 20_000)
  server = await startTestServer()
  const lake = join(folder, 'clean')
  clean.ingest = { ended: await lq(INGEST(folder), { env: { LQ_MARKET_PARQUET_PATH: lake } }), lake, rows: [] }
  for (const [name, words] of Object.entries(GOLD)) clean[name] = await undisturbed(name, words)
})
afterAll(async () => {
  await server.close()
  await removeFolder(folder)
})

async function undisturbed(name: string, words: string[]) {
  const { env, lake, dsn } = await freshWorld(name)
  return { ended: await lq(words, { env }), lake, rows: await resultRows(dsn) }
}

/** A copy of the lake, and an empty database. */
async function freshWorld(name: string) {
  const lake = join(folder, name)
  await cp(clean.ingest.lake, lake, { recursive: true })
  const dsn = await server.createDatabase()
  return { lake, dsn, env: { LQ_MARKET_PARQUET_PATH: lake, LQ_POSTGRES_DSN: dsn } }
}

/** All that a run writes to the database, but for its clock and where the lake lies. */
async function resultRows(dsn: string): Promise<string[]> {
  const rows = await server.elsewhere(
    dsn,
    `SELECT (to_jsonb(r) - '{id,created_at,updated_at}'::text[] #- '{extra_json,outputs}')::text AS row
       FROM optimization_results r
     UNION ALL SELECT (to_jsonb(r) - '{started_at,ended_at,updated_at}'::text[])::text FROM runs r ORDER BY 1`,
  )
  return rows.map(({ row }) => String(row))
}

/** Every byte of the rows, with the transaction that wrote them. */
const everyByte = (dsn: string) => server.elsewhere(dsn, 'SELECT xmin::text, t::text FROM optimization_results t')

/** Parquet files, drafts of killed writers included: after the next run there must be none. */
const dataFiles = async (lake: string) => (await filesIn(lake)).filter((path) => path.endsWith('.parquet'))

const cases = ['SIGINT', 'SIGKILL'].flatMap((signal) =>
  MOMENTS.map((share) => [signal as NodeJS.Signals, share] as const),
)

describe.skipIf(NOT_BUILT)('an interrupted ingest', () => {
  test.each(cases)('completes in the next run (%s at %f of its time)', async (signal, share) => {
    const lake = join(folder, `ingest-${signal}-${share}`)
    const env = { LQ_MARKET_PARQUET_PATH: lake }
    const stopped = await lqSignalled(INGEST(folder), { env, signal, afterS: share * clean.ingest.ended.seconds })
    expect([0, null, 130]).toContain(stopped.code)
    const next = await lq(INGEST(folder), { env })
    expect([next.code, next.err]).toEqual([0, ''])
    expect(await dataFiles(lake)).toEqual(await dataFiles(clean.ingest.lake))
    for (const path of await dataFiles(lake)) {
      expect(bytesOf(join(lake, path))).toBe(bytesOf(join(clean.ingest.lake, path)))
    }
    expect(await leftovers(lake)).toEqual([])
  })
})

describe.skipIf(NOT_BUILT).each(Object.keys(GOLD) as (keyof typeof GOLD)[])('an interrupted %s', (name) => {
  test.each(cases)('gives the same bits and rows in the next run (%s at %f of its time)', async (signal, share) => {
    const { lake, dsn, env } = await freshWorld(`${name}-${signal}-${share}`)
    const afterS = share * clean[name].ended.seconds
    const stopped = await lqSignalled(GOLD[name], { env, signal, afterS })
    expect([0, null, 130]).toContain(stopped.code)
    const next = await lq(GOLD[name], { env })
    expect([next.code, next.err]).toEqual([0, ''])
    expect(next.json.checksum).toBe(clean[name].ended.json.checksum)
    expect(await resultRows(dsn)).toEqual(clean[name].rows)
    expect(await dataFiles(lake)).toEqual(await dataFiles(clean[name].lake))
    for (const { path } of next.json.outputs) {
      const other = clean[name].ended.json.outputs[0].path
      expect(bytesOf(path)).toBe(bytesOf(other))
    }
    expect(await locksIn(lake)).toEqual([])
    const open = await server.elsewhere(dsn, `SELECT status FROM workflow_jobs WHERE ended_at IS NULL`)
    expect(open).toEqual([])
  })

  test('writes no byte of its row again in a replay', async () => {
    const { dsn, env } = await freshWorld(`${name}-replay`)
    await lq(GOLD[name], { env })
    const before = await everyByte(dsn)
    await lq(GOLD[name], { env })
    expect(await everyByte(dsn)).toEqual(before)
  })

  test('is recorded as stopped', async () => {
    const { dsn, env } = await freshWorld(`${name}-stopped`)
    const running = start(GOLD[name], { env })
    const jobs = () => server.elsewhere(dsn, 'SELECT status, exit_code FROM workflow_jobs').catch(() => [])
    while ((await jobs()).length === 0);
    running.process.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect(await jobs()).toEqual([{ status: 'STOPPED', exit_code: 130 }])
  })
})
