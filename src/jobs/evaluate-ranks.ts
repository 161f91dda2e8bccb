import { createDag } from '../factors/dag.js'
import type { Dag, DagNode } from '../factors/node.js'
import { type FactorPlan, planOf } from '../factors/plan.js'
import type { Panel, PanelSeries } from '../panel/panel.js'
import { type RunContext, runOnSeries } from './evaluate-panel.js'

/** What kernels find of one factor at some dates. */
export interface RankedFactor {
  /** [symbols × dates] average rank ÷ count of the symbols with a score; NaN = no score */
  shares: Float64Array
  /** per horizon: [dates] */
  ic: Float64Array[]
  /** per horizon: [dates] */
  rankIc: Float64Array[]
}

/** Tables of a stretch of dates, [symbols × dates] each. */
export interface ScoreTables {
  /** [dates] ms */
  timestamps: Float64Array
  symbols: string[]
  /** of a few factors */
  scores: Float64Array[]
  /** per horizon */
  forward: Float64Array[]
}

const score = (factor: number): string => `score ${factor}`
const forward = (horizon: number): string => `forward ${horizon}`
const share = (factor: number): string => `share ${factor}`
const ic = (factor: number, horizon: number): string => `ic ${factor} ${horizon}`
const rankIc = (factor: number, horizon: number): string => `rank ic ${factor} ${horizon}`

/**
 * Plan of the correlations of some factors with some forward returns. A rank correlation ranks both sides among the
 * symbols that have both.
 */
export function rankPlan({ factors, horizons }: { factors: number; horizons: number }): FactorPlan {
  const dag = createDag()
  const results = new Map<string, DagNode>()
  for (let f = 0; f < factors; f++) {
    const x = dag.field(score(f))
    results.set(share(f), dag.apply('cross_rank', [x]))
    for (let h = 0; h < horizons; h++) {
      const y = dag.field(forward(h))
      const ranks = [where(dag, x, y), where(dag, y, x)].map((node) => dag.apply('cross_rank', [node]))
      results.set(ic(f, h), dag.apply('cross_corr', [x, y]))
      results.set(rankIc(f, h), dag.apply('cross_corr', ranks))
    }
  }
  return planOf(results)
}

/** x where y is there too. */
function where(dag: Dag, x: DagNode, y: DagNode): DagNode {
  return dag.apply('where', [dag.apply('equal', [y, y]), x, x])
}

/** Runs the plan of as many factors and horizons as there are tables. */
export async function rankFactors(
  plan: FactorPlan,
  tables: ScoreTables,
  { context, reuse }: { context: RunContext; reuse?: Panel },
): Promise<{ factors: RankedFactor[]; panel: Panel }> {
  const results = await runOnSeries(plan, seriesOf(tables), { context, reuse })
  const each = <T>(of: (horizon: number) => T) => tables.forward.map((_, h) => of(h))
  return {
    panel: results.panel,
    factors: tables.scores.map((_, f) => ({
      shares: results.table(share(f)),
      ic: each((h) => results.perRow(ic(f, h))),
      rankIc: each((h) => results.perRow(rankIc(f, h))),
    })),
  }
}

/** The tables as bars, which is what panels are made of: a symbol's stretch of a table is its column. */
function seriesOf({ timestamps, symbols, scores, forward: returns }: ScoreTables): PanelSeries[] {
  const dates = timestamps.length
  const named = [
    ...scores.map((table, f) => [score(f), table] as const),
    ...returns.map((table, h) => [forward(h), table] as const),
  ]
  return symbols.map((symbol, n) => {
    const columns = named.map(([name, table]) => [name, table.subarray(n * dates, (n + 1) * dates)])
    return { symbol, bars: { rows: dates, timestamp: timestamps, columns: Object.fromEntries(columns) } }
  })
}
