import type { Layout } from '../compute/layout.js'
import type { Ledger } from '../compute/ledger.js'
import { laneRoom, panelForPlan } from '../compute/plan-panel.js'
import { layOutFor, runPlan } from '../compute/run.js'
import type { Config } from '../config.js'
import { throwIfAborted } from '../errors.js'
import type { FactorPlan } from '../factors/plan.js'
import type { Anchor } from '../lake/anchors.js'
import { groupRows } from '../lake/row-group.js'
import { SLOT_LENGTH_MAX, TILE_COLUMNS } from '../panel/arena.js'
import { lowerBound } from '../panel/lower-bound.js'
import type { Panel, PanelSeries } from '../panel/panel.js'
import { BREADTH_STEPS, panelRows, type Rows } from '../panel/rows.js'
import { type LongBlock, unpivot } from '../panel/unpivot.js'
import type { BackendChoice } from '../types.js'
import type { BarSupply, Span } from './score-bars.js'
import { type CarriedScans, carriedScans, carryThrough, reachOf, statesOf } from './score-carry.js'
import { type Chunk, type ChunkOptions, planChunks } from './score-chunks.js'

/** What is computed, on what, with what. */
export interface ScoreWork {
  plan: FactorPlan
  supply: BarSupply
  /** bytes that `write` keeps beside */
  keptBytes?: number
  /** instants of the result */
  span: Span
  /** whence rows are counted: the end of an earlier run, or the first bar that is read */
  anchor: Anchor | null
  minBreadth: number
  /** series without an adjusted close take their close for it */
  adjusted: boolean
  config: Pick<Config, 'threads' | 'cpuIsa' | 'memoryLimitMb'>
  choice: BackendChoice
  ledger: Ledger
  signal?: AbortSignal
  /** takes the rows of the result, in order */
  write: (block: LongBlock) => Promise<void>
  /** told of each chunk that is done */
  advance: (chunk: { done: number; of: number }) => void
}

export interface ScoreCounts {
  /** where a later run may go on from; null where there is no row */
  end: Omit<Anchor, 'identity'> | null
  /** panel rows, warm-up included */
  rows: number
  /** symbols that have a bar */
  symbols: number
  /** bars read, warm-up included */
  bars: number
  rowsOut: number
  /** bars at timestamps that are no panel row: their results are missing */
  dropped: number
  /** panel rows at which less than half of the symbols of the last 20 timestamps have a bar */
  thinRows: number
  seconds: { pivot: number; compute: number; write: number }
}

const BYTES = Float64Array.BYTES_PER_ELEMENT
const MIB = 2 ** 20
/** Row groups that lie in memory at a time: rows that are taken out, rows that the writer holds back, a few encoded. */
const GROUP_COPIES = 2.5
/** Timestamp and symbol. */
const KEY_COLUMNS = 2

/**
 * Computes a plan over a universe, chunk by chunk, and hands its rows on in order. Results do not depend on the chunks.
 *
 * @throws LQ_MEMORY where not even one chunk fits; what `runPlan` throws
 */
export async function computeScores(work: ScoreWork): Promise<ScoreCounts> {
  const { plan, supply, span, minBreadth } = work
  const layout = layOutFor(plan, work.choice)
  const rows = panelRows(supply.timestamps, { minBreadth })
  const memory = memoryOf(work, layout)
  const slotRowsMax = Math.floor(SLOT_LENGTH_MAX / (tilesOf(supply) * TILE_COLUMNS))
  const free = work.config.memoryLimitMb * MIB - memory.fixedBytes
  const rowsMax = Math.min(slotRowsMax, Math.floor(free / memory.bytesPerRow))
  const reach = reachOf(plan)
  const begin = beginning(work, rows)
  const chunks = planChunks({ rows, ...begin, span, reach, minBreadth, rowsMax, memory })
  const counts = countsOf(supply, rows)
  const carried = carriedScans(plan, tilesOf(supply), work.anchor)
  let last: Panel | undefined
  for (const [i, chunk] of chunks.entries()) {
    last = await computeChunk(work, chunk, { layout, carried, counts, reuse: last })
    work.advance({ done: i + 1, of: chunks.length })
  }
  if (rows.timestamps.length === 0) return counts
  return { ...counts, end: { ...endOf(rows, { offset: begin.offset, reach, minBreadth }), ...statesOf(carried) } }
}

/** The row of the whole panel that the first row is, and the first row that is computed in full. */
function beginning({ plan, span, anchor }: ScoreWork, { timestamps }: Rows): { offset: number; from: number } {
  const offset = anchor ? anchor.resume.row - lowerBound(timestamps, anchor.resume.timestamp) : 0
  if (plan.scans.length === 0) return { offset, from: lowerBound(timestamps, span.fromMs) }
  return { offset, from: anchor ? anchor.rows - offset : 0 }
}

/** What the next run must know of these rows, but for the states. */
function endOf(
  { timestamps, union }: Rows,
  { offset, reach, minBreadth }: { offset: number; reach: number; minBreadth: number },
): Pick<Anchor, 'rows' | 'endMs' | 'resume'> {
  const rows = timestamps.length
  const at = Math.min(rows - 1, Math.max(0, rows - reach))
  const edge = minBreadth > 0 ? BREADTH_STEPS - 1 : 0
  const readFromMs = union[Math.max(0, lowerBound(union, timestamps[at]) - edge)]
  return {
    rows: offset + rows,
    endMs: union[union.length - 1] + 1,
    resume: { row: offset + at, timestamp: timestamps[at], readFromMs },
  }
}

