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

/** Results of a plan, by name; valid until the panel's memory is used again. */
export interface PlanResults {
  panel: Panel
  /** @returns [symbols × rows]: the cell of row t and symbol n is at n · rows + t */
  table(name: string): Float64Array
  /** @returns [rows] of a result that is one number per row */
  perRow(name: string): Float64Array
}

/**
 * Runs a plan on series that have a column for each of its inputs.
 *
 * @param reuse a panel that nobody reads any more, whose memory may be taken
 * @throws what `panelForPlan` and `runPlan` throw
 */
export async function runOnSeries(
  plan: Plan,
  series: PanelSeries[],
  { context, reuse }: { context: RunContext; reuse?: Panel },
): Promise<PlanResults> {
  const { config, choice, ledger, signal } = context
  const layout = layOutFor(plan, choice)
  const panel = panelForPlan(layout, { series, config, reuse })
  await runPlan(layout, panel, choice, { config, ledger, signal })
  const slotOf = (name: string) => slotView(panel.arena, layout.outputs[name])
  return {
    panel,
    table: (name) => tableOf(panel, slotOf(name)),
    perRow: (name) => columnOf(panel, slotOf(name), 0),
  }
}

function tableOf(panel: Panel, values: Float64Array): Float64Array {
  const table = new Float64Array(panel.cols * panel.rows)
  for (let n = 0; n < panel.cols; n++) table.set(columnOf(panel, values, n), n * panel.rows)
  return table
}

function columnOf(panel: Panel, values: Float64Array, n: number): Float64Array {
  const column = new Float64Array(panel.rows)
  for (let t = 0, at = cellIndex(panel, 0, n); t < panel.rows; t++, at += TILE_COLUMNS) column[t] = values[at]
  return column
}
