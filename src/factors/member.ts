import { kernelSpec } from './kernels.js'
import type { Dag, DagNode } from './node.js'

/** Column that is 1 where a symbol belongs to the universe, else missing. No expression can name it. */
export const MEMBER = '#member'

/** @returns a node that is missing wherever a symbol does not belong to the universe */
export function ofMembers(dag: Dag, node: DagNode): DagNode {
  return node.grounded ? dag.apply('multiply', [dag.field(MEMBER), node]) : node
}

/**
 * A graph whose cross-sections see members alone: every input of such a kernel is masked. Windows still see all bars of
 * a symbol, so they are full on the day on which it enters.
 */
export function memberDag(dag: Dag): Dag {
  return {
    ...dag,
    apply(kernel, inputs, options) {
      const isCross = kernelSpec(kernel).shape === 'cross'
      return dag.apply(kernel, isCross ? inputs.map((node) => ofMembers(dag, node)) : inputs, options)
    },
  }
}
