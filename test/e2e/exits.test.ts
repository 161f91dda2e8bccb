import { existsSync } from 'node:fs'
import { appendFile, readFile, readlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeCsv } from './bars.js'
import { filesIn, lq, NOT_BUILT, newFolder, removeFolder, start } from './lq.js'

/*
 * Every exit code of the table, and that an error is one document, or a message and a hint, and nothing else.
 */

let folder: string
let csv: string
let env: Record<string, string>
beforeAll(async () => {
  folder = await newFolder()
  csv = join(folder, 'bars.csv')
  await writeCsv(csv, ['AAA'], 5000)
  env = { LQ_DATA_DIR: join(folder, 'data') }
  await lq(ingest(), { env })
})
afterAll(() => removeFolder(folder))

const ingest = () => ['ingest', csv, '--exchange', 'x', '--timeframe', '1m', '--json']
const resample = ['resample', '--exchange', 'x', '--from', '1m', '--to', '5m', '--symbol']

/** The same words with `--json` and without: both exit alike, and tell alike. */
async function expectError(words: string[], code: number, error: string, settings: Record<string, string> = {}) {
  const all = { env: { ...env, ...settings } }
  const [json, text] = await Promise.all([lq([...words, '--json'], all), lq(words, all)])
  expect([json.code, text.code]).toEqual([code, code])
  expect(json.json).toEqual({ error: { code: error, message: expect.any(String), hint: expect.any(String) } })
  expect(text.out).toBe('')
  expect(text.err).not.toBe('')
  expect(text.err).not.toMatch(/^ +at /m)
}

describe.skipIf(NOT_BUILT)('the exit code', () => {
  test('is 0 where all went well', async () => {
    expect((await lq([...resample, 'AAA', '--out', join(folder, 'a.parquet'), '--json'], { env })).code).toBe(0)
  })

  test('is 1 where a check finds differences', async () => {
    const damaged = { LQ_DATA_DIR: join(folder, 'damaged') }
    await lq(ingest(), { env: damaged })
    const [part] = (await filesIn(damaged.LQ_DATA_DIR)).filter((path) => path.endsWith('.parquet'))
    await appendFile(join(damaged.LQ_DATA_DIR, part), 'x')
    const { code, json } = await lq(['lake', 'verify', '--json'], { env: damaged })
    expect([code, json.ok]).toEqual([1, false])
  })

  test.each([
    ['an unknown command', ['nonsense']],
    ['an unknown flag', ['resample', '--nonsense']],
    ['no file', ['ingest']],
    ['too many words', ['doctor', 'word']],
    ['an unknown unit', ['ingest', 'a.csv', '--ts-unit', 'weeks']],
  ])('is 2 for %s', async (_name, words) => {
    await expectError(words, 2, 'LQ_USAGE')
  })

  test('is 2 for a setting that is wrong, which is named with what was found', async () => {
    await expectError(['doctor'], 2, 'LQ_USAGE', { LQ_THREADS: 'many' })
    const { json } = await lq(['doctor', '--json'], { env: { LQ_THREADS: 'many' } })
    expect(json.error.message).toBe('LQ_THREADS: expected a number of threads, got "many"')
  })

  test('is 3 for a database that does not answer', async () => {
    await expectError(['db', 'status'], 3, 'LQ_DATABASE', { LQ_POSTGRES_DSN: 'postgres://u:p@127.0.0.1:9/d' })
  })

  test.each([
    ['ingest', () => ingest().slice(0, -1)],
    ['resample', () => [...resample, 'AAA', '--out', join(csv, 'out.parquet')]],
    ['demo', () => ['demo']],
  ])('of %s is 3 for a place that is no folder', async (_name, words) => {
    await expectError(words(), 3, 'LQ_DISK', _name === 'resample' ? {} : { LQ_DATA_DIR: csv })
  })

  test('is 0 where the reader of the answer has gone', async () => {
    const running = start(['factors', 'ls'], { env })
    running.process.stdout?.destroy()
    const { code, err } = await running.ended
    expect([code, err]).toEqual([0, ''])
  })

  test('is 4 for a file or a symbol that is not there', async () => {
    await expectError(['ingest', join(folder, 'absent.csv')], 4, 'LQ_INPUT_MISSING')
    await expectError([...resample, 'NOSUCH'], 4, 'LQ_INPUT_MISSING')
  })

  test.each([
    ['empty', ''],
    ['not text', '\u0000\u0001\u0002\u0003'],
    ['cut off', 'PAR1 and no more'],
    ['without bars', 'a,b\n1,2\n'],
  ])('is 4 for a file that is %s', async (name, text) => {
    const path = join(folder, `${name}.parquet`)
    await writeFile(path, text)
    await expectError(['ingest', path, '--exchange', 'x', '--symbol', 'S', '--timeframe', '1m'], 4, 'LQ_INPUT_INVALID')
  })

  test.skipIf(process.env.CUDA_VISIBLE_DEVICES)('is 5 where a GPU is wanted and there is none', async () => {
    const settings = { LQ_GPU_MODE: 'forced-gpu', LQ_GPU_DEVICE: '9999' }
    await expectError([...resample, 'AAA'], 5, 'LQ_GPU_UNAVAILABLE', settings)
  })

  test('is 75 while another process commits to the lake', async () => {
    const busy = { LQ_DATA_DIR: join(folder, 'busy') }
    await lq(ingest(), { env: busy })
    const lock = join(busy.LQ_DATA_DIR, 'lake/_metadata/commit.lock')
    await writeFile(lock, JSON.stringify(await thisProcess()))
    // The minute that it waits passes in a second.
    const quick = 'data:text/javascript,const now=performance.now.bind(performance);performance.now=()=>60*now()'
    const { code, json } = await lq(ingest(), { env: busy, node: ['--import', quick] })
    expect([code, json.error.code]).toEqual([75, 'LQ_BUSY'])
  })

  test('is 130 after an interruption', async () => {
    const running = start(['demo', '--json'], { env: { LQ_DATA_DIR: join(folder, 'interrupted') } })
    // Bars are made first, so by then the command listens.
    await appears(join(folder, 'interrupted/demo/bars.csv'))
    running.process.kill('SIGINT')
    const { code, json } = await running.ended
    expect([code, json.error.code]).toEqual([130, 'LQ_INTERRUPTED'])
  })
})

/** Resolves when the file is there; the time limit of the test bounds it. */
async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setImmediate(resolve))
}

/** As a holder of the lake's lock is written down. */
async function thisProcess() {
  const stat = await readFile('/proc/self/stat', 'utf8')
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return { pid: process.pid, started, place: `${hostname()} ${await readlink('/proc/self/ns/pid')}` }
}
