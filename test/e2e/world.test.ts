import { execFileSync } from 'node:child_process'
import { chmod, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../state/support.js'
import { writeCsv, writeParquet } from './bars.js'
import { filesIn, leftovers, locksIn, lq, NOT_BUILT, newFolder, ROOT, removeFolder, start } from './lq.js'

/*
 * What the world does to a command: disks, databases, other commands, a machine without a compiler.
 */

const DISK_MB = 4
const RESAMPLE = ['resample', '--exchange', 'x', '--symbol', 'all', '--from', '1m', '--to', '5m', '--json']

let folder: string
let csv: string
beforeAll(async () => {
  folder = await newFolder()
  csv = join(folder, 'bars.csv')
  await writeCsv(csv, ['AAA', 'BBB'], 20_000)
  // The embedded server may run as another user, who has to get here.
  await chmod(folder, 0o755)
})
afterAll(() => removeFolder(folder))

const ingest = (file = csv) => ['ingest', file, '--exchange', 'x', '--timeframe', '1m', '--json']

/** Why no file system of a few MB can be made here, or ''. */
function whyNoMount(): string {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can mount one'
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return ''
  } catch {
    return 'mounting is not allowed here'
  }
}
const NO_MOUNT = NOT_BUILT || whyNoMount()

/** Runs `use` on a small disk of its own. */
async function withDisk(name: string, use: (disk: string) => Promise<void>): Promise<void> {
  const disk = join(folder, name)
  await mkdir(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=755`, 'none', disk])
  try {
    await use(disk)
  } finally {
    execFileSync('umount', ['--lazy', disk])
  }
}

describe.skipIf(NO_MOUNT)(`a full disk ${NO_MOUNT}`, () => {
  test('stops an ingest with exit 3 and leaves the lake as it was; with space it completes', () =>
    withDisk('full', async (disk) => {
      const env = { LQ_DATA_DIR: disk }
      const small = join(folder, 'small.csv')
      await writeCsv(small, ['AAA'], 1000)
      expect((await lq(ingest(small), { env })).code).toBe(0)
      const before = await filesIn(disk)
      const ballast = join(disk, 'ballast')
      await writeFile(ballast, Buffer.alloc((DISK_MB - 0.25) * 2 ** 20)).catch(() => {})
      const stopped = await lq(ingest(), { env })
      expect([stopped.code, stopped.json.error.code]).toEqual([3, 'LQ_DISK'])
      expect(stopped.json.error.message).toMatch(/no space left/)
      await rm(ballast)
      expect(await filesIn(disk)).toEqual(before)
      expect((await lq(['lake', 'verify', '--json'], { env })).json).toMatchObject({ ok: true, rows: 1000 })
      expect((await lq(ingest(), { env })).json).toMatchObject({ inserted: 39_000, skipped: 1000 })
    }))

  test('stops a resample with exit 3 and leaves no draft', () =>
    withDisk('full-out', async (disk) => {
      const out = join(disk, 'out.parquet')
      await writeFile(join(disk, 'ballast'), Buffer.alloc((DISK_MB - 0.1) * 2 ** 20))
      const words = ['resample', '--input', csv, '--from', '1m', '--to', '1m', '--out', out, '--json']
      const stopped = await lq(words, { env: { LQ_DATA_DIR: join(folder, 'elsewhere') } })
      expect([stopped.code, stopped.json.error.code]).toEqual([3, 'LQ_DISK'])
      expect(await filesIn(disk)).toEqual(['ballast'])
    }))

  test('says so where the embedded database cannot be made', () =>
    withDisk('full-database', async (disk) => {
      const env = { LQ_DATA_DIR: disk, LQ_POSTGRES_DSN: 'embedded' }
      const stopped = await lq(['db', 'init', '--json'], { env })
      expect([stopped.code, stopped.json.error.code]).toEqual([3, 'LQ_DATABASE_EMBEDDED'])
      expect(stopped.json.error.message).toMatch(/No space left/i)
      expect(await filesIn(disk)).toEqual([])
    }))
})

describe.skipIf(NO_MOUNT)(`a data directory that cannot be written ${NO_MOUNT}`, () => {
  test('is read, and refuses what writes with exit 3', () =>
    withDisk('read-only', async (disk) => {
      const env = { LQ_DATA_DIR: disk }
      await lq(ingest(), { env })
      execFileSync('mount', ['-o', 'remount,ro', disk])
      expect((await lq(['lake', 'ls', '--json'], { env })).json.series).toHaveLength(2)
      expect((await lq(['doctor', '--json'], { env })).json.lake.datasets).toBe(2)
      expect((await lq([...RESAMPLE, '--out', join(folder, 'ro.parquet')], { env })).code).toBe(0)
      for (const words of [ingest(), RESAMPLE]) {
        const { code, json } = await lq(words, { env })
        expect([code, json.error.code]).toEqual([3, 'LQ_DISK'])
        expect(json.error.message).toMatch(/read-only/)
      }
    }))
})

describe.skipIf(NOT_BUILT)('a database', () => {
  let server: TestServer
  const data = () => ({ LQ_DATA_DIR: join(folder, 'with-database') })
  const out = () => ['--out', join(folder, 'database.parquet')]
  beforeAll(async () => {
    server = await startTestServer()
    await lq(ingest(), { env: data() })
  })
  afterAll(() => server.close())

  test('that is down is exit 3, and the password is not told', async () => {
    const env = { ...data(), LQ_POSTGRES_DSN: 'postgres://me:s3cret@127.0.0.1:9/none', LQ_LOG_LEVEL: 'debug' }
    const { code, json, out: said, err } = await lq([...RESAMPLE, ...out()], { env })
    expect([code, json.error.code]).toEqual([3, 'LQ_DATABASE'])
    expect(said + err).not.toMatch(/s3cret/)
  })

  test('that is read-only is exit 3 with what to do', async () => {
    const dsn = await server.createDatabase()
    const env = { ...data(), LQ_POSTGRES_DSN: dsn }
    await lq(['db', 'init'], { env })
    await server.elsewhere(
      dsn,
      `ALTER DATABASE ${new URL(dsn).pathname.slice(1)} SET default_transaction_read_only = on`,
    )
    const { code, json } = await lq([...RESAMPLE, ...out()], { env })
    expect([code, json.error.code]).toEqual([3, 'LQ_DATABASE'])
    expect(json.error.hint).toMatch(/primary|read-only/)
  })

  test('that loses its connections under way changes nothing', async () => {
    const dsn = await server.createDatabase()
    const env = { ...data(), LQ_POSTGRES_DSN: dsn }
    await lq(['db', 'init'], { env })
    const running = start([...RESAMPLE, ...out()], { env })
    const kill = setInterval(() => {
      const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'lq' AND datname = current_database()`
      server.elsewhere(dsn, cut).catch(() => {})
    }, 20)
    const cutOff = await running.ended
    clearInterval(kill)
    expect([0, 3]).toContain(cutOff.code)
    const next = await lq([...RESAMPLE, ...out()], { env })
    expect([next.code, next.err]).toEqual([0, ''])
    expect(await server.elsewhere(dsn, 'SELECT run_id FROM optimization_results')).toEqual([
      { run_id: next.json.run_id },
    ])
  })

  test('that is killed while a command uses it comes back for the next', async () => {
    const dataDir = join(folder, 'killed-server')
    const env = { LQ_DATA_DIR: dataDir, LQ_POSTGRES_DSN: 'embedded' }
    await lq(ingest(), { env })
    const before = (await lq([...RESAMPLE, ...out()], { env })).json
    const running = start([...RESAMPLE, ...out()], { env })
    process.kill(await serverOf(dataDir, running.ended), 'SIGKILL')
    const cutOff = await running.ended
    expect([0, 3]).toContain(cutOff.code)
    const next = await lq([...RESAMPLE, ...out()], { env })
    expect([next.code, next.json.checksum]).toEqual([0, before.checksum])
    const status = (await lq(['db', 'status', '--json'], { env })).json
    expect(status.tables.optimization_results).toBe(1)
    expect(await readFile(join(dataDir, 'postgres/postmaster.pid')).catch(() => 'gone')).toBe('gone')
    expect(await locksIn(dataDir)).toEqual([])
  })
})

