import { LqError } from '../errors.js'
import { lowerBound } from '../panel/lower-bound.js'
import { BREADTH_STEPS, type Rows } from '../panel/rows.js'
import type { Span } from './score-bars.js'

/** A part of the panel that is computed at a time: what is read, and what of it is written. */
export interface Chunk {
  read: Span
  write: Span
  /** a row that the chunk has, and its place in the whole panel, on which bits depend */
  anchor: { timestamp: number; row: number }
  /** rows of the whole panel: the first whose windows are read, and the same of the chunk that follows */
  first: number
  next: number
}

export interface ChunkOptions {
  /** of the whole span that is read, warm-up included */
  rows: Rows
  /** row of the whole panel that the first of them is */
  offset: number
  /** the first of them that is computed in full */
  from: number
  /** instants of the result */
  span: Span
  /** rows before a row that are read with it */
  reach: number
  minBreadth: number
  /** rows that fit into memory at a time */
  rowsMax: number
  /** bytes of one row, and of what does not depend on rows: to say what would fit */
  memory: { bytesPerRow: number; fixedBytes: number; limitMb: number }
}

const MIB = 2 ** 20

/**
 * Cuts a panel into chunks that fit into memory, each with the warm-up rows before it; one, where all fits.
 *
 * @throws LQ_MEMORY where not even a row with its warm-up fits
 */
export function planChunks(options: ChunkOptions): Chunk[] {
  const { rows, offset, span, reach, minBreadth, rowsMax } = options
  const total = rows.timestamps.length
  if (rows.union.length === 0) return []
  if (total <= rowsMax) return [whole(options)]
  const edge = minBreadth > 0 ? BREADTH_STEPS - 1 : 0
  if (rowsMax - reach - edge < 1) throw tooLarge(options)
  const chunks: Chunk[] = []
  for (let from = options.from, to: number; from < total; from = to) {
    const first = Math.max(0, from - reach)
    to = Math.min(total, first + rowsMax - edge)
    // Dropped timestamps lie between rows: they are written with the chunk they follow, the first ones with the first.
    const fromMs = chunks.length === 0 ? span.fromMs : Math.max(span.fromMs, rows.timestamps[from])
    const toMs = to < total ? rows.timestamps[to] : span.toMs
    const anchor = { timestamp: rows.timestamps[first], row: offset + first }
    const readFrom = lowerBound(rows.union, Math.min(anchor.timestamp, fromMs))
    const read = { fromMs: rows.union[Math.max(0, readFrom - edge)], toMs }
    chunks.push({ read, write: { fromMs, toMs }, anchor, ...ends({ offset, first, to, reach }) })
  }
  return chunks
}

function whole({ rows, offset, from, span, reach }: ChunkOptions): Chunk {
  const anchor = { timestamp: rows.timestamps[0], row: offset }
  const edges = ends({ offset, first: Math.max(0, from - reach), to: rows.timestamps.length, reach })
  return { read: { fromMs: rows.union[0], toMs: span.toMs }, write: span, anchor, ...edges }
}

function ends({ offset, first, to, reach }: { offset: number; first: number; to: number; reach: number }) {
  return { first: offset + first, next: offset + Math.max(0, to - reach) }
}

function tooLarge({ rows, reach, memory, minBreadth }: ChunkOptions): LqError {
  const { bytesPerRow, fixedBytes, limitMb } = memory
  const edge = minBreadth > 0 ? BREADTH_STEPS : 1
  const least = Math.min(rows.timestamps.length, reach + edge)
  const needMb = Math.ceil((least * bytesPerRow + fixedBytes) / MIB)
  const why = `windows need ${reach} rows before each`
  return new LqError('LQ_MEMORY', `expected ${needMb} MiB or more, LQ_MEMORY_LIMIT_MB allows ${limitMb}: ${why}`, {
    hint: `raise LQ_MEMORY_LIMIT_MB to ${needMb}, or score fewer factors, fewer symbols or a shorter span at a time`,
  })
}
