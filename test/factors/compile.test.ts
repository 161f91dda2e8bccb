import { describe, expect, test } from 'vitest'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import { columnsOf, stepsOf, typeNameOf } from '../../src/factors/explain.js'
import { faultOf } from '../../src/factors/expression-error.js'
import type { Scope } from '../../src/factors/scope.js'
import { seeded } from './evaluate.js'

const ANY: Scope = { columns: null, adjust: 'none' }
const BARS: Scope = { columns: new Set(['open', 'high', 'low', 'close', 'volume']), adjust: 'none' }

const steps = (text: string, scope: Scope = ANY) => stepsOf(compile(createDag(), text, scope))

function fault(text: string, scope: Scope = ANY) {
  try {
    compile(createDag(), text, scope)
  } catch (error) {
    return faultOf(error)
  }
  return null
}

describe('types', () => {
  test.each([
    ['1 + 2', 'scalar'],
    ['close', 'series'],
    ['close > 1', 'bool'],
    ['1 > 2', 'bool'],
    ['log(2)', 'scalar'],
    ['delay(close > open, 1)', 'bool'],
    ['close > open ? 1 : 2', 'series'],
    ['close > open ? close > 1 : close > 2', 'bool'],
    ['(close > open) * 1', 'series'],
    ['(close > open) + 1', 'series'],
    ['rank(close > open)', 'series'],
  ])('%s is a %s', (text, type) => {
    expect(typeNameOf(compile(createDag(), text, ANY))).toBe(type)
  })

  test.each(['where(close, 1, 2)', 'close ? 1 : 2', 'not close', 'close and open > 1', 'or(close > 1, open)'])(
    '%s needs a condition',
    (text) => {
      expect(fault(text)?.message).toBe('expected a condition, found a number')
    },
  )

  test.each(['rank(3)', 'mean(1 + 2, 5)', 'zscore(2 > 1)'])('%s needs a series', (text) => {
    expect(fault(text)?.message).toBe('x: expected a series, found a number')
  })
})

describe('groups', () => {
  const SECTORS: Scope = { columns: new Set(['close']), groups: new Set(['sector']), adjust: 'none' }

  test('a column of groups is a group', () => {
    expect(typeNameOf(compile(createDag(), 'sector', SECTORS))).toBe('group')
  })

  test.each(['group_rank(close, sector)', 'indneutralize(close, sector)', 'group_mean(close, floor_of)'])(
    '%s takes a column of groups, or of numbers where nothing is known of it',
    (text) => {
      expect(typeNameOf(compile(createDag(), text, ANY))).toBe('series')
    },
  )

  test('equal numbers of a series are a group', () => {
    expect(steps('group_mean(close, volume > 5)').at(-1)).toBe('v2 = group_mean(close, v1)')
  })

  test.each([
    ['sector + 1', 1],
    ['close * sector', 9],
    ['-sector', 2],
    ['sector == 3', 1],
    ['rank(sector)', 6],
    ['delay(sector, 1)', 7],
    ['abs(sector)', 5],
    ['close > 1 ? sector : close', 13],
    ['group_rank(sector, sector)', 12],
  ])('nothing is computed of groups in %s', (text, column) => {
    expect(fault(text, SECTORS)).toMatchObject({
      message: 'expected a number, found the groups of sector',
      column,
      hint: expect.stringContaining('group_rank'),
    })
  })

  test('groups are no condition', () => {
    expect(fault('sector ? 1 : 2', SECTORS)?.message).toBe('expected a condition, found the groups of sector')
  })

  test('a constant is no group', () => {
    expect(fault('group_rank(close, 3)')?.message).toBe('g: expected a series, found a number')
  })
})

