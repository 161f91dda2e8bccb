import { expect, test } from 'vitest'
import { REFERENCE } from '../../src/reference/index.js'

const NEGATIVE_NAN = 0xfff8000000000123n

test.each(Object.entries(REFERENCE))('%s gives one NaN, whatever payload its inputs carry', (_name, kernel) => {
  const input = new Float64Array(new BigUint64Array(60).fill(NEGATIVE_NAN).buffer)
  input.set([1, 2, 3, 4, 5, 6, 7])
  const options = { window: 3, min_periods: 2, steps: 2, clip: 0, k: 3, q: 0.1, a: 1, ahead: 1 }
  const [found] = kernel([input, input, input], options, { rows: 12, cols: 5 })
  const missing = [...new BigUint64Array(found.buffer)].filter((_, i) => Number.isNaN(found[i]))
  expect(new Set(missing)).toEqual(new Set([0x7ff8000000000000n]))
})

test.each(Object.entries(REFERENCE))('%s leaves its inputs as they were', (_name, kernel) => {
  const input = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i))
  const before = input.slice()
  kernel(
    [input, input, input],
    { window: 3, min_periods: 2, steps: 2, clip: 0, k: 3, q: 0.1, a: 1, ahead: 1 },
    { rows: 12, cols: 5 },
  )
  expect(input).toEqual(before)
})
