import { describe, expect, test } from 'vitest'
import type { KernelSpec } from '../../src/types.js'
import { DATA } from './data.js'
import { type Case, difference, inputsOf, type Run, unclean } from './judge.js'
import { optionLists, plain } from './options.js'
import { absent, KERNELS, native, VARIANTS } from './subject.js'

const SEED = 31
const KINDS = Object.keys(DATA)
const baseline = native({ isa: 'v2' })
const others = VARIANTS.filter((isa) => isa !== 'v2')

test('there are native kernels to judge', ({ skip }) => {
  if (absent) skip(absent)
})

describe.skipIf(absent !== '').each(KERNELS)('$name', (spec) => {
  const one: Case = { spec, options: plain(spec), kind: 'walk', seed: SEED, shape: { rows: 40, cols: 9 } }

  test.each(others)('has the bits of v2 on %s', (isa) => {
    expect(unequal(native({ isa }), everyCase(spec, { rows: 70, cols: 17 }))).toBeNull()
  })

  test.each([2, 3, 7])('has the same bits when it is split into %i tasks', (split) => {
    const list = KINDS.map((kind) => ({ ...one, kind, shape: { rows: 70, cols: 41 } }))
    expect(unequal(native({ isa: 'v2', split }), list)).toBeNull()
  })

  test('gives finite numbers and one NaN, whatever the data', () => {
    const cases = everyCase(spec, { rows: 70, cols: 9 })
    const dirty = cases.map((of) => unclean(of, baseline(spec.name, inputsOf(of), of.shape, of.options)))
    expect(dirty.find(Boolean) ?? null).toBeNull()
  })

  test('gives one NaN where an input carries another', () => {
    const inputs = inputsOf(one)
    for (const input of inputs) {
      const bits = new BigUint64Array(input.buffer)
      for (let i = 0; i < bits.length; i += 5) bits[i] = 0xfff8000000000000n + BigInt(i)
    }
    expect(unclean(one, baseline(spec.name, inputs, one.shape, one.options))).toBeNull()
  })

  test('overflows to missing, never to infinity', () => {
    const inputs = inputsOf(one).map((table) => table.map((value, i) => (i % 3 === 0 ? -1 : 1) * value * 8e305))
    expect(unclean(one, baseline(spec.name, inputs, one.shape, one.options))).toBeNull()
  })
})

const cross = KERNELS.filter(({ shape }) => shape === 'cross')

describe.skipIf(absent !== '').each(cross)('$name', (spec) => {
  test.each(others)('has the bits of v2 on %s in rows of many columns', (isa) => {
    const cases = [33, 300].flatMap((cols) => everyCase(spec, { rows: 3, cols }))
    expect(unequal(native({ isa }), cases)).toBeNull()
  })
})

function everyCase(spec: KernelSpec, shape: Case['shape']): Case[] {
  return KINDS.flatMap((kind) => optionLists(spec).map((options) => ({ spec, options, kind, seed: SEED, shape })))
}

/** @returns the first cell in which some case's bits are not those of the baseline, or null */
function unequal(run: Run, cases: Case[]): string | null {
  const differs = (of: Case) => {
    const { spec, shape, options } = of
    const inputs = inputsOf(of)
    return difference(of, baseline(spec.name, inputs, shape, options), run(spec.name, inputs, shape, options))
  }
  return cases.map(differs).find(Boolean) ?? null
}
