import { afterAll, describe, expect, test } from 'vitest'
import { closePool } from '../../src/compute/pool.js'
import { createDag } from '../../src/factors/dag.js'
import { describeFactor } from '../../src/factors/describe.js'
import { allFactors, factorsNamed, loadSet, SET_NAMES } from '../../src/factors/sets.js'
import { computed, firstRows, randomMarket } from './compute.js'
import { bits } from './evaluate.js'

afterAll(closePool)

describe('loadSet', () => {
  test('has the sets in the order of their names', () => {
    expect(SET_NAMES).toEqual([...SET_NAMES].sort())
    expect(SET_NAMES).toEqual(expect.arrayContaining(['alpha101', 'alpha158', 'fundamental', 'spock']))
  })

  test('ignores case', () => {
    expect(loadSet(' Alpha158')).toEqual(loadSet('alpha158'))
  })

  test('has the nearest name for an unknown one', () => {
    expect(() => loadSet('alpha15')).toThrow(
      expect.objectContaining({ code: 'LQ_USAGE', exitCode: 2, hint: 'did you mean alpha158?' }),
    )
  })

  test.each(SET_NAMES)('the set %s says what it is and where it is from', (name) => {
    expect(loadSet(name).note.length).toBeGreaterThan(100)
  })
})

describe('factorsNamed', () => {
  test('finds a factor by its name, with its set or without, in any case', () => {
    expect(factorsNamed('ALPHA101/Alpha001')).toEqual(factorsNamed('alpha001'))
    expect(factorsNamed('kmid')).toMatchObject([{ set: 'alpha158', factor: { name: 'KMID', category: 'kbar' } }])
  })

  test.each(['', 'alpha158', 'alpha158/alpha001', 'alpha102'])('finds nothing for %j', (name) => {
    expect(factorsNamed(name)).toEqual([])
  })
})

test('no two factors of all sets share a name, in any case: their columns stand side by side', () => {
  const names = allFactors().map(({ factor }) => factor.name.toLowerCase())
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

const LONG = { rows: 530, cols: 12 }
/** Ends of what is known: the first rows, within and after short and long windows. */
const CUTS = [1, 2, 21, 64, 256, 505, 529]

/** They need a correlation in each of many short windows in a row, and it is missing where one side is constant. */
const RARE = ['alpha096', 'alpha097']

describe.each(SET_NAMES)('every factor of %s', (name) => {
  const { factors } = loadSet(name)
  const market = randomMarket(20, LONG)
  const dag = createDag()
  const described = factors.map((factor) => describeFactor(dag, name, factor))

  test('depends on a column', () => {
    expect(described.filter(({ inputs }) => inputs.length === 0)).toEqual([])
  })

  test('has its first value where its warm-up ends, or before, where a condition chooses what is ready', async () => {
    const results = await computed(factors, market)
    const firstValue = (values: Float64Array) => Math.floor(values.findIndex(Number.isFinite) / LONG.cols)
    const wrong = described.filter(({ name: factor, warmup, expression }) => {
      if (RARE.includes(factor)) return false
      const first = firstValue(results[factor])
      return warmup === null ? first < 0 : first !== warmup && !(first < warmup && /\?|where/.test(expression))
    })
    expect(wrong.map((factor) => [factor.name, factor.warmup, firstValue(results[factor.name])])).toEqual([])
  })

  test('knows nothing of later rows: the first rows are the same, bit for bit, whatever follows', async () => {
    const all = await computed(factors, market)
    for (const rows of CUTS) {
      const known = await computed(factors, firstRows(market, rows))
      const wrong = factors.filter((factor) => {
        return bits(known[factor.name]) !== bits(all[factor.name].slice(0, rows * LONG.cols))
      })
      expect(wrong.map((factor) => `${factor.name} on ${rows} rows`)).toEqual([])
    }
  })
})
