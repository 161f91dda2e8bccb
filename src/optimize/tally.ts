import { BLOCKS, type TrialResult } from './types.js'

/** The sums of one trial, taken in bar after bar, in the order in which every way of running it takes them. */
export interface Tally {
  /** @param bar return, from 0. @returns growth − 1, where the growth is not below 0 */
  add(bar: number, growth: number): number
  equity(): number
  /** a bar with a position */
  expose(): void
  /** |Δposition| of a fill */
  turn(amount: number): void
  enter(): void
  /** @param gain of the trade, a fraction */
  leave(gain: number): void
  result(): Omit<TrialResult, 'params'>
}

/** The block that return i of n belongs to. */
export const blockOf = (i: number, bars: number): number => Math.floor((i * BLOCKS) / bars)

/** @param bars returns of the trial; those that are not added are 0 */
export function createTally(bars: number): Tally {
  const blocks = { count: new Float64Array(BLOCKS), sum: new Float64Array(BLOCKS), sum2: new Float64Array(BLOCKS) }
  for (let i = 0; i < bars; i++) blocks.count[blockOf(i, bars)]++
  const sums = { downside2: 0, sum3: 0, sum4: 0 }
  const trading = { trades: 0, wins: 0, grossProfit: 0, grossLoss: 0, turnover: 0, exposureBars: 0 }
  let equity = 1
  let peak = 1
  let peakBar = -1
  let longest = 0
  // The deepest fall is a fraction; fractions are compared crosswise, as a division at each bar would cost too much.
  let fall = { equity: 1, peak: 1 }
  return {
    add(bar, growth) {
      const grown = growth > 0 ? growth : 0
      const r = grown - 1
      const block = blockOf(bar, bars)
      blocks.sum[block] += r
      blocks.sum2[block] += r * r
      sums.sum3 += r * r * r
      sums.sum4 += r * r * (r * r)
      const below = r < 0 ? r : 0
      sums.downside2 += below * below
      equity *= grown
      longest = Math.max(longest, bar - peakBar)
      if (equity >= peak) {
        peak = equity
        peakBar = bar
      }
      if (equity * fall.peak < fall.equity * peak) fall = { equity, peak }
      return r
    },
    equity: () => equity,
    expose: () => void trading.exposureBars++,
    turn(amount) {
      trading.turnover += amount
    },
    enter: () => void trading.trades++,
    leave(gain) {
      if (gain > 0) trading.wins++
      if (gain > 0) trading.grossProfit += gain
      else trading.grossLoss -= gain
    },
    result() {
      const maxDrawdown = 1 - fall.equity / fall.peak
      longest = Math.max(longest, bars - 1 - peakBar)
      const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
      const { downside2, sum3, sum4 } = sums
      return {
        sums: { bars, sum: total(blocks.sum), sum2: total(blocks.sum2), sum3, sum4, blocks },
        ...{ downside2, finalEquity: equity, maxDrawdown, maxDrawdownBars: maxDrawdown > 0 ? longest : 0, ...trading },
      }
    },
  }
}
