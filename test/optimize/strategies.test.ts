import { describe, expect, test } from 'vitest'
import { bindTrials, compileStrategy } from '../../src/optimize/program.js'
import { setAt, spaceOf } from '../../src/optimize/search/space.js'
import { parseParameter } from '../../src/optimize/search/spec.js'
import { findStrategy, STRATEGY_NAMES } from '../../src/optimize/strategies.js'
import { readStrategy } from '../../src/optimize/strategy.js'

const read = (text: string) => readStrategy(text, { name: 's', source: 's.strategy' })

describe.each(STRATEGY_NAMES)('%s', (name) => {
  const strategy = findStrategy(name)

  test('compiles with the values that it names itself', () => {
    const specs = Object.entries(strategy.parameters).map(([parameter, values]) =>
      parseParameter(`${parameter}=${values}`),
    )
    const space = spaceOf(specs)
    const scope = { columns: new Set(['open', 'high', 'low', 'close', 'volume']), adjust: 'none' as const }
    const program = compileStrategy(strategy, scope, new Set(Object.keys(strategy.parameters)))
    const binding = bindTrials(program, [setAt(space, 0), setAt(space, 1)])
    expect(binding.nodes.length).toBeGreaterThan(0)
    expect(program.plan.steps.length).toBeGreaterThan(0)
  })

  test('says what it is and where it is from', () => {
    expect(strategy.note).toMatch(/(18|19|20)\d\d/)
  })
})

test('a strategy is written with = or :', () => {
  expect(read('long: close > $x').rules).toEqual({ long: 'close > $x' })
})

test.each([
  ['lng = close > 1', /unknown rule lng/],
  ['size = 1', /expected a rule long or short/],
  ['long = close > 1\ncover = close < 1', /cover needs a rule short/],
])('%s is refused', (text, message) => {
  expect(() => read(text)).toThrow(message)
})

test('an unknown strategy is refused with the nearest one', () => {
  expect(() => findStrategy('sma-cros')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('sma-cross') }),
  )
})

test('sets share what has the same values, operand by operand', () => {
  const program = compileStrategy(
    findStrategy('sma-cross'),
    { columns: new Set(['close']), adjust: 'none' },
    new Set(['fast', 'slow']),
  )
  const sets = [2, 3, 5].flatMap((fast) => [5, 8].map((slow) => ({ fast, slow })))
  const { nodes, operands } = bindTrials(program, sets)
  expect(nodes.map((node) => node?.options[0] ?? null)).toEqual([2, 3, 5, null, null, null, null, null, 5, 8])
  expect(operands).toEqual([{ columns: Int32Array.of(0, 0, 1, 1, 2, 2) }, { columns: Int32Array.of(8, 9, 8, 9, 8, 9) }])
})
