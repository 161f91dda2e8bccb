import { catalogueOf } from '../compute/catalogue.js'
import { layOut } from '../compute/layout.js'
import { KERNELS } from '../generated/specs.js'
import type { KernelShape } from '../types.js'
import { compile } from './compile.js'
import { columnsOf, typeNameOf } from './explain.js'
import { kernelSpec } from './kernels.js'
import type { Dag, DagNode } from './node.js'
import { planOf } from './plan.js'
import type { FactorDefinition } from './set-file.js'

/** What a run of an expression on the CPU takes, counted on its plan. */
export interface Cost {
  /** steps by the shape of their kernel */
  map: number
  rolling: number
  scan: number
  cross: number
  /** passes over the panel: a step across symbols waits for the steps along their columns, and the other way round */
  stages: number
  /** memory per bar: columns, result, and what one stage leaves for another */
  bytes_per_cell: number
}

/** What an expression is and needs. */
export interface Description {
  /** see `typeNameOf` */
  type: string
  /** rows before the first full value; null where a recursive kernel needs every row there is */
  warmup: number | null
  /** columns of the bars and of what is joined to them, sorted */
  inputs: string[]
  cost: Cost
}

/** A factor of a set, described. */
export interface FactorDescription extends Description {
  name: string
  set: string
  category: string | null
  note: string
  expression: string
}

const BYTES_PER_CELL = Float64Array.BYTES_PER_ELEMENT
const CATALOGUE = catalogueOf(KERNELS)

/** Describes a compiled expression. */
export function describe(node: DagNode): Description {
  return { type: typeNameOf(node), warmup: node.warmup, inputs: columnsOf(node), cost: costOf(node) }
}

/**
 * Describes a factor of a set.
 *
 * @param dag may be shared by many: what they have in common is then made once
 * @throws LQ_EXPRESSION if its expression is none
 */
export function describeFactor(
  dag: Dag,
  set: string,
  { name, category, note, text }: FactorDefinition,
): FactorDescription {
  return {
    name,
    set,
    category,
    note,
    expression: text,
    ...describe(compile(dag, text, { columns: null, adjust: 'none' })),
  }
}

/** @returns an expression on one line */
export function oneLine(expression: string): string {
  return expression.replaceAll(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')')
}

/** @returns a warm-up in words */
export function warmupText(warmup: number | null): string {
  return warmup === null ? 'all rows before (recursive)' : `${warmup} ${warmup === 1 ? 'row' : 'rows'} before`
}

function costOf(node: DagNode): Cost {
  const plan = planOf(new Map([['result', node]]))
  const { stages, slots } = layOut(plan, CATALOGUE, { local: true })
  const of = (shape: KernelShape) => plan.steps.filter(({ kernel }) => kernelSpec(kernel).shape === shape).length
  const steps = { map: of('map'), rolling: of('rolling'), scan: of('scan'), cross: of('cross') }
  return { ...steps, stages: stages.length, bytes_per_cell: slots * BYTES_PER_CELL }
}
