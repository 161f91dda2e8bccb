import { type Addon, type Handle, requireAddon } from './addon.js'

/** What an addon can open. */
export type Target = Parameters<Addon['open']>[0]

/** What a thread does for one stage: takes ranges of tiles or rows until none is left. */
export interface Lane {
  target: Target
  words: Int32Array
  options: Float64Array
  /** over the arena's SharedArrayBuffer */
  arena: Float64Array
  /** see Addon.run; over SharedArrayBuffers too */
  state: Float64Array
  times: Float64Array
  /** tiles or rows of the stage */
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
export function runLane(lane: Lane): WireError | null {
  const { words, options, arena, state, times, shared, units, unitsPerRange } = lane
  Atomics.add(shared, BUSY, 1)
  try {
    for (;;) {
      const from = Atomics.add(shared, NEXT, unitsPerRange)
      if (from >= units) return null
      const { addon, handle } = opened(lane.target)
      addon.run(handle, words, options, arena, state, times, from, Math.min(from + unitsPerRange, units))
    }
  } catch (error) {
    Atomics.store(shared, NEXT, units)
    return toWire(error)
  } finally {
    Atomics.sub(shared, BUSY, 1)
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
