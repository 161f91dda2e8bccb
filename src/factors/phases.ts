import { createDag } from './dag.js'
import { kernelSpec } from './kernels.js'
import type { Dag, DagNode } from './node.js'
import { type FactorPlan, inOrder, planOf } from './plan.js'

/** A plan of a run in which windows count a symbol's own bars. */
export interface Phase {
  /** `own`: row k is the k-th bar of each symbol; `panel`: rows are timestamps */
  space: 'own' | 'panel'
  /** its inputs are columns of the bars, and outputs of phases before */
  plan: FactorPlan
}

/**
 * Cuts a graph into phases that are computed one after the other: windows and recursions on each symbol's own bars,
 * cross-sections on timestamps. The last phase is of timestamps, and its outputs are the results.
 *
 * @throws LQ_EXPRESSION if a phase has more steps or inputs than the limits
 */
export function phasesOf(results: ReadonlyMap<string, DagNode>): Phase[] {
  const nodes = inOrder([...results.values()])
  const levels = levelsOf(nodes)
  const level = (node: DagNode) => levels.get(node) as number
  const top = Math.max(...[...results.values()].map(level))
  const last = top + ((top + 1) % 2)
  const needed = new Set(results.values())
  for (const node of nodes)
    for (const input of node.inputs) if (input.kind === 'step' && level(input) < level(node)) needed.add(input)
  const phases: Phase[] = []
  for (let at = 0; at <= last; at++) {
    const own = nodes.filter((node) => node.kind === 'step' && needed.has(node) && level(node) === at)
    const outputs = at === last ? results : new Map(own.map((node) => [nameOf(node), node]))
    if (outputs.size === 0) continue
    phases.push({ space: at % 2 === 0 ? 'own' : 'panel', plan: planOf(cut(outputs, (node) => level(node) < at)) })
  }
  return phases
}

/** Column in which a later phase finds a value. */
const nameOf = (node: DagNode): string => `#${node.digest}`

/** Phase of each node: even ones are of own bars, odd ones of timestamps; elementwise steps stay where inputs are. */
function levelsOf(nodes: DagNode[]): Map<DagNode, number> {
  const levels = new Map<DagNode, number>()
  for (const node of nodes) {
    const below = Math.max(0, ...node.inputs.map((input) => levels.get(input) as number))
    const shape = node.kind === 'step' ? kernelSpec(node.name).shape : 'map'
    const isOff = (shape === 'cross' && below % 2 === 0) || (shape !== 'cross' && shape !== 'map' && below % 2 === 1)
    levels.set(node, below + Number(isOff))
  }
  return levels
}

/** The same values with those of phases before as columns. */
function cut(roots: ReadonlyMap<string, DagNode>, isBefore: (node: DagNode) => boolean): Map<string, DagNode> {
  const dag: Dag = createDag()
  const copies = new Map<DagNode, DagNode>()
  const copyOf = (node: DagNode): DagNode => {
    if (node.kind === 'constant') return dag.constant(node.value as number, node.type)
    if (node.kind === 'field') return dag.field(node.name)
    if (isBefore(node)) return dag.field(nameOf(node))
    return dag.apply(
      node.name,
      node.inputs.map((input) => copies.get(input) as DagNode),
      node.options,
    )
  }
  for (const node of inOrder([...roots.values()])) copies.set(node, copyOf(node))
  return new Map([...roots].map(([name, node]) => [name, copies.get(node) as DagNode]))
}
