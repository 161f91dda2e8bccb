import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import type { BackendChoice, Fallback } from '../types.js'
import { loadAddon } from './addon.js'
import { type LoadAddon, selectDevice } from './devices.js'

/** What a selection needs of the settings. */
export type BackendConfig = Pick<Config, 'gpuMode' | 'gpuDevice' | 'gpuVramGb' | 'gpuVerbose'>

/** The world as a selection sees it; another in tests. */
export interface BackendWorld {
  load: LoadAddon
  /** writes a line for people */
  write: (line: string) => void
}

const WORLD: BackendWorld = { load: loadAddon, write: (line) => process.stderr.write(`${line}\n`) }

/**
 * Decides where a job runs: `cpu` does not look at the driver, `auto` falls back to the CPU with the reason, `gpu` and
 * `forced-gpu` want a device. With LQ_GPU_VERBOSE each selection is one line on stderr.
 *
 * @throws LQ_GPU_UNAVAILABLE if a device is wanted and none can be used
 */
export async function chooseBackend(config: BackendConfig, world: BackendWorld = WORLD): Promise<BackendChoice> {
  const choice = choose(config, world.load)
  if (config.gpuVerbose) world.write(describe(choice, config))
  return choice
}

/**
 * For work that has no form on the chosen device: the fallback to record, the CPU doing it instead.
 *
 * @throws LQ_GPU_UNSUPPORTED with `forced-gpu`, where nothing may run on the CPU
 */
export function cpuInstead(choice: BackendChoice, { step, reason }: { step: string; reason: string }): Fallback {
  if (choice.requested !== 'forced-gpu') return { step, from: 'cuda', to: 'cpu', reason }
  throw new LqError('LQ_GPU_UNSUPPORTED', `LQ_GPU_MODE=forced-gpu, but ${step} cannot run on a GPU: ${reason}`, {
    hint: 'set LQ_GPU_MODE=gpu or auto to let the CPU run it',
  })
}

function choose(config: BackendConfig, load: LoadAddon): BackendChoice {
  const { gpuMode: requested, gpuDevice: device } = config
  if (requested === 'cpu') return { requested, resolved: 'cpu', device, reason: 'LQ_GPU_MODE=cpu' }
  const selected = selectDevice(config, load)
  if ('index' in selected) {
    const reason = `device ${selected.index}: ${selected.name}, ${selected.memoryGb.toFixed(1)} GiB`
    return { requested, resolved: 'cuda', device: selected.index, reason }
  }
  if (requested === 'auto') {
    return { requested, resolved: 'cpu', device, reason: `auto fallback to CPU: ${selected.reason}` }
  }
  throw new LqError(
    'LQ_GPU_UNAVAILABLE',
    `LQ_GPU_MODE=${requested} requires a usable GPU, found none: ${selected.reason}`,
    { hint: 'set LQ_GPU_MODE=auto or cpu, or see lq doctor for what is missing' },
  )
}

function describe({ requested, resolved, device, reason }: BackendChoice, { gpuVramGb }: BackendConfig): string {
  const floor = gpuVramGb > 0 ? ` min_vram_gb=${gpuVramGb}` : ''
  return `[backend] requested=${requested} resolved=${resolved} device=${device ?? 'default'}${floor} reason=${reason}`
}
