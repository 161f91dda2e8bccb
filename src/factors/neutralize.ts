import type { Dag, DagNode } from './node.js'

/** What a factor is to be neutral to, at every timestamp. */
export interface Exposures {
  /** a column of groups: the factor's mean in each group becomes 0 */
  groups: DagNode | null
  /** series that the factor is to be uncorrelated with across symbols, or in groups */
  columns: DagNode[]
}

/**
 * The residual of y in a least-squares regression across symbols, at each timestamp, on a constant, or on a dummy per
 * group, and on columns. Symbols without y, a column or a group take no part and have no result; a column that is a
 * combination of those before it adds nothing.
 *
 * Everything is demeaned, then each column is made orthogonal to those before it, so that y is fitted on one at a time.
 *
 * @see Frisch, Waugh 1933, doi:10.2307/1907330
 */
export function neutralized(dag: Dag, y: DagNode, { groups, columns }: Exposures): DagNode {
  const demeaned = (node: DagNode) =>
    groups ? dag.apply('group_demean', [node, groups]) : dag.apply('cross_demean', [node])
  const all = [y, ...columns]
  const complete = all.map((node) => dag.apply('equal', [node, node])).reduce((a, b) => dag.apply('multiply', [a, b]))
  let [rest, ...others] = all.map((node) => demeaned(all.length > 1 ? dag.apply('multiply', [complete, node]) : node))
  while (others.length > 0) {
    const [column, ...later] = others
    rest = dag.apply('cross_residual', [rest, column])
    others = later.map((node) => dag.apply('cross_residual', [node, column]))
  }
  return rest
}
