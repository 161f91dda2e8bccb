import { createHash } from 'node:crypto'
import { folded } from './fold.js'
import { assertStep } from './kernels.js'
import type { Dag, DagNode } from './node.js'
import { simplified } from './simplify.js'
import { reachOf, rowsBefore } from './warmup.js'

/** Order of their inputs does not change a bit of their results, so one order is as good as the other. */
const COMMUTATIVE = new Set(['add', 'multiply', 'equal', 'not_equal', 'logical_and', 'logical_or'])

const CONDITIONS = new Set(['less', 'less_equal', 'equal', 'not_equal', 'logical_and', 'logical_or', 'logical_not'])

/** @returns an empty graph */
export function createDag(): Dag {
  const nodes = new Map<string, DagNode>()
  const intern = (node: DagNode): DagNode => {
    const known = nodes.get(node.digest)
    if (!known) nodes.set(node.digest, node)
    return known ?? node
  }
  const dag: Dag = {
    constant: (value, type = 'number') => intern(constantNode(value, type)),
    field: (name, type = 'number') => intern(fieldNode(name, type)),
    apply(kernel, given, options = []) {
      const inputs = COMMUTATIVE.has(kernel) ? given.toSorted(byDigest) : given
      const simpler = simplified(dag, kernel, inputs, options)
      if (simpler) return simpler
      const value = folded(kernel, inputs, options)
      return value === null ? intern(stepNode(kernel, inputs, options)) : dag.constant(value, typeOf(kernel, inputs))
    },
  }
  return dag
}

/** @returns the name under which a plan asks for a field that holds one number everywhere: `#2.5` */
export function constantName(value: number): string {
  return Object.is(value, -0) ? '#-0' : `#${value}`
}

/** @returns the number of such a name, or null where the name is a column's */
export function constantOf(name: string): number | null {
  return name.startsWith('#') ? Number(name.slice(1)) : null
}

function constantNode(value: number, type: DagNode['type']): DagNode {
  const name = constantName(value)
  const leaf = { kind: 'constant', name, type, value, grounded: false, warmup: 0, reach: 0 } as const
  return { digest: digestOf(`${type} ${name}`), ...leaf, inputs: [], options: [] }
}

function fieldNode(name: string, type: DagNode['type']): DagNode {
  const leaf = { kind: 'field', name, type, value: null, grounded: true, warmup: 0, reach: 0 } as const
  return { digest: digestOf(`field ${name}`), ...leaf, inputs: [], options: [] }
}

function stepNode(name: string, inputs: DagNode[], options: number[]): DagNode {
  assertStep(name, { inputs: inputs.length, options })
  const digest = digestOf(`${name} ${inputs.map((node) => node.digest)} ${options}`)
  const grounded = inputs.some((node) => node.grounded)
  const warmup = rowsBefore(
    name,
    inputs.map((node) => node.warmup),
    options,
  )
  const reach = reachOf(
    name,
    inputs.map((node) => node.reach),
    options,
  )
  const type = typeOf(name, inputs)
  return { digest, kind: 'step', name, inputs, options, type, value: null, grounded, warmup, reach }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

const byDigest = (a: DagNode, b: DagNode): number => (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0)

function typeOf(kernel: string, inputs: DagNode[]): DagNode['type'] {
  if (CONDITIONS.has(kernel)) return 'bool'
  if (kernel === 'lag') return inputs[0].type
  if (kernel === 'where') return inputs[1].type === inputs[2].type ? inputs[1].type : 'number'
  return 'number'
}
