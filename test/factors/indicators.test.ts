import { describe, expect, test } from 'vitest'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import { planOf } from '../../src/factors/plan.js'
import { loadSet } from '../../src/factors/sets.js'
import { evaluate, randomBars } from './evaluate.js'

const { factors } = loadSet('indicators')
const scope = { columns: new Set(['open', 'high', 'low', 'close', 'volume']), adjust: 'none' } as const

describe('the set indicators', () => {
  test('needs nothing but bars, and has a value for every factor where no bar is missing', () => {
    const table = randomBars(11, { rows: 330, cols: 2, missing: 0 })
    const dag = createDag()
    const plan = planOf(new Map(factors.map(({ name, text }) => [name, compile(dag, text, scope)])))
    const results = evaluate(plan, table)
    const empty = Object.keys(results).filter((name) => !Number.isFinite(results[name][table.rows * table.cols - 1]))
    expect(empty).toEqual([])
  })

  test.each(factors)('$name says what it is', ({ note, category }) => {
    expect([note.length > 10, category]).toEqual([true, expect.any(String)])
  })

  test('has the names that TA-Lib and others gave these indicators', () => {
    const names = new Set(factors.map(({ name }) => name))
    const known = 'rsi_14 macd macd_signal macd_hist bbands_upper stoch_k adx_14 plus_di_14 aroon_up_25 mfi_14 obv ad'
    expect(known.split(' ').filter((name) => !names.has(name))).toEqual([])
  })
})
