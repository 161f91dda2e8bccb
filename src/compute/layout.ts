import type { Plan, Step } from '../types.js'
import type { Catalogue } from './catalogue.js'
import { type Stage, stagesOf } from './stages.js'

/**
 * A plan as it is run: its stages, and where each value lies. A place of 0 or more is a slot of the arena. A place
 * below 0 is local: −1 − k is the k-th tile that a thread has for itself, used again for each tile it takes. What only
 * one stage over tiles knows of needs no slot: intermediate results take hardly any memory, and stay in cache.
 */
export interface Layout {
  /** fields that are pivoted, into the slots 0, 1, … */
  inputs: string[]
  /** the plan's stages; their steps name places */
  stages: Stage[]
  /** slots of the arena */
  slots: number
  /** local tiles of each thread */
  locals: number
  /** constants that stages over tiles read, each in a local tile of its own */
  localConstants: { place: number; value: number }[]
  /** constants that fill a slot */
  constants: { place: number; value: number }[]
  /** result name → slot */
  outputs: Record<string, number>
  /** a step of a stage → its place among the plan's steps */
  origins: ReadonlyMap<Step, number>
}

/**
 * Lays a plan out. Slots and local tiles are used again after the last reader of what they hold; inputs and results
 * keep theirs. A step never writes where it reads: windows read rows again after others are written.
 *
 * @param options.local whether threads have tiles of their own; devices and the reference have not
 */
export function layOut(plan: Plan, catalogue: Catalogue, { local }: { local: boolean }): Layout {
  const stages = stagesOf(plan, catalogue)
  const given = placeGiven(plan, stages, local)
  const lives = livesOf(plan, stages)
  const arena = createPlaces(plan.inputs.length + given.constants.length)
  const own = createPlaces(given.localConstants.length)
  const places = new Map<number, number>()
  const take = (value: number, stage: number): void => {
    const { kept, lastStage } = lives.get(value)!
    const isLocal = local && stages[stage].axis === 'tiles' && !kept && lastStage === stage
    places.set(value, isLocal ? -1 - own.take() : arena.take())
  }
  const free = (value: number): void => {
    const place = places.get(value)!
    if (place < 0) own.free(-1 - place)
    else arena.free(place)
  }
  const origins = new Map<Step, number>()
  const index = new Map(plan.steps.map((step, i) => [step, i]))
  let position = 0
  const laid = stages.map(({ axis, steps }, stage): Stage => {
    const at = (value: number): number => places.get(value) ?? given.of[axis].get(value)!
    const done = steps.map((step): Step => {
      for (const value of step.outputs) take(value, stage)
      const placed = { ...step, inputs: step.inputs.map(at), outputs: step.outputs.map(at) }
      for (const value of new Set([...step.inputs, ...step.outputs])) {
        if (lives.get(value)?.last === position) free(value)
      }
      origins.set(placed, index.get(step)!)
      position++
      return placed
    })
    return { axis, steps: done }
  })
  const outputs = Object.entries(plan.outputs).map(([name, value]) => [name, places.get(value) ?? value] as const)
  return {
    ...{ inputs: plan.inputs, stages: laid, slots: arena.count(), locals: own.count() },
    ...{ constants: given.constants, localConstants: given.localConstants },
    ...{ outputs: Object.fromEntries(outputs), origins },
  }
}

/** Until when a value that a step writes is needed. */
interface Life {
  lastStage: number
  /** place, in the order of all stages, of the last step that reads it, or writes it where none does; a result has ∞ */
  last: number
  /** a result */
  kept: boolean
}

function livesOf(plan: Plan, stages: Stage[]): Map<number, Life> {
  const lives = new Map<number, Life>()
  const results = new Set(Object.values(plan.outputs))
  let position = 0
  for (const [stage, { steps }] of stages.entries()) {
    for (const { inputs, outputs } of steps) {
      for (const value of [...inputs, ...outputs]) {
        if (!outputs.includes(value) && !lives.has(value)) continue
        const kept = results.has(value)
        lives.set(value, { lastStage: stage, last: kept ? Number.POSITIVE_INFINITY : position, kept })
      }
      position++
    }
  }
  return lives
}

/** Places of the values that no step writes, by the axis of the stage that reads them. */
interface Given {
  of: Record<Stage['axis'], Map<number, number>>
  constants: Layout['constants']
  localConstants: Layout['localConstants']
}

/** Inputs have the first slots. A constant is a local tile where tiles are local, and a slot where rows are read. */
function placeGiven(plan: Plan, stages: Stage[], local: boolean): Given {
  const inputs = plan.inputs.map((_, slot) => [slot, slot] as const)
  const given: Given = { of: { tiles: new Map(inputs), rows: new Map(inputs) }, constants: [], localConstants: [] }
  for (const { axis, steps } of stages) {
    for (const value of steps.flatMap((step) => step.inputs)) {
      const constant = plan.constants[value - plan.inputs.length]
      if (constant === undefined || given.of[axis].has(value)) continue
      if (local && axis === 'tiles') {
        const place = -1 - given.localConstants.length
        given.localConstants.push({ place, value: constant })
        given.of.tiles.set(value, place)
        continue
      }
      const place = inputs.length + given.constants.length
      given.constants.push({ place, value: constant })
      given.of.rows.set(value, place)
      if (!local) given.of.tiles.set(value, place)
    }
  }
  return given
}

/** Hands out places from `first` on, those given back before new ones. */
function createPlaces(first: number) {
  const free: number[] = []
  let count = first
  return {
    take: () => free.pop() ?? count++,
    free: (place: number) => void free.push(place),
    count: () => count,
  }
}
