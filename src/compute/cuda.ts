import type { Panel } from '../panel/panel.js'
import type { Plan } from '../types.js'
import { type Catalogue, specOf } from './catalogue.js'
import { encodeSteps } from './encode.js'
import { runLanes } from './lanes.js'
import { devicePool, type Pool } from './pool.js'
import type { Stage } from './stages.js'

/** True if every kernel of a plan has a CUDA form: all but the folds of a series. */
export function cudaSupports(plan: Plan, catalogue: Catalogue): boolean {
  return plan.steps.every(({ kernel }) => specOf(catalogue, kernel).shape !== 'segment')
}

/**
 * Runs one stage of a plan on a CUDA device: one thread owns the device, and one call uploads, runs and downloads.
 *
 * @param options.device index of the device
 * @throws LQ_GPU_MEMORY if the device's memory does not suffice (the arena is as before then), LQ_GPU_UNAVAILABLE if
 *   the device fails, LQ_INTERRUPTED if the signal is aborted
 */
export async function runStageOnCuda(
  stage: Stage,
  panel: Panel,
  options: { catalogue: Catalogue; device: number; signal?: AbortSignal; pool?: Pool },
): Promise<void> {
  const { rows, cols, tiles, firstRow: first, arena } = panel
  if (rows === 0 || tiles === 0) return
  const steps = encodeSteps(stage.steps, options.catalogue.index, { rows, cols, first, scratch: 0 })
  const units = stage.axis === 'tiles' ? tiles : rows
  const target = `cuda:${options.device}` as const
  await runLanes(
    options.pool ?? devicePool(),
    [{ target, arena: arena.values, units, unitsPerRange: units, ...steps }],
    options.signal,
  )
}
