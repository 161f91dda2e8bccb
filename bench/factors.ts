import { createLedger } from 'luminaquant/compute/ledger.js'
import { panelForPlan } from 'luminaquant/compute/plan-panel.js'
import { layOutFor, runPlan } from 'luminaquant/compute/run.js'
import { compileFactors } from 'luminaquant/factors/factor-set.js'
import { loadSet } from 'luminaquant/factors/sets.js'
import type { PanelSeries } from 'luminaquant/panel/panel.js'
import type { BackendChoice } from 'luminaquant/types.js'
import { copyBandwidth } from './bandwidth.js'
import { type BenchCase, type CaseOptions, type CaseResult, measure, type ProfileLine } from './case.js'

interface Work {
  name: string
  set: string
  /** factors of the set that are left out */
  without: string[]
  symbols: number
  days: number
  threads: number[]
}

/** Alphas that need industries or what another engine they are compared with leaves out: 82 are left. */
const NOT_COMPARED = [48, 56, 58, 59, 63, 67, 69, 70, 76, 79, 80, 82, 87, 89, 90, 91, 93, 97, 100].map(
  (number) => `alpha${String(number).padStart(3, '0')}`,
)

const WORKS: Work[] = [
  { name: 'alpha101-504x1259', set: 'alpha101', without: NOT_COMPARED, symbols: 504, days: 1259, threads: [1, 2] },
  { name: 'alpha158-504x1259', set: 'alpha158', without: ['VWAP0'], symbols: 504, days: 1259, threads: [1, 2] },
  { name: 'alpha101-4000x261', set: 'alpha101', without: NOT_COMPARED, symbols: 4000, days: 261, threads: [1, 2] },
]

/** Whole sets of factors, f64, on random-walk bars without holes; the panel is there and was touched before. */
export const factorCases: BenchCase[] = WORKS.map((work) => ({
  suite: 'factors',
  name: work.name,
  run: (options) => runWork(work, options),
}))

async function runWork(work: Work, options: CaseOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = []
  for (const threads of work.threads) results.push(await runOnThreads(work, threads, options))
  return results
}

async function runOnThreads(work: Work, threads: number, { backend, profile }: CaseOptions): Promise<CaseResult> {
  const { symbols, days } = work
  const factors = loadSet(work.set).factors.filter(({ name }) => !work.without.includes(name))
  const scoring = { winsorize: null, standardize: null }
  const scope = { columns: new Set(FIELDS), adjust: 'none' as const }
  const { plan } = compileFactors(factors, scope, { scoring, members: false })
  const choice: BackendChoice = { requested: 'cpu', resolved: 'cpu', device: null, reason: 'bench' }
  const on = backend === 'cuda' ? { ...choice, resolved: backend } : choice
  const layout = layOutFor(plan, on)
  const config = { threads, cpuIsa: 'auto', memoryLimitMb: 16_384 } as const
  const panel = panelForPlan(layout, { series: randomWalks(symbols, days), config })
  const run = (more: object = {}) => runPlan(layout, panel, on, { config, ledger: createLedger(), ...more })
  const time = await measure(() => run(), 7)
  const cells = factors.length * symbols * days
  const copy = await copyBandwidth(threads)
  return {
    ...{ suite: 'factors', name: work.name, backend, threads },
    size: `${factors.length} factors × ${symbols} × ${days}`,
    ...time,
    ...{ rate: cells / time.median_s, unit: 'cells/s' },
    // The least that must be moved is the answer: 8 bytes a cell.
    bandwidth_share: (cells * 8) / time.median_s / 1e9 / copy,
    peers: {},
    detail: { steps: plan.steps.length, stages: layout.stages.length, slots: layout.slots, local_tiles: layout.locals },
    ...(profile ? { profile: await profileOf(run, { cells: symbols * days, copy: copy / threads }) } : {}),
  }
}

/** Where the time goes: seconds of every kernel, summed over its steps and the threads. */
async function profileOf(
  run: (options: object) => Promise<void>,
  { cells, copy }: { cells: number; copy: number },
): Promise<ProfileLine[]> {
  const kernels = new Map<string, { steps: number; seconds: number; bytes: number }>()
  await run({
    profile: (
      { kernel, inputs, outputs }: { kernel: string; inputs: number[]; outputs: number[] },
      seconds: number,
    ) => {
      const known = kernels.get(kernel) ?? { steps: 0, seconds: 0, bytes: 0 }
      const bytes = known.bytes + (inputs.length + outputs.length) * cells * 8
      kernels.set(kernel, { steps: known.steps + 1, seconds: known.seconds + seconds, bytes })
    },
  })
  const lines = [...kernels].map(([kernel, { steps, seconds, bytes }]) => {
    const share = bytes / seconds / 1e9 / copy
    return { kernel, steps, seconds, ns_per_cell: (seconds * 1e9) / (steps * cells), bandwidth_share: share }
  })
  return lines.sort((a, b) => b.seconds - a.seconds)
}

const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'turnover', 'vwap']
const DAY_MS = 86_400_000

/** Bars of independent random walks, without holes, from a seeded generator. */
function randomWalks(symbols: number, days: number): PanelSeries[] {
  const next = uniform(7)
  return Array.from({ length: symbols }, (_, n) => {
    const columns = Object.fromEntries(FIELDS.map((name) => [name, new Float64Array(days)]))
    let close = 20 + 80 * next()
    for (let t = 0; t < days; t++) {
      const open = close * (1 + 0.01 * (next() - 0.5))
      close = open * (1 + 0.04 * (next() - 0.5))
      const volume = Math.round(1e5 + 9e5 * next())
      const [high, low] = [Math.max(open, close) * (1 + 0.01 * next()), Math.min(open, close) * (1 - 0.01 * next())]
      const vwap = (high + low + close) / 3
      for (const [name, value] of Object.entries({ open, high, low, close, volume, turnover: vwap * volume, vwap }))
        columns[name][t] = value
    }
    const timestamp = Float64Array.from({ length: days }, (_, t) => t * DAY_MS)
    return { symbol: `S${String(n).padStart(5, '0')}`, bars: { rows: days, timestamp, columns } }
  })
}

/** Numbers 0 … 1. @see Mulberry32, Tommy Ettinger 2017 */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
