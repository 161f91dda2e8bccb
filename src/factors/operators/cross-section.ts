import { expressionError } from '../expression-error.js'
import type { DagNode } from '../node.js'
import { constant, type Operator, series, type Values } from './signature.js'

const x = series('x')
const ABSENT = Number.NaN

/** Operators that look at one timestamp across the symbols that have a value there. */
export const CROSS_SECTION: Operator[] = [
  plain('rank', ['cs_rank'], { kernel: 'cross_rank', summary: 'average rank of ties ÷ symbols with a value' }),
  plain('percentile', ['cs_percentile'], {
    kernel: 'cross_percentile',
    summary: '100 · (average rank − 1) ÷ (symbols − 1); 50 for one symbol',
  }),
  plain('demean', ['cs_demean'], { kernel: 'cross_demean', summary: 'x less the mean across symbols' }),
  {
    name: 'zscore',
    aliases: ['cs_zscore'],
    group: 'cross-section',
    parameters: [x, constant('clip', { min: 0, max: 1e6, fallback: 0 })],
    summary: '(x − mean) ÷ standard deviation across symbols, ddof 0; clip bounds it, 0 = does not',
    lower: ({ dag, node, number }) => dag.apply('cross_zscore', [node.x], [number.clip]),
  },
  {
    name: 'winsorize',
    aliases: [],
    group: 'cross-section',
    parameters: [
      x,
      constant('sigma', { min: 0, max: 1e6, fallback: ABSENT }),
      constant('mad', { min: 0, max: 1e6, fallback: ABSENT }),
      constant('quantile', { min: 0, max: 0.5, fallback: ABSENT }),
    ],
    summary:
      'x bounded by mean ± sigma · std, median ± mad · 1.4826 · MAD, or two quantiles; sigma = 3 if none is named',
    lower: winsorize,
  },
  {
    name: 'scale',
    aliases: [],
    group: 'cross-section',
    parameters: [x, constant('a', { min: -1e12, max: 1e12, fallback: 1 })],
    summary: 'a · x ÷ Σ|x| across symbols',
    lower: ({ dag, node, number }) => dag.apply('cross_scale', [node.x], [number.a]),
  },
  {
    name: 'residual',
    aliases: ['cs_residual'],
    group: 'cross-section',
    parameters: [series('y'), x],
    summary: 'y less its least-squares multiple of x across symbols, a line through the origin; y where x is all 0',
    lower: ({ dag, node }) => dag.apply('cross_residual', [node.y, node.x]),
  },
  {
    name: 'cross_corr',
    aliases: ['cs_corr'],
    group: 'cross-section',
    parameters: [x, series('y')],
    summary: 'correlation of x and y across symbols, the same for all; missing where one is constant',
    lower: ({ dag, node }) => dag.apply('cross_corr', [node.x, node.y]),
  },
  plain('cs_mean', ['cross_mean'], { kernel: 'cross_mean', summary: 'mean across symbols, the same for all' }),
  plain('cs_sum', ['cross_sum'], { kernel: 'cross_sum', summary: 'sum across symbols, the same for all' }),
  plain('cs_std', ['cross_std'], {
    kernel: 'cross_std',
    summary: 'standard deviation across symbols, ddof 0, the same for all',
  }),
  plain('cs_count', ['cross_count'], { kernel: 'cross_count', summary: 'symbols with a value, the same for all' }),
]

function plain(name: string, aliases: string[], shape: { kernel: string; summary: string }): Operator {
  const lower: Operator['lower'] = ({ dag, node }) => dag.apply(shape.kernel, [node.x])
  return { name, aliases, group: 'cross-section', parameters: [x], summary: shape.summary, lower }
}

function winsorize({ dag, node, number, at }: Values): DagNode {
  const given = ['sigma', 'mad', 'quantile'].filter((name) => !Number.isNaN(number[name]))
  if (given.length > 1)
    throw expressionError(`expected one of ${given.join(', ')}`, at[given[1]], 'winsorize twice for both')
  const [method = 'sigma'] = given
  return dag.apply(`cross_winsorize_${method}`, [node.x], [given.length === 0 ? 3 : number[method]])
}
