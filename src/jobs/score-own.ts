import type { Layout } from '../compute/layout.js'
import { laneRoom, panelForPlan } from '../compute/plan-panel.js'
import { layOutFor, runPlan } from '../compute/run.js'
import { LqError } from '../errors.js'
import type { Phase } from '../factors/phases.js'
import { arenaBytes, slotView, TILE_COLUMNS } from '../panel/arena.js'
import type { Panel, PanelSeries } from '../panel/panel.js'
import { panelRows } from '../panel/rows.js'
import { cellIndex } from '../panel/table.js'
import { countsOf, type ScoreCounts, type ScoreWork, timed, withAdjustedClose, writeRows } from './score-compute.js'

/** Scores whose windows count a symbol's own bars. */
export interface OwnWork extends Omit<ScoreWork, 'plan'> {
  phases: Phase[]
}

const MIB = 2 ** 20
const BYTES = Float64Array.BYTES_PER_ELEMENT

/**
 * Computes phase after phase, each on a panel of its own: the values that a later phase needs become columns of the
 * bars, which the next panel takes in as it does prices. So nothing below knows of two ways to count rows.
 *
 * @throws LQ_MEMORY if it does not fit as a whole (there are no chunks: rows of one panel lie all over the other);
 *   what `runPlan` throws
 */
export async function computeOwnScores(work: OwnWork): Promise<ScoreCounts> {
  const { phases, supply, minBreadth, config, choice, ledger, signal } = work
  const rows = panelRows(supply.timestamps, { minBreadth })
  const counts = countsOf(supply, rows)
  const { seconds } = counts
  const layouts = phases.map(({ plan }) => layOutFor(plan, choice))
  assertFits(work, layouts, counts)
  let series = await readAll(work)
  let last: Panel | undefined
  for (const [i, { space }] of phases.entries()) {
    const layout = layouts[i]
    const isLast = i + 1 === phases.length
    const panel = await timed(seconds, 'pivot', async () => {
      const from = space === 'own' ? series.map(byOwnRows) : series
      return panelForPlan(layout, { series: from, minBreadth: space === 'own' ? 0 : minBreadth, config, reuse: last })
    })
    await timed(seconds, 'compute', () => runPlan(layout, panel, choice, { config, ledger, signal }))
    if (isLast) {
      const { outputs } = layout
      await timed(seconds, 'write', () => writeRows(work, panel, { counts, outputs, span: work.span }))
    } else {
      series = await timed(seconds, 'pivot', async () => withOutputs(series, panel, { layout, space }))
    }
    last = panel
    work.advance({ done: i + 1, of: phases.length })
  }
  return counts
}

async function readAll({ supply, adjusted, span }: OwnWork): Promise<PanelSeries[]> {
  const series = await supply.read({ fromMs: Number.NEGATIVE_INFINITY, toMs: span.toMs })
  return adjusted ? series.map(withAdjustedClose) : series
}

/** Row numbers in place of times: row k is the k-th bar. */
function byOwnRows({ symbol, bars }: PanelSeries): PanelSeries {
  return { symbol, bars: { ...bars, timestamp: Float64Array.from(bars.timestamp, (_, k) => k) } }
}

/** The outputs of a phase beside the bars. At a timestamp that is no row of the panel they are missing. */
function withOutputs(
  series: PanelSeries[],
  panel: Panel,
  { layout, space }: { layout: Layout; space: Phase['space'] },
) {
  const places = new Map(panel.symbols.map((symbol, n) => [symbol, n]))
  const outputs = Object.entries(layout.outputs).map(([name, slot]) => [name, slotView(panel.arena, slot)] as const)
  return series.map(({ symbol, bars }): PanelSeries => {
    const rows = space === 'own' ? Int32Array.from(bars.timestamp, (_, k) => k) : rowsAt(panel, bars.timestamp)
    const first = cellIndex(panel, 0, places.get(symbol) as number)
    const taken = outputs.map(([name, values]) => [name, columnAt(values, { rows, first })] as const)
    return { symbol, bars: { ...bars, columns: { ...bars.columns, ...Object.fromEntries(taken) } } }
  })
}

/** Row of the panel at each of some times; −1 where there is none. */
function rowsAt({ timestamps }: Panel, at: Float64Array): Int32Array {
  let row = 0
  return Int32Array.from(at, (ms) => {
    while (row < timestamps.length && timestamps[row] < ms) row++
    return timestamps[row] === ms ? row : -1
  })
}

/** The values of one column at some rows. */
function columnAt(values: Float64Array, { rows, first }: { rows: Int32Array; first: number }): Float64Array {
  const out = new Float64Array(rows.length)
  for (let i = 0; i < out.length; i++) out[i] = rows[i] < 0 ? Number.NaN : values[first + rows[i] * TILE_COLUMNS]
  return out
}

function assertFits({ phases, supply, config, keptBytes = 0 }: OwnWork, layouts: Layout[], counts: ScoreCounts): void {
  const tiles = Math.max(1, Math.ceil(counts.symbols / TILE_COLUMNS))
  const ownRows = Math.max(0, ...supply.timestamps.map(({ length }) => length))
  const panels = phases.map(({ space }, i) => {
    const shape = { rows: space === 'own' ? ownRows : counts.rows, tiles }
    const { scratch, local } = laneRoom(layouts[i], shape)
    return arenaBytes({ ...shape, slots: layouts[i].slots, scratch: config.threads * (scratch + local) })
  })
  const between = layouts.slice(0, -1).reduce((sum, { outputs }) => sum + Object.keys(outputs).length, 0)
  const columns = (between + layouts[0].inputs.length + 2) * counts.bars * BYTES
  const needMb = Math.ceil((Math.max(...panels) + columns + keptBytes) / MIB)
  if (needMb <= config.memoryLimitMb) return
  const found = `--align own: expected ${needMb} MiB or more, LQ_MEMORY_LIMIT_MB allows ${config.memoryLimitMb}`
  throw new LqError('LQ_MEMORY', `${found}: it needs all rows at a time`, {
    hint: `raise LQ_MEMORY_LIMIT_MB to ${needMb}, score fewer factors at a time, or leave --align own out`,
  })
}
