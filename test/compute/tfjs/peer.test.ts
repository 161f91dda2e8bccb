import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { chooseTfjs, type ImportPeer, loadPeer } from '../../../src/compute/tfjs/peer.js'

const GPU = '@tensorflow/tfjs-node-gpu'
const CPU = '@tensorflow/tfjs-node'

const absent = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' })

/** A machine with some packages; one that is an error does not load. */
function machine(packages: Record<string, object>) {
  const asked: string[] = []
  const load: ImportPeer = async (name) => {
    asked.push(name)
    const found = packages[name] ?? absent(name)
    if (found instanceof Error) throw found
    return found
  }
  return { load, asked }
}

const onGpu = { ...tf, default: undefined, backend: () => ({ isUsingGpuDevice: true }) }

test('takes the package for GPUs first, and says what it is', async () => {
  const { load, asked } = machine({ [GPU]: onGpu, [CPU]: tf })
  expect(await chooseTfjs({ gpuMode: 'auto' }, load)).toEqual({
    requested: 'auto',
    resolved: 'cuda',
    engine: 'tfjs',
    device: null,
    reason: `${GPU} on a GPU, f32: close to the other backends, not the same bits`,
  })
  expect(asked).toEqual([GPU])
})

test.each([
  ['is not installed', absent(GPU)],
  ['does not load', new Error('libcudart.so: cannot open shared object file')],
])('takes the package for CPUs where the one for GPUs %s', async (_why, found) => {
  const { load } = machine({ [GPU]: found, [CPU]: tf })
  const { resolved, reason } = await chooseTfjs({ gpuMode: 'auto' }, load)
  expect(resolved).toBe('cpu')
  expect(reason).toContain(`${CPU} on the CPU`)
})

test('knows a package that has all its names in its default', async () => {
  const { load } = machine({ [CPU]: { default: tf } })
  expect((await loadPeer('auto', load)).tf).toBe(tf)
})

test('does not look for a GPU where the mode is cpu', async () => {
  const { load, asked } = machine({ [GPU]: onGpu, [CPU]: tf })
  expect((await chooseTfjs({ gpuMode: 'cpu' }, load)).resolved).toBe('cpu')
  expect(asked).toEqual([CPU])
})

test.each(['gpu', 'forced-gpu'] as const)('wants a GPU where the mode is %s', async (gpuMode) => {
  const { load } = machine({ [GPU]: tf, [CPU]: tf })
  await expect(chooseTfjs({ gpuMode }, load)).rejects.toMatchObject({
    code: 'LQ_GPU_UNAVAILABLE',
    message: expect.stringContaining(`${GPU}: finds no GPU`),
    hint: `npm install ${GPU}, or leave --backend out`,
  })
})

test('says what was found, and what to install, where no package can be used', async () => {
  const { load } = machine({ [GPU]: new Error('libcudart.so: no such file\nat binding.js') })
  await expect(chooseTfjs({ gpuMode: 'auto' }, load)).rejects.toMatchObject({
    code: 'LQ_GPU_UNAVAILABLE',
    exitCode: 5,
    message:
      `--backend tfjs with LQ_GPU_MODE=auto: expected ${GPU} or ${CPU}, found none that can be used: ` +
      `${GPU}: libcudart.so: no such file; ${CPU}: is not installed`,
    hint: `npm install ${CPU}, or leave --backend out`,
  })
})
