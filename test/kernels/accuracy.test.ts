import { describe, expect, test } from 'vitest'
import { DATA } from './data.js'
import { type Case, inaccuracy } from './judge.js'
import { optionLists, plain, widest } from './options.js'
import { absent, KERNELS, native } from './subject.js'

const SEED = 20240607
const SHAPE = { rows: 150, cols: 9 }
const WIDTHS = [0, 1, 7, 8, 9, 17, 63, 64, 65]
const run = native()

test('there are native kernels to judge', ({ skip }) => {
  if (absent) skip(absent)
})

describe.skipIf(absent !== '').each(KERNELS)('$name', (spec) => {
  const worst = (cases: Omit<Case, 'spec'>[]) =>
    cases.map((of) => inaccuracy(run, { spec, ...of })).find(Boolean) ?? null

  test.each(Object.keys(DATA))('is within its bound on %s', (kind) => {
    expect(worst(optionLists(spec).map((options) => ({ options, kind, seed: SEED, shape: SHAPE })))).toBeNull()
  })

  test('is within its bound for every count of rows around its window', () => {
    const cases = optionLists(spec).flatMap((options) => {
      const w = options[0] ?? 1
      const counts = [...new Set([0, 1, w - 1, w, w + 1, 2 * w - 1, 2 * w + 1])].filter(
        (rows) => rows >= 0 && Number.isInteger(rows),
      )
      return counts.map((rows) => ({
        options,
        kind: 'two percent missing',
        seed: SEED + rows,
        shape: { rows, cols: 3 },
      }))
    })
    expect(worst(cases)).toBeNull()
  })

  test('is within its bound for every count of columns around a tile', () => {
    const options = plain(spec)
    const cases = WIDTHS.map((cols) => ({
      options,
      kind: 'two percent missing',
      seed: SEED + cols,
      shape: { rows: 12, cols },
    }))
    expect(worst(cases)).toBeNull()
  })

  test('is within its bound far down a long table', () => {
    const shape = { rows: 3000, cols: 2 }
    const kinds = ['walk', 'two percent missing', 'spikes', 'plateaus']
    expect(worst(kinds.map((kind) => ({ options: plain(spec), kind, seed: SEED, shape })))).toBeNull()
  })

  test('is within its bound where the window is the widest there is', () => {
    const shape = { rows: 40, cols: 3 }
    expect(
      worst(widest(spec).map((options) => ({ options, kind: 'two percent missing', seed: SEED, shape }))),
    ).toBeNull()
  })
})
