import { createBatch, runTrialChunk, TRIAL_STATE, type TrialBatch, type TrialProgram } from '../compute/trials.js'
import { TILE_COLUMNS as TILE } from '../panel/arena.js'
import { marketBars } from './market.js'
import type { Binding, Params, Program } from './program.js'
import { RULES } from './strategy.js'
import { limitsOf, type Market, pricesOf } from './sweep-reference.js'
import { openTable, reachOf, strideOf, type TableContext } from './table.js'
import { blockOf } from './tally.js'
import { BLOCKS, type TrialResult } from './types.js'

/** Doubles of the table at a time: 16 MiB, which stay in cache while trials go over them again and again. */
const CHUNK_DOUBLES = 2 ** 21
/** At least as many rows as windows look back, times this. */
const REACHES = 8
const CHUNK_ROWS_MIN = 1024

/** As `runTrials`, by native code: lane = parameter set, all trials through some rows, then through the next. */
export async function runNativeTrials(
  program: Program,
  binding: Binding,
  { sets, market, context }: { sets: readonly Params[]; market: Market; context: TableContext },
): Promise<TrialResult[]> {
  const { from, to, execution, costs, series } = market
  const { config, signal } = context
  const order = laneOrder(binding, sets.length)
  const span = to - from
  const at = { execution: EXECUTIONS.indexOf(execution), costs, span }
  const options = { trials: order.length, threads: config.threads }
  const batch = createBatch(trialProgram(program, binding, execution), at, options)
  fillLanes(batch, binding, order)
  const prices = pricesOf(series[0])
  const bars = marketBars({ open: prices.open.subarray(from, to), close: prices.close.subarray(from, to) }, execution)
  const barDoubles = bars.length / span
  const { nodes } = binding
  const rows = Math.max(Math.floor(CHUNK_DOUBLES / strideOf(nodes)), REACHES * reachOf(nodes), CHUNK_ROWS_MIN)
  const table = openTable(nodes, { series, rowsMax: Math.min(rows, to) }, context)
  await table.skip(from)
  for (let first = 0; first < span; first += rows) {
    const end = Math.min(span, first + rows)
    const chunk = await table.next(from + end)
    const own = bars.subarray(first * barDoubles, end * barDoubles)
    const part = { first, rows: end - first, market: own, table: chunk.values, stride: table.stride }
    await runTrialChunk(batch, part, { config, signal })
  }
  return resultsOf(batch, order, sets)
}

const EXECUTIONS = ['next-close', 'next-open', 'close'] as const
const SIGNALS = ['long', 'exit', 'short', 'cover', 'size'] as const

/** The program with its values numbered as all operands, constants, steps; a comparison alone is a crossing. */
function trialProgram(
  { plan, operands, strategy }: Program,
  { constants: limits }: Binding,
  execution: Market['execution'],
): TrialProgram {
  const given = plan.inputs.map((name) => Number(name.slice(1)))
  const place = (value: number): number => {
    return value < given.length ? given[value] : value - given.length + operands.length
  }
  const steps = plan.steps.map((step) => ({
    ...step,
    inputs: step.inputs.map(place),
    outputs: step.outputs.map(place),
  }))
  const rules = SIGNALS.map((rule) => (strategy.rules[rule] === undefined ? -1 : place(plan.outputs[rule])))
  const program: TrialProgram = { operands: operands.length, constants: plan.constants, steps, rules, crossing: 0 }
  const isPlain = RULES.every((rule) => rule === 'long' || strategy.rules[rule] === undefined)
  if (!isPlain || Object.keys(limits).length > 0 || execution === 'close' || steps.length !== 1) return program
  const [step] = steps
  const isZero = (value: number) => plan.constants[value - operands.length] === 0
  if (step.kernel === 'less') return { ...program, crossing: 1 }
  if (step.kernel === 'less_equal') return { ...program, crossing: 2 }
  // A condition that was computed whole is 1 or 0: it holds where it is above 0.
  const [zero, condition] = step.inputs.toSorted((a, b) => Number(isZero(b)) - Number(isZero(a)))
  if (step.kernel !== 'not_equal' || !isZero(zero)) return program
  return { ...program, steps: [{ ...step, kernel: 'less', inputs: [zero, condition] }], crossing: 1 }
}

