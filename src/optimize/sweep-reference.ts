import { KERNELS } from '../generated/specs.js'
import type { PanelSeries } from '../panel/panel.js'
import { REFERENCE } from '../reference/index.js'
import {
  type Backtest,
  backtest,
  backtestBook,
  type Costs,
  type Execution,
  type Limits,
  type Prices,
  type Signals,
} from './backtest.js'
import type { Binding, Program } from './program.js'
import { RULES, type Rule } from './strategy.js'
import type { TableChunk } from './table.js'

/** Bars that trials run on, and how orders become money there. */
export interface Market {
  /** one, or the symbols of a book, all at the same timestamps; missing where a symbol has no bar */
  series: PanelSeries[]
  /** rows that are traded; the first one has no return */
  from: number
  to: number
  costs: Costs
  execution: Execution
}

/** A trial by the definition: its signals from the table, element by element, then bar after bar. */
export function referenceTrial(
  program: Program,
  binding: Binding,
  { trial, market, table, stride }: { trial: number; market: Market; table: TableChunk; stride: number },
): Backtest & { parts?: Backtest[] } {
  const { costs, execution } = market
  const rules = { costs, execution, limits: limitsOf(binding, trial) }
  const symbols = market.series.map((series, symbol) => {
    const values = valuesOf(program, binding, { trial, table, stride, symbol })
    const part = (of: Float64Array) => of.subarray(market.from - table.from, market.to - table.from)
    const prices = pricesOf(series)
    const cut = (of: Float64Array) => of.subarray(market.from, market.to)
    return {
      prices: { open: cut(prices.open), close: cut(prices.close) },
      signals: signalsOf(program, (value) => part(values[value])),
    }
  })
  return symbols.length === 1 ? backtest(symbols[0].prices, symbols[0].signals, rules) : backtestBook(symbols, rules)
}

/** Prices that orders are filled at: adjusted where the bars have an adjusted close, as the signals are. */
export function pricesOf({ bars }: PanelSeries): Prices {
  const { open, close, adj_close: adjusted } = bars.columns
  if (!adjusted) return { open, close }
  return {
    open: open.map((price, t) => price * (adjusted[t] / close[t])),
    close: close.map((price, t) => price * (adjusted[t] / close[t])),
  }
}

/** The bounds of a trial's positions. */
export function limitsOf({ constants }: Binding, trial: number): Limits {
  const of = (rule: Rule) => constants[rule]?.[trial] ?? Number.POSITIVE_INFINITY
  return { stopLoss: of('stop_loss'), takeProfit: of('take_profit'), holding: of('holding') }
}

function signalsOf({ plan, strategy }: Program, seriesOf: (value: number) => Float64Array): Signals {
  const found = RULES.map(
    (rule) =>
      [rule, strategy.rules[rule] !== undefined && rule in plan.outputs ? seriesOf(plan.outputs[rule]) : null] as const,
  )
  const { long, exit, short, cover, size } = Object.fromEntries(found) as Record<Rule, Float64Array | null>
  return { long, exit, short, cover, size }
}

/** Every value of the program's plan, [rows] each. */
function valuesOf(
  { plan }: Program,
  { operands }: Binding,
  { trial, table, stride, symbol }: { trial: number; table: TableChunk; stride: number; symbol: number },
): Float64Array[] {
  const { rows, values } = table
  const inputs = plan.inputs.map((name) => {
    const operand = operands[Number(name.slice(1))]
    if ('numbers' in operand) return new Float64Array(rows).fill(operand.numbers[trial])
    const first = symbol * rows * stride + operand.columns[trial]
    return Float64Array.from({ length: rows }, (_, t) => values[first + t * stride])
  })
  const found: Float64Array[] = [...inputs, ...plan.constants.map((value) => new Float64Array(rows).fill(value))]
  for (const { kernel, inputs: from, options } of plan.steps) {
    const spec = KERNELS.find(({ name }) => name === kernel)!
    const named = Object.fromEntries(spec.options.map(({ name }, i) => [name, options[i]]))
    found.push(
      ...REFERENCE[kernel](
        from.map((value) => found[value]),
        named,
        { rows, cols: 1 },
      ),
    )
  }
  return found
}
