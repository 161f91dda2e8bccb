import { describe, expect, test } from 'vitest'
import { sobolPoints } from '../../../src/optimize/search/sobol.js'

const POINT_1000 = [225, 99, 531, 693, 287, 929, 47, 921, 513, 71, 87, 261, 165, 393, 147, 379]

function points(dimensions: number, count: number, seed?: number): number[][] {
  const source = sobolPoints(dimensions, seed)
  return Array.from({ length: count }, () => [...(source.next().value as Float64Array)])
}

/** Each of `count` intervals of [0, 1) holds exactly one of as many values. */
function isEven(values: number[], count: number): boolean {
  return new Set(values.map((value) => Math.floor(value * count))).size === count
}

describe("Sobol's sequence", () => {
  test('begins as published', () => {
    expect(points(3, 8)).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
    ])
  })

  test('has in sixteen dimensions the points of the published direction numbers', () => {
    // Point 1000, of the table new-joe-kuo-6.21201 by another implementation.
    expect(points(16, 1001)[1000].map((value) => value * 1024)).toEqual(POINT_1000)
  })

  test.each([undefined, 5])('spreads 2^k points one to an interval in every dimension (seed %s)', (seed) => {
    for (const count of [1, 2, 64, 1024]) {
      const found = points(16, count, seed)
      for (let d = 0; d < 16; d++)
        expect(
          isEven(
            found.map((point) => point[d]),
            count,
          ),
          `dimension ${d}`,
        ).toBe(true)
    }
  })

  test.each([undefined, 5])(
    'spreads 256 points one to a cell of 16 × 16 of its first two dimensions (seed %s)',
    (seed) => {
      const cells = points(2, 256, seed).map(([x, y]) => Math.floor(x * 16) * 16 + Math.floor(y * 16))
      expect(new Set(cells).size).toBe(256)
    },
  )

  test('is moved by a seed to other points', () => {
    expect(points(2, 4, 1)).not.toEqual(points(2, 4, 2))
    expect(points(2, 4, 1)).toEqual(points(2, 4, 1))
  })
})
