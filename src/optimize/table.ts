import { loadAddon } from '../compute/addon.js'
import { loadCatalogue, specOf } from '../compute/catalogue.js'
import type { Layout } from '../compute/layout.js'
import type { Ledger } from '../compute/ledger.js'
import { laneRoom, panelForPlan } from '../compute/plan-panel.js'
import { layOutFor, type PlanCarry, runPlan } from '../compute/run.js'
import { alignedDoubles } from '../compute/trials.js'
import type { Config } from '../config.js'
import type { DagNode } from '../factors/node.js'
import { type FactorPlan, planOf } from '../factors/plan.js'
import { arenaBytes, createArena, slotView, TILE_COLUMNS } from '../panel/arena.js'
import type { Panel, PanelSeries } from '../panel/panel.js'
import { cellIndex } from '../panel/table.js'
import type { BackendChoice } from '../types.js'

/** With what tables are computed. */
export interface TableContext {
  config: Pick<Config, 'threads' | 'cpuIsa' | 'memoryLimitMb'>
  choice: BackendChoice
  ledger: Ledger
  signal?: AbortSignal
}

/** Rows of a table: the value of column k at row t of symbol n is at ((n · rows) + t) · stride + k. */
export interface TableChunk {
  from: number
  rows: number
  values: Float64Array
}

/** Columns that trials share, computed chunk after chunk. */
export interface Table {
  /** doubles from one row to the next */
  stride: number
  /** Passes over the rows before `row`: recursive steps go through them, windows just look back. */
  skip(row: number): Promise<void>
  /** Computes rows [from, to); `from` is where the last chunk ended. The values are valid until the next call. */
  next(to: number): Promise<TableChunk>
}

/** Columns of one plan: as many as keep its panel, eight columns wide for one symbol, small. */
const PLAN_COLUMNS_MAX = 16

/** Some columns, and what their recursive steps carry from chunk to chunk. */
interface Part {
  plan: FactorPlan
  layout: Layout
  first: number
  count: number
  carry: { states: Float64Array; places: number[] }
}

/**
 * Opens a table of columns. Bits depend on the bars alone, not on the chunks.
 *
 * @param bars.series  of the symbols, all at the same timestamps
 * @param bars.rowsMax of one chunk
 */
export function openTable(
  nodes: readonly (DagNode | null)[],
  { series, rowsMax }: { series: PanelSeries[]; rowsMax: number },
  context: TableContext,
): Table {
  const stride = strideOf(nodes)
  const parts = partsOf(nodes, series.length, context)
  const tiles = Math.ceil(series.length / TILE_COLUMNS)
  const count = Math.min(context.config.threads, parts.length)
  const memories = Array.from({ length: count }, () => memoryFor(parts, rowsMax, tiles, context))
  let at = 0
  let values: Float64Array = new Float64Array(0)
  return {
    stride,
    async skip(row) {
      if (parts.every(({ plan }) => plan.scans.length === 0)) at = row
      while (at < row) await this.next(Math.min(row, at + rowsMax))
    },
    async next(to) {
      const from = at
      const length = (to - from) * stride * series.length
      if (values.length < length) values = alignedDoubles(length)
      const now = { from, to, series, stride, values, context }
      const waiting = parts.values()
      await Promise.all(
        memories.map(async (memory) => {
          for (const part of waiting) await compute(part, memory, now)
        }),
      )
      at = to
      return { from, rows: to - from, values }
    },
  }
}

/** Doubles from one row of a table to the next: an odd number of whole lines, so that rows spread over a cache. */
export function strideOf(nodes: readonly (DagNode | null)[]): number {
  const lines = Math.ceil(Math.max(1, nodes.length) / TILE_COLUMNS)
  return (lines + ((lines + 1) % 2)) * TILE_COLUMNS
}

/** Rows that the widest window looks back: short chunks compute them again and again. */
export function reachOf(nodes: readonly (DagNode | null)[]): number {
  return nodes.reduce((most, node) => Math.max(most, node?.reach ?? 0), 0)
}

function partsOf(nodes: readonly (DagNode | null)[], symbols: number, { config, choice }: TableContext): Part[] {
  const lines = Math.ceil(nodes.length / TILE_COLUMNS)
  const count = Math.max(Math.ceil(nodes.length / PLAN_COLUMNS_MAX), Math.min(config.threads, lines))
  const parts: Part[] = []
  for (let i = 0; i < count; i++) {
    const [first, end] = [i, i + 1].map((k) => Math.min(nodes.length, Math.floor((k * lines) / count) * TILE_COLUMNS))
    const own = nodes.slice(first, end).map((node, k) => [String(first + k), node] as const)
    const plan = planOf(new Map(own.flatMap(([name, node]) => (node ? [[name, node]] : []))))
    const carry = roomFor(plan, Math.ceil(symbols / TILE_COLUMNS))
    parts.push({ plan, layout: layOutFor(plan, choice), first, count: end - first, carry })
  }
  return parts
}