/** Trials with the same first columns are worth a tile of their own from so many on. */
const RUN_MIN = 32

/**
 * Trials in the order of the columns that they read, so that eight neighbours share a column or have eight in a row.
 *
 * @returns lane → trial; the last trial of a long run of equal first columns again, up to the end of its tile
 */
function laneOrder({ operands }: Binding, trials: number): Int32Array {
  const columns = operands.flatMap((operand) => ('columns' in operand ? [operand.columns] : []))
  const sorted = Int32Array.from({ length: trials }, (_, trial) => trial).sort((a, b) => {
    for (const column of columns) if (column[a] !== column[b]) return column[a] - column[b]
    return a - b
  })
  const order: number[] = []
  for (let from = 0, to = 1; from < trials; from = to, to = from + 1) {
    while (to < trials && columns[0]?.[sorted[to]] === columns[0]?.[sorted[from]]) to++
    for (let lane = from; lane < to; lane++) order.push(sorted[lane])
    while (to - from >= RUN_MIN && order.length % TILE !== 0) order.push(sorted[to - 1])
  }
  return Int32Array.from(order)
}

/** Columns, numbers and limits of each lane; spare lanes are the last trial again. */
function fillLanes({ columns, lanes, count }: TrialBatch, binding: Binding, order: Int32Array): void {
  const { operands } = binding
  for (let lane = 0; lane < count; lane++) {
    const trial = order[Math.min(lane, order.length - 1)]
    for (const [i, operand] of operands.entries()) {
      columns[i * count + lane] = 'columns' in operand ? operand.columns[trial] : -1
      lanes[i * count + lane] = 'columns' in operand ? Number.NaN : operand.numbers[trial]
    }
    const { stopLoss, takeProfit, holding } = limitsOf(binding, trial)
    for (const [i, limit] of [stopLoss, takeProfit, holding].entries()) {
      lanes[(operands.length + i) * count + lane] = limit
    }
  }
}

/** Members of a trial's state; Trial in kernels/core/backtest.h. */
const MEMBERS = [
  ...[
    'held',
    'order',
    'blocked',
    'entryPrice',
    'entryRow',
    'base',
    'carried',
    'equity',
    'peak',
    'sincePeak',
    'longest',
  ],
  ...['fallEquity', 'fallPeak', 'sum3', 'sum4', 'downside2', 'trades', 'wins', 'grossProfit', 'grossLoss', 'turnover'],
  'exposureBars',
] as const

function resultsOf({ state, span }: TrialBatch, order: Int32Array, sets: readonly Params[]): TrialResult[] {
  const results = new Array<TrialResult>(sets.length)
  const bars = Math.max(0, span - 1)
  const count = new Float64Array(BLOCKS)
  for (let i = 0; i < bars; i++) count[blockOf(i, bars)]++
  for (const [lane, trial] of order.entries()) {
    const at = Math.floor(lane / TILE) * TRIAL_STATE * TILE + (lane % TILE)
    const of = (name: (typeof MEMBERS)[number]) => state[at + MEMBERS.indexOf(name) * TILE]
    const block = (set: number) =>
      Float64Array.from(count, (_, b) => state[at + (MEMBERS.length + set * BLOCKS + b) * TILE])
    const [sum, sum2] = [block(0), block(1)]
    const total = (values: Float64Array) => values.reduce((all, value) => all + value, 0)
    const maxDrawdown = 1 - of('fallEquity') / of('fallPeak')
    results[trial] = {
      params: sets[trial],
      sums: {
        bars,
        sum: total(sum),
        sum2: total(sum2),
        sum3: of('sum3'),
        sum4: of('sum4'),
        blocks: { count, sum, sum2 },
      },
      ...{ downside2: of('downside2'), finalEquity: of('equity'), maxDrawdown },
      ...{ maxDrawdownBars: maxDrawdown > 0 ? of('longest') : 0, trades: of('trades'), wins: of('wins') },
      ...{ grossProfit: of('grossProfit'), grossLoss: of('grossLoss'), turnover: of('turnover') },
      exposureBars: of('exposureBars'),
    }
  }
  return results
}
