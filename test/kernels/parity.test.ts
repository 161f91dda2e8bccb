import { describe, expect, test } from 'vitest'
import { DATA } from './data.js'
import { type Case, difference, inputsOf, type Run, unclean } from './judge.js'
import { optionLists, plain } from './options.js'
import { absent, KERNELS, native, VARIANTS } from './subject.js'

const SEED = 31
const baseline = native({ isa: 'v2' })

test('there are native kernels to judge', ({ skip }) => {
  if (absent) skip(absent)
})

describe.skipIf(absent !== '').each(KERNELS)('$name', (spec) => {
  const kinds = Object.keys(DATA)
  const cases = (shape: Case['shape']): Case[] =>
    kinds.flatMap((kind) => optionLists(spec).map((options) => ({ spec, options, kind, seed: SEED, shape })))
  const unequal = (run: Run, list: Case[]) => list.map((of) => differs(run, of)).find(Boolean) ?? null

  test.each(VARIANTS.slice(1))('has the bits of v2 on %s', (isa) => {
    expect(unequal(native({ isa }), cases({ rows: 70, cols: isa === 'emulated' ? 3 : 17 }))).toBeNull()
  })

  test.each([2, 3, 7])('has the same bits when it is split into %i tasks', (split) => {
    const list = kinds.map((kind) => ({ spec, options: plain(spec), kind, seed: SEED, shape: { rows: 70, cols: 41 } }))
    expect(unequal(native({ isa: 'v2', split }), list)).toBeNull()
  })

  test('gives finite numbers and one NaN, whatever the data', () => {
    const dirty = cases({ rows: 70, cols: 9 }).map((of) =>
      unclean(of, baseline(spec.name, inputsOf(of), of.shape, of.options)),
    )
    expect(dirty.find(Boolean) ?? null).toBeNull()
  })

  test('gives one NaN where an input carries another', () => {
    const of: Case = { spec, options: plain(spec), kind: 'walk', seed: SEED, shape: { rows: 40, cols: 9 } }
    const inputs = inputsOf(of)
    for (const input of inputs) {
      const bits = new BigUint64Array(input.buffer)
      for (let i = 0; i < bits.length; i += 5) bits[i] = 0xfff8000000000000n + BigInt(i)
    }
    expect(unclean(of, baseline(spec.name, inputs, of.shape, of.options))).toBeNull()
  })

  test('overflows to missing, never to infinity', () => {
    const of: Case = { spec, options: plain(spec), kind: 'walk', seed: SEED, shape: { rows: 40, cols: 9 } }
    const inputs = inputsOf(of).map((table) => table.map((value, i) => (i % 3 === 0 ? -1 : 1) * value * 8e305))
    expect(unclean(of, baseline(spec.name, inputs, of.shape, of.options))).toBeNull()
  })
})

function differs(run: Run, of: Case): string | null {
  const inputs = inputsOf(of)
  const at = [inputs, of.shape, of.options] as const
  return difference(of, baseline(of.spec.name, ...at), run(of.spec.name, ...at))
}
