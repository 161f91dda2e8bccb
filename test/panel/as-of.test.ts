import { describe, expect, test } from 'vitest'
import { asOf, inside } from '../../src/panel/as-of.js'

const _ = Number.NaN
const of = (...values: number[]) => Float64Array.from(values)

describe('asOf', () => {
  const known = { timestamp: of(10, 20, 30), values: of(1, _, 3) }

  test('gives the last value that was known, from its very time on', () => {
    expect([...asOf(known, of(9, 10, 19, 30, 31))]).toEqual([_, 1, 1, 3, 3])
  })

  test('does not look behind a row whose value is missing', () => {
    expect([...asOf(known, of(19, 20, 29))]).toEqual([1, _, _])
  })

  test('of no rows is missing', () => {
    expect([...asOf({ timestamp: of(), values: of() }, of(1, 2))]).toEqual([_, _])
  })

  test('never depends on rows that come later', () => {
    const at = of(5, 12, 25, 40)
    const cut = { timestamp: known.timestamp.subarray(0, 2), values: known.values.subarray(0, 2) }
    expect(asOf(cut, at).subarray(0, 3)).toEqual(asOf(known, at).subarray(0, 3))
  })
})

describe('inside', () => {
  test('takes the start in and the end out', () => {
    expect([...inside([{ fromMs: 2, toMs: 4 }], of(1, 2, 3, 4))]).toEqual([_, 1, 1, _])
  })

  test('takes several stretches in any order, which may meet and lie in each other', () => {
    const stretches = [
      { fromMs: 10, toMs: Number.POSITIVE_INFINITY },
      { fromMs: Number.NEGATIVE_INFINITY, toMs: 3 },
      { fromMs: 1, toMs: 2 },
    ]
    expect([...inside(stretches, of(0, 1, 2, 3, 9, 10, 1e15))]).toEqual([1, 1, 1, _, _, 1, 1])
  })

  test('of none is nowhere', () => {
    expect([...inside([], of(1))]).toEqual([_])
  })
})
