import { WINDOW_MAX } from './limits.js'
import type { Dag, DagNode } from './node.js'

/** What the bars offer, and how their prices are to be taken. */
export interface FieldRules {
  /** numeric columns of the bars; null where they are not known: every name is then taken for a column */
  columns: ReadonlySet<string> | null
  /** columns that hold codes of groups, made of texts; default none */
  groups?: ReadonlySet<string>
  /** `ratio`: prices × adj_close/close, volume ÷ it */
  adjust: 'none' | 'ratio'
}

/** Fields that are computed from the columns, and how. */
export const DERIVED_FIELDS: Record<string, string> = {
  returns: 'close / delay(close, 1) − 1',
  turnover: 'the column, else close · volume',
  vwap: 'the column, else the column turnover ÷ volume, else (high + low + close)/3',
  'adv{d}': 'mean(turnover, d)',
}

/** Columns that all bars have. */
export const BAR_FIELDS = ['open', 'high', 'low', 'close', 'volume']

const PRICES = ['open', 'high', 'low', 'close', 'vwap']
const AVERAGE_VOLUME = /^adv([1-9]\d{0,4})$/

/** @returns the node of a field, or null where the bars have no such field */
export function fieldNode(dag: Dag, written: string, rules: FieldRules): DagNode | null {
  const name = fieldName(written)
  const days = AVERAGE_VOLUME.exec(name)
  if (days && Number(days[1]) <= WINDOW_MAX) {
    return dag.apply('rolling_mean', [turnover(dag, rules)], [Number(days[1]), 0])
  }
  if (name === 'returns') return dag.apply('simple_return', [column(dag, 'close', rules)], [1])
  if (name === 'turnover') return turnover(dag, rules)
  if (name === 'vwap') return averagePrice(dag, rules)
  const known = rules.columns === null || rules.columns.has(name) || rules.groups?.has(name)
  return known ? column(dag, name, rules) : null
}

/** The names of the language ignore case, those of further columns do not. */
function fieldName(written: string): string {
  const lower = written.toLowerCase()
  const known = BAR_FIELDS.includes(lower) || Object.hasOwn(DERIVED_FIELDS, lower) || AVERAGE_VOLUME.test(lower)
  return known ? lower : written
}

/** A column as the rules want it: prices times the ratio of the adjusted close to the close, volume divided by it. */
function column(dag: Dag, name: string, { adjust, groups }: FieldRules): DagNode {
  if (groups?.has(name)) return dag.field(name, 'group')
  const raw = dag.field(name)
  if (adjust === 'none' || (name !== 'volume' && !PRICES.includes(name))) return raw
  const ratio = dag.apply('divide', [dag.field('adj_close'), dag.field('close')])
  return dag.apply(name === 'volume' ? 'divide' : 'multiply', [raw, ratio])
}

/** Money traded. An adjustment cancels out of price times volume, so the columns are taken as they are. */
function turnover(dag: Dag, { columns }: FieldRules): DagNode {
  if (columns?.has('turnover')) return dag.field('turnover')
  return dag.apply('multiply', [dag.field('close'), dag.field('volume')])
}

function averagePrice(dag: Dag, rules: FieldRules): DagNode {
  if (rules.columns?.has('vwap')) return column(dag, 'vwap', rules)
  if (rules.columns?.has('turnover')) return dag.apply('divide', [dag.field('turnover'), column(dag, 'volume', rules)])
  const [high, low, close] = ['high', 'low', 'close'].map((name) => column(dag, name, rules))
  return dag.apply('divide', [dag.apply('add', [dag.apply('add', [high, low]), close]), dag.constant(3)])
}
