import { constant, group, type Operator, series } from './signature.js'

const PARAMETERS = [series('x'), group('g')]

/** Operators that look at one timestamp across the symbols of a group. A symbol without a group has no result. */
export const GROUPS: Operator[] = [
  plain('group_demean', ['indneutralize', 'group_neutralize'], 'x less the mean of its group'),
  plain('group_mean', [], 'mean of the group, also where x is missing'),
  plain('group_rank', [], 'average rank of ties in the group ÷ symbols of the group with a value'),
  plain('group_zscore', [], '(x − mean) ÷ standard deviation in the group, ddof 0; missing where all are equal'),
  {
    name: 'group_scale',
    aliases: [],
    group: 'groups',
    parameters: [...PARAMETERS, constant('a', { min: -1e12, max: 1e12, fallback: 1 })],
    summary: 'a · x ÷ Σ|x| in the group',
    lower: ({ dag, node, number }) => dag.apply('group_scale', [node.x, node.g], [number.a]),
  },
]

/** The kernel has the operator's name. */
function plain(name: string, aliases: string[], summary: string): Operator {
  const lower: Operator['lower'] = ({ dag, node }) => dag.apply(name, [node.x, node.g])
  return { name, aliases, group: 'groups', parameters: PARAMETERS, summary, lower }
}
