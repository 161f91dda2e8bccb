import { type Isa, loadAddon } from '../../src/compute/addon.js'
import { runKernel } from '../../src/compute/kernel-call.js'
import { KERNELS as CATALOGUE } from '../../src/generated/specs.js'
import { REFERENCE } from '../../src/reference/index.js'
import type { ReferenceKernel } from '../../src/reference/kernel.js'
import type { KernelSpec } from '../../src/types.js'
import type { Run } from './judge.js'

const { addon, reason } = loadAddon()
const ORDER: Isa[] = ['v2', 'v3', 'v4']

/** Why there are no native kernels to test here, or empty. */
export const absent: string = reason

/** What the addon says of itself; null without it. */
export const DESCRIBED: KernelSpec[] | null = addon?.describe() ?? null

/** Kernels over panels. Those of one series have a shape of their own and are tested with resampling. */
export const KERNELS: KernelSpec[] = CATALOGUE.filter(({ shape }) => shape !== 'segment')

/** Everything this machine can run, the emulated device included. */
export const VARIANTS: (Isa | 'emulated')[] = addon
  ? [...ORDER.slice(0, ORDER.indexOf(addon.isa()) + 1), 'emulated']
  : []

/** Native kernels; without `isa` on the best instruction set. */
export function native(how: { isa?: Isa | 'emulated'; split?: number } = {}): Run {
  return (kernel, inputs, at, options) => runKernel(kernel, inputs, at, options, how)
}

/** Both computations of a kernel, with options by name: what is true of its meaning must hold for each. */
export const SUBJECTS: {
  subject: string
  compute: (kernel: string, ...args: Parameters<ReferenceKernel>) => Float64Array[]
}[] = [{ subject: 'reference', compute: (kernel, inputs, options, shape) => REFERENCE[kernel](inputs, options, shape) }]
if (addon) SUBJECTS.push({ subject: 'native', compute: named })

function named(kernel: string, ...[inputs, options, shape]: Parameters<ReferenceKernel>): Float64Array[] {
  const { options: order } = KERNELS.find(({ name }) => name === kernel) as KernelSpec
  return runKernel(
    kernel,
    inputs,
    shape,
    order.map(({ name }) => options[name]),
  )
}
