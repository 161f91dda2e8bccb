import type { Dag, DagNode } from '../node.js'
import { constant, type Operator, type Parameter, rows, series, value } from './signature.js'

/**
 * Operators whose value depends on every row before. A missing input leaves the state as it was and gives missing; a
 * mean over n rows begins with the mean of the first n valid values.
 */
export const RECURSIVE: Operator[] = [
  {
    name: 'ema',
    aliases: ['ts_ema'],
    group: 'recursive',
    parameters: [series('x'), rows('n', { min: 1 })],
    summary: 'exponential mean with α = 2/(n + 1)',
    lower: ({ dag, node, number }) => dag.apply('ema', [node.x], [number.n]),
  },
  {
    name: 'wilder',
    aliases: ['wilder_mean', 'rma', 'smma'],
    group: 'recursive',
    parameters: [series('x'), rows('n', { min: 1 })],
    summary: 'exponential mean with α = 1/n, as Wilder has it',
    lower: ({ dag, node, number }) => dag.apply('wilder_mean', [node.x], [number.n]),
  },
  {
    name: 'rsi',
    aliases: [],
    group: 'recursive',
    parameters: [series('x'), rows('n', { min: 1, fallback: 14 })],
    summary: 'relative strength index, 0 … 100, with Wilder means of gains and losses',
    lower: ({ dag, node, number }) => dag.apply('rsi', [node.x], [number.n]),
  },
  {
    name: 'atr',
    aliases: [],
    group: 'recursive',
    parameters: [series('high'), series('low'), series('close'), rows('n', { min: 1, fallback: 14 })],
    summary: 'average true range, a Wilder mean',
    lower: ({ dag, node, number }) => dag.apply('atr', [node.high, node.low, node.close], [number.n]),
  },
  {
    name: 'atr',
    aliases: [],
    group: 'recursive',
    parameters: [rows('n', { min: 1, fallback: 14 })],
    summary: 'average true range of the bars, a Wilder mean',
    overload: { name: 'atr', when: (args) => args.length < 2, rule: 'there is at most one argument' },
    lower: ({ dag, field, number }) => dag.apply('atr', [field('high'), field('low'), field('close')], [number.n]),
  },
  {
    name: 'ewm',
    aliases: [],
    group: 'recursive',
    parameters: [series('x'), rows('n', { min: 1 })],
    summary: "exponential mean with α = 2/(n + 1) whose weights sum to 1 from the first value on; qlib's EMA",
    lower: ({ dag, node, number }) => dag.apply('ewm', [node.x], [number.n]),
  },
  {
    name: 'adaptive_mean',
    aliases: [],
    group: 'recursive',
    parameters: [series('x'), value('alpha')],
    summary: 'exponential mean with an α of its own at each row, 0 … 1; begins with the value before the first α',
    lower: ({ dag, node }) => dag.apply('adaptive_mean', [node.x, node.alpha]),
  },
  plain('cumsum', 'cumulative_sum', [series('x')], 'sum of all values so far'),
  plain('cumprod', 'cumulative_product', [series('x')], 'product of all values so far'),
  plain('previous', 'previous', [series('x')], 'the value before this one, however many rows are missing between'),
  {
    name: 'up_move',
    aliases: [],
    group: 'recursive',
    parameters: [series('high'), series('low')],
    summary: 'rise of the high since the bar before, where the low fell less, else 0',
    lower: ({ dag, node }) => directional(dag, rise(dag, node.high), fall(dag, node.low)),
  },
  {
    name: 'down_move',
    aliases: [],
    group: 'recursive',
    parameters: [series('high'), series('low')],
    summary: 'fall of the low since the bar before, where the high rose less, else 0',
    lower: ({ dag, node }) => directional(dag, fall(dag, node.low), rise(dag, node.high)),
  },
  plain(
    'fisher',
    'fisher',
    [series('x')],
    'Fisher transform of a position in its range, −1 … 1, smoothed as Ehlers has it',
  ),
  plain(
    'supertrend',
    'supertrend',
    [series('upper'), series('lower'), series('close')],
    'the lower band, which only rises, until the close falls below it, then the upper one, which only falls',
  ),
  {
    name: 'sar',
    aliases: [],
    group: 'recursive',
    parameters: [
      series('high'),
      series('low'),
      constant('acceleration', { min: 0, max: 1, fallback: 0.02 }),
      constant('maximum', { min: 0, max: 1, fallback: 0.2 }),
    ],
    summary: "Wilder's parabolic stop and reverse",
    lower: ({ dag, node, number }) => dag.apply('sar', [node.high, node.low], [number.acceleration, number.maximum]),
  },
]

const rise = (dag: Dag, x: DagNode): DagNode => dag.apply('subtract', [x, dag.apply('previous', [x])])
const fall = (dag: Dag, x: DagNode): DagNode => dag.apply('subtract', [dag.apply('previous', [x]), x])

/** @see Wilder 1978, New Concepts in Technical Trading Systems, Directional Movement */
function directional(dag: Dag, move: DagNode, other: DagNode): DagNode {
  const zero = dag.constant(0)
  return dag.apply('where', [dag.apply('less', [dag.apply('maximum', [other, zero]), move]), move, zero])
}

function plain(name: string, kernel: string, parameters: Parameter[], summary: string): Operator {
  const lower: Operator['lower'] = ({ dag, node }) =>
    dag.apply(
      kernel,
      parameters.map((parameter) => node[parameter.name]),
    )
  return { name, aliases: [], group: 'recursive', parameters, summary, lower }
}
