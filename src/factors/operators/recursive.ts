import { type Operator, rows, series } from './signature.js'

/**
 * Operators whose value depends on every row before. A missing input leaves the state as it was and gives missing; the
 * state begins with the mean of the first n valid values.
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
]
