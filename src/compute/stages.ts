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
 * barrier. Steps are moved ahead of others that they do not depend on, which makes few stages of a plan that mixes
 * both: a step goes to the first stage of its kind in which all it waits for is done.
 */
export function stagesOf(plan: Plan, catalogue: Catalogue): Stage[] {
  const waitsFor = dependencies(plan.steps)
  const axes = plan.steps.map((step) => axisOf(step, catalogue))
  const done = plan.steps.map(() => false)
  const stages: Stage[] = []
  let left = plan.steps.length
  for (let axis: Stage['axis'] = 'tiles'; left > 0; axis = axis === 'tiles' ? 'rows' : 'tiles') {
    const steps: Step[] = []
    for (const [i, step] of plan.steps.entries()) {
      if (done[i] || axes[i] !== axis || !waitsFor[i].every((before) => done[before])) continue
      done[i] = true
      steps.push(step)
    }
    left -= steps.length
    if (steps.length > 0) stages.push({ axis, steps })
  }
  return stages
}

/** What a stage is called in ledgers: `rows: cross_rank ×3, cross_scale`. */
export function stageName(stage: Stage): string {
  const counts = new Map<string, number>()
  for (const { kernel } of stage.steps) counts.set(kernel, (counts.get(kernel) ?? 0) + 1)
  const names = [...counts].map(([kernel, count]) => (count === 1 ? kernel : `${kernel} ×${count}`))
  return `${stage.axis}: ${names.join(', ')}`
}

function axisOf(step: Step, catalogue: Catalogue): Stage['axis'] {
  const { shape } = specOf(catalogue, step.kernel)
  assert(shape !== 'segment', `${step.kernel} folds a series, it is no step of a plan`)
  return shape === 'cross' ? 'rows' : 'tiles'
}

/** Per step, the earlier steps it must come after: the writers of what it reads, and all that touch what it writes. */
function dependencies(steps: Step[]): number[][] {
  const writer = new Map<number, number>()
  const readers = new Map<number, number[]>()
  return steps.map((step, i) => {
    const before = new Set<number>()
    for (const slot of step.inputs) {
      if (writer.has(slot)) before.add(writer.get(slot)!)
    }
    for (const slot of step.outputs) {
      if (writer.has(slot)) before.add(writer.get(slot)!)
      for (const reader of readers.get(slot) ?? []) before.add(reader)
    }
    for (const slot of step.inputs) {
      if (readers.get(slot)?.push(i) === undefined) readers.set(slot, [i])
    }
    for (const slot of step.outputs) {
      writer.set(slot, i)
      readers.set(slot, [])
    }
    return [...before]
  })
}
