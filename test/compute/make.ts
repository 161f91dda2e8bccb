import type { DeviceList, LoadedAddon } from '../../src/compute/addon.js'
import { loadCatalogue } from '../../src/compute/catalogue.js'
import { layOut } from '../../src/compute/layout.js'
import type { BackendChoice, Plan } from '../../src/types.js'

export const CPU: BackendChoice = { requested: 'cpu', resolved: 'cpu', device: null, reason: 'LQ_GPU_MODE=cpu' }

/** A choice of the CUDA device 0. */
export const cudaBy = (requested: BackendChoice['requested']): BackendChoice => ({
  requested,
  resolved: 'cuda',
  device: 0,
  reason: 'device 0: fake, 16.0 GiB',
})

/** A plan of every shape: map, rolling (running, lagged, walked), scan and cross, of one input. */
export const MIXED: Plan = {
  inputs: ['close'],
  steps: [
    { kernel: 'rolling_mean', inputs: [0], outputs: [1], options: [5, 0] },
    { kernel: 'subtract', inputs: [0, 1], outputs: [2], options: [] },
    { kernel: 'cross_rank', inputs: [2], outputs: [3], options: [] },
    { kernel: 'ema', inputs: [3], outputs: [4], options: [4] },
    { kernel: 'lag', inputs: [0], outputs: [5], options: [3] },
    { kernel: 'rolling_zscore', inputs: [5], outputs: [6], options: [9, 4] },
    { kernel: 'cross_zscore', inputs: [6], outputs: [7], options: [3] },
    { kernel: 'rolling_rank', inputs: [7], outputs: [8], options: [11, 2] },
  ],
  constants: [],
  outputs: { smooth_rank: 4, rank: 8 },
}

/** The plan above, laid out for threads with tiles of their own, and for those without. */
export const MIXED_LAYOUT = layOut(MIXED, loadCatalogue(), { local: true })
export const MIXED_ON_DEVICE = layOut(MIXED, loadCatalogue(), { local: false })

/** An addon with the devices of a machine; `opened` has the targets that were opened, `asked` counts questions. */
export function fakeMachine(machine: Partial<DeviceList> & { openError?: string } = {}) {
  const devices = [{ index: 0, name: 'Fake 16', memoryGb: 16 }]
  const seen = { asked: 0, opened: [] as string[], closed: 0 }
  const addon = {
    cudaBuilt: true,
    devices: () => {
      seen.asked++
      return { driver: '12.8', devices, reason: '', ...machine }
    },
    open: (target: string) => {
      seen.opened.push(target)
      if (machine.openError) throw new Error(machine.openError)
      return target
    },
    close: () => {
      seen.closed++
    },
  }
  const load = (() => ({ addon, path: 'fake', reason: '' })) as unknown as () => LoadedAddon
  return { load, seen }
}

/** A machine without an addon. */
export const noAddon = () => (): LoadedAddon => ({ addon: null, path: 'fake', reason: 'the addon is not built' })
