import { addCalendar, type Span } from './span.js'

/** The bars of one series that are split. */
export interface Timeline {
  /** [rows] bar opens, ms since epoch, UTC, ascending */
  timestamps: Float64Array
  /** where the first part begins: the start that was asked for, else the first bar */
  baseMs: number
  /** up to when bars are known, exclusive: the end that was asked for, else the end of the last bar */
  endMs: number
}

/** A place between two bars: the first row that is not before it, and the instant. */
export interface Edge {
  row: number
  ms: number
}

/** A part of one series: rows [from, to) of it, and the instants [fromMs, toMs) that it stands for. */
export interface Part {
  from: number
  to: number
  /** ms since epoch, UTC */
  fromMs: number
  toMs: number
}

/** @returns the edge a length after an instant, which may be behind the end; lengths in bars count from its row */
export function edgeAfter(timeline: Timeline, ms: number, span: Span): Edge {
  if (span.kind === 'calendar') return edgeAt(timeline, addCalendar(ms, span))
  return edgeOfRow(timeline, rowAt(timeline, ms) + span.bars)
}

/** Whether an edge lies within the bars that are known. */
export function isWithin({ timestamps, endMs }: Timeline, { row, ms }: Edge): boolean {
  return ms <= endMs && row <= timestamps.length
}

/** The part from one edge to another, less gaps at its end; without rows where they leave none. */
export function partBetween(timeline: Timeline, from: Edge, to: Edge, gaps: Span[] = []): Part {
  const end = gaps.reduce((edge, gap) => before(timeline, edge, gap), to)
  return { from: from.row, to: Math.max(from.row, end.row), fromMs: from.ms, toMs: Math.max(from.ms, end.ms) }
}

/** Rows from the base to the end. */
export function rowsOf(timeline: Timeline): { from: number; to: number } {
  return { from: rowAt(timeline, timeline.baseMs), to: rowAt(timeline, timeline.endMs) }
}

export function edgeOfRow(timeline: Timeline, row: number): Edge {
  const last = rowAt(timeline, timeline.endMs)
  if (row < last) return { row, ms: timeline.timestamps[Math.max(0, row)] }
  return { row, ms: row === last ? timeline.endMs : Number.POSITIVE_INFINITY }
}

function edgeAt(timeline: Timeline, ms: number): Edge {
  return { row: rowAt(timeline, ms), ms }
}

function before(timeline: Timeline, edge: Edge, gap: Span): Edge {
  if (gap.kind === 'bars') return gap.bars === 0 ? edge : edgeOfRow(timeline, Math.max(0, edge.row - gap.bars))
  return edgeAt(timeline, addCalendar(edge.ms, { months: -gap.months, ms: -gap.ms }))
}

/** The first row at or after an instant. */
function rowAt({ timestamps }: Timeline, ms: number): number {
  let [low, high] = [0, timestamps.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (timestamps[middle] < ms) low = middle + 1
    else high = middle
  }
  return low
}
