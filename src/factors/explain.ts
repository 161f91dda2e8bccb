import { kernelSpec } from './kernels.js'
import type { DagNode } from './node.js'
import { inOrder } from './plan.js'

/**
 * The steps that lead to a node, one line each, in their order: the canonical text of an expression. Equal values have
 * equal texts, however they were written.
 *
 * @example stepsOf(node)   // ['v1 = rolling_mean(close, window=20)', 'v2 = divide(close, v1)']
 */
export function stepsOf(root: DagNode): string[] {
  const names = new Map<DagNode, string>()
  const lines: string[] = []
  for (const node of inOrder([root])) {
    if (node.kind !== 'step') {
      names.set(node, node.kind === 'field' ? node.name : node.name.slice(1))
      continue
    }
    const name = `v${lines.length + 1}`
    names.set(node, name)
    lines.push(
      `${name} = ${node.name}(${[...node.inputs.map((input) => names.get(input)), ...optionsOf(node)].join(', ')})`,
    )
  }
  return lines
}

/** The canonical text of an expression as one line: its steps, or the column it is. */
export function canonicalText(root: DagNode): string {
  return root.kind === 'step' ? stepsOf(root).join('; ') : root.name
}

/** Columns of the bars below a node, sorted. */
export function columnsOf(root: DagNode): string[] {
  return inOrder([root])
    .filter(({ kind }) => kind === 'field')
    .map(({ name }) => name)
    .sort()
}

/** @returns `scalar`, `series`, `bool` or `group` */
export function typeNameOf(node: DagNode): string {
  if (node.type !== 'number') return node.type
  return node.grounded ? 'series' : 'scalar'
}

function optionsOf({ name, options }: DagNode): string[] {
  const specs = kernelSpec(name).options
  const given = options.map((value, i) => `${specs[i].name}=${value}`)
  return given.filter((text) => text !== 'min_periods=0')
}
