import type { Syntax } from '../ast.js'
import { expressionError } from '../expression-error.js'
import type { Dag, DagNode } from '../node.js'
import { constant, MIN_PERIODS, type Operator, rows, series, type Values } from './signature.js'

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
  whole('rsquare', [], {
    least: 2,
    summary: 'share of the variance of the last n rows that their least-squares line explains',
    lower: rSquare,
  }),
  whole('resi', [], {
    least: 2,
    summary: 'x less its least-squares line over the last n rows, at the newest row',
    lower: residual,
  }),
  whole('decay_linear', ['decaylinear', 'wma'], {
    least: 1,
    summary: 'mean of the last n rows with the weights 1 … n, the newest weighing most',
    lower: linearDecay,
  }),
  whole('product', ['ts_product'], { least: 1, summary: 'product of the last n rows', lower: product }),
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
    name: 'quantile',
    aliases: ['ts_quantile'],
    group: 'window',
    parameters: [x, rows('n', { min: 1 }), constant('q', { min: 0, max: 1 }), MIN_PERIODS],
    summary: 'quantile q of the last n rows; only 0 and 1 so far, the smallest and the greatest value',
    lower: quantile,
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
}

function rolling(name: string, aliases: string[], { kernel, summary, least = 1 }: Shape): Operator {
  const parameters = [x, rows('n', { min: least }), MIN_PERIODS]
  return { name, aliases, group: 'window', parameters, summary, lower: (v) => over(v, kernel, [v.node.x]) }
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

/** An operator made of several kernels whose identity holds for windows without a missing value only. */
function whole(
  name: string,
  aliases: string[],
  { least, summary, lower }: { least: number; summary: string; lower: Operator['lower'] },
): Operator {
  const parameters = [x, rows('n', { min: least }), MIN_PERIODS]
  const checked: Operator['lower'] = (values) => {
    if (values.number.min_periods === 0) return lower(values)
    const hint = 'leave min_periods out: the window must be whole'
    throw expressionError(`${name} with min_periods is not available yet`, values.at.min_periods, hint)
  }
  return { name, aliases, group: 'window', parameters, summary, lower: checked }
}

function over({ dag, number }: Values, kernel: string, inputs: DagNode[]): DagNode {
  return dag.apply(kernel, inputs, [number.n, number.min_periods])
}

/**
 * Weights 1 … n, the newest weighing most: Σ k·x / Σ k over rows k = 1 … n. With the mean m and the slope b of the
 * least-squares line, Σ (k − k̄)(x − m) = b · n(n² − 1)/12, so the weighted mean is m + b · (n − 1)/6.
 */
function linearDecay({ dag, node, number: { n } }: Values): DagNode {
  if (n === 1) return node.x
  return lineAt({ dag, x: node.x, n, rowsFromCentre: (n - 1) / 6 })
}

/** x less the line at the newest row, (n − 1)/2 rows after the centre, where the line has the mean. */
function residual({ dag, node, number: { n } }: Values): DagNode {
  return dag.apply('subtract', [node.x, lineAt({ dag, x: node.x, n, rowsFromCentre: (n - 1) / 2 })])
}

function lineAt(input: { dag: Dag; x: DagNode; n: number; rowsFromCentre: number }): DagNode {
  const { dag, x, n, rowsFromCentre } = input
  const rise = dag.apply('multiply', [dag.apply('rolling_slope', [x], [n, 0]), dag.constant(rowsFromCentre)])
  return dag.apply('add', [dag.apply('rolling_mean', [x], [n, 0]), rise])
}

/** slope² · var(row) / var(x), with var(row) = n(n + 1)/12; missing where all values are equal, by max = min. */
function rSquare({ dag, node: { x }, number: { n } }: Values): DagNode {
  const slope = dag.apply('rolling_slope', [x], [n, 0])
  const explained = dag.apply('multiply', [dag.apply('multiply', [slope, slope]), dag.constant((n * (n + 1)) / 12)])
  const share = dag.apply('divide', [explained, dag.apply('rolling_var', [x], [n, 0])])
  const varies = dag.apply('less', [dag.apply('rolling_min', [x], [n, 0]), dag.apply('rolling_max', [x], [n, 0])])
  const bounded = dag.apply('minimum', [share, dag.constant(1)])
  return dag.apply('where', [varies, bounded, dag.constant(Number.NaN)])
}

/** By doubling: the product of 2k rows is that of k rows times the same k rows ago; 2 · log2(n) steps. */
function product({ dag, node: { x }, number: { n } }: Values): DagNode {
  let result: DagNode | null = null
  let resultRows = 0
  let block = x
  for (let blockRows = 1; ; blockRows *= 2) {
    if (Math.floor(n / blockRows) % 2 === 1) {
      const shifted = dag.apply('lag', [block], [resultRows])
      result = result ? dag.apply('multiply', [result, shifted]) : shifted
      resultRows += blockRows
    }
    if (resultRows === n) return result as DagNode
    block = dag.apply('multiply', [block, dag.apply('lag', [block], [blockRows])])
  }
}

function count({ dag, node: { x }, number: { n, min_periods: minPeriods } }: Values): DagNode {
  if (x.type === 'bool') return dag.apply('rolling_sum', [x], [n, minPeriods])
  // x = x is 1 wherever there is a value; a count that asked for the whole window could only be n.
  return dag.apply('rolling_sum', [dag.apply('equal', [x, x])], [n, minPeriods === 0 ? 1 : minPeriods])
}

function quantile(values: Values): DagNode {
  const { q } = values.number
  if (q === 0) return over(values, 'rolling_min', [values.node.x])
  if (q === 1) return over(values, 'rolling_max', [values.node.x])
  throw expressionError(`quantile ${q} is not available yet`, values.at.q, 'only 0 and 1 are: ts_min and ts_max')
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
