import { describe, expect, test } from 'vitest'
import { keyOf, placeOf, setAt, setOf, spaceOf } from '../../../src/optimize/search/space.js'
import { parseParameter } from '../../../src/optimize/search/spec.js'

const valuesOf = (text: string) => spaceOf([parseParameter(text)]).dimensions[0].values

describe('a parameter', () => {
  test.each([
    ['fast=5:50:5', [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]],
    ['fast=5:12:5', [5, 10]],
    ['slow=20,60,200', [20, 60, 200]],
    ['slow=200, 20,60,20', [20, 60, 200]],
    ['k=0.1:0.7:0.1', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]],
    ['k=-1:1:0.5', [-1, -0.5, 0, 0.5, 1]],
    ['k=1e-7:3e-7:1e-7', [1e-7, 2e-7, 3e-7]],
    ['n = 20', [20]],
    ['n=7:7', [7]],
    ['n=7:7:1', [7]],
    ['n=0.5:1000.5:1000', [0.5, 1000.5]],
  ])('%s has the values %j', (text, expected) => {
    expect(valuesOf(text)).toEqual(expected)
  })

  test('without a step may take any number between', () => {
    expect(spaceOf([parseParameter('k=0.5:2')])).toMatchObject({
      dimensions: [{ values: null, from: 0.5, to: 2 }],
      size: Number.POSITIVE_INFINITY,
    })
  })

  test.each(['fast', 'fast=', '=5', '2fast=5', 'fast=a', 'fast=1:2:3:4', 'fast=1,,2', 'fast=1:', 'n=NaN', 'n=1e999'])(
    'cannot be read from %j',
    (text) => {
      expect(() => parseParameter(text)).toThrow(expect.objectContaining({ code: 'LQ_USAGE' }))
    },
  )

  test.each(['n=5:1:1', 'n=1:5:0', 'n=1:5:-1', 'n=0:1e9:1'])('refuses the range %s', (text) => {
    expect(() => valuesOf(text)).toThrow(expect.objectContaining({ code: 'LQ_OPTION_RANGE' }))
  })
})

describe('a space', () => {
  const space = spaceOf(['a=1,2', 'b=10,20,30', 'c=5'].map(parseParameter))

  test('numbers its sets, the last parameter fastest', () => {
    expect(space.size).toBe(6)
    expect(Array.from({ length: 6 }, (_, i) => Object.values(setAt(space, i)))).toEqual([
      [1, 10, 5],
      [1, 20, 5],
      [1, 30, 5],
      [2, 10, 5],
      [2, 20, 5],
      [2, 30, 5],
    ])
  })

  test('has a set at every point of the unit cube, its upper edge included', () => {
    expect(setOf(space, [0, 0, 0])).toEqual({ a: 1, b: 10, c: 5 })
    expect(setOf(space, [0.5, 0.66, 0.99])).toEqual({ a: 2, b: 20, c: 5 })
    expect(setOf(space, [1, 1, 1])).toEqual({ a: 2, b: 30, c: 5 })
  })

  test('tells its sets apart', () => {
    expect(new Set(Array.from({ length: 6 }, (_, i) => keyOf(space, setAt(space, i)))).size).toBe(6)
  })

  test('places a listed value by its rank, any other by its size', () => {
    const [listed, free] = spaceOf(['a=1,5,100', 'b=0:8'].map(parseParameter)).dimensions
    expect([1, 5, 100].map((value) => placeOf(listed, value))).toEqual([0, 0.5, 1])
    expect(placeOf(free, 2)).toBe(0.25)
    expect(placeOf(space.dimensions[2], 5)).toBe(0)
  })

  test('refuses no parameter, too many, one twice, and more than 2^53 sets', () => {
    const many = Array.from({ length: 17 }, (_, i) => `p${i}=1,2`)
    const large = Array.from({ length: 6 }, (_, i) => `p${i}=1:1000:1`)
    for (const texts of [[], many, ['a=1', 'a=2'], large]) {
      expect(() => spaceOf(texts.map(parseParameter))).toThrow(expect.objectContaining({ code: 'LQ_OPTION_RANGE' }))
    }
  })
})
