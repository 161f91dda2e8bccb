import assert from 'node:assert/strict'
import { scratchStart, TILE_COLUMNS } from '../panel/arena.js'
import type { Panel } from '../panel/panel.js'
import type { Step } from '../types.js'
import { type Catalogue, specOf } from './catalogue.js'
import { encodeSteps, type StageCarry } from './encode.js'
import { runHere, runLanes } from './lanes.js'
import type { Layout } from './layout.js'
import { cpuPool } from './pool.js'
import type { Stage } from './stages.js'
import type { Target } from './worker.js'

// How work is cut, in units of the simplest kernel on one cell, about 1 ns. A round trip to a thread takes 40 µs, so a
// lane pays from some 10⁵ on; a range is small enough that lanes end together and an abort is soon noticed.
const LANE_COST_MIN = 2 ** 18
const RANGE_COST_MIN = 2 ** 16
/** Cross kernels gather this many rows at a time. */
const RANGE_ROWS = 16
/** A row is sorted: about the cost of this many simple kernels. */
const CROSS_COST = 16

/** What a stage runs with on the CPU. */
export interface CpuOptions {
  catalogue: Catalogue
  target: Target
  threads: number
  room: LaneRoom
  constants: Layout['localConstants']
  carry?: StageCarry
  signal?: AbortSignal
  /** takes the seconds of each step, summed over the threads */
  profile?: (step: Step, seconds: number) => void
}

/** Doubles that each thread has for itself, in whole lines: scratch, and behind it its local tiles. */
export interface LaneRoom {
  scratch: number
  local: number
}

const NOTHING = new Float64Array(0)

/**
 * Runs one stage of a plan on the CPU: over tiles or over rows, by as many threads as pay. The result has the same bits
 * for any count of threads.
 *
 * @throws LQ_INTERRUPTED if the signal is aborted; no thread touches the arena then
 */
export async function runStageOnCpu(stage: Stage, panel: Panel, options: CpuOptions): Promise<void> {
  const { rows, cols, tiles, firstRow: first, arena } = panel
  if (rows === 0 || tiles === 0) return
  const { catalogue, threads, target, room, carry, profile, signal } = options
  const { units, unitsPerRange, lanes } = cut(stage, { rows, tiles, threads, catalogue })
  const free = arena.values.length - scratchStart(arena)
  const own = room.scratch + room.local
  assert(free >= Math.max(lanes, 1) * own, `${lanes} × ${own} doubles of room, got ${free}`)
  const constants = stage.axis === 'tiles' ? options.constants : []
  const laneAt = (lane: number) => {
    const start = scratchStart(arena) + lane * own
    const places = { scratch: start / TILE_COLUMNS, local: (start + room.scratch) / TILE_COLUMNS }
    const extent = { rows, cols, first, ...places, constants, carries: carry?.of }
    const times = profile ? new Float64Array(new SharedArrayBuffer(stage.steps.length * 8)) : NOTHING
    const steps = encodeSteps(stage.steps, catalogue, extent)
    return { target, arena: arena.values, state: carry?.states ?? NOTHING, times, units, unitsPerRange, ...steps }
  }
  const work = Array.from({ length: Math.max(1, lanes) }, (_, lane) => laneAt(lane))
  if (lanes === 0) runHere(work[0], signal)
  else await runLanes(cpuPool(threads), work, signal)
  if (!profile) return
  for (const [i, step] of stage.steps.entries())
    profile(
      step,
      work.reduce((sum, { times }) => sum + times[i], 0),
    )
}

/** Decides ranges and lanes: `units` tiles or rows, so many at a time, by so many threads (0: not worth a thread). */
export function cut(
  stage: Stage,
  on: { rows: number; tiles: number; threads: number; catalogue: Catalogue },
): { units: number; unitsPerRange: number; lanes: number } {
  const units = stage.axis === 'tiles' ? on.tiles : on.rows
  let cost = 0
  for (const step of stage.steps) cost += on.rows * on.tiles * TILE_COLUMNS * cellCost(step, on.catalogue)
  const least = Math.ceil((RANGE_COST_MIN * units) / cost)
  const unitsPerRange = stage.axis === 'tiles' ? least : Math.ceil(least / RANGE_ROWS) * RANGE_ROWS
  if (cost <= LANE_COST_MIN) return { units, unitsPerRange: units, lanes: 0 }
  const lanes = Math.min(on.threads, Math.ceil(units / unitsPerRange), Math.ceil(cost / LANE_COST_MIN))
  return { units, unitsPerRange, lanes }
}

/** Kernels without a running form: each window is walked anew, or kept in order. */
const WALKING = new Set(['rolling_mad', 'rolling_quantile', 'rolling_rank'])

/** Cost of a step on one cell. */
function cellCost({ kernel, options }: Step, catalogue: Catalogue): number {
  if (specOf(catalogue, kernel).shape === 'cross') return CROSS_COST
  return WALKING.has(kernel) ? Math.max(1, options[0] / 8) : 1
}
