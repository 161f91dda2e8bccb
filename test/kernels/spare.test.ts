import { describe, expect, test } from 'vitest'
import { requireAddon } from '../../src/compute/addon.js'
import { catalogueOf } from '../../src/compute/catalogue.js'
import { encodeSteps, scratchElements } from '../../src/compute/encode.js'
import { absent, KERNELS, VARIANTS } from './subject.js'

/*
 * The last tile has columns that no symbol has. They are missing in every input; a kernel that wrote a number there
 * would give the next step a symbol too many.
 */

const ROWS = 20
const COLS = 11
const SLOT = ROWS * 16

describe.skipIf(absent !== '').each(KERNELS)('$name', (spec) => {
  test.each(VARIANTS)('leaves spare columns missing on %s', (isa) => {
    const addon = requireAddon()
    const options = spec.options.map(({ fallback }) => fallback)
    const slots = spec.inputs.length + 1
    const buffer = new Float64Array(new SharedArrayBuffer((slots * SLOT + scratchElements(spec, options, 2) + 8) * 8))
    const arena = buffer.subarray(addon.advise(buffer))
    arena.forEach((_, i) => {
      const spare = i % SLOT >= SLOT / 2 && i % 8 >= COLS % 8
      arena[i] = spare ? Number.NaN : 1 + ((i * 7919) % 101)
    })
    const out = spec.inputs.length
    const step = { kernel: spec.name, inputs: spec.inputs.map((_, i) => i), outputs: [out], options }
    const room = (slots * SLOT) / 8
    const extent = { rows: ROWS, cols: COLS, first: 0, scratch: room, local: room }
    const { words, options: numbers } = encodeSteps([step], catalogueOf(addon.describe()), extent)
    const nothing = new Float64Array(0)
    const handle = addon.open(isa)
    addon.run(handle, words, numbers, arena, nothing, nothing, 0, spec.shape === 'cross' ? ROWS : 2)
    addon.close(handle)
    const spare = [...arena.subarray(out * SLOT + SLOT / 2, (out + 1) * SLOT)].filter((_, i) => i % 8 >= COLS % 8)
    expect(new Set(spare)).toEqual(new Set([Number.NaN]))
  })
})