/** What is known before anything is computed. */
export function countsOf({ timestamps }: BarSupply, rows: Rows): ScoreCounts {
  return {
    end: null,
    rows: rows.timestamps.length,
    symbols: timestamps.length,
    bars: timestamps.reduce((sum, one) => sum + one.length, 0),
    ...{ rowsOut: 0, dropped: 0, thinRows: rows.thinRows },
    seconds: { pivot: 0, compute: 0, write: 0 },
  }
}

/** @param so.reuse the panel of the chunk before, whose memory is free to take */
async function computeChunk(
  work: ScoreWork,
  chunk: Chunk,
  so: { layout: Layout; carried: CarriedScans; counts: ScoreCounts; reuse: Panel | undefined },
): Promise<Panel> {
  const { layout, carried, counts, reuse } = so
  const { supply, config, choice, ledger, signal } = work
  const series = (await supply.read(chunk.read)).map((one) => (work.adjusted ? withAdjustedClose(one) : one))
  const { seconds } = counts
  const panel = await timed(seconds, 'pivot', async () => chunkPanel(work, chunk, { layout, series, reuse }))
  const carry = carryThrough(carried, chunk, panel)
  await timed(seconds, 'compute', () => runPlan(layout, panel, choice, { config, ledger, carry, signal }))
  await timed(seconds, 'write', () => writeRows(work, panel, { counts, outputs: layout.outputs, span: chunk.write }))
  return panel
}

/** Hands the rows of a span on, block by block. */
export async function writeRows(
  { write, signal }: Pick<ScoreWork, 'write' | 'signal'>,
  panel: Panel,
  { counts, outputs, span }: { counts: ScoreCounts; outputs: Record<string, number>; span: Span },
): Promise<void> {
  counts.dropped += barsDropped(panel, span)
  const blockRows = groupRows(Object.keys(outputs).length + KEY_COLUMNS)
  for (const block of unpivot(panel, outputs, { ...span, blockRows })) {
    throwIfAborted(signal)
    counts.rowsOut += block.rows
    await write(block)
  }
}

/** The panel of a chunk, its rows counted from the whole panel's first. */
function chunkPanel(
  { minBreadth, config }: ScoreWork,
  { anchor }: Chunk,
  { layout, ...from }: { layout: Layout; series: PanelSeries[]; reuse: Panel | undefined },
): Panel {
  const panel = panelForPlan(layout, { ...from, minBreadth, config })
  return { ...panel, firstRow: anchor.row - lowerBound(panel.timestamps, anchor.timestamp) }
}

/** A market that is not adjusted has the ratio 1. */
export function withAdjustedClose({ symbol, bars }: PanelSeries): PanelSeries {
  const { close, adj_close: adjusted = close } = bars.columns
  return { symbol, bars: { ...bars, columns: { ...bars.columns, ...(adjusted ? { adj_close: adjusted } : {}) } } }
}

/** Bars of a span at timestamps that are no row. */
function barsDropped({ dropped, tiles }: Panel, { fromMs, toMs }: Span): number {
  const length = dropped.timestamps.length
  const [from, to] = [lowerBound(dropped.timestamps, fromMs), lowerBound(dropped.timestamps, toMs)]
  let bars = 0
  for (let tile = 0; tile < tiles; tile++) {
    for (let t = from; t < to; t++)
      for (let bits = dropped.present[tile * length + t]; bits > 0; bits &= bits - 1) bars++
  }
  return bars
}

/** What the work takes, so that it is known before it begins. */
function memoryOf({ plan, supply, config, keptBytes = 0 }: ScoreWork, layout: Layout): ChunkOptions['memory'] {
  const tiles = tilesOf(supply)
  const line = tiles * TILE_COLUMNS * BYTES
  // Where the supply holds nothing but timestamps, the bars of a chunk are read, joined and pivoted beside each other.
  const read = (supply.holds ? supply.addedColumns : 2 * (plan.inputs.length + 1)) * line
  const room = laneRoom(layout, { rows: 1, tiles })
  const columns = Object.keys(plan.outputs).length + KEY_COLUMNS
  const group = GROUP_COPIES * groupRows(columns) * columns * BYTES
  const fixedBytes = supply.heldBytes + keptBytes + config.threads * room.scratch * BYTES + group
  const bytesPerRow = layout.slots * line + config.threads * room.local * BYTES + read
  return { bytesPerRow, fixedBytes, limitMb: config.memoryLimitMb }
}

const tilesOf = (supply: BarSupply): number => Math.max(1, Math.ceil(supply.timestamps.length / TILE_COLUMNS))

/** Adds the seconds of some work to a phase. */
export async function timed<T>(
  seconds: ScoreCounts['seconds'],
  phase: keyof ScoreCounts['seconds'],
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now()
  try {
    return await work()
  } finally {
    seconds[phase] += (performance.now() - started) / 1000
  }
}
