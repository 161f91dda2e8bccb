import { describe, expect, test } from 'vitest'
import { combinatorialPurged, type Rows } from '../../src/optimize/cross-validation.js'

const rowsOf = (ranges: Rows[]) =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))

describe('combinatorial purged cross-validation', () => {
  test('of 6 groups with 2 tests has 15 splits and 5 paths, as published', () => {
    const { splits, paths } = combinatorialPurged(600, { groups: 6, tests: 2 })
    expect([splits.length, paths]).toEqual([15, 5])
    expect(splits[0]).toEqual({
      groups: [0, 1],
      test: [
        { from: 0, to: 100 },
        { from: 100, to: 200 },
      ],
      train: [{ from: 200, to: 600 }],
      paths: [0, 0],
    })
  })

  test('leaves the purge before a test and purge and embargo after it out of the training', () => {
    const { splits } = combinatorialPurged(600, { groups: 6, tests: 2, purge: 5, embargo: 3 })
    const split = splits.find(({ groups }) => groups.join() === '1,4')
    expect(split?.train).toEqual([
      { from: 0, to: 95 },
      { from: 208, to: 395 },
      { from: 508, to: 600 },
    ])
  })

  test.each([
    [100, 2, 1, 0, 0],
    [101, 5, 2, 3, 0],
    [97, 7, 3, 2, 4],
    [10, 10, 4, 0, 1],
    [50, 6, 5, 20, 20],
  ])(
    'of %d rows, %d groups, %d tests has each row once on a path, and none in two parts',
    (rows, groups, tests, purge, embargo) => {
      const { splits, paths } = combinatorialPurged(rows, { groups, tests, purge, embargo })
      const byPath = Array.from({ length: paths }, () => [] as number[])
      for (const { train, test, paths: on } of splits) {
        const trained = new Set(rowsOf(train))
        expect(rowsOf(test).some((row) => trained.has(row))).toBe(false)
        const near = test.flatMap(({ from, to }) => rowsOf([{ from: from - purge, to: to + purge + embargo }]))
        const expected = rowsOf([{ from: 0, to: rows }]).filter((row) => !near.includes(row))
        expect(rowsOf(train)).toEqual(expected)
        test.forEach((part, i) => {
          byPath[on[i]].push(...rowsOf([part]))
        })
      }
      for (const path of byPath) expect(path.sort((a, b) => a - b)).toEqual(rowsOf([{ from: 0, to: rows }]))
    },
  )

  test.each([
    [{ groups: 1, tests: 1 }],
    [{ groups: 5, tests: 5 }],
    [{ groups: 5, tests: 0 }],
    [{ groups: 200, tests: 2 }],
    [{ groups: 60, tests: 30 }],
    [{ groups: 5, tests: 2, purge: -1 }],
  ])('refuses %j of 100 rows', (rule) => {
    expect(() => combinatorialPurged(100, rule)).toThrow(expect.objectContaining({ code: 'LQ_OPTION_RANGE' }))
  })
})
