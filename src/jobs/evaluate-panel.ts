import type { Layout } from '../compute/layout.js'
import type { Ledger } from '../compute/ledger.js'
import { panelForPlan } from '../compute/plan-panel.js'
import { layOutFor, runPlan } from '../compute/run.js'
import type { Config } from '../config.js'
import { slotView, TILE_COLUMNS } from '../panel/arena.js'
import type { Panel, PanelSeries } from '../panel/panel.js'
import { cellIndex } from '../panel/table.js'
import type { BackendChoice, Plan } from '../types.js'

/** With what plans are run. */
export interface RunContext {
  config: Pick<Config, 'threads' | 'cpuIsa' | 'memoryLimitMb'>
  choice: BackendChoice
  ledger: Ledger
  signal?: AbortSignal
}

/** A plan on its panel, to be run again and again. */
export interface LaidPlan {
  layout: Layout
  panel: Panel
}

/**
 * Lays a plan out on a panel of series that have a column for each of its inputs.
 *
 * @param reuse a panel that nobody reads any more, whose memory may be taken
 * @throws what `panelForPlan` throws
 */
export function layPlan(
  plan: Plan,
  series: PanelSeries[],
  { context, reuse }: { context: RunContext; reuse?: Panel },
): LaidPlan {
  const layout = layOutFor(plan, context.choice)
  return { layout, panel: panelForPlan(layout, { series, config: context.config, reuse }) }
}

/** Runs a plan on its panel. @throws what `runPlan` throws */
export async function runLaid({ layout, panel }: LaidPlan, context: RunContext): Promise<void> {
  const { config, choice, ledger, signal } = context
  await runPlan(layout, panel, choice, { config, ledger, signal })
}

/** Gives an input other values. @param table [symbols × rows]: the cell of row t and symbol n is at n · rows + t */
export function fillInput({ layout, panel }: LaidPlan, name: string, table: Float64Array): void {
  const values = slotView(panel.arena, layout.inputs.indexOf(name))
  for (let n = 0, from = 0; n < panel.cols; n++) {
    for (let t = 0, at = cellIndex(panel, 0, n); t < panel.rows; t++, at += TILE_COLUMNS) values[at] = table[from++]
  }
}

/** @returns a result as [symbols × rows] */
export function resultTable({ layout, panel }: LaidPlan, name: string): Float64Array {
  const values = slotView(panel.arena, layout.outputs[name])
  const table = new Float64Array(panel.cols * panel.rows)
  for (let n = 0, to = 0; n < panel.cols; n++) {
    for (let t = 0, at = cellIndex(panel, 0, n); t < panel.rows; t++, at += TILE_COLUMNS) table[to++] = values[at]
  }
  return table
}

/** @returns [rows] of a result that is one number per row */
export function resultPerRow({ layout, panel }: LaidPlan, name: string): Float64Array {
  const values = slotView(panel.arena, layout.outputs[name])
  return Float64Array.from({ length: panel.rows }, (_, t) => values[cellIndex(panel, t, 0)])
}
