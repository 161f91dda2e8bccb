import { expect, test } from 'vitest'
import { REFERENCE } from '../../src/reference/index.js'
import type { KernelSpec } from '../../src/types.js'
import {
  continuesFromHistory,
  followsColumns,
  ignoresLaterRows,
  ignoresMissingColumns,
  keepsColumnsApart,
} from './contract.js'
import { type Case, difference, inaccuracy, inputsOf, type Run, reference, unclean } from './judge.js'

/*
 * The judges on trial: each must acquit the reference and convict an error that was planted on purpose.
 */

const WINDOW = [
  { name: 'window', min: 1, max: 16384, fallback: 20, unit: 'rows' },
  { name: 'min_periods', min: 0, max: 16384, fallback: 0, unit: 'valid values' },
]
const spec = (name: string, shape: KernelSpec['shape'], options: KernelSpec['options'] = []): KernelSpec => {
  return {
    name,
    shape,
    inputs: ['x'],
    outputs: ['y'],
    options,
    summary: '',
    formula: '',
    source: '',
    accuracy: 1e-12,
    state: 0,
  }
}
const MEAN = spec('rolling_mean', 'rolling', WINDOW)
const VARIANCE = spec('rolling_var', 'rolling', WINDOW)
const DEMEAN = spec('cross_demean', 'cross')
const honest = reference([MEAN, VARIANCE, DEMEAN])

const of = (kernel: KernelSpec, kind: string): Case => {
  return { spec: kernel, options: kernel.options.length ? [9, 0] : [], kind, seed: 5, shape: { rows: 120, cols: 5 } }
}

/** The reference, its first output changed. */
const planted = (
  change: (out: Float64Array, at: { cols: number; first?: number }, inputs: Float64Array[]) => void,
): Run => {
  return (kernel, inputs, at, options) => {
    const [out] = honest(kernel, inputs, at, options)
    change(out, at, inputs)
    return [out]
  }
}

test.each([MEAN, VARIANCE, DEMEAN])('the reference of $name is acquitted of everything', (kernel) => {
  const rules = [inaccuracy, ignoresLaterRows, kernel.shape === 'cross' ? followsColumns : keepsColumnsApart]
  expect(rules.map((rule) => rule(honest, of(kernel, 'two percent missing')))).toEqual([null, null, null])
})

test('an error of twice the bound in one cell is found, and the cell named', () => {
  const run = planted((out) => (out[63] *= 1 + 2e-12))
  expect(inaccuracy(run, of(MEAN, 'walk'))).toMatch(/seed 5: row 12, column 3: expected/)
})

test('an error of half the bound is let go', () => {
  expect(
    inaccuracy(
      planted((out) => (out[63] *= 1 + 0.5e-12)),
      of(MEAN, 'walk'),
    ),
  ).toBeNull()
})

test('a value in place of a missing one is found', () => {
  expect(
    inaccuracy(
      planted((out) => (out[7] = 1)),
      of(MEAN, 'walk'),
    ),
  ).toMatch('row 1, column 2: expected NaN, found 1')
})

test('a missing value in place of one that is due is found', () => {
  expect(
    inaccuracy(
      planted((out) => (out[99] = Number.NaN)),
      of(MEAN, 'walk'),
    ),
  ).toMatch('found NaN')
})

test('a mean that is slid over spikes is found', () => {
  expect(inaccuracy(slidMean, of(MEAN, 'spikes'))).toMatch('expected')
})

test('a variance by Σx² − n·mean² is found far from zero', () => {
  expect(inaccuracy(naiveVariance, of(VARIANCE, 'far from zero'))).toMatch('expected')
})

test('a look ahead is found', () => {
  const run = planted((out, { cols }, [x]) => {
    for (let i = 0; i + cols < out.length; i++) out[i] += 1e-9 * x[i + cols]
  })
  expect(ignoresLaterRows(run, of(MEAN, 'walk'))).toMatch('cut at row')
})

test('a neighbour that leaks into a column is found', () => {
  const run = planted((out, _at, [x]) => {
    for (let i = 1; i < out.length; i++) out[i] += x[i - 1]
  })
  expect(keepsColumnsApart(run, of(MEAN, 'walk'))).toMatch('expected')
})

test('a result that needs more history than its window is found', () => {
  const run = planted((out, { cols, first = 0 }, [x]) => {
    if (first === 0) for (let i = 30 * cols; i < out.length; i++) out[i] += x[i - 30 * cols]
  })
  expect(continuesFromHistory(run, of(MEAN, 'walk'))).toMatch('the table starting at')
})

test('a cross-section that depends on the place of a column is found', () => {
  const run = planted((out, { cols }) => {
    for (let i = 0; i < out.length; i += cols) out[i] += 1
  })
  expect(followsColumns(run, of(DEMEAN, 'walk'))).toMatch('expected')
})

test('a missing column that counts is found', () => {
  const run = planted((out, { cols }) => {
    for (let i = 0; i < out.length; i++) out[i] += cols
  })
  expect(ignoresMissingColumns(run, of(DEMEAN, 'walk'))).toMatch('expected')
})

test('one bit of difference is found', () => {
  const c = of(MEAN, 'walk')
  const run = planted((out) => (new BigUint64Array(out.buffer)[88] ^= 1n))
  const at = [inputsOf(c), c.shape, c.options] as const
  expect(difference(c, honest(MEAN.name, ...at), run(MEAN.name, ...at))).toMatch('row 17, column 3')
})

test.each([0xfff8000000000000n, 0x7ff8000000000001n, 0x7ff0000000000000n])(
  'bits %s in a result are found unclean',
  (bits) => {
    const c = of(MEAN, 'walk')
    const run = planted((out) => (new BigUint64Array(out.buffer)[70] = bits))
    expect(unclean(c, run(MEAN.name, inputsOf(c), c.shape, c.options))).toMatch('row 14, column 0')
  },
)

/** Adds the newest and takes away the oldest: rounding errors of what has left stay. */
function slidMean(
  _kernel: string,
  [x]: Float64Array[],
  { rows, cols }: Case['shape'],
  [window]: number[],
): Float64Array[] {
  const out = new Float64Array(rows * cols).fill(Number.NaN)
  for (let n = 0; n < cols; n++) {
    let sum = 0
    for (let t = 0; t < rows; t++) {
      sum += x[t * cols + n] - (t >= window ? x[(t - window) * cols + n] : 0)
      if (t >= window - 1) out[t * cols + n] = sum / window
    }
  }
  return [out]
}

function naiveVariance(_kernel: string, [x]: Float64Array[], shape: Case['shape'], [window]: number[]): Float64Array[] {
  const named = { window, min_periods: 0 }
  const [mean] = REFERENCE.rolling_mean([x], named, shape)
  const [squares] = REFERENCE.rolling_sum([x.map((value) => value * value)], named, shape)
  return [squares.map((value, i) => (value - window * mean[i] ** 2) / (window - 1))]
}
