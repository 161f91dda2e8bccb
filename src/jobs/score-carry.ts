import { loadAddon } from '../compute/addon.js'
import { loadCatalogue, specOf } from '../compute/catalogue.js'
import type { Carry } from '../compute/encode.js'
import type { PlanCarry } from '../compute/run.js'
import type { FactorPlan } from '../factors/plan.js'
import { TILE_COLUMNS } from '../panel/arena.js'
import type { Panel } from '../panel/panel.js'
import type { Chunk } from './score-chunks.js'

/** The recursive steps of a plan, and room for what each carries from chunk to chunk. */
export interface CarriedScans {
  states: Float64Array
  scans: { step: number; reach: number; place: number }[]
  /** states lie there: the next chunk goes on with them */
  filled: boolean
}

/**
 * How far back chunks look. The reference has no states to carry: there a recursive step asks for all rows at a time.
 */
export function lookBack({ reach, scans, warmup }: FactorPlan): { reach: number; recursive: boolean } {
  if (warmup === null && loadAddon().addon === null) return { reach: Number.POSITIVE_INFINITY, recursive: true }
  return { reach, recursive: scans.length > 0 }
}

export function carriedScans({ scans, steps }: FactorPlan, tiles: number): CarriedScans {
  const catalogue = loadCatalogue()
  let lines = 0
  const placed = scans.map(({ step, reach }) => {
    const place = lines
    lines += tiles * specOf(catalogue, steps[step].kernel).state
    return { step, reach, place }
  })
  const states = new Float64Array(new SharedArrayBuffer(lines * TILE_COLUMNS * Float64Array.BYTES_PER_ELEMENT))
  return { states, scans: placed, filled: false }
}

/**
 * What the scans of one chunk begin and end with. What a scan reads is whole only `reach` rows after the first row that
 * was read: there it goes on, and there, in the rows of the next chunk, it leaves its state.
 */
export function carryThrough(carried: CarriedScans, { first, next }: Chunk, panel: Panel): PlanCarry {
  const { states, scans, filled } = carried
  const resume = filled && first > 0
  const steps = scans.map(({ step, reach, place }): [number, Carry] => {
    const begin = resume ? first + reach - panel.firstRow : 0
    const keep = Math.max(0, Math.min(panel.rows, next + reach - panel.firstRow))
    return [step, { place, resume, begin, keep }]
  })
  carried.filled = true
  return { states, steps: new Map(steps) }
}
