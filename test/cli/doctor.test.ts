import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { command, diagnose, type Machine, textOf } from '../../src/cli/doctor.js'
import { type Config, loadConfig } from '../../src/config.js'
import { fakeMachine, noAddon } from '../compute/make.js'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lq-doctor-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const database = { kind: 'external' as const, dsn: 'postgres://me:***@host/db', ok: true, version: '16.3', reason: '' }

const look = (config: Partial<Config> = {}, machine: Partial<Machine> = {}) =>
  diagnose({ ...loadConfig({ LQ_DATA_DIR: dir }), ...config }, { machine: { ...healthy(), ...machine } })

/** A machine with an addon, a device and a database. */
function healthy(): Machine {
  return { load: addonOf(), describeState: async () => database }
}

/** An addon that runs v3 and has the devices of a fake machine. */
function addonOf(devices: Parameters<typeof fakeMachine>[0] = {}): Machine['load'] {
  const { load } = fakeMachine(devices)
  const { addon, path } = load()
  return () => ({ addon: { ...addon!, isa: () => 'v3' }, path, reason: '' })
}

test('a machine that runs everything has exit code 0 and the document of the contract', async () => {
  const { diagnosis, exitCode } = await look()
  expect(exitCode).toBe(0)
  expect(diagnosis).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.versions.node,
    addon: { loaded: true, isa: 'v3', cuda_built: true, reason: '' },
    cuda: { driver: '12.8', devices: [{ index: 0, name: 'Fake 16', memory_gb: 16 }], reason: '' },
    backend: { requested: 'auto', resolved: 'cuda', device: 0, reason: 'device 0: Fake 16, 16.0 GiB' },
    database,
    lake: { root: join(dir, 'lake'), datasets: 0, reason: '' },
  })
})

test('a GPU that is required and missing has exit code 5, and the full document', async () => {
  for (const gpuMode of ['gpu', 'forced-gpu'] as const) {
    const { diagnosis, exitCode } = await look(
      { gpuMode },
      { load: addonOf({ devices: [], reason: 'no CUDA driver' }) },
    )
    expect(exitCode).toBe(5)
    expect(diagnosis.backend).toMatchObject({ requested: gpuMode, resolved: null, device: null })
    expect(diagnosis.backend.reason).toContain('no CUDA driver')
    expect(diagnosis.database).toEqual(database)
  }
})

test('a GPU that is only preferred and missing has exit code 0', async () => {
  const { diagnosis, exitCode } = await look({}, { load: addonOf({ devices: [], reason: 'no CUDA driver' }) })
  expect(exitCode).toBe(0)
  expect(diagnosis.backend).toMatchObject({ resolved: 'cpu', reason: 'auto fallback to CPU: no CUDA driver' })
})

test('with LQ_GPU_MODE=cpu the driver is not asked', async () => {
  const { load, seen } = fakeMachine()
  const { addon } = load()
  const machine = { load: () => ({ addon: { ...addon!, isa: () => 'v2' as const }, path: '', reason: '' as const }) }
  const { diagnosis } = await look({ gpuMode: 'cpu' }, machine)
  expect(seen.asked).toBe(0)
  expect(diagnosis.cuda).toEqual({ driver: null, devices: [], reason: 'not asked: LQ_GPU_MODE=cpu' })
})

test('without the addon the reference runs: exit code 0, and the reason', async () => {
  const { diagnosis, exitCode } = await look({}, { load: noAddon() })
  expect(exitCode).toBe(0)
  expect(diagnosis.addon).toEqual({
    loaded: false,
    isa: null,
    cuda_built: null,
    reason: 'the addon is not built; the TypeScript reference runs',
  })
})

test('an instruction set that the machine lacks has exit code 3', async () => {
  const { diagnosis, exitCode } = await look({ cpuIsa: 'v4' })
  expect(exitCode).toBe(3)
  expect(diagnosis.addon).toMatchObject({ isa: 'v3', reason: expect.stringContaining('LQ_CPU_ISA=v4') })
})

test('a database that does not answer has exit code 3', async () => {
  const broken = { ...database, ok: false, version: null, reason: 'connection refused' }
  const { diagnosis, exitCode } = await look({}, { describeState: async () => broken })
  expect(exitCode).toBe(3)
  expect(diagnosis.database.reason).toBe('connection refused')
})

test('a required GPU comes before a database', async () => {
  const describeState = async () => ({ ...database, ok: false })
  const { exitCode } = await look({ gpuMode: 'gpu' }, { load: noAddon(), describeState })
  expect(exitCode).toBe(5)
})

test('a lake whose manifest cannot be read has exit code 4', async () => {
  const manifests = join(dir, 'lake/_metadata/manifests')
  mkdirSync(manifests, { recursive: true })
  appendFileSync(join(manifests, 'silver_ohlcv.jsonl'), 'not JSON\nnor this\n')
  const { diagnosis, exitCode } = await look()
  expect(exitCode).toBe(4)
  expect(diagnosis.lake.reason).toContain('silver_ohlcv.jsonl')
})

test('the text has a line for each part', async () => {
  const { diagnosis } = await look()
  expect(textOf(diagnosis).split('\n')).toEqual([
    expect.stringMatching(/^version {3}lq \d/),
    'addon     v3, with CUDA kernels',
    'cuda      driver 12.8; 0: Fake 16, 16.0 GiB',
    'backend   auto runs on cuda; device 0: Fake 16, 16.0 GiB',
    'database  ok: external postgres://me:***@host/db PostgreSQL 16.3',
    `lake      ${join(dir, 'lake')}: 0 series`,
  ])
})

test('its help has an example', () => {
  let help = ''
  command()
    .configureOutput({ writeOut: (text) => (help += text) })
    .outputHelp()
  expect(help).toContain('Example:\n  lq doctor')
})

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

describe.skipIf(!existsSync(main))('the built command (skipped without a build)', () => {
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, [main, 'doctor', '--json'], {
      env: { PATH: process.env.PATH, LQ_DATA_DIR: dir, LQ_POSTGRES_DSN: 'none', ...env },
      encoding: 'utf8',
      timeout: 30_000,
    })

  test('prints one JSON document and nothing else', () => {
    const { status, stdout, stderr } = run({ LQ_GPU_MODE: 'cpu' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ backend: { resolved: 'cpu' }, database: { kind: 'none' } })
  })

  test('prints the full document also when a GPU is required that is not there', () => {
    const { status, stdout } = run({ LQ_GPU_MODE: 'forced-gpu', LQ_GPU_DEVICE: '999' })
    expect(status).toBe(5)
    expect(JSON.parse(stdout)).toMatchObject({ backend: { resolved: null, device: 999 }, lake: { datasets: 0 } })
  })
})
