import { describe, expect, test } from 'vitest'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import type { Operator } from '../../src/factors/operators/signature.js'
import { FUNCTION_NAMES, OPERATORS, operatorsNamed, signatureOf } from '../../src/factors/operators.js'

/** A call of an operator with an argument of its own for every parameter that has no fallback. */
function call(operator: Operator, name: string): string {
  const fields = ['close', 'open', 'volume']
  const args = operator.parameters.flatMap(({ kind, fallback, name: parameter }) => {
    if (fallback !== undefined) return []
    if (kind === 'condition') return ['close > open']
    if (parameter === 'q') return ['1']
    return [kind === 'rows' || kind === 'constant' ? '5' : (fields.shift() as string)]
  })
  return `${name}(${args.join(', ')})`
}

const digest = (text: string) => compile(createDag(), text, { columns: null, adjust: 'none' }).digest

describe('every operator', () => {
  test.each(OPERATORS.map((operator) => [signatureOf(operator), operator] as const))(
    '%s compiles',
    (_signature, operator) => {
      expect(digest(call(operator, operator.name))).toMatch(/^[0-9a-f]{32}$/)
    },
  )

  const aliases = OPERATORS.flatMap((operator) => operator.aliases.map((alias) => [alias, operator] as const))
  test.each(aliases)('%s is the operator it stands for', (alias, operator) => {
    expect(digest(call(operator, alias))).toBe(digest(call(operator, operator.name)))
  })

  test('has names that no other one has', () => {
    const names = OPERATORS.filter(({ name, overload }) => overload?.name !== name).flatMap(({ name, aliases }) => [
      name,
      ...aliases,
    ])
    expect(names.length).toBe(new Set(names).size)
  })

  test('takes min_periods if it is a window of values', () => {
    const lagged = ['delay', 'delta', 'pct_change', 'log_return']
    const windows = OPERATORS.filter(({ group, name }) => group === 'window' && !lagged.includes(name))
    expect(windows.filter(({ parameters }) => parameters.at(-1)?.name !== 'min_periods')).toEqual([])
  })
})

describe('vocabularies', () => {
  const KAKUSHADZE =
    'rank delay delta correlation covariance ts_rank ts_min ts_max ts_argmin ts_argmax sum product stddev ' +
    'decay_linear scale signedpower log sign abs min max'
  const QLIB =
    'Ref Mean sma Std Slope Rsquare Resi Quantile Rank IdxMax IdxMin Corr Cov EMA WMA Delta Greater Less If Count'
  const ALSO = 'std var count exp sqrt clip where greater less gt lt'

  test.each(`${KAKUSHADZE} ${QLIB} ${ALSO}`.split(' '))('%s is a function', (name) => {
    expect(operatorsNamed(name)).not.toEqual([])
  })

  test('all function names are lower-case', () => {
    expect(FUNCTION_NAMES.filter((name) => name !== name.toLowerCase())).toEqual([])
  })
})
