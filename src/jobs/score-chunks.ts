import { LqError } from '../errors.js'
import { BREADTH_STEPS, type Rows } from '../panel/rows.js'
import { lowerBound, type Span } from './score-bars.js'

/** A part of the panel that is computed at a time: what is read, and what of it is written. */
export interface Chunk {
  read: Span
  write: Span
  /** a row that the chunk has, and its place in the whole panel, on which bits depend; null: row 0 is 0 */
  anchor: { timestamp: number; row: number } | null
}

export interface ChunkOptions {
  /** of the whole span that is read, warm-up included */
  rows: Rows
  /** instants of the result */
  span: Span
  /** rows before the first full value; null: every row there is */
  warmup: number | null
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
 * @throws LQ_MEMORY where not even a row with its warm-up fits, or recursive kernels would need what was cut off
 */
export function planChunks(options: ChunkOptions): Chunk[] {
  const { rows, span, warmup, minBreadth, rowsMax } = options
  const total = rows.timestamps.length
  if (rows.union.length === 0) return []
  if (total <= rowsMax) return [whole(options)]
  const edge = minBreadth > 0 ? BREADTH_STEPS - 1 : 0
  const before = warmup ?? total
  if (rowsMax - before - edge < 1) throw tooLarge(options)
  const chunks: Chunk[] = []
  for (let from = lowerBound(rows.timestamps, span.fromMs), to: number; from < total; from = to) {
    const first = Math.max(0, from - before)
    to = first + rowsMax - edge
    // Dropped timestamps lie between rows: they are written with the chunk they follow, the first ones with the first.
    const fromMs = chunks.length === 0 ? span.fromMs : rows.timestamps[from]
    const toMs = to < total ? rows.timestamps[to] : span.toMs
    const anchor = { timestamp: rows.timestamps[first], row: first }
    const readFrom = lowerBound(rows.union, Math.min(anchor.timestamp, fromMs))
    chunks.push({ read: { fromMs: rows.union[Math.max(0, readFrom - edge)], toMs }, write: { fromMs, toMs }, anchor })
  }
  return chunks
}

function whole({ rows, span }: ChunkOptions): Chunk {
  return { read: { fromMs: rows.union[0], toMs: span.toMs }, write: span, anchor: null }
}

function tooLarge({ rows, warmup, memory, minBreadth }: ChunkOptions): LqError {
  const { bytesPerRow, fixedBytes, limitMb } = memory
  const total = rows.timestamps.length
  const edge = minBreadth > 0 ? BREADTH_STEPS : 1
  const least = warmup === null ? total : Math.min(total, warmup + edge)
  const needMb = Math.ceil((least * bytesPerRow + fixedBytes) / MIB)
  const why =
    warmup === null ? 'recursive operators need all rows at a time' : `windows need ${warmup} rows before each`
  return new LqError('LQ_MEMORY', `expected ${needMb} MiB or more, LQ_MEMORY_LIMIT_MB allows ${limitMb}: ${why}`, {
    hint: `raise LQ_MEMORY_LIMIT_MB to ${needMb}, or score fewer factors, fewer symbols or a shorter span at a time`,
  })
}
