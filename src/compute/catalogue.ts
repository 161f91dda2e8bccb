import assert from 'node:assert/strict'
import { KERNELS } from '../generated/specs.js'
import type { KernelSpec } from '../types.js'
import { loadAddon } from './addon.js'

/** Kernels by name, and their places in the addon's list. */
export interface Catalogue {
  specs: ReadonlyMap<string, KernelSpec>
  index: ReadonlyMap<string, number>
}

let catalogue: Catalogue | undefined

/** The kernels of this process: as the addon lists them, or as they were generated where it is not loaded. */
export function loadCatalogue(): Catalogue {
  catalogue ??= catalogueOf(loadAddon().addon?.describe() ?? KERNELS)
  return catalogue
}

export const catalogueOf = (specs: readonly KernelSpec[]): Catalogue => ({
  specs: new Map(specs.map((spec) => [spec.name, spec])),
  index: new Map(specs.map((spec, i) => [spec.name, i])),
})

/** Spec of a kernel that the catalogue must have: plans are compiled from it. */
export function specOf(catalogue: Catalogue, kernel: string): KernelSpec {
  const spec = catalogue.specs.get(kernel)
  assert(spec, `no kernel ${kernel} in the catalogue`)
  return spec
}
