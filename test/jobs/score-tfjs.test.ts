import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { market, plain, scores } from './score-support.js'

vi.mock('@tensorflow/tfjs-node', () => ({ default: tf }))

const EXPRESSIONS = {
  momentum: 'rank(close / delay(close, 3) - 1)',
  spread: 'zscore(stddev(close, 5) / mean(close, 5))',
  together: 'correlation(close, volume * close, 6, min_periods=3)',
  above: 'close > mean(close, 4) ? log(close) : sign(close - delay(close, 1))',
}
const LISTINGS = market(12, { rows: 80, symbols: 11 })
const TFJS = { backend: 'tfjs' } as const

test('scores are close to those of the other backends, and missing where those are', async () => {
  const exact = await scores(LISTINGS, plain(EXPRESSIONS))
  const found = await scores(LISTINGS, plain(EXPRESSIONS, TFJS))
  expect(found.rows.length).toBe(exact.rows.length)
  for (const [i, row] of found.rows.entries()) {
    for (const [k, value] of row.entries()) {
      const want = exact.rows[i][k]
      if (typeof want === 'number') expect(value).toBeCloseTo(want, 4)
      else expect(value).toBe(want)
    }
  }
  expect(tf.memory().numTensors).toBe(0)
})

test('the result says that TensorFlow.js made it, and its run is not that of the other backends', async () => {
  const exact = await scores(LISTINGS, plain(EXPRESSIONS))
  const { result } = await scores(LISTINGS, plain(EXPRESSIONS, TFJS))
  expect(result.backend).toMatchObject({ requested: 'cpu', resolved: 'cpu', engine: 'tfjs' })
  expect(result.backend.reason).toContain('f32: close to the other backends, not the same bits')
  expect(result.fallbacks).toEqual([])
  expect(result.run_id).not.toBe(exact.result.run_id)
  expect(exact.result.backend.engine).toBeUndefined()
})

test('in chunks, the result is the same as at once', async () => {
  const long = market(7, { rows: 4000, symbols: 3 })
  const request = plain({ z: 'rank(stddev(close, 9))' }, TFJS)
  const whole = await scores(long, request)
  const cut = await scores(long, request, { memoryLimitMb: 7.4 })
  expect([whole.chunks, cut.chunks > 2]).toEqual([1, true])
  expect(cut.rows).toEqual(whole.rows)
})

test('a factor that needs an operator it has no form of is refused, and named', async () => {
  await expect(scores(LISTINGS, plain({ slow: 'ema(close, 5)' }, TFJS))).rejects.toMatchObject({
    code: 'LQ_GPU_UNSUPPORTED',
    message: '--backend tfjs has no form of ema',
  })
})
