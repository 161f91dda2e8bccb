import { describe, expect, test } from 'vitest'
import { PBO_TRIALS_MAX, pboSample, probabilityOfOverfitting } from '../../src/optimize/pbo.js'
import { BLOCKS } from '../../src/optimize/types.js'
import { randomReturns, sumsOf } from './trials.js'

/** Blocks of a trial, from its returns. */
const blocksOf = (returns: Float64Array) => sumsOf(returns).blocks

/** CSCV from the T × N matrix itself: every split's returns side by side, Sharpe ratios by definition. */
function plainPbo(series: Float64Array[]): { pbo: number; logits: number[] } {
  const bars = series[0].length
  const logits: number[] = []
  for (let mask = 0; mask < 1 << BLOCKS; mask++) {
    if (mask.toString(2).replaceAll('0', '').length !== BLOCKS / 2) continue
    const half = (inside: boolean) =>
      series.map((returns) => {
        const taken = returns.filter((_, i) => ((mask >> Math.floor((i * BLOCKS) / bars)) & 1) === (inside ? 1 : 0))
        const mean = taken.reduce((sum, r) => sum + r, 0) / taken.length
        return mean / Math.sqrt(taken.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (taken.length - 1))
      })
    const [inSample, outOfSample] = [half(true), half(false)]
    const best = inSample.indexOf(Math.max(...inSample))
    const rank = outOfSample.filter((sharpe) => sharpe <= outOfSample[best]).length
    const share = rank / (series.length + 1)
    logits.push(Math.log(share / (1 - share)))
  }
  return { pbo: logits.filter((logit) => logit <= 0).length / logits.length, logits }
}

describe('the probability of back-test overfitting', () => {
  test('agrees, split by split, with the definition on the whole matrix', () => {
    const series = Array.from({ length: 9 }, (_, i) => randomReturns(101, i + 1, { mean: 0.0002 * i, std: 0.01 }))
    const [found, expected] = [probabilityOfOverfitting(series.map(blocksOf)), plainPbo(series)]
    expect(found.logits).toHaveLength(12_870)
    found.logits.forEach((logit, i) => {
      expect(logit, `split ${i}`).toBeCloseTo(expected.logits[i], 12)
    })
    expect(found.pbo).toBe(expected.pbo)
  }, 60_000)

  test('is 0 where one trial is the best in every block', () => {
    const series = Array.from({ length: 20 }, (_, i) => randomReturns(320, i, { mean: 0, std: 0.001 }))
    series[7] = series[7].map((r) => r + 0.01)
    const { pbo, logits } = probabilityOfOverfitting(series.map(blocksOf))
    expect(pbo).toBe(0)
    expect(Math.min(...logits)).toBeCloseTo(Math.log(20), 12)
  })

  test('is 1 where what is gained in some blocks is lost in the others', () => {
    const series = Array.from({ length: BLOCKS }, (_, trial) => {
      return randomReturns(BLOCKS * 20, trial, { mean: 0, std: 1e-4 }).map((r, i) => {
        return r + (Math.floor(i / 20) === trial ? 0.15 : -0.01)
      })
    })
    expect(probabilityOfOverfitting(series.map(blocksOf)).pbo).toBe(1)
  })

  test('is about one half, on average, of trials without skill', () => {
    const values = Array.from({ length: 40 }, (_, sample) => {
      const series = Array.from({ length: 30 }, (_, i) => randomReturns(160, sample * 30 + i, { mean: 0, std: 0.01 }))
      return probabilityOfOverfitting(series.map(blocksOf)).pbo as number
    })
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - 0.5)).toBeLessThan(0.08)
  })

  test('gives trials that are equal their average rank', () => {
    const one = blocksOf(randomReturns(320, 5))
    const { pbo, logits } = probabilityOfOverfitting([one, one, one])
    expect(new Set(logits)).toEqual(new Set([0]))
    expect(pbo).toBe(1)
  })

  test('counts a half without a position as a Sharpe ratio of 0', () => {
    const idle = blocksOf(new Float64Array(320))
    const loser = blocksOf(randomReturns(320, 5, { mean: -0.05, std: 0.001 }))
    const { pbo, logits } = probabilityOfOverfitting([loser, idle])
    expect(pbo).toBe(0)
    expect(new Set(logits)).toEqual(new Set([Math.log(2)]))
  })

  test('does not depend on the scale of returns', () => {
    const series = Array.from({ length: 12 }, (_, i) => randomReturns(320, i))
    const of = (scale: number) =>
      probabilityOfOverfitting(series.map((returns) => blocksOf(returns.map((r) => r * scale))))
    expect(of(2 ** -10).logits).toEqual(of(1).logits)
  })

  test('is null with a reason for one trial, and for too few bars', () => {
    const blocks = [1, 2].map((seed) => blocksOf(randomReturns(15, seed)))
    expect(probabilityOfOverfitting([])).toMatchObject({ pbo: null, trials: 0 })
    expect(probabilityOfOverfitting(blocks.slice(1))).toMatchObject({
      pbo: null,
      reason: expect.stringContaining('one trial'),
    })
    expect(probabilityOfOverfitting(blocks)).toMatchObject({ pbo: null, reason: expect.stringContaining('16') })
  })

  test('says that trials are a sample of more', () => {
    const blocks = [1, 2].map((seed) => blocksOf(randomReturns(160, seed)))
    expect(probabilityOfOverfitting(blocks)).toMatchObject({ trials: 2, sampled: false })
    expect(probabilityOfOverfitting(blocks, 50_000)).toMatchObject({ trials: 2, sampled: true })
  })
})

describe('the sample of trials', () => {
  test('is all of them up to 20,000', () => {
    expect(pboSample(3, 1)).toEqual(Uint32Array.of(0, 1, 2))
    expect(pboSample(PBO_TRIALS_MAX, 1)).toHaveLength(PBO_TRIALS_MAX)
  })

  test('is 20,000 different ones of more, ascending, the same for a seed', () => {
    const sample = pboSample(100_000, 7)
    expect(sample).toHaveLength(PBO_TRIALS_MAX)
    expect(sample.every((trial, i) => trial < 100_000 && (i === 0 || trial > sample[i - 1]))).toBe(true)
    expect(pboSample(100_000, 7)).toEqual(sample)
    expect(pboSample(100_000, 8)).not.toEqual(sample)
  })
})