/** @returns process id of the embedded server, once it is ready */
async function serverOf(dataDir: string, ended: Promise<unknown>): Promise<number> {
  let over = false
  ended.then(() => {
    over = true
  })
  while (!over) {
    const lines = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '')).split('\n')
    if (lines[7]?.trim() === 'ready') return Number(lines[0])
  }
  throw new Error('the command ended before its server was ready')
}

describe.skipIf(NOT_BUILT)('two commands at once on one data directory', () => {
  test('that take in the same file leave it once', async () => {
    const env = { LQ_DATA_DIR: join(folder, 'twice') }
    const ended = await Promise.all([lq(ingest(), { env }), lq(ingest(), { env })])
    expect(ended.map(({ code }) => code)).toEqual([0, 0])
    expect(ended.map(({ json }) => json.inserted).sort()).toEqual([0, 40_000])
    expect((await lq(['lake', 'verify', '--json'], { env })).json).toMatchObject({ ok: true, rows: 40_000, strays: [] })
    expect(await leftovers(env.LQ_DATA_DIR)).toEqual([])
  })

  test('that make the database and run the same job write one row', async () => {
    const env = { LQ_DATA_DIR: join(folder, 'both'), LQ_POSTGRES_DSN: 'embedded' }
    await lq(ingest(), { env })
    const ended = await Promise.all([lq(RESAMPLE, { env }), lq(RESAMPLE, { env })])
    expect(ended.map(({ code, err }) => [code, err.replace(/\{.*waiting for.*\}\n/g, '')])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(ended[0].json.checksum).toBe(ended[1].json.checksum)
    expect((await lq(['db', 'status', '--json'], { env })).json.tables).toMatchObject({
      optimization_results: 1,
      workflow_jobs: 2,
    })
    expect(await leftovers(join(env.LQ_DATA_DIR, 'lake'))).toEqual([])
  })
})

describe.skipIf(NOT_BUILT)('without a compiler', () => {
  let main: string
  beforeAll(async () => {
    const copy = join(folder, 'not-compiled')
    await cp(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true })
    await cp(join(ROOT, 'src/factors/sets'), join(copy, 'src/factors/sets'), { recursive: true })
    await cp(join(ROOT, 'package.json'), join(copy, 'package.json'))
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    main = join(copy, 'dist/cli/main.js')
  })

  test('the demo runs on the reference and says so', async () => {
    const env = { LQ_DATA_DIR: join(folder, 'not-compiled-data') }
    const { code, out } = await lq(['demo'], { env, main })
    expect(code).toBe(0)
    expect(out).toMatch(/computed on the TypeScript reference/)
  })

  test('a score names the reference among its fallbacks', async () => {
    await writeParquet(join(folder, 'few.parquet'), 3000)
    const words = [
      '--input',
      join(folder, 'few.parquet'),
      '--timeframe',
      '1m',
      '--expr',
      'z=zscore(close, 30)',
      '--json',
    ]
    const { json } = await lq(['score', ...words, '--out', join(folder, 'few-scores.parquet')], { main })
    expect(json.fallbacks.map(({ to }: { to: string }) => to)).toContain('reference')
  })
})
