import { describe, expect, test } from 'vitest'
import { DATA } from './data.js'
import { type Case, inaccuracy } from './judge.js'
import { long, optionLists, plain, widest } from './options.js'
import { absent, KERNELS, native } from './subject.js'

const SEED = 20240607
const SHAPE = { rows: 150, cols: 9 }
const WIDTHS = [0, 1, 7, 8, 9, 17, 31, 32, 33, 63, 64, 65, 257, 1000]
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

  test.each(['two percent missing', 'ties'])('is within its bound for every count of columns on %s', (kind) => {
    const options = plain(spec)
    expect(worst(WIDTHS.map((cols) => ({ options, kind, seed: SEED + cols, shape: { rows: 12, cols } })))).toBeNull()
  })

  test.each(['walk', 'two percent missing', 'spikes', 'plateaus'])(
    'is within its bound far down a table of %s',
    (kind) => {
      expect(
        worst(
          [plain(spec), ...long(spec)].map((options) => ({
            options,
            kind,
            seed: SEED,
            shape: { rows: 1500, cols: 2 },
          })),
        ),
      ).toBeNull()
    },
  )

  test('is within its bound where the window is the widest there is', () => {
    const shape = { rows: 40, cols: 3 }
    expect(
      worst(widest(spec).map((options) => ({ options, kind: 'two percent missing', seed: SEED, shape }))),
    ).toBeNull()
  })
})
