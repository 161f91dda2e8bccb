import { LqError } from '../errors.js'
import type { Plan, Step } from '../types.js'
import { PLAN_SLOTS_MAX, PLAN_STEPS_MAX } from './limits.js'
import type { DagNode } from './node.js'
import { deepest } from './warmup.js'

/** A plan, and what a caller must know to feed it. */
export interface FactorPlan extends Plan {
  /** columns of the bars: the first of `inputs` */
  columns: string[]
  /** numbers that fill a field each: the rest of `inputs`, where they are called `#2.5` */
  constants: number[]
  /** rows before the first full value of every result; null where a recursive kernel needs every row there is */
  warmup: number | null
}

/**
 * Orders the nodes below the results into a plan. What no result needs is not in it. Slots of intermediates are used
 * again after their last reader; inputs and results keep theirs.
 *
 * @param results name → node; several names may share one node, and its slot
 * @param options.reuse false gives every step a slot of its own (to compare with)
 * @throws LQ_EXPRESSION if there are more steps or slots than the limits
 */
export function planOf(results: ReadonlyMap<string, DagNode>, options: { reuse?: boolean } = {}): FactorPlan {
  const nodes = inOrder([...results.values()])
  const columns = nodes.filter(({ kind }) => kind === 'field')
  const constants = nodes.filter(({ kind }) => kind === 'constant')
  const work = nodes.filter(({ kind }) => kind === 'step')
  if (work.length > PLAN_STEPS_MAX) throw tooMany('steps', work.length, PLAN_STEPS_MAX)
  const inputs = [...columns, ...constants]
  const { slotOf, slots } = place({ inputs, work, kept: new Set(results.values()), reuse: options.reuse ?? true })
  if (slots > PLAN_SLOTS_MAX) throw tooMany('fields', slots, PLAN_SLOTS_MAX)
  const at = (node: DagNode) => slotOf.get(node) as number
  const steps = work.map((node): Step => {
    return { kernel: node.name, inputs: node.inputs.map(at), outputs: [at(node)], options: node.options }
  })
  return {
    inputs: inputs.map(({ name }) => name),
    columns: columns.map(({ name }) => name),
    constants: constants.map(({ value }) => value as number),
    steps,
    slots,
    outputs: Object.fromEntries([...results].map(([name, node]) => [name, at(node)])),
    warmup: deepest([...results.values()].map(({ warmup }) => warmup)),
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

interface Placement {
  inputs: DagNode[]
  work: DagNode[]
  kept: Set<DagNode>
  reuse: boolean
}

/** Gives every node a slot. A step never writes where it reads: windows read rows again after others are written. */
function place({ inputs, work, kept, reuse }: Placement): { slotOf: Map<DagNode, number>; slots: number } {
  const slotOf = new Map(inputs.map((node, slot) => [node, slot]))
  const lastReader = new Map<DagNode, DagNode>()
  for (const node of work) for (const input of node.inputs) lastReader.set(input, node)
  const free: number[] = []
  let slots = inputs.length
  for (const node of work) {
    slotOf.set(node, free.pop() ?? slots++)
    if (!reuse) continue
    for (const input of new Set(node.inputs)) {
      if (input.kind === 'step' && !kept.has(input) && lastReader.get(input) === node) {
        free.push(slotOf.get(input) as number)
      }
    }
  }
  return { slotOf, slots }
}

function tooMany(what: string, found: number, most: number): LqError {
  const hint = 'ask for fewer factors at a time'
  return new LqError('LQ_EXPRESSION', `expected at most ${most} ${what} in one run, found ${found}`, { hint })
}
