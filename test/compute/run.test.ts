import { afterAll, describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/compute/addon.js'
import type { Layout } from '../../src/compute/layout.js'
import { createLedger } from '../../src/compute/ledger.js'
import { panelForPlan } from '../../src/compute/plan-panel.js'
import { closePool } from '../../src/compute/pool.js'
import { runOnReference } from '../../src/compute/reference-backend.js'
import { type Runners, runPlan } from '../../src/compute/run.js'
import { LqError } from '../../src/errors.js'
import type { Panel } from '../../src/panel/panel.js'
import { readField } from '../../src/panel/table.js'
import type { BackendChoice } from '../../src/types.js'
import { randomSeries } from '../panel/make.js'
import { CPU, cudaBy, MIXED, MIXED_LAYOUT, MIXED_ON_DEVICE, noAddon } from './make.js'

const config = { threads: 2, cpuIsa: 'auto', memoryLimitMb: 1024 } as const
const series = randomSeries({ count: 19, rows: 60, density: 0.9, seed: 41 })
const panelOf = (layout: Layout = MIXED_ON_DEVICE) => panelForPlan(layout, { series, config })
const hasAddon = loadAddon().addon !== null

afterAll(closePool)

/** Runs with stand-ins that note what they ran; `cuda` computes by the reference. */
async function run(options: { choice: BackendChoice; cuda?: Runners['cuda']; addon?: boolean; panel?: Panel }) {
  const ran: string[] = []
  const ledger = createLedger()
  const reference = (name: string): Runners['cuda'] => {
    return async (stage, panel, on) => {
      ran.push(name)
      await runOnReference(stage.steps, panel, on)
    }
  }
  const runners: Runners = {
    load: options.addon === false ? noAddon() : () => ({ addon: { isa: () => 'v3' } as never, path: '', reason: '' }),
    loadTfjs: () => Promise.reject(new Error('nobody asked for it')),
    cpu: (stage, panel, on) => reference('cpu')(stage, panel, { catalogue: on.catalogue, device: 0 }),
    cuda: options.cuda ?? reference('cuda'),
    reference: async (steps, panel, on) => {
      ran.push('reference')
      await runOnReference(steps, panel, on)
    },
  }
  const panel = options.panel ?? panelOf()
  await runPlan(MIXED_ON_DEVICE, panel, options.choice, { config, ledger }, runners)
  return { ran, ledger, panel }
}

const outOfMemory: Runners['cuda'] = async (stage) => {
  if (stage.axis === 'rows') throw new LqError('LQ_GPU_MEMORY', 'cuMemAlloc: out of memory')
}

test('runs every stage on the CPU where that is chosen', async () => {
  const { ran, ledger } = await run({ choice: CPU })
  expect(ran).toEqual(['cpu', 'cpu', 'cpu'])
  expect(ledger.fallbacks).toEqual([])
})

test('runs every stage on the device where that is chosen', async () => {
  for (const mode of ['auto', 'gpu', 'forced-gpu'] as const) {
    const { ran, ledger } = await run({ choice: cudaBy(mode) })
    expect(ran).toEqual(['cuda', 'cuda', 'cuda'])
    expect(ledger.fallbacks).toEqual([])
  }
})

test('records what ran where, and how long', async () => {
  const { ledger } = await run({ choice: cudaBy('gpu') })
  expect(ledger.steps.map(({ step, backend }) => [step, backend])).toEqual([
    ['tiles: rolling_mean, subtract, lag, rolling_zscore', 'cuda'],
    ['rows: cross_rank, cross_zscore', 'cuda'],
    ['tiles: ema, rolling_rank', 'cuda'],
  ])
  expect(ledger.steps.every(({ seconds }) => seconds > 0)).toBe(true)
})

describe.each(['auto', 'gpu'] as const)('%s', (mode) => {
  test('runs a stage that the device has no memory for on the CPU, and records it', async () => {
    const { ran, ledger } = await run({ choice: cudaBy(mode), cuda: outOfMemory })
    expect(ran).toEqual(['cpu'])
    expect(ledger.steps.map(({ backend }) => backend)).toEqual(['cuda', 'cpu', 'cuda'])
    expect(ledger.fallbacks).toEqual([
      { step: 'rows: cross_rank, cross_zscore', from: 'cuda', to: 'cpu', reason: 'cuMemAlloc: out of memory' },
    ])
  })

  test('does not hide another failure of the device', async () => {
    const cuda: Runners['cuda'] = async () => {
      throw new LqError('LQ_GPU_UNAVAILABLE', 'the device fell off the bus')
    }
    await expect(run({ choice: cudaBy(mode), cuda })).rejects.toMatchObject({ code: 'LQ_GPU_UNAVAILABLE' })
  })
})

test('with forced-gpu a device without memory is an error with exit code 5', async () => {
  const act = run({ choice: cudaBy('forced-gpu'), cuda: outOfMemory })
  await expect(act).rejects.toMatchObject({ code: 'LQ_GPU_MEMORY', exitCode: 5 })
})

test('without an addon the reference runs, and the ledger says why', async () => {
  const { ran, ledger } = await run({ choice: CPU, addon: false })
  expect(ran).toEqual(['reference', 'reference', 'reference'])
  expect(ledger.fallbacks).toEqual([{ step: 'plan', from: 'cpu', to: 'reference', reason: 'the addon is not built' }])
  expect(ledger.steps.every(({ backend }) => backend === 'reference')).toBe(true)
})

test('an aborted signal stops it before it starts', async () => {
  const act = runPlan(MIXED_ON_DEVICE, panelOf(), CPU, { config, ledger: createLedger(), signal: AbortSignal.abort() })
  await expect(act).rejects.toMatchObject({ code: 'LQ_INTERRUPTED', exitCode: 130 })
})

test.each([[[]], [randomSeries({ count: 2, rows: 0, density: 1, seed: 1 })]])(
  'an empty panel is left as it is',
  async (none) => {
    const panel = panelForPlan(MIXED_LAYOUT, { series: none, config })
    await runPlan(MIXED_LAYOUT, panel, CPU, { config, ledger: createLedger() })
    expect(panel.rows * panel.cols).toBe(0)
  },
)

describe.skipIf(!hasAddon)('native code (skipped without the addon)', () => {
  test('agrees with the reference', async () => {
    const native = panelOf(MIXED_LAYOUT)
    await runPlan(MIXED_LAYOUT, native, CPU, { config, ledger: createLedger() })
    const { panel: plain } = await run({ choice: CPU, addon: false })
    for (const name of Object.keys(MIXED.outputs)) {
      const expected = readField(plain, MIXED_ON_DEVICE.outputs[name])
      const found = readField(native, MIXED_LAYOUT.outputs[name])
      expect(found.every((v, i) => Object.is(v, expected[i]) || Math.abs(v - expected[i]) < 1e-12)).toBe(true)
      expect(expected.filter((v) => !Number.isNaN(v)).length).toBeGreaterThan(300)
    }
  })

  test('refuses an instruction set that this machine lacks', async () => {
    const runners = {
      load: () => ({ addon: { isa: () => 'v2' }, path: '', reason: '' }),
    } as unknown as Runners
    const options = { config: { threads: 1, cpuIsa: 'v4' as const }, ledger: createLedger() }
    await expect(runPlan(MIXED_ON_DEVICE, panelOf(), CPU, options, runners)).rejects.toMatchObject({
      code: 'LQ_CONFIG',
    })
  })
})
