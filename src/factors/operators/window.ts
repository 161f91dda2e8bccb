import type { Syntax } from '../ast.js'
import { WINDOW_MAX } from '../limits.js'
import type { DagNode } from '../node.js'
import {
  condition,
  constant,
  MIN_PERIODS,
  type Operator,
  type Parameter,
  rows,
  series,
  type Values,
} from './signature.js'

const x = series('x')
const y = series('y')

/** Operators that look at the last n rows of a column, the newest included. */
export const WINDOWS: Operator[] = [
  rolling('mean', ['sma', 'ts_mean'], { kernel: 'rolling_mean', summary: 'mean of the last n rows' }),
  rolling('sum', ['ts_sum'], {
    kernel: 'rolling_sum',
    summary: 'sum of the last n rows; of a condition: rows where it holds',
  }),
  rolling('stddev', ['std', 'ts_std', 'ts_stddev'], {
    kernel: 'rolling_std',
    least: 2,
    summary: 'standard deviation of the last n rows, ddof 1',
  }),
  rolling('var', ['variance', 'ts_var'], {
    kernel: 'rolling_var',
    least: 2,
    summary: 'variance of the last n rows, ddof 1',
  }),
  {
    ...rolling('ts_min', [], { kernel: 'rolling_min', summary: 'smallest value of the last n rows' }),
    overload: { name: 'min', when: endsWithWindow, rule: 'the second argument is an integer literal of 2 or more' },
  },
  {
    ...rolling('ts_max', [], { kernel: 'rolling_max', summary: 'greatest value of the last n rows' }),
    overload: { name: 'max', when: endsWithWindow, rule: 'the second argument is an integer literal of 2 or more' },
  },
  rolling('ts_argmin', ['idxmin'], {
    kernel: 'rolling_argmin',
    summary: 'position of the first smallest value among the last n rows, the oldest row = 1',
  }),
  rolling('ts_argmax', ['idxmax'], {
    kernel: 'rolling_argmax',
    summary: 'position of the first greatest value among the last n rows, the oldest row = 1',
  }),
  rolling('rows_since_max', [], {
    kernel: 'rolling_since_max',
    summary: 'rows since the greatest value of the last n rows, the last one of equal ones',
  }),
  rolling('rows_since_min', [], {
    kernel: 'rolling_since_min',
    summary: 'rows since the smallest value of the last n rows, the last one of equal ones',
  }),
  rolling('max_fall', [], {
    kernel: 'rolling_drawdown',
    summary: 'greatest fall within the last n rows, from a value to a later one',
  }),
  {
    ...rolling('ts_rank', [], {
      kernel: 'rolling_rank',
      summary: 'average rank of the newest value among the last n rows ÷ valid rows',
    }),
    overload: { name: 'rank', when: twoOrMore, rule: 'there are two arguments' },
  },
  {
    ...rolling('ts_zscore', [], {
      kernel: 'rolling_zscore',
      least: 2,
      summary: '(x − mean) ÷ standard deviation over the last n rows; missing where all are equal',
    }),
    overload: { name: 'zscore', when: positionalWindow, rule: 'there are two arguments, or one is named n' },
  },
  rolling('slope', ['ts_slope'], {
    kernel: 'rolling_slope',
    least: 2,
    summary: 'slope of the least-squares line of the last n rows, per row',
  }),
  pair('correlation', ['corr', 'ts_corr'], {
    kernel: 'rolling_corr',
    summary: 'correlation of x and y over the last n rows; missing where one is constant',
  }),
  pair('covariance', ['cov', 'ts_cov'], {
    kernel: 'rolling_cov',
    summary: 'covariance of x and y over the last n rows, ddof 1',
  }),
  rolling('linreg', ['linearreg', 'ts_linreg'], {
    kernel: 'rolling_line',
    least: 2,
    more: [constant('ahead', { min: -WINDOW_MAX, max: WINDOW_MAX, fallback: 0 })],
    summary: 'least-squares line of the last n rows, ahead rows after the newest one; ahead = 1 forecasts the next',
  }),
  rolling('rsquare', ['ts_rsquare'], {
    kernel: 'rolling_rsquare',
    least: 2,
    summary: 'share of the variance of the last n rows that their least-squares line explains',
  }),
  rolling('resi', ['ts_resi'], {
    kernel: 'rolling_resi',
    least: 2,
    summary: 'x less its least-squares line over the last n rows, at the newest row',
  }),
  rolling('decay_linear', ['decaylinear', 'ts_decay_linear', 'wma'], {
    kernel: 'rolling_decay_linear',
    summary: 'mean of the last n rows with the weights 1 … n, the newest weighing most',
  }),
  rolling('product', ['ts_product'], { kernel: 'rolling_product', summary: 'product of the last n rows' }),
  rolling('skew', ['ts_skew'], {
    kernel: 'rolling_skew',
    least: 3,
    summary: 'skewness of the last n rows, corrected for bias; missing where all are equal',
  }),
  rolling('kurt', ['kurtosis', 'ts_kurt'], {
    kernel: 'rolling_kurt',
    least: 4,
    summary: 'excess kurtosis of the last n rows, corrected for bias; missing where all are equal',
  }),
  rolling('mad', ['ts_mad'], {
    kernel: 'rolling_mad',
    summary: 'mean absolute deviation of the last n rows from their mean',
  }),
  {
    ...rolling('med', ['median', 'ts_median'], {
      kernel: 'rolling_quantile',
      summary: 'median of the last n rows',
    }),
    lower: (values) => over(values, 'rolling_quantile', [values.node.x], [0.5]),
  },
  {
    name: 'quantile',
    aliases: ['ts_quantile'],
    group: 'window',
    parameters: [x, rows('n', { min: 1 }), constant('q', { min: 0, max: 1 }), MIN_PERIODS],
    summary: 'quantile q of the last n rows by linear interpolation',
    lower: quantile,
  },
  {
    name: 'count',
    aliases: ['ts_count'],
    group: 'window',
    parameters: [x, rows('n', { min: 1 }), MIN_PERIODS],
    summary:
      'of a condition: rows among the last n where it holds; of a number: rows with a value, missing if there are none',
    lower: count,
  },
  {
    name: 'sumif',
    aliases: ['sum_if'],
    group: 'window',
    parameters: [x, condition('condition'), rows('n', { min: 1 }), MIN_PERIODS],
    summary: 'sum of x over those of the last n rows where the condition holds',
    lower: sumIf,
  },
  lagged('delay', ['ref'], { kernel: 'lag', summary: 'the value n rows ago', rows: rows('n', { min: 0 }) }),
  lagged('delta', [], { kernel: 'difference', summary: 'x less its value n rows ago', rows: rows('n', { min: 1 }) }),
  lagged('pct_change', ['simple_return'], {
    kernel: 'simple_return',
    summary: 'x ÷ its value n rows ago − 1',
    rows: rows('n', { min: 1, fallback: 1 }),
  }),
  lagged('log_return', [], {
    kernel: 'log_return',
    summary: 'log(x ÷ its value n rows ago)',
    rows: rows('n', { min: 1, fallback: 1 }),
  }),
]

