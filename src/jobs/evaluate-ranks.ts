import { createDag } from '../factors/dag.js'
import type { Dag, DagNode } from '../factors/node.js'
import { type FactorPlan, planOf } from '../factors/plan.js'
import type { Panel } from '../panel/panel.js'
import {
  fillInput,
  type LaidPlan,
  layPlan,
  type RunContext,
  resultPerRow,
  resultTable,
  runLaid,
} from './evaluate-panel.js'

/** What kernels find of one factor at some dates. */
export interface RankedFactor {
  /** [symbols × dates] average rank ÷ count of the symbols with a score; NaN = no score */
  shares: Float64Array
  /** per horizon: [dates] */
  ic: Float64Array[]
  /** per horizon: [dates] */
  rankIc: Float64Array[]
}

/** Returns after some dates, [symbols × dates] each. */
export interface ReturnTables {
  /** [dates] ms */
  timestamps: Float64Array
  symbols: string[]
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

/**
 * Lays the plan of some factors out on a panel of dates and symbols, its scores and returns still missing.
 */
export function layRanks(
  plan: FactorPlan,
  { timestamps, symbols, forward: returns }: ReturnTables,
  { context, reuse }: { context: RunContext; reuse?: Panel },
): LaidPlan {
  const blank = new Float64Array(timestamps.length).fill(Number.NaN)
  const columns = Object.fromEntries(plan.inputs.map((name) => [name, blank]))
  const bars = { rows: timestamps.length, timestamp: timestamps, columns }
  const laid = layPlan(
    plan,
    symbols.map((symbol) => ({ symbol, bars })),
    { context, reuse },
  )
  for (const [h, table] of returns.entries()) fillInput(laid, forward(h), table)
  return laid
}

/** Runs the plan of as many factors as there are scores. @param scores per factor [symbols × dates] */
export async function rankFactors(
  laid: LaidPlan,
  scores: Float64Array[],
  { horizons, context }: { horizons: number; context: RunContext },
): Promise<RankedFactor[]> {
  for (const [f, table] of scores.entries()) fillInput(laid, score(f), table)
  await runLaid(laid, context)
  const each = <T>(of: (horizon: number) => T) => Array.from({ length: horizons }, (_, h) => of(h))
  return scores.map((_, f) => ({
    shares: resultTable(laid, share(f)),
    ic: each((h) => resultPerRow(laid, ic(f, h))),
    rankIc: each((h) => resultPerRow(laid, rankIc(f, h))),
  }))
}
