import assert from 'node:assert/strict'
import { loadAddon } from '../compute/addon.js'
import { loadCatalogue, specOf } from '../compute/catalogue.js'
import type { Carry } from '../compute/encode.js'
import type { PlanCarry } from '../compute/run.js'
import type { FactorPlan } from '../factors/plan.js'
import type { Anchor } from '../lake/anchors.js'
import { TILE_COLUMNS } from '../panel/arena.js'
import type { Panel } from '../panel/panel.js'
import type { Chunk } from './score-chunks.js'

/** The recursive steps of a plan, and room for what each carries from chunk to chunk. */
export interface CarriedScans {
  states: Float64Array
  scans: { step: number; reach: number; digest: string; place: number; length: number }[]
  /** states lie there: the next chunk goes on with them */
  filled: boolean
}

/**
 * How far back chunks look. The reference has no states to carry: there a recursive step asks for all rows at a time.
 */
export function reachOf({ reach, scans }: FactorPlan): number {
  return scans.length > 0 && loadAddon().addon === null ? Number.POSITIVE_INFINITY : reach
}

/** @param anchor of an earlier run, whose states the first chunk goes on with */
export function carriedScans({ scans, steps }: FactorPlan, tiles: number, anchor: Anchor | null): CarriedScans {
  const catalogue = loadCatalogue()
  let lines = 0
  const placed = scans.map((scan) => {
    const place = lines
    const length = tiles * specOf(catalogue, steps[scan.step].kernel).state
    lines += length
    return { ...scan, place, length }
  })
  const states = new Float64Array(new SharedArrayBuffer(lines * TILE_COLUMNS * Float64Array.BYTES_PER_ELEMENT))
  for (const { digest, place, length } of anchor ? placed : []) {
    const kept = anchor!.scans[digest]
    assert.equal(kept?.length, length * TILE_COLUMNS, `the anchor has the state of ${digest}`)
    states.set(anchor!.states.subarray(kept.at, kept.at + kept.length), place * TILE_COLUMNS)
  }
  return { states, scans: placed, filled: anchor !== null }
}

/** The states as an anchor has them. */
export function statesOf({ states, scans }: CarriedScans): Pick<Anchor, 'scans' | 'states'> {
  const places = scans.map(({ digest, place, length }) => {
    return [digest, { at: place * TILE_COLUMNS, length: length * TILE_COLUMNS }] as const
  })
  return { scans: Object.fromEntries(places), states }
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
