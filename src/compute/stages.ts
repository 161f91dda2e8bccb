import assert from 'node:assert/strict'
import type { Plan, Step } from '../types.js'
import { type Catalogue, specOf } from './catalogue.js'

/** Steps that run without waiting for each other's other columns or rows: over tiles, or over rows. */
export interface Stage {
  axis: 'tiles' | 'rows'
  steps: Step[]
}

/**
 * Cuts a plan into stages. A cross step needs whole rows, all others whole columns, so a change between them is a
 * barrier. There are as few stages as the longest chain of such changes asks for; within that, a step runs as late as
 * those that need it allow, where its result is most likely to be used while it is in cache.
 */
export function stagesOf(plan: Plan, catalogue: Catalogue): Stage[] {
  const axes = plan.steps.map((step) => axisOf(step, catalogue))
  const at = latest(plan, { axes, earliest: earliest(plan, axes) })
  const stages: Stage[] = []
  for (const [i, step] of plan.steps.entries()) {
    stages[at[i]] ??= { axis: axes[i], steps: [] }
    stages[at[i]].steps.push(step)
  }
  return stages.filter((stage) => stage !== undefined)
}

/** What a stage is called in ledgers: `rows: cross_rank ×3, cross_scale`. */
export function stageName(stage: Stage): string {
  const counts = new Map<string, number>()
  for (const { kernel } of stage.steps) counts.set(kernel, (counts.get(kernel) ?? 0) + 1)
  const names = [...counts].map(([kernel, count]) => (count === 1 ? kernel : `${kernel} ×${count}`))
  return `${stage.axis}: ${names.join(', ')}`
}

type Axis = Stage['axis']

function axisOf(step: Step, catalogue: Catalogue): Axis {
  const { shape } = specOf(catalogue, step.kernel)
  assert(shape !== 'segment', `${step.kernel} folds a series, it is no step of a plan`)
  return shape === 'cross' ? 'rows' : 'tiles'
}

/** Per step, the first stage in which it may run. Even stages go over tiles, odd ones over rows. */
function earliest(plan: Plan, axes: Axis[]): number[] {
  const writer = writers(plan)
  const at: number[] = []
  for (const [i, step] of plan.steps.entries()) {
    const axis = axes[i]
    let stage = axis === 'tiles' ? 0 : 1
    for (const value of step.inputs) {
      const from = writer.get(value)
      if (from !== undefined) stage = Math.max(stage, at[from] + (axes[from] === axis ? 0 : 1))
    }
    at.push(stage)
  }
  return at
}

/** Per step, the last stage in which it may run; what nobody reads runs as early as it can. */
function latest(plan: Plan, { axes, earliest }: { axes: Axis[]; earliest: number[] }): number[] {
  const writer = writers(plan)
  const at = new Array<number>(plan.steps.length).fill(Number.POSITIVE_INFINITY)
  for (let i = plan.steps.length - 1; i >= 0; i--) {
    if (at[i] === Number.POSITIVE_INFINITY) at[i] = earliest[i]
    for (const value of plan.steps[i].inputs) {
      const from = writer.get(value)
      if (from !== undefined) at[from] = Math.min(at[from], at[i] - (axes[from] === axes[i] ? 0 : 1))
    }
  }
  return at
}

/** Value → the step that writes it; a value that is given has none. */
function writers({ steps }: Plan): Map<number, number> {
  return new Map(steps.flatMap(({ outputs }, i) => outputs.map((value) => [value, i] as const)))
}
