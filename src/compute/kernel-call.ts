import { LqError } from '../errors.js'
import { KERNELS } from '../generated/specs.js'
import { TILE_COLUMNS as TILE } from '../panel/arena.js'
import type { KernelSpec } from '../types.js'
import { chooseIsa, type Isa, requireAddon } from './addon.js'
import { encodeSteps, scratchElements } from './encode.js'

/** Where a call runs, and how it is cut into tasks; the result does not depend on it. */
export interface CallOptions {
  isa?: Isa | 'auto' | 'emulated'
  /** number of pieces that the tiles (or rows) are cut into */
  split?: number
}

/** A [rows × cols] table, row-major; `first` is the panel row of its row 0. */
export interface TableShape {
  rows: number
  cols: number
  first?: number
}

/**
 * Runs one kernel on row-major tables, in this thread.
 *
 * @param inputs  [rows × cols] each, row-major; NaN = missing
 * @param options in the order of the kernel's spec; missing ones take their fallback
 * @returns one [rows × cols] table per output
 * @throws LQ_OPTION_RANGE if an option is out of its bounds, LQ_USAGE if the kernel or the number of inputs is unknown
 */
export function runKernel(
  name: string,
  inputs: readonly Float64Array[],
  shape: TableShape,
  options: readonly number[] = [],
  call: CallOptions = {},
): Float64Array[] {
  const addon = requireAddon()
  const { spec, index } = findKernel(name)
  const nothing = new Float64Array(0)
  const values = checkOptions(spec, options)
  if (inputs.length !== spec.inputs.length)
    throw new LqError(
      'LQ_USAGE',
      `${name} takes ${spec.inputs.length} inputs (${spec.inputs.join(', ')}), got ${inputs.length}`,
    )
  const { rows, cols } = shape
  for (const input of inputs)
    if (input.length !== rows * cols)
      throw new LqError('LQ_USAGE', `${name}: expected ${rows} × ${cols} values, got ${input.length}`)
  if (rows === 0 || cols === 0) return spec.outputs.map(() => new Float64Array(0))

  const tiles = Math.ceil(cols / TILE)
  const slot = rows * tiles * TILE
  const slots = inputs.length + spec.outputs.length
  const scratch = (slots * slot) / TILE
  const buffer = new Float64Array(
    new SharedArrayBuffer((slots * slot + scratchElements(spec, values, tiles) + TILE) * 8),
  )
  const arena = buffer.subarray(addon.advise(buffer))
  inputs.forEach((input, i) => {
    toTiles(input, arena.subarray(i * slot, (i + 1) * slot), { rows, cols })
  })
  const outputs = spec.outputs.map((_, i) => inputs.length + i)
  const step = { kernel: name, inputs: inputs.map((_, i) => i), outputs, options: values }
  const room = { rows, cols, first: shape.first ?? 0, scratch, local: scratch }
  const { words, options: encoded } = encodeSteps([step], { specs: new Map([[name, spec]]), index }, room)
  const handle = addon.open(call.isa === 'emulated' ? 'emulated' : chooseIsa(addon, call.isa ?? 'auto'))
  const end = spec.shape === 'cross' ? rows : tiles
  const pieces = Math.max(1, Math.min(call.split ?? 1, end))
  for (let i = 0; i < pieces; i++) {
    const [from, to] = [Math.floor((i * end) / pieces), Math.floor(((i + 1) * end) / pieces)]
    addon.run(handle, words, encoded, arena, nothing, nothing, from, to)
  }
  addon.close(handle)
  return outputs.map((s) => fromTiles(arena.subarray(s * slot, (s + 1) * slot), { rows, cols }))
}

/**
 * Options of a call, complete and within bounds.
 *
 * @throws LQ_OPTION_RANGE naming the option, its bounds and its unit
 */
export function checkOptions(spec: KernelSpec, options: readonly number[]): number[] {
  return spec.options.map((option, i) => {
    const value = options[i] ?? option.fallback
    const whole = /rows|valid values/.test(option.unit)
    if (!(value >= option.min && value <= option.max) || (whole && !Number.isInteger(value)))
      throw new LqError(
        'LQ_OPTION_RANGE',
        `${spec.name}: ${option.name} must be ${option.min} … ${option.max} ${option.unit}, got ${value}`,
      )
    if (option.name === 'min_periods' && value > (options[0] ?? spec.options[0].fallback))
      throw new LqError('LQ_OPTION_RANGE', `${spec.name}: min_periods must be 0 … window ${option.unit}, got ${value}`)
    return value
  })
}

/** Row-major → tiles; spare columns of the last tile are missing. */
export function toTiles(
  table: Float64Array,
  tiles: Float64Array,
  { rows, cols }: { rows: number; cols: number },
): void {
  tiles.fill(Number.NaN)
  for (let n = 0; n < cols; n++) {
    let at = Math.floor(n / TILE) * rows * TILE + (n % TILE)
    for (let t = 0; t < rows; t++, at += TILE) {
      const x = table[t * cols + n]
      tiles[at] = Number.isFinite(x) ? x : Number.NaN
    }
  }
}

/** Tiles → row-major. */
export function fromTiles(tiles: Float64Array, { rows, cols }: { rows: number; cols: number }): Float64Array {
  const table = new Float64Array(rows * cols)
  for (let n = 0; n < cols; n++) {
    let at = Math.floor(n / TILE) * rows * TILE + (n % TILE)
    for (let t = 0; t < rows; t++, at += TILE) table[t * cols + n] = tiles[at]
  }
  return table
}

function findKernel(name: string): { spec: KernelSpec; index: ReadonlyMap<string, number> } {
  const index = KERNELS.findIndex((spec) => spec.name === name)
  if (index < 0) throw new LqError('LQ_USAGE', `unknown kernel ${name}`, { hint: 'docs/kernels.md lists them all' })
  return { spec: KERNELS[index], index: new Map([[name, index]]) }
}
