import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { type IngestRequest, ingest } from '../../src/jobs/ingest.js'
import { readManifest } from '../../src/lake/manifest.js'
import { verifyLake } from '../../src/lake/verify.js'
import { openParquetWriter } from '../../src/lake/writer.js'
import { source } from './bars.js'
import { temporaryFolder } from './data.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const root = temporaryFolder()

/** Bars of 1m, 100 a day for 1,000 days: 33 partitions, so that most of the time goes into the commit. */
const FILE = join(root, 'bars.csv')
const DAYS = 1000
const PER_DAY = 100
const KILLS = 10
const bars = Array.from({ length: DAYS * PER_DAY }, (_, i) => {
  const ms = Date.UTC(2020, 0, 1) + Math.floor(i / PER_DAY) * 86_400_000 + (i % PER_DAY) * 60_000
  return `${ms},${i + 1},${i + 2},${i + 1},${i + 2},${i}`
})
writeFileSync(FILE, `timestamp,open,high,low,close,volume\n${bars.join('\n')}\n`)

const REQUEST: IngestRequest = { files: [FILE], exchange: 'x', symbol: 'S', timeframe: '1m', mode: 'upsert' }
const WORDS = ['ingest', FILE, '--exchange', 'x', '--symbol', 'S', '--timeframe', '1m']

/** Runs `lq ingest` in a process of its own, and kills it after so many ms. @returns whether it had come to its end */
function ingestAndKill(dataDir: string, afterMs: number): Promise<boolean> {
  const env = { ...process.env, LQ_DATA_DIR: dataDir, LQ_POSTGRES_DSN: 'none', LQ_LOG_LEVEL: 'silent' }
  const child = spawn(process.execPath, [MAIN, ...WORDS], { env, stdio: 'ignore' })
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
  })
}

async function contentOf(dataDir: string): Promise<[string, string][]> {
  const { partitions } = await readManifest(join(dataDir, 'lake'))
  return [...partitions.values()].map(({ partition, checksum }): [string, string] => [partition, checksum]).sort()
}

describe.skipIf(!existsSync(MAIN))('killed at any moment (skipped where dist is not built)', () => {
  test('leaves a lake that is whole, and the same rows once it has run to its end', { timeout: 300_000 }, async () => {
    const reference = join(root, 'reference')
    const started = performance.now()
    await ingestAndKill(reference, 120_000)
    const wholeMs = performance.now() - started
    const expected = await contentOf(reference)
    expect(expected).toHaveLength(33)
    // Kills spread over the run, more of them in its second half, where files are written.
    for (let i = 0; i < KILLS; i++) {
      const dataDir = join(root, `killed-${i}`)
      const killMs = wholeMs * (0.3 + (0.7 * i) / KILLS)
      await ingestAndKill(dataDir, killMs)
      const { differences } = await verifyLake(join(dataDir, 'lake'), { source })
      expect(differences, `killed after ${killMs} ms`).toEqual([])
      expect(await ingestAndKill(dataDir, 120_000)).toBe(true)
      expect(await contentOf(dataDir), `killed after ${killMs} ms`).toEqual(expected)
      expect(await verifyLake(join(dataDir, 'lake'), { source })).toMatchObject({ differences: [], strays: [] })
      rmSync(dataDir, { recursive: true })
    }
  })
})

const small = join(root, 'small')
mkdirSync(small)
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', small]).status === 0
afterAll(() => void (isMounted && spawnSync('umount', [small])))

const filesUnder = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)

describe.skipIf(!isMounted)('on a full disk (skipped where no tmpfs can be mounted)', () => {
  test('ingest fails with LQ_DISK and leaves no file', async () => {
    const config = loadConfig({ LQ_DATA_DIR: mkdtempSync(join(small, 'data-')) })
    await expect(ingest(REQUEST, { config })).rejects.toMatchObject({
      code: 'LQ_DISK',
      message: expect.stringMatching(/no space left/),
    })
    expect(filesUnder(small)).toEqual([])
  })

  test('a Parquet file that does not fit leaves nothing', async () => {
    const rows = 200_000
    const write = async () => {
      const writer = await openParquetWriter(join(small, 'x.parquet'), [{ name: 'x', type: 'double' }])
      await writer.write({ rows, columns: { x: Float64Array.from({ length: rows }, (_, i) => Math.sin(i)) } })
      await writer.close()
    }
    await expect(write()).rejects.toMatchObject({ code: 'LQ_DISK' })
    expect(filesUnder(small)).toEqual([])
  })
})
