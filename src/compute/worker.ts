import { type Addon, type Handle, requireAddon } from './addon.js'

/** What an addon can open. */
export type Target = Parameters<Addon['open']>[0]

/** What a thread does for one stage; see Addon.run. All but words and options lie over SharedArrayBuffers. */
export interface Lane extends Ranges {
  words: Int32Array
  options: Float64Array
  arena: Float64Array
  state: Float64Array
  times: Float64Array
}

/** Trials of a sweep; see Addon.sweep. */
export interface TrialLane extends Ranges {
  sweep: TrialBuffers
}

/** All but words and numbers lie over SharedArrayBuffers. */
export interface TrialBuffers {
  words: Int32Array
  numbers: Float64Array
  columns: Int32Array
  lanes: Float64Array
  market: Float64Array
  table: Float64Array
  scratch: Float64Array
  state: Float64Array
}

/** Ranges of tiles or rows, taken until none is left. */
interface Ranges {
  target: Target
  /** tiles or rows in all */
  units: number
  /** tiles or rows taken at a time */
  unitsPerRange: number
  /** shared by the lanes of a stage: [NEXT, BUSY] */
  shared: Int32Array
}

/** In `shared`: first tile or row that no lane has taken; set to `units` it stops them all. */
export const NEXT = 0
/** In `shared`: lanes that may be touching the arena. */
export const BUSY = 1

/** An error as it crosses threads, where classes and codes would be lost. */
export interface WireError {
  code: string
  message: string
  stack: string
}

let open: { target: Target; addon: Addon; handle: Handle } | undefined

/** Runs a lane to its end. @returns null, or what went wrong; the other lanes are stopped then */
export function runLane(lane: Lane | TrialLane): WireError | null {
  const { shared, units, unitsPerRange } = lane
  Atomics.add(shared, BUSY, 1)
  try {
    for (;;) {
      const from = Atomics.add(shared, NEXT, unitsPerRange)
      if (from >= units) return null
      const { addon, handle } = opened(lane.target)
      runRange(addon, handle, lane, [from, Math.min(from + unitsPerRange, units)])
    }
  } catch (error) {
    Atomics.store(shared, NEXT, units)
    return toWire(error)
  } finally {
    Atomics.sub(shared, BUSY, 1)
  }
}

function runRange(addon: Addon, handle: Handle, lane: Lane | TrialLane, [from, to]: [number, number]): void {
  if ('sweep' in lane) {
    const { words, numbers, columns, lanes, market, table, scratch, state } = lane.sweep
    addon.sweep(handle, words, numbers, columns, lanes, market, table, scratch, state, from, to)
  } else {
    const { words, options, arena, state, times } = lane
    addon.run(handle, words, options, arena, state, times, from, to)
  }
}

/** The handle of a target; a thread keeps the one it used last. */
function opened(target: Target): { addon: Addon; handle: Handle } {
  if (open?.target === target) return open
  const addon = requireAddon()
  if (open) addon.close(open.handle)
  open = undefined
  open = { target, addon, handle: addon.open(target) }
  return open
}

function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { code: 'LQ_INTERNAL', message: String(error), stack: '' }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'LQ_INTERNAL'
  return { code, message: error.message, stack: error.stack ?? '' }
}
