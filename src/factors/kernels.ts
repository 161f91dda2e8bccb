import assert from 'node:assert/strict'
import { KERNELS } from '../generated/specs.js'
import type { KernelSpec } from '../types.js'

const SPECS = new Map(KERNELS.map((spec) => [spec.name, spec]))

/** Spec of a kernel that a step uses. */
export function kernelSpec(name: string): KernelSpec {
  const spec = SPECS.get(name)
  assert(spec, `no kernel ${name} in the catalogue`)
  return spec
}

/** Holds a step against its kernel's spec: what the operators make must always pass. */
export function assertStep(name: string, step: { inputs: number; options: number[] }): void {
  const spec = kernelSpec(name)
  assert(step.inputs === spec.inputs.length, `${name}: expected ${spec.inputs.length} inputs, got ${step.inputs}`)
  assert(step.options.length === spec.options.length, `${name}: expected ${spec.options.length} options`)
  for (const [i, { name: option, min, max }] of spec.options.entries()) {
    const value = step.options[i]
    assert(value >= min && value <= max, `${name}: expected ${option} in ${min} … ${max}, got ${value}`)
  }
}
