import { PHYSICAL } from './footer.js'
import { type EncodedChunk, ownChunk, packedHead, uniformLevels } from './own-chunk.js'

/**
 * Encodes doubles as they are, or by a dictionary where at least half of them repeat others; NaN is NULL. Scores are
 * noise to a compressor: byte-stream split and zstd take ten times as long, and save a seventh of the bytes.
 */
export function encodeDoubles(values: Float64Array): EncodedChunk {
  const rows = values.length
  const { present, min, max } = rangeOf(values)
  const isUniform = present === 0 || present === rows
  const kept = isUniform ? values.subarray(0, present) : withoutMissing(values, present)
  const found = findRepeats(kept)
  return ownChunk({
    physical: PHYSICAL.DOUBLE,
    rows,
    levels: isUniform ? uniformLevels(rows, present > 0) : bitLevels(values),
    dictionary: found && { count: found.distinct.length, bytes: bytesOf(found.distinct) },
    body: found ? indexBytes(found) : [bytesOf(kept)],
    // By the format's rule a zero stands for both zeros: the least for −0, the greatest for 0.
    statistics:
      present === 0 ? null : { missing: rows - present, min: double(min === 0 ? -0 : min), max: double(max + 0) },
  })
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array | Uint8Array | Uint16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)

const double = (value: number): Uint8Array => bytesOf(Float64Array.of(value))

function rangeOf(values: Float64Array): { present: number; min: number; max: number } {
  let [present, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Number.isNaN(value)) continue
    present++
    if (value < min) min = value
    if (value > max) max = value
  }
  return { present, min, max }
}

function withoutMissing(values: Float64Array, present: number): Float64Array {
  const kept = new Float64Array(present)
  let count = 0
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) kept[count++] = values[i]
  return kept
}

/** One run of bits, a bit per row: set where there is a value. */
function bitLevels(values: Float64Array): Uint8Array {
  const head = packedHead(values.length)
  const levels = new Uint8Array(head.length + Math.ceil(values.length / 8))
  levels.set(head)
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) levels[head.length + (i >> 3)] |= 1 << (i & 7)
  }
  return levels
}

/** Values by their place among the distinct ones, which are in order of appearance. */
interface Repeats {
  distinct: Float64Array
  /** of each value; a multiple of 8 of them, spare ones 0 */
  places: Uint16Array
}

const DISTINCT_MAX = 2 ** 16
/** Past an eighth of the values more than this share of them distinct means that the rest is not worth a look. */
const PROBE_SHARE = 1 / 8
const PROBE_DISTINCT = 7 / 8

/** Memory for one search, used again by the next: as much garbage would cost more than the search. */
const scratch = { table: new Int32Array(0), distinct: new Int32Array(0), places: new Uint16Array(0) }

/** @returns null if more than half of the values, or 65,536 of them, are distinct. Bits are compared: 0 is not −0. */
function findRepeats(values: Float64Array): Repeats | null {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  const limit = Math.min(DISTINCT_MAX, values.length >> 1)
  const probe = Math.floor(values.length * PROBE_SHARE)
  const bits = Math.max(1, Math.ceil(Math.log2(2 * limit + 1)))
  const { table, distinct, places } = roomFor(values.length, limit, 2 ** bits)
  const last = 2 ** bits - 1
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const low = words[2 * i]
    const high = words[2 * i + 1]
    let at = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) >>> (32 - bits)
    // A free entry of the table is 0; the others are places + 1.
    while (table[at] > 0 && (distinct[2 * table[at] - 2] !== low || distinct[2 * table[at] - 1] !== high)) {
      at = (at + 1) & last
    }
    if (table[at] === 0) {
      if (count === limit || (i > probe && count > i * PROBE_DISTINCT)) return null
      distinct[2 * count] = low
      distinct[2 * count + 1] = high
      table[at] = ++count
    }
    places[i] = table[at] - 1
  }
  if (count === 0) return null
  const padded = Math.ceil(values.length / 8) * 8
  places.fill(0, values.length, padded)
  return { distinct: new Float64Array(distinct.slice(0, 2 * count).buffer), places: places.slice(0, padded) }
}

function roomFor(count: number, limit: number, slots: number): typeof scratch {
  if (scratch.places.length < count + 8) scratch.places = new Uint16Array(count + 8)
  if (scratch.distinct.length < 2 * limit) scratch.distinct = new Int32Array(2 * limit)
  if (scratch.table.length < slots) scratch.table = new Int32Array(slots)
  scratch.table.fill(0, 0, slots)
  return scratch
}

/** Indices of whole bytes, one or two of them: a run of packed values then is an array of integers. */
function indexBytes({ distinct, places }: Repeats): Uint8Array[] {
  const isNarrow = distinct.length <= 256
  const head = Uint8Array.of(isNarrow ? 8 : 16, ...packedHead(places.length))
  return [head, bytesOf(isNarrow ? Uint8Array.from(places) : places)]
}
