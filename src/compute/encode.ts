import { TILE_COLUMNS as TILE } from '../panel/arena.js'
import type { KernelSpec, Step } from '../types.js'

/** Shape of the panel that steps run on. */
export interface Extent {
  rows: number
  /** columns that are no spare ones of the last tile */
  cols: number
  /** absolute panel row of row 0; windows are cut into blocks by it */
  first: number
}

/**
 * What the addon reads: `[rows, cols, first, scratch, steps, (kernel, inputs, outputs, …slots)…]`, and all options in
 * order.
 */
export interface Encoded {
  words: Int32Array
  options: Float64Array
}

/**
 * Writes steps as the addon reads them.
 *
 * @param scratch start of the caller's private scratch, in units of TILE doubles from the arena's start
 */
export function encodeSteps(
  steps: readonly Step[],
  index: ReadonlyMap<string, number>,
  extent: Extent & { scratch: number },
): Encoded {
  const words = [extent.rows, extent.cols, extent.first, extent.scratch, steps.length]
  for (const step of steps) {
    words.push(index.get(step.kernel)!, step.inputs.length, step.outputs.length, ...step.inputs, ...step.outputs)
  }
  return { words: Int32Array.from(words), options: Float64Array.from(steps.flatMap((step) => step.options)) }
}

/** Rows that the cross-sectional launcher gathers at a time; `kRows` in kernels/cpu/cross.h. */
const CROSS_ROWS = 16
/** Most rows that it sorts side by side. */
const CROSS_LANES = 8

/**
 * Doubles of scratch that one caller of a step needs: running sums of a window, or a block of rows of each input and of
 * the result and their sort, and one cache line more to align them.
 */
export function scratchElements(spec: KernelSpec, options: readonly number[], tiles: number): number {
  if (spec.shape === 'cross') return ((spec.inputs.length + 1) * CROSS_ROWS + CROSS_LANES + 4) * tiles * TILE + TILE
  if (spec.shape === 'rolling' && spec.state > 0) return options[0] * spec.state * TILE + TILE
  return 0
}
