import { createLedger } from 'luminaquant/compute/ledger.js'
import { compileStrategy, type Params } from 'luminaquant/optimize/program.js'
import { uniforms } from 'luminaquant/optimize/random.js'
import { findStrategy } from 'luminaquant/optimize/strategies.js'
import { runTrials } from 'luminaquant/optimize/sweep.js'
import type { BackendChoice } from 'luminaquant/types.js'
import { type BenchCase, type CaseOptions, type CaseResult, measure } from './case.js'

const BARS = 200_000
const SIDE = 100
const THREADS = 2

const NAME = `sma-cross-${SIDE * SIDE}x${BARS}`

/** Sets of two windows on one series, with costs and every metric; indicators are computed anew in each run. */
export const sweepCases: BenchCase[] = [
  { suite: 'sweep', name: NAME, run: (options) => runCase(NAME, grid(), options) },
  { suite: 'sweep', name: `${NAME}-random`, run: (options) => runCase(`${NAME}-random`, pairs(), options) },
]

async function runCase(name: string, sets: Params[], { backend }: CaseOptions): Promise<CaseResult[]> {
  const choice: BackendChoice = { requested: 'cpu', resolved: 'cpu', device: null, reason: 'bench' }
  const config = { threads: THREADS, cpuIsa: 'auto', memoryLimitMb: 4096 } as const
  const scope = { columns: new Set(['open', 'close']), adjust: 'none' as const }
  const program = compileStrategy(findStrategy('sma-cross'), scope, new Set(['fast', 'slow']))
  const close = randomWalk(BARS)
  const timestamp = Float64Array.from({ length: BARS }, (_, t) => t * 60_000)
  const series = [{ symbol: 'X', bars: { rows: BARS, timestamp, columns: { open: close, close } } }]
  const costs = { turn: 0.0005, borrow: 0 }
  const market = { series, from: 0, to: BARS, costs, execution: 'next-close' as const }
  const time = await measure(() => runTrials(program, sets, market, { config, choice, ledger: createLedger() }))
  return [
    {
      ...{ suite: 'sweep', name, backend, threads: THREADS, size: `${sets.length} sets × ${BARS} bars`, ...time },
      ...{ rate: (sets.length * BARS) / time.median_s, unit: 'bar-evals/s', bandwidth_share: null, peers: {} },
      detail: { peak_mb: Math.round(process.resourceUsage().maxRSS / 1024) },
    },
  ]
}

/** 100 fast windows, each with 100 slow ones. */
function grid(): Params[] {
  return Array.from({ length: SIDE * SIDE }, (_, i) => ({ fast: 2 + Math.floor(i / SIDE), slow: 110 + 5 * (i % SIDE) }))
}

/** As many pairs of any two of the same windows. */
function pairs(): Params[] {
  const next = uniforms(1, 1)
  const fast = () => 2 + Math.floor(next() * SIDE)
  const slow = () => 110 + 5 * Math.floor(next() * SIDE)
  return Array.from({ length: SIDE * SIDE }, () => ({ fast: fast(), slow: slow() }))
}

function randomWalk(rows: number): Float64Array {
  const next = uniforms(7, 0)
  let price = 100
  return Float64Array.from({ length: rows }, () => {
    price *= 1 + 0.004 * (next() - 0.5)
    return price
  })
}
