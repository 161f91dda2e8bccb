import { chooseIsa, requireAddon } from 'luminaquant/compute/addon.js'
import { loadCatalogue } from 'luminaquant/compute/catalogue.js'
import { encodeSteps, scratchElements } from 'luminaquant/compute/encode.js'
import { KERNELS } from 'luminaquant/generated/specs.js'
import { TILE_COLUMNS as TILE } from 'luminaquant/panel/arena.js'
import { REFERENCE } from 'luminaquant/reference/index.js'
import type { KernelSpec } from 'luminaquant/types.js'
import { copyBandwidth } from './bandwidth.js'
import { type BenchCase, type CaseOptions, type CaseResult, measure, timingOf } from './case.js'

const ROWS = 2520
const COLS = 3000
/** The reference is slow: it is timed on this share of the columns, once, and counted for all of them. */
const REFERENCE_COLS = 300

/** One case per kernel of the catalogue, one thread, default options, on prices without holes. */
export const kernelCases: BenchCase[] = KERNELS.filter((spec) => spec.shape !== 'segment').map((spec) => ({
  suite: 'kernels',
  name: `kernel-${spec.name}-${ROWS}x${COLS}`,
  run: (options) => runCase(spec, options),
}))

async function runCase(spec: KernelSpec, { backend, compare }: CaseOptions): Promise<CaseResult[]> {
  const addon = requireAddon()
  const tiles = COLS / TILE
  const slot = ROWS * COLS
  const options = spec.options.map((option) => option.fallback)
  const slots = spec.inputs.length + 1
  const buffer = new Float64Array(
    new SharedArrayBuffer((slots * slot + scratchElements(spec, options, tiles) + TILE) * 8),
  )
  const arena = buffer.subarray(addon.advise(buffer))
  for (let i = 0; i < spec.inputs.length; i++) arena.set(walk(slot, i + 1), i * slot)
  const step = { kernel: spec.name, inputs: spec.inputs.map((_, i) => i), outputs: [spec.inputs.length], options }
  const room = (slots * slot) / TILE
  const encoded = encodeSteps([step], loadCatalogue(), { rows: ROWS, cols: COLS, first: 0, scratch: room, local: room })
  const handle = addon.open(backend === 'cuda' ? 'cuda:0' : chooseIsa(addon, 'auto'))
  const end = spec.shape === 'cross' ? ROWS : tiles
  const nothing = new Float64Array(0)
  const { words, options: values } = encoded
  const time = await measure(() => addon.run(handle, words, values, arena, nothing, nothing, 0, end))
  addon.close(handle)
  const bytes = slots * slot * 8
  return [
    {
      suite: 'kernels',
      name: `kernel-${spec.name}-${ROWS}x${COLS}`,
      backend,
      threads: 1,
      size: `${ROWS} × ${COLS}`,
      ...time,
      rate: slot / time.median_s,
      unit: 'values/s',
      bandwidth_share: bytes / time.median_s / 1e9 / (await copyBandwidth(1)),
      peers: compare ? referencePeer(spec, options, time.median_s) : {},
    },
  ]
}

function referencePeer(spec: KernelSpec, options: number[], ours: number): CaseResult['peers'] {
  const cells = ROWS * REFERENCE_COLS
  const inputs = spec.inputs.map((_, i) => walk(cells, i + 1))
  const named = Object.fromEntries(spec.options.map((option, i) => [option.name, options[i]]))
  const start = performance.now()
  REFERENCE[spec.name](inputs, named, { rows: ROWS, cols: REFERENCE_COLS })
  const seconds = (performance.now() - start) / 1000
  const { median_s } = timingOf([(seconds * COLS) / REFERENCE_COLS])
  return { reference: { median_s, ratio: ours / median_s } }
}

/** Positive values without holes, from a seeded generator (SplitMix-like, 32 bits). */
function walk(count: number, seed: number): Float64Array {
  let state = seed * 0x9e3779b9
  return Float64Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    return 100 + ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  })
}
