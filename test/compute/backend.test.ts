import { describe, expect, test } from 'vitest'
import { type BackendConfig, chooseBackend, cpuInstead } from '../../src/compute/backend.js'
import { cudaBy, fakeMachine, noAddon } from './make.js'

const CONFIG: BackendConfig = { gpuMode: 'auto', gpuDevice: null, gpuVramGb: 0, gpuVerbose: false }

const choose = (config: Partial<BackendConfig>, load: ReturnType<typeof fakeMachine>['load']) =>
  chooseBackend({ ...CONFIG, ...config }, { load, write: () => {} })

const NO_DRIVER = { driver: '', devices: [], reason: 'no CUDA driver: libcuda.so.1' }

describe('cpu', () => {
  test('runs on the CPU and never touches the driver', async () => {
    const { load, seen } = fakeMachine()
    const choice = await choose({ gpuMode: 'cpu' }, load)
    expect(choice).toEqual({ requested: 'cpu', resolved: 'cpu', device: null, reason: 'LQ_GPU_MODE=cpu' })
    expect(seen).toEqual({ asked: 0, opened: [], closed: 0 })
  })

  test('does not look whether the device exists, but records it', async () => {
    expect(await choose({ gpuMode: 'cpu', gpuDevice: 7 }, fakeMachine().load)).toMatchObject({ device: 7 })
  })
})

describe('auto', () => {
  test('runs on the device where there is one', async () => {
    const choice = await choose({}, fakeMachine().load)
    expect(choice).toEqual({ requested: 'auto', resolved: 'cuda', device: 0, reason: 'device 0: Fake 16, 16.0 GiB' })
  })

  test('falls back to the CPU with the reason of the driver', async () => {
    const choice = await choose({}, fakeMachine(NO_DRIVER).load)
    expect(choice).toMatchObject({
      resolved: 'cpu',
      reason: 'auto fallback to CPU: no CUDA driver: libcuda.so.1',
    })
  })

  test('falls back where the addon is not loaded', async () => {
    expect(await choose({}, noAddon())).toMatchObject({
      resolved: 'cpu',
      reason: 'auto fallback to CPU: the native addon is not loaded: the addon is not built',
    })
  })

  test('falls back where the addon has no CUDA kernels', async () => {
    const choice = await choose({}, fakeMachine({ reason: 'this addon was built without nvcc' }).load)
    expect(choice).toMatchObject({
      resolved: 'cpu',
      reason: 'auto fallback to CPU: this addon was built without nvcc',
    })
  })

  test('falls back where a device index is not below the count of devices', async () => {
    expect(await choose({ gpuDevice: 1 }, fakeMachine().load)).toEqual({
      requested: 'auto',
      resolved: 'cpu',
      device: 1,
      reason: 'auto fallback to CPU: LQ_GPU_DEVICE expected an index below 1, the count of devices, got 1',
    })
  })

  test('falls back where the device has too little memory', async () => {
    expect(await choose({ gpuVramGb: 24 }, fakeMachine().load)).toMatchObject({
      resolved: 'cpu',
      reason: 'auto fallback to CPU: LQ_GPU_VRAM_GB asks for 24 GiB, device 0 (Fake 16) has 16.0',
    })
  })

  test('falls back where the device does not open', async () => {
    expect(await choose({}, fakeMachine({ openError: 'no kernel image' }).load)).toMatchObject({
      resolved: 'cpu',
      reason: 'auto fallback to CPU: device 0 (Fake 16) does not open: no kernel image',
    })
  })

  test('asks the driver and opens the device once per process', async () => {
    const { load, seen } = fakeMachine()
    for (let i = 0; i < 3; i++) await choose({}, load)
    expect(seen).toEqual({ asked: 1, opened: ['cuda:0'], closed: 1 })
  })
})

describe.each(['gpu', 'forced-gpu'] as const)('%s', (gpuMode) => {
  test('runs on the device', async () => {
    expect(await choose({ gpuMode }, fakeMachine().load)).toMatchObject({ resolved: 'cuda', device: 0 })
  })

  test.each([
    ['no driver', NO_DRIVER, {}, 'no CUDA driver: libcuda.so.1'],
    ['no device', { devices: [] }, {}, 'the driver shows no device'],
    ['no kernels', { reason: 'this addon was built without nvcc' }, {}, 'this addon was built without nvcc'],
    ['an index too large', {}, { gpuDevice: 3 }, 'LQ_GPU_DEVICE expected an index below 1'],
    ['too little memory', {}, { gpuVramGb: 17 }, 'LQ_GPU_VRAM_GB asks for 17 GiB'],
    ['a device that does not open', { openError: 'busy' }, {}, 'does not open: busy'],
  ])('is an error with exit code 5 with %s', async (_, machine, config, reason) => {
    const act = choose({ gpuMode, ...config }, fakeMachine(machine).load)
    await expect(act).rejects.toMatchObject({ code: 'LQ_GPU_UNAVAILABLE', exitCode: 5 })
    await expect(act).rejects.toThrow(`LQ_GPU_MODE=${gpuMode} requires a usable GPU, found none: `)
    await expect(act).rejects.toThrow(reason)
  })
})

const TWO = {
  devices: [
    { index: 0, name: 'Small', memoryGb: 8 },
    { index: 1, name: 'Large', memoryGb: 80 },
  ],
}

test('without a device named, takes the first that has enough memory', async () => {
  expect(await choose({ gpuVramGb: 40 }, fakeMachine(TWO).load)).toMatchObject({ device: 1 })
})

test('a device named is the only one considered', async () => {
  expect(await choose({ gpuVramGb: 40, gpuDevice: 0 }, fakeMachine(TWO).load)).toMatchObject({ resolved: 'cpu' })
})

describe('LQ_GPU_VERBOSE', () => {
  const lines = async (config: Partial<BackendConfig>) => {
    const written: string[] = []
    await chooseBackend({ ...CONFIG, ...config }, { load: fakeMachine().load, write: (line) => written.push(line) })
    return written
  }

  test('writes one line per selection', async () => {
    expect(await lines({ gpuVerbose: true })).toEqual([
      '[backend] requested=auto resolved=cuda device=0 reason=device 0: Fake 16, 16.0 GiB',
    ])
  })

  test('has the memory floor, where there is one', async () => {
    expect(await lines({ gpuVerbose: true, gpuVramGb: 6.5, gpuMode: 'cpu' })).toEqual([
      '[backend] requested=cpu resolved=cpu device=default min_vram_gb=6.5 reason=LQ_GPU_MODE=cpu',
    ])
  })

  test('is silent by default', async () => {
    expect(await lines({})).toEqual([])
  })
})

describe('work without a CUDA form', () => {
  const work = { step: 'ohlcv', reason: 'it has no CUDA form' }

  test('is done by the CPU, which is recorded', () => {
    for (const mode of ['auto', 'gpu'] as const) {
      expect(cpuInstead(cudaBy(mode), work)).toEqual({ ...work, from: 'cuda', to: 'cpu' })
    }
  })

  test('is an error with exit code 5 with forced-gpu', () => {
    const act = () => cpuInstead(cudaBy('forced-gpu'), work)
    expect(act).toThrow(expect.objectContaining({ code: 'LQ_GPU_UNSUPPORTED', exitCode: 5 }))
    expect(act).toThrow('LQ_GPU_MODE=forced-gpu, but ohlcv cannot run on a GPU: it has no CUDA form')
  })
})
