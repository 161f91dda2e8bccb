import type { BarStore, SeriesInfo } from '../lake/series.js'
import { BREADTH_STEPS, panelRows, unionOf } from '../panel/rows.js'
import { openBarSupply } from './score-bars.js'

export interface WarmupOptions {
  store: BarStore
  series: SeriesInfo[]
  /** first instant of the result, ms */
  startMs: number
  /** panel rows that must come before it; null: all there are */
  rows: number | null
  minBreadth: number
  /** width of a bar, ms: how far to look back at first */
  barMs: number
  signal?: AbortSignal
}

/** How much further each attempt looks back. Markets are closed four minutes of five, so one or two attempts do. */
const LOOK_BACK_FACTOR = 4

/**
 * Where to begin reading, so that exactly `rows` panel rows come before the start: fewer would leave windows short, and
 * more would make results depend on how the bars are stored.
 *
 * @returns ms; −∞ where every bar is needed, or there are no more rows than that
 */
export async function warmupFrom(options: WarmupOptions): Promise<number> {
  const { startMs, rows, minBreadth, series } = options
  if (!Number.isFinite(startMs) || rows === null) return Number.NEGATIVE_INFINITY
  // The breadth of a row depends on the timestamps before it; those at the edge are only there to judge the others.
  const edge = minBreadth > 0 ? BREADTH_STEPS - 1 : 0
  if (rows + edge === 0) return startMs
  const firstMs = Math.min(...series.map((one) => one.firstMs))
  for (let backMs = (rows + edge) * options.barMs; ; backMs *= LOOK_BACK_FACTOR) {
    const fromMs = startMs - backMs
    const found = rowBefore(await timestampsBetween(options, fromMs), { rows, edge, minBreadth })
    if (found !== null) return found
    if (fromMs <= firstMs) return Number.NEGATIVE_INFINITY
  }
}

async function timestampsBetween(
  { store, series, startMs, signal }: WarmupOptions,
  fromMs: number,
): Promise<Float64Array[]> {
  const span = { fromMs, toMs: startMs }
  return (await openBarSupply({ store, series, columns: [], span, holdBytesMax: 0, signal })).timestamps
}

/** The timestamp from which `edge` timestamps and then `rows` panel rows follow; null if there are not as many. */
function rowBefore(
  timestamps: Float64Array[],
  { rows, edge, minBreadth }: { rows: number; edge: number; minBreadth: number },
): number | null {
  const union = unionOf(timestamps)
  const judged = panelRows(timestamps, { minBreadth }).timestamps
  const first = rows === 0 ? union.length : union.indexOf(judged[judged.length - rows])
  return judged.length >= rows && first >= edge ? union[first - edge] : null
}
