import { describe, expect, test } from 'vitest'
import { drawWithout, philox, uniformAt, uniforms, type Words4 } from '../../src/optimize/random.js'

describe('Philox4x32-10', () => {
  test.each<[Words4, [number, number], Words4]>([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('has the known answer for counter %j and key %j', (counter, key, answer) => {
    expect(philox(counter, key)).toEqual(answer)
  })
})

describe('uniform numbers', () => {
  test('lie in [0, 1), with the mean and variance of their distribution', () => {
    const uniform = uniforms(11, 3)
    const drawn = Float64Array.from({ length: 40_000 }, uniform)
    expect(drawn.every((u) => u >= 0 && u < 1)).toBe(true)
    const mean = drawn.reduce((sum, u) => sum + u, 0) / drawn.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005)
    expect(Math.abs(drawn.reduce((sum, u) => sum + (u - mean) ** 2, 0) / drawn.length - 1 / 12)).toBeLessThan(0.002)
  })

  test('follow from seed, stream and index alone', () => {
    const uniform = uniforms(11, 3)
    const first = [uniform(), uniform(), uniform()]
    expect([2, 0, 1].map((index) => uniformAt(11, 3, index))).toEqual([first[2], first[0], first[1]])
  })

  test('of another seed, stream or index are others, high bits included', () => {
    const places = [
      [1, 1, 1],
      [2, 1, 1],
      [1, 2, 1],
      [1, 1, 2],
      [1 + 2 ** 40, 1, 1],
      [1, 1, 1 + 2 ** 40],
    ]
    expect(new Set(places.map(([seed, stream, index]) => uniformAt(seed, stream, index))).size).toBe(places.length)
  })
})

describe('drawing without putting back', () => {
  test('takes every number once', () => {
    for (const size of [0, 1, 2, 100]) {
      const drawn = [...drawWithout(size, uniforms(5, 1))]
      expect(drawn.sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i))
    }
  })

  test('gives every order alike often', () => {
    const uniform = uniforms(5, 1)
    const counts = new Map<string, number>()
    for (let i = 0; i < 12_000; i++) {
      const order = [...drawWithout(3, uniform)].join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(200)
  })

  test('draws from 2^53 numbers without keeping them', () => {
    const draws = drawWithout(2 ** 53, uniforms(5, 1))
    const drawn = Array.from({ length: 100 }, () => draws.next().value as number)
    expect(drawn.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true)
    expect(new Set(drawn).size).toBe(100)
  })
})
