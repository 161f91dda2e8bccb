import { describe, expect, test } from 'vitest'
import { KERNELS as CATALOGUE } from '../../src/generated/specs.js'
import { REFERENCE } from '../../src/reference/index.js'
import type { KernelOption, KernelSpec } from '../../src/types.js'
import {
  continuesFromHistory,
  followsColumns,
  ignoresLaterRows,
  ignoresMissingColumns,
  keepsColumnsApart,
} from './contract.js'
import type { Case, Run } from './judge.js'
import { optionLists, plain } from './options.js'
import { absent, DESCRIBED, KERNELS, native } from './subject.js'

const KINDS = ['walk', 'two percent missing', 'half missing', 'spikes', 'plateaus', 'ties', 'denormals and zeros']
const run = native()
const of = (...shapes: KernelSpec['shape'][]) => KERNELS.filter(({ shape }) => shapes.includes(shape))
const lists = (spec: KernelSpec, shape: Case['shape']): Case[] =>
  optionLists(spec).flatMap((options) => KINDS.map((kind, i) => ({ spec, options, kind, seed: 100 + i, shape })))
const broken = (rule: (run: Run, of: Case) => string | null, cases: Case[]) =>
  cases.map((c) => rule(run, c)).find(Boolean) ?? null

describe('the catalogue', () => {
  test.skipIf(absent !== '')("as it was generated is the addon's", () => {
    expect(CATALOGUE).toEqual(DESCRIBED)
  })

  test('is in alphabetical order, each name once', () => {
    const names = CATALOGUE.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)].sort())
  })

  test('and the reference have the same kernels', () => {
    expect(Object.keys(REFERENCE).sort()).toEqual(KERNELS.map(({ name }) => name))
  })

  test.each(CATALOGUE)('says what $name is', ({ summary, formula, source, inputs, outputs }) => {
    expect(summary).toMatch(/.\.$/)
    expect(formula).not.toBe('')
    expect(source).not.toBe('')
    expect([inputs.length, outputs.length].every((count) => count > 0)).toBe(true)
  })

  test.each(CATALOGUE)('bounds the error and the options of $name', ({ accuracy, options }) => {
    expect(accuracy).toBeGreaterThanOrEqual(0)
    expect(accuracy).toBeLessThanOrEqual(1e-10)
    for (const { min, max, fallback, unit } of options) {
      expect([min <= fallback, fallback <= max, unit !== '']).toEqual([true, true, true])
    }
  })
})

describe.skipIf(absent !== '').each(KERNELS)('$name', (spec) => {
  test('ignores later rows', () => {
    expect(broken(ignoresLaterRows, lists(spec, { rows: 90, cols: 9 }))).toBeNull()
  })

  test('gives an empty result for an empty table', () => {
    const empty = spec.inputs.map(() => new Float64Array(0))
    for (const shape of [
      { rows: 0, cols: 4 },
      { rows: 4, cols: 0 },
    ]) {
      expect(run(spec.name, empty, shape, plain(spec))).toEqual(spec.outputs.map(() => new Float64Array(0)))
    }
  })

  test('leaves its inputs as they were', () => {
    const inputs = spec.inputs.map((_, k) => Float64Array.from({ length: 60 }, (_, i) => Math.sin(i + k)))
    const before = inputs.map((table) => table.slice())
    run(spec.name, inputs, { rows: 12, cols: 5 }, plain(spec))
    expect(inputs).toEqual(before)
  })
})

describe.skipIf(absent !== '').each(of('map', 'rolling', 'scan'))('$name', (spec) => {
  test('keeps columns apart', () => {
    expect(broken(keepsColumnsApart, lists(spec, { rows: 70, cols: 19 }))).toBeNull()
  })
})

describe.skipIf(absent !== '').each(of('rolling'))('$name', (spec) => {
  test('needs no more history than its window', () => {
    expect(broken(continuesFromHistory, lists(spec, { rows: 200, cols: 3 }))).toBeNull()
  })
})

describe.skipIf(absent !== '').each(of('cross'))('$name', (spec) => {
  test('follows its columns into another order', () => {
    expect(broken(followsColumns, lists(spec, { rows: 20, cols: 37 }))).toBeNull()
  })

  test('ignores columns without a value', () => {
    expect(broken(ignoresMissingColumns, lists(spec, { rows: 20, cols: 37 }))).toBeNull()
  })
})

const inputs = (spec: KernelSpec) => spec.inputs.map(() => new Float64Array(8))
const bounds = KERNELS.flatMap((spec) =>
  spec.options.map((option, at) => ({ kernel: spec.name, name: option.name, spec, option, at })),
)

describe.skipIf(absent !== '' || bounds.length === 0).each(bounds)(
  '$kernel refuses a $name',
  ({ spec, option, at }) => {
    const call = (value: number) => () =>
      run(spec.name, inputs(spec), { rows: 4, cols: 2 }, plain(spec).with(at, value))

    test.each(outside(option))('of $value ($why), naming the unit', ({ value }) => {
      expect(call(value)).toThrow(
        expect.objectContaining({ code: 'LQ_OPTION_RANGE', message: expect.stringContaining(option.unit) }),
      )
    })
  },
)

describe.skipIf(absent !== '')('a window kernel', () => {
  test('refuses more min_periods than its window has rows', () => {
    const call = () => run('rolling_mean', [new Float64Array(8)], { rows: 4, cols: 2 }, [3, 4])
    expect(call).toThrow(expect.objectContaining({ code: 'LQ_OPTION_RANGE' }))
  })

  test.each(['rolling_var', 'rolling_std', 'rolling_cov', 'rolling_slope'])(
    '%s is exactly 0 over equal values',
    (kernel) => {
      const spec = KERNELS.find(({ name }) => name === kernel) as KernelSpec
      const [found] = run(
        kernel,
        spec.inputs.map(() => new Float64Array(40).fill(0.1)),
        { rows: 40, cols: 1 },
        [7, 2],
      )
      expect(found.slice(1).every((value) => value === 0)).toBe(true)
    },
  )
})

/** Values just outside the range, and what is no number. */
function outside({ min, max }: KernelOption): { why: string; value: number }[] {
  return [
    { why: 'below the least', value: min - 1 - Math.abs(min) * 1e-9 },
    { why: 'above the greatest', value: max + 1 + Math.abs(max) * 1e-9 },
    { why: 'no number', value: Number.NaN },
  ]
}
