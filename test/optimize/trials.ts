import { uniforms } from '../../src/optimize/random.js'
import { BLOCKS, type TrialResult, type TrialSums } from '../../src/optimize/types.js'

/** Seeded normal numbers (Box & Muller), scaled as returns of a bar are. */
export function randomReturns(count: number, seed: number, { mean = 0.0004, std = 0.01 } = {}): Float64Array {
  const uniform = uniforms(seed, 1)
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return Float64Array.from({ length: count }, () => mean + std * normal())
}

/** Sums of a series, block by block, as a back-test leaves them. */
export function sumsOf(returns: Float64Array): TrialSums {
  const of = (power: number) => returns.reduce((sum, r) => sum + r ** power, 0)
  const blocks = { count: new Float64Array(BLOCKS), sum: new Float64Array(BLOCKS), sum2: new Float64Array(BLOCKS) }
  returns.forEach((r, i) => {
    const block = Math.floor((i * BLOCKS) / returns.length)
    blocks.count[block] += 1
    blocks.sum[block] += r
    blocks.sum2[block] += r * r
  })
  return { bars: returns.length, sum: of(1), sum2: of(2), sum3: of(3), sum4: of(4), blocks }
}

/** A trial that holds one position throughout. */
export function trialOf(returns: Float64Array, more: Partial<TrialResult> = {}): TrialResult {
  let [equity, peak, maxDrawdown] = [1, 1, 0]
  for (const r of returns) {
    equity *= 1 + r
    peak = Math.max(peak, equity)
    maxDrawdown = Math.max(maxDrawdown, 1 - equity / peak)
  }
  return {
    params: {},
    sums: sumsOf(returns),
    downside2: returns.reduce((sum, r) => sum + Math.min(r, 0) ** 2, 0),
    finalEquity: equity,
    maxDrawdown,
    maxDrawdownBars: 0,
    trades: 1,
    wins: equity > 1 ? 1 : 0,
    grossProfit: Math.max(0, equity - 1),
    grossLoss: Math.max(0, 1 - equity),
    turnover: 1,
    exposureBars: returns.length,
    ...more,
  }
}
