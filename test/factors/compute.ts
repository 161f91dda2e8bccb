import { createLedger } from '../../src/compute/ledger.js'
import { panelForPlan } from '../../src/compute/plan-panel.js'
import { layOutFor, runPlan } from '../../src/compute/run.js'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import type { NamedExpression } from '../../src/factors/named.js'
import type { DagNode } from '../../src/factors/node.js'
import { planOf } from '../../src/factors/plan.js'
import { readField, writeField } from '../../src/panel/table.js'
import { CPU } from '../compute/make.js'
import { seeded, type Table } from './evaluate.js'

const config = { threads: 1, cpuIsa: 'auto', memoryLimitMb: 4096 } as const

/** Computes factors on a table by the path that a run takes on the CPU. */
export async function computed(factors: NamedExpression[], table: Table): Promise<Record<string, Float64Array>> {
  const dag = createDag()
  const nodes = factors.map(({ name, text }): [string, DagNode] => [
    name,
    compile(dag, text, { columns: null, adjust: 'none' }),
  ])
  const layout = layOutFor(planOf(new Map(nodes)), CPU)
  const { rows, cols, fields } = table
  const timestamp = Float64Array.from({ length: rows }, (_, t) => t * 86_400_000)
  const empty = new Float64Array(rows)
  const columns = Object.fromEntries(layout.inputs.map((name) => [name, empty]))
  const series = Array.from({ length: cols }, (_, n) => {
    return { symbol: `S${String(n).padStart(4, '0')}`, bars: { rows, timestamp, columns } }
  })
  const panel = panelForPlan(layout, { series, config })
  for (const [slot, name] of layout.inputs.entries()) writeField(panel, slot, fields[name])
  await runPlan(layout, panel, CPU, { config, ledger: createLedger() })
  return Object.fromEntries(Object.entries(layout.outputs).map(([name, slot]) => [name, readField(panel, slot)]))
}

/** The first rows of a table. */
export function firstRows({ cols, fields }: Table, rows: number): Table {
  const cut = Object.entries(fields).map(([name, values]) => [name, values.subarray(0, rows * cols)])
  return { rows, cols, fields: Object.fromEntries(cut) }
}

/** Columns with a code per symbol: how many groups each has. */
const GROUPS = { sector: 2, industry: 3, subindustry: 4 }
/** Columns that change each quarter of 63 rows: the scale of each; a negative one makes losses possible. */
const REPORTS: Record<string, number> = {
  ...{ market_cap: 1e10, revenue: 5e9, gross_profit: 2e9, operating_income: -5e8, operating_profit: -5e8, ebitda: 8e8 },
  ...{ net_income: -3e8, operating_cash_flow: -4e8, capital_expenditure: 1e8, dividends: 1e8, total_assets: 9e9 },
  ...{ equity: -3e9, total_debt: 2e9, cash: 5e8, current_assets: 2e9, current_liabilities: 1e9, inventory: 4e8 },
  ...{ eps: -3, per: 20, pbr: 2, ev_ebitda: 10, dividend_yield: 3, shares: 1e9, free_float_shares: 5e8 },
}

/**
 * A seeded market: prices that walk, volumes, groups and reports. In the last third of the symbols 2 % of the bars are
 * missing, 2 % have no trade and one price; the others are whole, so that long windows have values.
 */
export function randomMarket(seed: number, { rows, cols }: { rows: number; cols: number }): Table {
  const random = seeded(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const table = () => new Float64Array(rows * cols).fill(Number.NaN)
  const fields: Record<string, Float64Array> = {}
  for (const name of ['open', 'high', 'low', 'close', 'volume', ...Object.keys(GROUPS)]) fields[name] = table()
  for (let n = 0; n < cols; n++) {
    let last = 20 + 80 * random()
    for (let t = 0; t < rows; t++) {
      const flawed = n >= (2 * cols) / 3 && random() < 0.04
      if (flawed && random() < 0.5) continue
      const open = last * Math.exp(0.005 * normal())
      const close = flawed ? open : open * Math.exp(0.02 * normal())
      const [high, low] = flawed ? [open, open] : [1, -1].map((side) => beyond(open, close, side * (0.1 + random())))
      const volume = flawed ? 0 : Math.round(1e6 * Math.exp(0.5 * normal()))
      Object.entries({ open, high, low, close, volume }).forEach(([name, value]) => {
        fields[name][t * cols + n] = value
      })
      Object.entries(GROUPS).forEach(([name, count]) => {
        fields[name][t * cols + n] = n % count
      })
      last = close
    }
  }
  for (const [name, scale] of Object.entries(REPORTS)) {
    for (const column of [name, `${name}_prior`, `${name}_prior2`]) {
      fields[column] = table()
      for (let n = 0; n < cols; n++) {
        let value = Number.NaN
        for (let t = 0; t < rows; t++) {
          if (t % 63 === n % 63 || t === 0) value = scale < 0 ? scale * (random() - 0.7) : scale * Math.exp(normal())
          fields[column][t * cols + n] = value
        }
      }
    }
  }
  return { rows, cols, fields }
}

/** A price beyond both others, by a share of their distance. */
function beyond(a: number, b: number, share: number): number {
  const edge = share > 0 ? Math.max(a, b) : Math.min(a, b)
  return edge + share * (Math.abs(a - b) + 0.01)
}