function roomFor({ scans, steps }: FactorPlan, tiles: number): Part['carry'] {
  const catalogue = loadCatalogue()
  let lines = 0
  const places = scans.map(({ step }) => {
    const place = lines
    lines += tiles * specOf(catalogue, steps[step].kernel).state
    return place
  })
  return { states: new Float64Array(new SharedArrayBuffer(lines * TILE_COLUMNS * 8)), places }
}

/** What is computed now. */
interface Now {
  from: number
  to: number
  series: PanelSeries[]
  stride: number
  values: Float64Array
  context: TableContext
}

/** Memory that panels take one after the other. */
type Memory = Pick<Panel, 'arena'>

/** Room for the largest panel of all parts: new memory is cleared first, which costs more than the work. */
function memoryFor(parts: readonly Part[], rows: number, tiles: number, { config }: TableContext): Memory {
  const sizes = parts.map(({ layout, plan }) => {
    const shape = { rows: rows + plan.reach, tiles }
    const { scratch, local } = laneRoom(layout, shape)
    return { ...shape, slots: layout.slots, scratch: config.threads * (scratch + local) }
  })
  const [largest] = sizes.sort((a, b) => arenaBytes(b) - arenaBytes(a))
  const { addon } = loadAddon()
  return { arena: createArena(largest, { ...config, advise: addon ? (values) => addon.advise(values) : undefined }) }
}

/** Computes the columns of one part, and copies them to their places. */
async function compute(part: Part, memory: Memory, on: Now): Promise<void> {
  const { from, to, series, context } = on
  const { plan, layout } = part
  // Without native code recursive steps have no states to carry: they see every row again.
  const first = plan.scans.length > 0 && loadAddon().addon === null ? 0 : Math.max(0, from - plan.reach)
  const { config, choice, ledger, signal } = context
  const panel = panelForPlan(layout, {
    series: series.map((one) => sliceOf(one, first, to)),
    firstRow: first,
    config,
    reuse: memory,
  })
  const next = Math.max(0, to - plan.reach)
  const carry = carryOf(part, { first, next, resume: from > 0, rows: panel.rows })
  await runPlan(layout, panel, choice, { config, ledger, signal, carry })
  copyOut(part, panel, { ...on, skip: from - first })
}

function carryOf(
  { plan, carry }: Part,
  { first, next, resume, rows }: { first: number; next: number; resume: boolean; rows: number },
): PlanCarry {
  const steps = plan.scans.map(({ step, reach }, i) => {
    const keep = Math.max(0, Math.min(rows, next + reach - first))
    return [step, { place: carry.places[i], resume, begin: resume ? reach : 0, keep }] as const
  })
  return { states: carry.states, steps: new Map(steps) }
}

function sliceOf({ symbol, bars }: PanelSeries, from: number, to: number): PanelSeries {
  const columns = Object.entries(bars.columns).map(([name, values]) => [name, values.subarray(from, to)] as const)
  return {
    symbol,
    bars: { rows: to - from, timestamp: bars.timestamp.subarray(from, to), columns: Object.fromEntries(columns) },
  }
}

/** Eight columns at a time, so that a line of the table is written once. */
function copyOut(part: Part, panel: Panel, on: Now & { skip: number }): void {
  const { from, to, stride, values, skip, series } = on
  const rows = to - from
  for (let k = 0; k < part.count; k += TILE_COLUMNS) {
    const count = Math.min(TILE_COLUMNS, part.count - k)
    const isThere = (name: string) => part.layout.outputs[name] !== undefined
    const names = Array.from({ length: count }, (_, i) => String(part.first + k + i)).filter(isThere)
    const slots = names.map((name) => slotView(panel.arena, part.layout.outputs[name]))
    for (let n = 0; n < series.length; n++) {
      const column = panel.symbols.indexOf(series[n].symbol)
      const at = { read: cellIndex(panel, skip, column), write: n * rows * stride + part.first + k, stride, rows }
      if (slots.length === TILE_COLUMNS) copyLine(slots, values, at)
      else for (const [i, slot] of slots.entries()) copyColumn(slot, values, { ...at, write: at.write + i })
    }
  }
}

interface Copied {
  read: number
  write: number
  stride: number
  rows: number
}

function copyColumn(slot: Float64Array, values: Float64Array, { read, write, stride, rows }: Copied): void {
  for (let t = 0; t < rows; t++) values[write + t * stride] = slot[read + t * TILE_COLUMNS]
}

/** Eight columns by name: an array of arrays would be looked into for each value, at twice the time. */
function copyLine(slots: Float64Array[], values: Float64Array, { read, write, stride, rows }: Copied): void {
  const [a, b, c, d, e, f, g, h] = slots
  for (let t = 0, from = read, to = write; t < rows; t++, from += TILE_COLUMNS, to += stride) {
    values[to] = a[from]
    values[to + 1] = b[from]
    values[to + 2] = c[from]
    values[to + 3] = d[from]
    values[to + 4] = e[from]
    values[to + 5] = f[from]
    values[to + 6] = g[from]
    values[to + 7] = h[from]
  }
}
