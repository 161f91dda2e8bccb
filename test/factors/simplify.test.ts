import { expect, test } from 'vitest'
import { REFERENCE } from '../../src/reference/index.js'
import { bits, seeded } from './evaluate.js'

test('ranks of ranks are the same ranks, bit for bit, whatever the ties and the missing values', () => {
  const random = seeded(31)
  for (const cols of [1, 2, 3, 7, 64, 999, 5000]) {
    for (const values of [2, 10, 1e9]) {
      const shape = { rows: 4, cols }
      const x = Float64Array.from({ length: 4 * cols }, () =>
        random() < 0.1 ? Number.NaN : Math.floor(random() * values),
      )
      const [ranks] = REFERENCE.cross_rank([x], {}, shape)
      expect(bits(REFERENCE.cross_rank([ranks], {}, shape)[0])).toBe(bits(ranks))
    }
  }
})