describe('shared names', () => {
  test.each([
    ['rank(close)', 'cross_rank'],
    ['rank(close, 5)', 'rolling_rank'],
    ['rank(close, n=5)', 'rolling_rank'],
    ['max(close, 5)', 'rolling_max'],
    ['max(close, 2)', 'rolling_max'],
    ['max(close, n=5)', 'rolling_max'],
    ['max(close, 5, min_periods=3)', 'rolling_max'],
    ['max(close, 1)', 'maximum'],
    ['max(close, 5.0)', 'maximum'],
    ['max(close, (5 + 0))', 'maximum'],
    ['max(close, open)', 'maximum'],
    ['max(5, close)', 'maximum'],
    ['min(close, 5)', 'rolling_min'],
    ['min(close, open)', 'minimum'],
    ['less(close, 5)', 'minimum'],
    ['greater(close, 5)', 'maximum'],
    ['zscore(close)', 'cross_zscore'],
    ['zscore(close, clip=3)', 'cross_zscore'],
    ['zscore(close, 20)', 'rolling_zscore'],
    ['zscore(close, n=20)', 'rolling_zscore'],
    ['atr(14)', 'atr'],
    ['atr()', 'atr'],
    ['atr(high, low, close, 14)', 'atr'],
  ])('%s is %s', (text, kernel) => {
    expect(steps(text).at(-1)).toMatch(new RegExp(`= ${kernel}\\(`))
  })

  test('max of two literals is the greater one, not a window', () => {
    expect(compile(createDag(), 'max(3, 5)', ANY).value).toBe(5)
  })
})

describe('windows', () => {
  test('are rounded down', () => {
    expect(steps('mean(close, 8.93345)')).toEqual(['v1 = rolling_mean(close, window=8)'])
  })

  test('are rounded to the nearest where that is asked for', () => {
    expect(steps('mean(close, 8.5)', { ...ANY, windowRounding: 'nearest' })).toEqual([
      'v1 = rolling_mean(close, window=9)',
    ])
  })

  test('may be constant expressions', () => {
    expect(steps('mean(close, 2 * 5)')).toEqual(['v1 = rolling_mean(close, window=10)'])
  })

  test('may be parameters', () => {
    expect(steps('mean(close, $n)', { ...BARS, parameters: { n: 7 } })).toEqual(['v1 = rolling_mean(close, window=7)'])
  })

  test.each([
    ['mean(close, 0)', 'n: expected 1 … 16384 rows, found 0'],
    ['mean(close, 16385)', 'n: expected 1 … 16384 rows, found 16385'],
    ['mean(close, 0.9)', 'n: expected 1 … 16384 rows, found 0'],
    ['stddev(close, 1)', 'n: expected 2 … 16384 rows, found 1'],
    ['mean(close, open)', 'n: expected a constant, found a series'],
    ['mean(close, 1/0)', 'n: expected 1 … 16384 rows, found NaN'],
    ['delay(close, -1)', 'n: expected 0 … 16384 rows, found -1'],
    ['delay(close, -0.5)', 'n: expected 0 … 16384 rows, found -1'],
    ['delta(close, 0)', 'n: expected 1 … 16384 rows, found 0'],
    ['mean(close, 5, min_periods=6)', 'min_periods: expected 1 … 5 rows, found 6'],
    ['mean(close, 5, min_periods=0)', 'min_periods: expected 1 … 16384 rows, found 0'],
    ['zscore(close, clip=-1)', 'clip: expected 0 … 1000000, found -1'],
  ])('%s is out of range', (text, message) => {
    expect(fault(text)?.message).toBe(message)
  })

  test('a negative delay says why it is refused', () => {
    expect(fault('Ref(close, -5)')?.hint).toBe('a negative delay would look into the future')
  })

  test('a delay of 0 is the value itself', () => {
    expect(steps('delay(close, 0)')).toEqual([])
  })

  test('min_periods of the whole window is the default', () => {
    expect(steps('mean(close, 5, min_periods=5)')).toEqual(steps('mean(close, 5)'))
  })
})

describe('arguments', () => {
  test.each([
    ['mean(close)', 'mean needs n', 'mean(x, n, min_periods=…)'],
    ['Sma()', 'Sma needs x', 'Sma(x, n, min_periods=…)'],
    ['abs(1, 2)', 'abs takes at most 1 arguments, found 2', 'abs(x)'],
    ['mean(n=5, close)', 'a positional argument after a named one', 'mean(x, n, min_periods=…)'],
    ['mean(close, x=open)', 'x is given twice', 'mean(x, n, min_periods=…)'],
    ['mean(close, 5, minperiods=2)', 'mean has no argument minperiods', 'did you mean min_periods?'],
    ['winsorize(close, sigma=3, mad=5)', 'expected one of sigma, mad', 'winsorize twice for both'],
  ])('%s: %s', (text, message, hint) => {
    expect(fault(text)).toMatchObject({ message, hint })
  })

  test('may all be named', () => {
    expect(steps('mean(n=5, x=close)')).toEqual(steps('mean(close, 5)'))
  })
})

