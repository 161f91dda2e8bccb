import { TILE_COLUMNS as TILE } from '../panel/arena.js'
import type { KernelSpec, Step } from '../types.js'
import { type Catalogue, specOf } from './catalogue.js'

/** Shape of the panel that steps run on. */
export interface Extent {
  rows: number
  /** columns that are no spare ones of the last tile */
  cols: number
  /** absolute panel row of row 0; windows are cut into blocks by it */
  first: number
}

/** Where a caller has room of its own, in units of TILE doubles from the arena's start. */
export interface Room {
  /** for running sums and sorts */
  scratch: number
  /** its local tiles */
  local: number
}

/** What a scan carries over from the panel before and to the panel after. */
export interface Carry {
  /** first double of its state, [tiles × state × TILE], in units of TILE */
  place: number
  /** begin with the state that lies there */
  resume: boolean
  /** first row that is stepped; rows before it are missing */
  begin: number
  /** the state before this row is put there; begin ≤ keep ≤ rows */
  keep: number
}

/** What the scans of one stage carry. */
export interface StageCarry {
  /** over a SharedArrayBuffer */
  states: Float64Array
  of: ReadonlyMap<Step, Carry>
}

/** Steps as `native/decode.h` reads them. */
export interface Encoded {
  words: Int32Array
  options: Float64Array
}

/** What goes with the steps of a stage. */
export interface StageRoom extends Extent, Room {
  /** numbers, and the local tiles that they fill */
  constants?: readonly { place: number; value: number }[]
  /** by step; only scans carry anything */
  carries?: ReadonlyMap<Step, Carry>
}

/** Writes steps as the addon reads them. */
export function encodeSteps(steps: readonly Step[], catalogue: Catalogue, room: StageRoom): Encoded {
  const { rows, cols, first, scratch, local, constants = [], carries } = room
  const words = [rows, cols, first, scratch, local, constants.length, steps.length]
  words.push(...constants.map(({ place }) => place))
  const options = constants.map(({ value }) => value)
  for (const step of steps) {
    words.push(catalogue.index.get(step.kernel)!, step.inputs.length, step.outputs.length)
    words.push(...step.inputs, ...step.outputs)
    options.push(...step.options)
    if (specOf(catalogue, step.kernel).shape !== 'scan') continue
    const { place, resume, begin, keep } = carries?.get(step) ?? { place: -1, resume: false, begin: 0, keep: 0 }
    words.push(place, resume ? 1 : 0, begin, keep)
  }
  return { words: Int32Array.from(words), options: Float64Array.from(options) }
}

/** Rows that the cross-sectional launchers gather at a time; `kRows` in kernels/cpu/gather.h. */
const CROSS_ROWS = 16
/** Doubles per column that they sort with and keep groups in; see kernels/cpu/order.h, rank.h and group.h. */
const CROSS_ROOM = 26

/**
 * Doubles of scratch that one caller of a step needs: running sums of a window, or a block of rows of each input and of
 * the result and their sort, in which a tile may be added to the columns, and one cache line more to align them.
 */
export function scratchElements(spec: KernelSpec, options: readonly number[], tiles: number): number {
  if (spec.shape === 'cross') {
    return ((spec.inputs.length + 1) * CROSS_ROWS + CROSS_ROOM) * (tiles + 1) * TILE + TILE
  }
  if (spec.shape === 'rolling' && spec.state > 0) return options[0] * spec.state * TILE + TILE
  return 0
}
