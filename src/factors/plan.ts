import { LqError } from '../errors.js'
import type { Plan } from '../types.js'
import { kernelSpec } from './kernels.js'
import { PLAN_INPUTS_MAX, PLAN_STEPS_MAX } from './limits.js'
import type { DagNode } from './node.js'
import { deepest } from './warmup.js'

/** A plan, and what a caller must know to feed it. */
export interface FactorPlan extends Plan {
  /** rows before the first full value of every result; null where a recursive kernel needs every row there is */
  warmup: number | null
  /** rows before a row that its windows and delays look back to, where recursive steps go on from a carried state */
  reach: number
  /** recursive steps: their place, the reach of what they read, and the digest of what they are */
  scans: { step: number; reach: number; digest: string }[]
}

/**
 * Orders the nodes below the results into a plan. What no result needs is not in it.
 *
 * @param results name → node; several names may share one node, and its value
 * @throws LQ_EXPRESSION if there are more steps or fields than the limits
 */
export function planOf(results: ReadonlyMap<string, DagNode>): FactorPlan {
  const nodes = inOrder([...results.values()])
  const inputs = nodes.filter(({ kind }) => kind === 'field')
  const constants = nodes.filter(({ kind }) => kind === 'constant')
  const work = nodes.filter(({ kind }) => kind === 'step')
  if (work.length > PLAN_STEPS_MAX) throw tooMany('steps', work.length, PLAN_STEPS_MAX)
  if (inputs.length > PLAN_INPUTS_MAX) throw tooMany('columns', inputs.length, PLAN_INPUTS_MAX)
  const values = new Map([...inputs, ...constants, ...work].map((node, value) => [node, value]))
  const at = (node: DagNode) => values.get(node) as number
  return {
    inputs: inputs.map(({ name }) => name),
    constants: constants.map(({ value }) => value as number),
    steps: work.map((node) => {
      return { kernel: node.name, inputs: node.inputs.map(at), outputs: [at(node)], options: node.options }
    }),
    outputs: Object.fromEntries([...results].map(([name, node]) => [name, at(node)])),
    warmup: deepest([...results.values()].map(({ warmup }) => warmup)),
    reach: Math.max(0, ...[...results.values()].map(({ reach }) => reach)),
    scans: work.flatMap((node, step) => {
      if (kernelSpec(node.name).shape !== 'scan') return []
      return [{ step, reach: Math.max(...node.inputs.map(({ reach }) => reach)), digest: node.digest }]
    }),
  }
}

/** All nodes below some roots, inputs before their users; a loop, as chains may be longer than the stack is deep. */
export function inOrder(roots: DagNode[]): DagNode[] {
  const order: DagNode[] = []
  const entered = new Set<DagNode>()
  const pending = roots.toReversed().map((node) => ({ node, ready: false }))
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, ready } = next
    if (ready) order.push(node)
    if (ready || entered.has(node)) continue
    entered.add(node)
    pending.push({ node, ready: true }, ...node.inputs.toReversed().map((input) => ({ node: input, ready: false })))
  }
  return order
}

function tooMany(what: string, found: number, most: number): LqError {
  const hint = 'ask for fewer factors at a time'
  return new LqError('LQ_EXPRESSION', `expected at most ${most} ${what} in one run, found ${found}`, { hint })
}
