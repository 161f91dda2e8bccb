import type { Config } from '../config.js'
import { messageOf } from '../errors.js'
import { type Addon, loadAddon } from './addon.js'

/** The devices of this machine, as asked for once per process. */
export interface DeviceProbe {
  /** driver version, or null */
  driver: string | null
  devices: { index: number; name: string; memoryGb: number }[]
  /** why no device can be used; empty if one can */
  reason: string
}

/** How the addon is reached; another in tests. */
export type LoadAddon = () => { addon: Pick<Addon, 'devices' | 'open' | 'close'> | null; reason: string }

const probes = new WeakMap<LoadAddon, DeviceProbe>()
const failures = new WeakMap<LoadAddon, Map<number, string>>()

/** Asks the driver for its devices, once per process. */
export function probeDevices(load: LoadAddon = loadAddon): DeviceProbe {
  const known = probes.get(load)
  if (known) return known
  const { addon, reason } = load()
  const probe = addon
    ? { ...addon.devices() }
    : { driver: '', devices: [], reason: `the native addon is not loaded: ${reason}` }
  if (probe.reason === '' && probe.devices.length === 0) probe.reason = 'the driver shows no device'
  const found = { ...probe, driver: probe.driver || null }
  probes.set(load, found)
  return found
}

/**
 * The device to run on: the one asked for, else the first that has enough memory. It is opened once to know that it
 * works.
 *
 * @returns the device, or the reason why there is none
 */
export function selectDevice(
  config: Pick<Config, 'gpuDevice' | 'gpuVramGb'>,
  load: LoadAddon = loadAddon,
): { index: number; name: string; memoryGb: number } | { reason: string } {
  const { devices, reason } = probeDevices(load)
  if (reason !== '') return { reason }
  const { gpuDevice, gpuVramGb } = config
  if (gpuDevice !== null && gpuDevice >= devices.length) {
    return { reason: `LQ_GPU_DEVICE expected an index below ${devices.length}, the count of devices, got ${gpuDevice}` }
  }
  const eligible = gpuDevice === null ? devices : [devices[gpuDevice]]
  const device = eligible.find(({ memoryGb }) => memoryGb >= gpuVramGb)
  if (!device) {
    const found = eligible.map(({ index, name, memoryGb }) => `device ${index} (${name}) has ${memoryGb.toFixed(1)}`)
    return { reason: `LQ_GPU_VRAM_GB asks for ${gpuVramGb} GiB, ${found.join(', ')}` }
  }
  const failure = tryOpen(device.index, load)
  return failure === '' ? device : { reason: `device ${device.index} (${device.name}) does not open: ${failure}` }
}

/** Opens a device and closes it again, once per process. @returns why that fails, or nothing */
function tryOpen(index: number, load: LoadAddon): string {
  const known = failures.get(load) ?? new Map<number, string>()
  failures.set(load, known)
  if (!known.has(index)) known.set(index, failureOf(index, load))
  return known.get(index)!
}

function failureOf(index: number, load: LoadAddon): string {
  const { addon, reason } = load()
  if (!addon) return reason
  try {
    addon.close(addon.open(`cuda:${index}`))
    return ''
  } catch (error) {
    return messageOf(error)
  }
}
