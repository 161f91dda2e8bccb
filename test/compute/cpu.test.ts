import { createHash } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/compute/addon.js'
import { loadCatalogue } from '../../src/compute/catalogue.js'
import { cut } from '../../src/compute/cpu.js'
import { type Layout, layOut } from '../../src/compute/layout.js'
import { createLedger } from '../../src/compute/ledger.js'
import { panelForPlan } from '../../src/compute/plan-panel.js'
import { closePool, cpuPool } from '../../src/compute/pool.js'
import { runPlan } from '../../src/compute/run.js'
import { slotView } from '../../src/panel/arena.js'
import type { Panel } from '../../src/panel/panel.js'
import type { Step } from '../../src/types.js'
import { randomSeries } from '../panel/make.js'
import { CPU, MIXED, MIXED_LAYOUT } from './make.js'

const { addon } = loadAddon()
const catalogue = loadCatalogue()
const negate: Step = { kernel: 'negate', inputs: [0], outputs: [1], options: [] }
const rank: Step = { kernel: 'cross_rank', inputs: [0], outputs: [1], options: [] }
const walk: Step = { kernel: 'rolling_rank', inputs: [0], outputs: [1], options: [1000, 0] }

afterAll(closePool)

describe('cut', () => {
  const on = { rows: 1000, tiles: 200, threads: 4, catalogue }

  test('gives work that is smaller than a round trip no thread', () => {
    expect(cut({ axis: 'tiles', steps: [negate] }, { ...on, tiles: 3 })).toEqual({
      units: 3,
      unitsPerRange: 3,
      lanes: 0,
    })
  })

  test('gives large work all threads', () => {
    expect(cut({ axis: 'tiles', steps: [negate] }, on)).toEqual({ units: 200, unitsPerRange: 9, lanes: 4 })
  })

  test('gives middling work as many threads as pay', () => {
    expect(cut({ axis: 'tiles', steps: [negate] }, { ...on, tiles: 60 }).lanes).toBe(2)
  })

  test('never gives more threads than ranges', () => {
    expect(cut({ axis: 'tiles', steps: [walk] }, { ...on, tiles: 3 })).toEqual({ units: 3, unitsPerRange: 1, lanes: 3 })
  })

  test('cuts cross stages by blocks of 16 rows', () => {
    expect(cut({ axis: 'rows', steps: [rank] }, on)).toEqual({ units: 1000, unitsPerRange: 16, lanes: 4 })
  })
})

describe.skipIf(!addon)('native code in threads (skipped without the addon)', () => {
  // Many columns and steps, so that three threads pay.
  const series = randomSeries({ count: 300, rows: 700, density: 0.95, seed: 77 })

  function hashOf(plan: Layout, panel: Panel): string {
    const hash = createHash('sha256')
    for (const slot of Object.values(plan.outputs)) {
      const values = slotView(panel.arena, slot)
      expect(values.some((v) => !Number.isNaN(v))).toBe(true)
      hash.update(values)
    }
    return hash.digest('hex')
  }

  /** The bits of a plan's results, hashed. */
  async function resultOf(plan: Layout, options: { threads: number; cpuIsa?: 'v2' | 'v3' | 'v4' }): Promise<string> {
    const config = { threads: options.threads, cpuIsa: options.cpuIsa ?? ('auto' as const), memoryLimitMb: 1024 }
    const panel = panelForPlan(plan, { series, config })
    await runPlan(plan, panel, CPU, { config, ledger: createLedger() })
    return hashOf(plan, panel)
  }

  test('gives the same bits with 1, 2 and 3 threads', async () => {
    const one = await resultOf(MIXED_LAYOUT, { threads: 1 })
    for (const threads of [2, 3]) expect(await resultOf(MIXED_LAYOUT, { threads })).toBe(one)
  })

  test('gives the same bits with every instruction set of this machine', async () => {
    const best = await resultOf(MIXED_LAYOUT, { threads: 2 })
    for (const cpuIsa of ['v2', 'v3', 'v4'] as const) {
      if (cpuIsa <= addon!.isa()) expect(await resultOf(MIXED_LAYOUT, { threads: 2, cpuIsa })).toBe(best)
    }
  })

  test('gives the same bits in memory that was used before', async () => {
    const config = { threads: 2, cpuIsa: 'auto' as const, memoryLimitMb: 1024 }
    const run = async (panel: Panel) => {
      await runPlan(MIXED_LAYOUT, panel, CPU, { config, ledger: createLedger() })
      return hashOf(MIXED_LAYOUT, panel)
    }
    const fresh = panelForPlan(MIXED_LAYOUT, { series, config })
    const expected = await run(fresh)
    const longer = randomSeries({ count: 200, rows: 900, density: 0.5, seed: 78 })
    const other = panelForPlan(MIXED_LAYOUT, { series: longer, config, reuse: fresh })
    await run(other)
    expect(await run(panelForPlan(MIXED_LAYOUT, { series, config, reuse: other }))).toBe(expected)
  })

  test('an abort stops it, and ends the threads', async () => {
    const config = { threads: 2, cpuIsa: 'auto' as const, memoryLimitMb: 1024 }
    const slow = layOut({ ...MIXED, steps: [walk], outputs: { walk: 1 } }, catalogue, { local: true })
    const panel = panelForPlan(slow, { series, config })
    const abort = new AbortController()
    const pool = cpuPool(config.threads)
    const running = runPlan(slow, panel, CPU, { config, ledger: createLedger(), signal: abort.signal })
    setImmediate(() => abort.abort())
    await expect(running).rejects.toMatchObject({ code: 'LQ_INTERRUPTED' })
    expect(pool.threads()).toBe(0)
  })

  test('runs again after an abort', async () => {
    await closePool()
    expect(await resultOf(MIXED_LAYOUT, { threads: 2 })).toMatch(/^[0-9a-f]{64}$/)
  })
})
