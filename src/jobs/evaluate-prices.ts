import { LqError } from '../errors.js'
import { createDag } from '../factors/dag.js'
import { fieldNode } from '../factors/fields.js'
import type { DagNode } from '../factors/node.js'
import { type FactorPlan, planOf } from '../factors/plan.js'
import type { Panel } from '../panel/panel.js'
import { layPlan, type RunContext, resultTable, runLaid } from './evaluate-panel.js'
import type { PreparedEvaluation } from './evaluate-prepare.js'
import type { SettledEvaluate } from './evaluate-request.js'
import type { BarSupply } from './score-bars.js'
import { withAdjustedClose } from './score-compute.js'

/** Dates that are evaluated at a time, and the rows of the panel where they lie. */
export interface Stretch {
  /** [dates] row of each date in the whole panel */
  rows: Int32Array
  /** ms of every row of the whole panel */
  timestamps: Float64Array
}

/** Prices at some dates and what became of them: [symbols × dates] each, missing where there is no bar. */
export interface Prices {
  price: Float64Array
  /** per horizon */
  forward: Float64Array[]
  /** of the bars' column of groups; null without one */
  group: Float64Array | null
}

const PRICE = 'price'
const GROUP = 'group'
const returnOver = (rows: number): string => `return ${rows}`

/**
 * Plan of the prices: the price as the factor language has it, adjusted where there is an adjusted close, and its
 * relative change over each horizon, up to the row at which it is known.
 *
 * @throws LQ_INPUT_MISSING if the bars have no such price
 */
export function pricePlan(
  { price, horizons, group }: SettledEvaluate,
  { columns, adjust, scores }: Pick<PreparedEvaluation, 'columns' | 'adjust' | 'scores'>,
): FactorPlan {
  const dag = createDag()
  const node = fieldNode(dag, price, { columns, adjust })
  if (!node) {
    throw new LqError('LQ_INPUT_MISSING', `--price: expected a column ${price} in the bars, found none`, {
      hint: `the columns are ${[...columns].sort().join(', ')}`,
    })
  }
  const results = new Map<string, DagNode>([[PRICE, node]])
  for (const rows of horizons) results.set(returnOver(rows), dag.apply('simple_return', [node], [rows]))
  if (group !== undefined && scores.group === null) results.set(GROUP, dag.field(group))
  return planOf(results)
}

/** Reads the prices of some dates, and of the rows after them that their forward returns need. */
export async function readPrices(
  stretch: Stretch,
  from: {
    supply: BarSupply
    plan: FactorPlan
    /** of all cells, ascending; those without a bar have no price */
    symbols: string[]
    horizons: number[]
    delay: number
    adjusted: boolean
    context: RunContext
    reuse?: Panel
  },
): Promise<Prices & { panel: Panel }> {
  const { plan, supply, symbols, horizons, delay } = from
  const { rows, timestamps } = stretch
  const first = rows[0]
  const end = rows[rows.length - 1] + delay + Math.max(...horizons) + 1
  const toMs = end < timestamps.length ? timestamps[end] : Number.POSITIVE_INFINITY
  const read = await supply.read({ fromMs: timestamps[first], toMs })
  const series = read.map((one) => (from.adjusted ? withAdjustedClose(one) : one))
  const laid = layPlan(plan, series, { context: from.context, reuse: from.reuse })
  await runLaid(laid, from.context)
  const { panel } = laid
  const at = { rows: rows.map((row) => row - first), places: placesOf(panel, symbols), symbols: symbols.length }
  return {
    panel,
    price: taken(resultTable(laid, PRICE), panel, at),
    forward: horizons.map((horizon) => {
      const rowsAfter = at.rows.map((row) => row + delay + horizon)
      return taken(resultTable(laid, returnOver(horizon)), panel, { ...at, rows: rowsAfter })
    }),
    group: GROUP in plan.outputs ? taken(resultTable(laid, GROUP), panel, at) : null,
  }
}

/** Where the columns of a panel lie among all symbols. */
function placesOf(panel: Panel, symbols: string[]): number[] {
  const index = new Map(symbols.map((symbol, n) => [symbol, n]))
  return panel.symbols.map((symbol) => index.get(symbol) as number)
}

/** Some rows of a table, [symbols × dates]; a row behind the last is missing: it is not known yet. */
function taken(
  table: Float64Array,
  panel: Panel,
  { rows, places, symbols }: { rows: Int32Array; places: number[]; symbols: number },
): Float64Array {
  const out = new Float64Array(symbols * rows.length).fill(Number.NaN)
  for (const [column, n] of places.entries()) {
    for (let t = 0; t < rows.length; t++) {
      if (rows[t] < panel.rows) out[n * rows.length + t] = table[column * panel.rows + rows[t]]
    }
  }
  return out
}
