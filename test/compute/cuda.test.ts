import { expect, test } from 'vitest'
import { catalogueOf, loadCatalogue, specOf } from '../../src/compute/catalogue.js'
import { cudaSupports, runStageOnCuda } from '../../src/compute/cuda.js'
import { encodeSteps } from '../../src/compute/encode.js'
import { panelForPlan } from '../../src/compute/plan-panel.js'
import type { Pool } from '../../src/compute/pool.js'
import type { Stage } from '../../src/compute/stages.js'
import type { Lane, WireError } from '../../src/compute/worker.js'
import { randomSeries } from '../panel/make.js'
import { MIXED_ON_DEVICE } from './make.js'

const catalogue = loadCatalogue()
const config = { threads: 1, memoryLimitMb: 1024 }
const panel = panelForPlan(MIXED_ON_DEVICE, {
  series: randomSeries({ count: 9, rows: 20, density: 1, seed: 1 }),
  config,
})
const stage: Stage = MIXED_ON_DEVICE.stages[1]

/** A pool of one thread that notes its lanes and answers. */
function poolThat(answer: WireError | null): { pool: Pool; lanes: Lane[] } {
  const lanes: Lane[] = []
  const run = async (lane: Lane) => {
    lanes.push(lane)
    return answer
  }
  return { pool: { run } as unknown as Pool, lanes }
}

test('one call has the whole stage, on the device that was chosen', async () => {
  const { pool, lanes } = poolThat(null)
  await runStageOnCuda(stage, panel, { catalogue, device: 3, pool })
  expect(lanes).toMatchObject([{ target: 'cuda:3', units: 20, unitsPerRange: 20 }])
  expect(lanes[0].arena).toBe(panel.arena.values)
  const { words, options } = encodeSteps(stage.steps, catalogue, { rows: 20, cols: 9, first: 0, scratch: 0, local: 0 })
  expect(lanes[0]).toMatchObject({ words, options })
})

test('a device without memory is an error of its own', async () => {
  const { pool } = poolThat({ code: 'LQ_GPU_MEMORY', message: 'cuMemAlloc: out of memory', stack: '' })
  const act = runStageOnCuda(stage, panel, { catalogue, device: 0, pool })
  await expect(act).rejects.toMatchObject({ code: 'LQ_GPU_MEMORY', exitCode: 5 })
})

test('an empty panel does not reach the device', async () => {
  const { pool, lanes } = poolThat(null)
  await runStageOnCuda(stage, panelForPlan(MIXED_ON_DEVICE, { series: [], config }), { catalogue, device: 0, pool })
  expect(lanes).toEqual([])
})

test('supports every plan but one with a fold of a series', () => {
  expect(cudaSupports(MIXED_ON_DEVICE, catalogue)).toBe(true)
  const fold = { ...specOf(catalogue, 'negate'), name: 'fold', shape: 'segment' as const }
  const steps = [{ kernel: 'fold', inputs: [0], outputs: [1], options: [] }]
  const layout = { ...MIXED_ON_DEVICE, stages: [{ axis: 'tiles' as const, steps }] }
  expect(cudaSupports(layout, catalogueOf([fold]))).toBe(false)
})
