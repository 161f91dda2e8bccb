import type { Panel } from '../panel/panel.js'
import { type Catalogue, specOf } from './catalogue.js'
import { encodeSteps, type StageCarry } from './encode.js'
import { runLanes } from './lanes.js'
import type { Layout } from './layout.js'
import { devicePool, type Pool } from './pool.js'
import type { Stage } from './stages.js'

/** True if every kernel of a plan has a CUDA form: all but the folds of a series. */
export function cudaSupports({ stages }: Layout, catalogue: Catalogue): boolean {
  const steps = stages.flatMap((stage) => stage.steps)
  return steps.every(({ kernel }) => specOf(catalogue, kernel).shape !== 'segment')
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
  options: { catalogue: Catalogue; device: number; carry?: StageCarry; signal?: AbortSignal; pool?: Pool },
): Promise<void> {
  const { rows, cols, tiles, firstRow: first, arena } = panel
  if (rows === 0 || tiles === 0) return
  const { carry } = options
  const extent = { rows, cols, first, scratch: 0, local: 0, carries: carry?.of }
  const steps = encodeSteps(stage.steps, options.catalogue, extent)
  const state = carry?.states ?? new Float64Array(0)
  const times = new Float64Array(0)
  const units = stage.axis === 'tiles' ? tiles : rows
  const target = `cuda:${options.device}` as const
  await runLanes(
    options.pool ?? devicePool(),
    [{ target, arena: arena.values, state, times, units, unitsPerRange: units, ...steps }],
    options.signal,
  )
}
