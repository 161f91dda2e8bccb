import type { Dag, DagNode } from './node.js'

/**
 * Rewrites that change no bit of a result and save a step or a field that holds a constant. Only such ones: `x + 0` is
 * not `x` where x is −0, and `x / 4` stays a division, as the author wrote it.
 *
 * @returns the simpler node, or null
 */
export function simplified(dag: Dag, kernel: string, inputs: DagNode[], options: number[]): DagNode | null {
  const [x, y, z] = inputs
  switch (kernel) {
    case 'multiply':
      return byFactor(dag, x, y) ?? byFactor(dag, y, x)
    case 'divide':
      return y.value === 1 ? x : y.value === -1 ? dag.apply('negate', [x]) : null
    case 'subtract':
      return Object.is(y.value, 0) ? x : null
    case 'negate':
    case 'logical_not':
      return x.name === kernel ? x.inputs[0] : null
    // Ranks are in the order of what they rank, ties and all, and as many.
    case 'cross_rank':
      return x.name === 'cross_rank' ? x : null
    case 'lag':
      return options[0] === 0 ? x : null
    case 'where':
      return chosen(dag, x, [y, z])
    default:
      return null
  }
}

function byFactor(dag: Dag, factor: DagNode, x: DagNode): DagNode | null {
  if (factor.value === 1) return numeric(x)
  if (factor.value === -1) return dag.apply('negate', [x])
  return factor.value === 2 && x.value === null ? dag.apply('add', [x, x]) : null
}

/** A condition has the same bits as the number 1 or 0 it stands for, but not the type: it stays a multiplication. */
function numeric(x: DagNode): DagNode | null {
  return x.type === 'number' ? x : null
}

/** `where` with a constant condition. */
function chosen(dag: Dag, condition: DagNode, [yes, no]: [DagNode, DagNode]): DagNode | null {
  if (condition.value === null || yes.type !== no.type) return null
  if (Number.isNaN(condition.value)) return dag.constant(Number.NaN)
  return condition.value !== 0 ? yes : no
}