describe('names', () => {
  test.each([
    ['tsrank(close, 5)', 'unknown function tsrank', 'did you mean ts_rank?'],
    ['correlatoin(close, open, 5)', 'unknown function correlatoin', 'did you mean correlation?'],
    ['frobnicate(close)', 'unknown function frobnicate', 'lq factors ls lists the functions'],
  ])('%s: %s', (text, message, hint) => {
    expect(fault(text)).toMatchObject({ message, hint })
  })

  test('an unknown field has the nearest one as a hint', () => {
    expect(fault('rank(clsoe)', BARS)).toMatchObject({
      message: 'unknown field clsoe',
      column: 6,
      hint: 'did you mean close?',
    })
  })

  test('a property every object has is no function', () => {
    expect(fault('constructor(close)')?.message).toBe('unknown function constructor')
  })

  test('a property every object has is no parameter', () => {
    expect(fault('$toString', { ...BARS, parameters: {} })?.message).toBe('unknown field or parameter $toString')
  })

  test('functions ignore case', () => {
    expect(steps('Ts_Rank(close, 5)')).toEqual(steps('ts_rank(close, 5)'))
  })

  test('the fields of the language ignore case', () => {
    expect(columnsOf(compile(createDag(), 'Close + VWAP', BARS))).toEqual(['close', 'high', 'low'])
  })

  test('further columns do not', () => {
    expect(fault('EPS', { ...BARS, columns: new Set(['close', 'eps']) })).toMatchObject({ hint: 'did you mean eps?' })
  })

  test('$name is a field before it is a parameter', () => {
    expect(columnsOf(compile(createDag(), '$close', { ...ANY, parameters: { close: 1 } }))).toEqual(['close'])
  })

  test('$name is a parameter where no field has the name', () => {
    expect(compile(createDag(), '$speed', { ...ANY, parameters: { speed: 3 } }).value).toBe(3)
  })

  test('a name without $ is never a parameter', () => {
    expect(fault('speed', { ...BARS, parameters: { speed: 3 } })?.message).toBe('unknown field speed')
  })
})

describe('meaning', () => {
  test.each([
    ['-close ^ 2', ['v1 = multiply(close, close)', 'v2 = negate(v1)']],
    ['close ^ 0.5', ['v1 = square_root(close)']],
    ['close ^ 1', []],
    ['-1 * close', ['v1 = negate(close)']],
    ['close * 2', ['v1 = add(close, close)']],
    ['close >= open', ['v1 = less_equal(open, close)']],
    ['not (close > open)', ['v1 = less(open, close)', 'v2 = logical_not(v1)']],
    ['returns', ['v1 = simple_return(close, steps=1)']],
    ['clip(close, 1, 2)', ['v1 = maximum(1, close)', 'v2 = minimum(v1, 2)']],
  ])('%s', (text, expected) => {
    expect(steps(text).map((step) => step.replace('maximum(close, 1)', 'maximum(1, close)'))).toEqual(expected)
  })

  test('an exponent that would lose too many digits is refused', () => {
    expect(fault('close ^ 1025')).toMatchObject({ column: 9, message: expect.stringContaining('−1024 … 1024') })
  })
})

describe('any call', () => {
  const names = [
    'mean',
    'rank',
    'max',
    'delay',
    'where',
    'product',
    'power',
    'correlation',
    'winsorize',
    'zscore',
    'count',
    'atr',
    'ema',
    'nosuch',
  ]
  const values = ['close', 'open', '2', '5', '0.5', '-1', 'close > open', '1/0', 'n=3', 'min_periods=2', '$p', 'log(2)']

  test('is a node or a fault', () => {
    const seed = 77
    const random = seeded(seed)
    const pick = (list: string[]) => list[Math.floor(random() * list.length)]
    const call = (depth: number): string => {
      const args = Array.from({ length: Math.floor(random() * 4) }, () =>
        depth > 0 && random() < 0.4 ? call(depth - 1) : pick(values),
      )
      return `${pick(names)}(${args.join(', ')})`
    }
    for (let round = 0; round < 5000; round++) {
      const text = call(3)
      try {
        compile(createDag(), text, { ...BARS, parameters: { p: 4 } })
      } catch (error) {
        expect(faultOf(error), `seed ${seed}, round ${round}: ${text}: ${(error as Error).stack}`).not.toBeNull()
      }
    }
  })
})
