/**
 * One value of the graph that all expressions of a run share. A node exists once: whoever asks for the same kernel of
 * the same inputs and options gets the same node, so a common subexpression is one step.
 */
export interface DagNode {
  /** what the node is, hashed: equal for equal values, however they were written and in whatever order */
  digest: string
  kind: 'constant' | 'field' | 'step'
  /** of the field or of the kernel; `#2.5` for a constant */
  name: string
  inputs: DagNode[]
  /** in the order of the kernel's spec */
  options: number[]
  /** `group`: codes whose equality alone means something */
  type: 'number' | 'bool' | 'group'
  /** of a constant (NaN = missing), else null */
  value: number | null
  /** depends on a field; a node that does not is a scalar */
  grounded: boolean
  /** rows needed before the first full value; null where a recursive kernel needs every row there is */
  warmup: number | null
  /** rows back that the windows and delays below it look, recursive kernels counted as none */
  reach: number
}

/** Makes nodes. Everything below a node is folded, simplified and shared as it is made. */
export interface Dag {
  constant(value: number, type?: DagNode['type']): DagNode
  field(name: string, type?: 'number' | 'group'): DagNode
  apply(kernel: string, inputs: DagNode[], options?: number[]): DagNode
}
