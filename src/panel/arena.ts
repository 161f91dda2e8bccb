import { LqError } from '../errors.js'

/** Columns of a tile: 8 doubles are one cache line and one AVX-512 register. */
export const TILE_COLUMNS = 8

/** Doubles of one slot; indices inside a slot stay 32-bit integers, which typed arrays are fast with. */
export const SLOT_LENGTH_MAX = 2 ** 31 - 1

const LINE_BYTES = 64
// Node's allocator puts large buffers 16 bytes behind a page, so that every row of a tile would lie on two cache lines:
// 6 doubles further on a line begins.
const SKIP_DOUBLES = 6
const MIB = 2 ** 20

/** What an arena must hold. */
export interface ArenaShape {
  rows: number
  tiles: number
  slots: number
  /** doubles behind the slots, for kernels that need room beside their results */
  scratch: number
}

/** The memory a plan computes in: slots first, scratch behind them; shared by all workers, owned by JavaScript. */
export interface Arena {
  /** slots · slotLength + scratch doubles over one SharedArrayBuffer; rows of tiles begin on cache lines */
  values: Float64Array
  slots: number
  /** doubles of one slot: tiles · rows · 8 */
  slotLength: number
}

/** Doubles of one slot: [rows × tiles · 8]. */
export const slotLength = (shape: { rows: number; tiles: number }): number => shape.rows * shape.tiles * TILE_COLUMNS

/** Bytes that an arena of this shape takes. */
export function arenaBytes(shape: ArenaShape): number {
  return (slotLength(shape) * shape.slots + roundUp(shape.scratch)) * 8 + LINE_BYTES
}

/** How an arena is allocated. */
export interface ArenaOptions {
  /** MiB one command may use */
  memoryLimitMb: number
  /** shown the memory before it is touched (huge pages make that ten times faster); doubles to its first cache line */
  advise?: (values: Float64Array) => number
  /** an arena that nobody uses any more: its memory is taken where it suffices */
  reuse?: Arena
}

/**
 * Allocates an arena. Its values are any numbers until they are written.
 *
 * @throws LQ_MEMORY if it would not fit
 */
export function createArena(shape: ArenaShape, { memoryLimitMb, advise, reuse }: ArenaOptions): Arena {
  const length = slotLength(shape)
  const bytes = arenaBytes(shape)
  checkMemory(shape, { bytes, length, memoryLimitMb })
  const count = length * shape.slots + roundUp(shape.scratch)
  if (reuse) {
    const { buffer, byteOffset } = reuse.values
    const suffices = byteOffset + count * 8 <= buffer.byteLength
    if (suffices) return { values: new Float64Array(buffer, byteOffset, count), slots: shape.slots, slotLength: length }
  }
  // Float64Array over the shared buffer: on Node 20 a Uint8Array over more than 4 GiB throws.
  const buffer = new SharedArrayBuffer(bytes)
  const skip = advise?.(new Float64Array(buffer)) ?? SKIP_DOUBLES
  const values = new Float64Array(buffer, skip * 8, count)
  return { values, slots: shape.slots, slotLength: length }
}

/** View of one slot, [tiles × rows × 8] in tile order; no copy. */
export function slotView(arena: Arena, slot: number): Float64Array {
  if (!Number.isInteger(slot) || slot < 0 || slot >= arena.slots) {
    throw new RangeError(`slot must be 0 … ${arena.slots - 1}, got ${slot}`)
  }
  return arena.values.subarray(slot * arena.slotLength, (slot + 1) * arena.slotLength)
}

/** First double of the scratch behind the slots. */
export const scratchStart = (arena: Arena): number => arena.slots * arena.slotLength

function checkMemory(shape: ArenaShape, found: { bytes: number; length: number; memoryLimitMb: number }): void {
  const what = `a panel of ${shape.rows} rows × ${shape.tiles * TILE_COLUMNS} columns in ${shape.slots} fields`
  const hint = 'ask for fewer symbols, fewer results or a shorter span at a time, or raise LQ_MEMORY_LIMIT_MB'
  if (found.length > SLOT_LENGTH_MAX) {
    throw new LqError('LQ_MEMORY', `${what}: expected at most ${SLOT_LENGTH_MAX} cells, got ${found.length}`, { hint })
  }
  const needMb = Math.ceil(found.bytes / MIB)
  if (found.bytes > found.memoryLimitMb * MIB) {
    throw new LqError(
      'LQ_MEMORY',
      `${what} needs ${needMb} MiB, LQ_MEMORY_LIMIT_MB allows ${found.memoryLimitMb} MiB`,
      { hint },
    )
  }
}

const roundUp = (doubles: number): number => Math.ceil(doubles / TILE_COLUMNS) * TILE_COLUMNS
