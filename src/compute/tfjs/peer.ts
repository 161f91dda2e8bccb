import type { Config } from '../../config.js'
import { LqError, messageOf } from '../../errors.js'
import type { BackendChoice } from '../../types.js'
import type { Tf } from './kernel.js'

/** TensorFlow.js as it was found. */
export interface Peer {
  tf: Tf
  name: string
  onGpu: boolean
}

/** Imports a package by its name; another in tests. */
export type ImportPeer = (name: string) => Promise<unknown>

const importPeer: ImportPeer = (name) => import(name)

const GPU_PEER = '@tensorflow/tfjs-node-gpu'
const CPU_PEER = '@tensorflow/tfjs-node'

/**
 * Decides that TensorFlow.js runs a job: the package for GPUs where it is installed and loads, else the one for CPUs.
 * LQ_GPU_MODE=cpu passes the first one over, gpu and forced-gpu want its device.
 *
 * @throws LQ_GPU_UNAVAILABLE if no package can be used
 */
export async function chooseTfjs({ gpuMode }: Pick<Config, 'gpuMode'>, load = importPeer): Promise<BackendChoice> {
  const { name, onGpu } = await loadPeer(gpuMode, load)
  const reason = `${name} on ${onGpu ? 'a GPU' : 'the CPU'}, f32: close to the other backends, not the same bits`
  return { requested: gpuMode, resolved: onGpu ? 'cuda' : 'cpu', engine: 'tfjs', device: null, reason }
}

/** @throws LQ_GPU_UNAVAILABLE if no package can be used */
export async function loadPeer(mode: Config['gpuMode'], load = importPeer): Promise<Peer> {
  const wantsGpu = mode === 'gpu' || mode === 'forced-gpu'
  const names = mode === 'cpu' ? [CPU_PEER] : wantsGpu ? [GPU_PEER] : [GPU_PEER, CPU_PEER]
  const found: string[] = []
  for (const name of names) {
    const peer = await load(name).then(
      (module) => peerOf(name, module),
      (error) => `${name}: ${reasonOf(error)}`,
    )
    if (typeof peer === 'string') found.push(peer)
    else if (wantsGpu && !peer.onGpu) found.push(`${name}: finds no GPU`)
    else return peer
  }
  const expected = `--backend tfjs with LQ_GPU_MODE=${mode}: expected ${names.join(' or ')}`
  throw new LqError('LQ_GPU_UNAVAILABLE', `${expected}, found none that can be used: ${found.join('; ')}`, {
    hint: `npm install ${names.at(-1)}, or leave --backend out`,
  })
}

async function peerOf(name: string, module: unknown): Promise<Peer> {
  const { default: common } = module as { default?: Tf }
  const tf = common ?? (module as Tf)
  await tf.ready()
  // Packages for Node say it of their backend, whose type they keep to themselves.
  const { isUsingGpuDevice = false } = tf.backend() as { isUsingGpuDevice?: boolean }
  return { tf, name, onGpu: isUsingGpuDevice }
}

function reasonOf(error: unknown): string {
  const { code } = error as { code?: string }
  return code === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : messageOf(error).split('\n')[0]
}
