import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { type Addon, chooseIsa, loadAddon } from '../compute/addon.js'
import { chooseBackend } from '../compute/backend.js'
import { probeDevices } from '../compute/devices.js'
import type { Config } from '../config.js'
import { EXIT, LqError, messageOf } from '../errors.js'
import { readManifest } from '../lake/manifest.js'
import { describeState, type StateDescription } from '../state/describe.js'
import type { BackendChoice } from '../types.js'
import { action } from './frame.js'

/** The document of `lq doctor --json`. */
export interface Diagnosis {
  version: string
  node: string
  /** `isa` and `cuda_built` are null where there is no addon */
  addon: { loaded: boolean; isa: string | null; cuda_built: boolean | null; reason: string }
  cuda: { driver: string | null; devices: { index: number; name: string; memory_gb: number }[]; reason: string }
  /** `resolved` is null where the mode wants a GPU and there is none */
  backend: Omit<BackendChoice, 'resolved'> & { resolved: BackendChoice['resolved'] | null }
  database: StateDescription
  /** `datasets`: series of bars */
  lake: { root: string; datasets: number; reason: string }
}

/** What is looked at; others in tests. */
export interface Machine {
  load: typeof loadAddon
  describeState: typeof describeState
}

const MACHINE: Machine = { load: loadAddon, describeState }

/** `lq doctor`: what this machine can run. */
export function command(): Command {
  const self = new Command('doctor').addHelpText(
    'after',
    '\nExample:\n  lq doctor\n  LQ_GPU_MODE=forced-gpu lq doctor --json    # exit code 5 without a usable GPU',
  )
  return action(self, async ({ config, signal }) => {
    const { diagnosis, exitCode } = await diagnose(config, { signal })
    return { json: diagnosis, text: textOf(diagnosis), exitCode }
  })
}

/**
 * Looks at the machine and changes nothing. Whatever is wrong is in the document; the exit code says what would stop a
 * job: a GPU that is required (5), then an instruction set or a database that cannot be used (3), then the lake (4).
 */
export async function diagnose(
  config: Config,
  options: { signal?: AbortSignal; machine?: Machine } = {},
): Promise<{ diagnosis: Diagnosis; exitCode: number }> {
  const { signal, machine = MACHINE } = options
  const addon = describeAddon(config, machine)
  const backend = await describeBackend(config, machine)
  const database = await machine.describeState(config, signal)
  const lake = await describeLake(config.lakeDir)
  const diagnosis: Diagnosis = {
    version: version(),
    node: process.versions.node,
    addon: addon.part,
    cuda: describeCuda(config, machine),
    backend: backend.part,
    database,
    lake: lake.part,
  }
  const databaseCode = database.ok ? EXIT.OK : EXIT.CONFIG
  return { diagnosis, exitCode: backend.exitCode || addon.exitCode || databaseCode || lake.exitCode }
}

/** A part of the document, and the exit code that it alone would give. */
interface Part<T> {
  part: T
  exitCode: number
}

function describeAddon(config: Config, { load }: Machine): Part<Diagnosis['addon']> {
  const { addon, reason } = load()
  if (!addon) {
    const part = { loaded: false, isa: null, cuda_built: null, reason: `${reason}; the TypeScript reference runs` }
    return { part, exitCode: EXIT.OK }
  }
  const { isa, problem } = isaOf(addon, config)
  const part = { loaded: true, isa, cuda_built: addon.cudaBuilt, reason: problem ? problem.message : '' }
  return { part, exitCode: problem ? problem.exitCode : EXIT.OK }
}

function isaOf(addon: Addon, { cpuIsa }: Config): { isa: string; problem?: LqError } {
  try {
    return { isa: chooseIsa(addon, cpuIsa) }
  } catch (error) {
    if (error instanceof LqError) return { isa: addon.isa(), problem: error }
    throw error
  }
}

function describeCuda(config: Config, { load }: Machine): Diagnosis['cuda'] {
  if (config.gpuMode === 'cpu') return { driver: null, devices: [], reason: 'not asked: LQ_GPU_MODE=cpu' }
  const { driver, devices, reason } = probeDevices(load)
  return { driver, devices: devices.map(({ index, name, memoryGb }) => ({ index, name, memory_gb: memoryGb })), reason }
}

async function describeBackend(config: Config, { load }: Machine): Promise<Part<Diagnosis['backend']>> {
  try {
    const write = (line: string) => process.stderr.write(`${line}\n`)
    return { part: await chooseBackend(config, { load, write }), exitCode: EXIT.OK }
  } catch (error) {
    if (!(error instanceof LqError)) throw error
    const { gpuMode: requested, gpuDevice: device } = config
    return { part: { requested, resolved: null, device, reason: error.message }, exitCode: error.exitCode }
  }
}

async function describeLake(root: string): Promise<Part<Diagnosis['lake']>> {
  try {
    const { partitions } = await readManifest(root)
    const series = new Set([...partitions.values()].map((p) => JSON.stringify([p.exchange, p.symbol, p.timeframe])))
    return { part: { root, datasets: series.size, reason: '' }, exitCode: EXIT.OK }
  } catch (error) {
    if (!(error instanceof LqError)) throw error
    return { part: { root, datasets: 0, reason: messageOf(error) }, exitCode: error.exitCode }
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}

/** The document for people, one line per part. */
export function textOf({ version, node, addon, cuda, backend, database, lake }: Diagnosis): string {
  const kernels = addon.cuda_built === null ? '' : addon.cuda_built ? ', with CUDA kernels' : ', without CUDA kernels'
  const native = addon.loaded ? [`${addon.isa}${kernels}`] : ['not loaded']
  const devices = cuda.devices.map(({ index, name, memory_gb }) => `${index}: ${name}, ${memory_gb.toFixed(1)} GiB`)
  const where = backend.resolved ?? 'nothing'
  const server = [database.kind, database.dsn, database.version && `PostgreSQL ${database.version}`].filter(Boolean)
  const lines: [string, string[]][] = [
    ['version', [`lq ${version}, Node ${node}`]],
    ['addon', [...native, addon.reason]],
    ['cuda', [cuda.driver ? `driver ${cuda.driver}` : 'no driver', ...devices, cuda.reason]],
    ['backend', [`${backend.requested} runs on ${where}`, backend.reason]],
    ['database', [`${database.ok ? 'ok' : 'NOT USABLE'}: ${server.join(' ')}`, database.reason]],
    ['lake', [`${lake.root}: ${lake.datasets} series`, lake.reason]],
  ]
  return lines.map(([name, parts]) => `${name.padEnd(10)}${parts.filter(Boolean).join('; ')}`).join('\n')
}