interface Shape {
  kernel: string
  summary: string
  /** smallest window that has a meaning */
  least?: number
  /** options of the kernel besides the window and min_periods, in its order */
  more?: Parameter[]
}

function rolling(name: string, aliases: string[], { kernel, summary, least = 1, more = [] }: Shape): Operator {
  const parameters = [x, rows('n', { min: least }), ...more, MIN_PERIODS]
  const lower: Operator['lower'] = (values) => {
    const others = more.map((parameter) => values.number[parameter.name])
    return over(values, kernel, [values.node.x], others)
  }
  return { name, aliases, group: 'window', parameters, summary, lower }
}

function pair(name: string, aliases: string[], { kernel, summary }: Shape): Operator {
  const parameters = [x, y, rows('n', { min: 2 }), MIN_PERIODS]
  return { name, aliases, group: 'window', parameters, summary, lower: (v) => over(v, kernel, [v.node.x, v.node.y]) }
}

function lagged(name: string, aliases: string[], shape: Shape & { rows: Operator['parameters'][0] }): Operator {
  const parameters = [x, shape.rows]
  const lower: Operator['lower'] = ({ dag, node, number }) => dag.apply(shape.kernel, [node.x], [number.n])
  return { name, aliases, group: 'window', parameters, summary: shape.summary, lower }
}

function over({ dag, number }: Values, kernel: string, inputs: DagNode[], others: number[] = []): DagNode {
  return dag.apply(kernel, inputs, [number.n, number.min_periods, ...others])
}

function count({ dag, node: { x }, number: { n, min_periods: minPeriods } }: Values): DagNode {
  if (x.type === 'bool') return dag.apply('rolling_sum', [x], [n, minPeriods])
  // x = x is 1 wherever there is a value; a count that asked for the whole window could only be n.
  return dag.apply('rolling_sum', [dag.apply('equal', [x, x])], [n, minPeriods === 0 ? 1 : minPeriods])
}

/** The ends need no sorted window. */
function quantile(values: Values): DagNode {
  const { q } = values.number
  if (q === 0 || q === 1) return over(values, q === 0 ? 'rolling_min' : 'rolling_max', [values.node.x])
  return over(values, 'rolling_quantile', [values.node.x], [q])
}

function sumIf(values: Values): DagNode {
  const { dag, node } = values
  const chosen = dag.apply('where', [node.condition, node.x, dag.constant(0)])
  return over(values, 'rolling_sum', [chosen])
}

type Arguments = { name: string | null; value: Syntax }[]

function endsWithWindow(args: Arguments): boolean {
  if (args.some((argument) => argument.name === 'n')) return true
  const [first, second] = args
  if (second?.name !== null || second.value.kind !== 'number' || !second.value.integer) return false
  return second.value.value >= 2 && first.value.kind !== 'number'
}

function twoOrMore(args: Arguments): boolean {
  return args.length >= 2
}

/** `zscore(x, 20)` and `zscore(x, n=20)`, but not `zscore(x, clip=3)`. */
function positionalWindow(args: Arguments): boolean {
  return args.some((argument, i) => argument.name === 'n' || (i > 0 && argument.name === null))
}
