import { sampleCovariance } from 'luminaquant/optimize/portfolio/covariance.js'
import { programOf } from 'luminaquant/optimize/portfolio/limits.js'
import { DEFAULTS } from 'luminaquant/optimize/portfolio/methods.js'
import { closePortfolioPool, solveTogether } from 'luminaquant/optimize/portfolio/pool.js'
import { solveProgram } from 'luminaquant/optimize/portfolio/solve.js'
import type { PortfolioTask, TaskResult } from 'luminaquant/optimize/portfolio/task.js'
import { type BenchCase, type CaseOptions, type CaseResult, measure } from './case.js'

const LOOKBACK = 252
const CAP = 0.05
const LIMITS = { floor: 0, cap: CAP, groups: [], turnover: null }

export const portfolioCases: BenchCase[] = [
  { suite: 'portfolio', name: 'min-variance-1000x100', run: benchDates },
  { suite: 'portfolio', name: 'min-variance-1x500', run: benchOne },
]

/** A thousand dates of a hundred assets: prices to covariance to weights to certificate, as the command does it. */
async function benchDates({ backend }: CaseOptions): Promise<CaseResult[]> {
  const dates = 1000
  const assets = 100
  const tasks = tasksOf({ dates, assets })
  const results: CaseResult[] = []
  for (const threads of [1, 2]) {
    let last: TaskResult[] = []
    const time = await measure(async () => {
      last = await solveTogether(tasks, { threads })
    })
    await closePortfolioPool()
    results.push({
      ...{ suite: 'portfolio', name: 'min-variance-1000x100', backend, threads, ...time },
      ...{ size: `${dates} dates × ${assets} assets, ${LOOKBACK} returns, cap ${CAP}`, unit: 'portfolios/s' },
      ...{ rate: dates / time.median_s, bandwidth_share: null, peers: {} },
      detail: { greatest_residual: Math.max(...last.map(residualOf)) },
    })
  }
  return results
}

/** One program of 500 assets, its covariance given. */
async function benchOne({ backend }: CaseOptions): Promise<CaseResult[]> {
  const assets = 500
  const { prices, rows } = randomPrices({ assets, rows: 1001 })
  const values = new Float64Array(assets * (rows - 1))
  for (let i = 0; i < assets; i++) {
    for (let t = 1; t < rows; t++) values[i * (rows - 1) + t - 1] = prices[i * rows + t] / prices[i * rows + t - 1] - 1
  }
  const quadratic = sampleCovariance({ assets, rows: rows - 1, values })
  const limits = { ...LIMITS, invested: { lower: 1, upper: 1 }, target: null }
  const program = programOf({ quadratic, linear: new Float64Array(assets) }, limits)
  const time = await measure(() => solveProgram(program), 15)
  return [
    {
      ...{ suite: 'portfolio', name: 'min-variance-1x500', backend, threads: 1, ...time },
      ...{ size: `${assets} assets, cap ${CAP}`, unit: 'portfolios/s', rate: 1 / time.median_s },
      ...{ bandwidth_share: null, peers: {} },
    },
  ]
}

function residualOf(result: TaskResult): number {
  if (!('portfolio' in result)) throw new Error('expected weights for every date')
  const { primal, dual, gap } = result.portfolio.certificate
  return Math.max(primal ?? 0, dual ?? 0, gap ?? 0)
}

function tasksOf({ dates, assets }: { dates: number; assets: number }): PortfolioTask[] {
  const { prices, rows } = randomPrices({ assets, rows: dates + LOOKBACK })
  const all = Int32Array.from({ length: assets }, (_, i) => i)
  const { aversion, level, fraction, rf } = DEFAULTS
  return Array.from({ length: dates }, (_, from) => ({
    ...{ prices, rows, assets: all, from, to: from + LOOKBACK + 1, method: 'min-variance' },
    options: {
      ...{ limits: LIMITS, target: null, rf, aversion, level, fraction, market: null, views: [] },
      ...{ returns: 'simple', covariance: 'sample', decay: 0.94, annual: 252 },
    },
  }))
}

/** Random walks with one common factor, [assets × rows]. */
function randomPrices({ assets, rows }: { assets: number; rows: number }): { prices: Float64Array; rows: number } {
  const prices = new Float64Array(new SharedArrayBuffer(assets * rows * 8))
  let state = 1
  const noise = () => {
    let sum = -6
    for (let k = 0; k < 12; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      sum += state / 2 ** 32
    }
    return sum
  }
  const market = Float64Array.from({ length: rows }, noise)
  for (let i = 0; i < assets; i++) {
    const load = 0.5 + ((i * 7) % 11) / 11
    const own = 0.5 + ((i * 5) % 13) / 6
    prices[i * rows] = 100
    for (let t = 1; t < rows; t++) {
      prices[i * rows + t] = prices[i * rows + t - 1] * (1 + 0.01 * (0.03 + load * market[t] + own * noise()))
    }
  }
  return { prices, rows }
}
