import { describe, expect, test } from 'vitest'
import { EXPRESSIONS_MAX, NAME_LENGTH_MAX } from '../../src/factors/limits.js'
import { checkedNames, namedExpression } from '../../src/factors/named.js'

describe('namedExpression', () => {
  test('splits at the first =', () => {
    expect(namedExpression('up = close == high')).toEqual({ name: 'up', text: 'close == high' })
  })

  test('refuses a text without a name', () => {
    expect(() => namedExpression('rank(close)')).toThrow('expected NAME=EXPR, found no =')
  })

  test.each(['2x', 'a-b', '', 'a b', 'a.b', 'é', 'x'.repeat(NAME_LENGTH_MAX + 1)])('refuses the name %j', (name) => {
    expect(() => namedExpression(`${name}=close`)).toThrow('expected a name of letters, digits and _')
  })

  test.each(['timestamp', 'Symbol', '__proto__'])('refuses the name %s, which the output needs', (name) => {
    expect(() => namedExpression(`${name}=close`)).toThrow("is a name of the output's own")
  })

  test('gives its errors exit code 2', () => {
    expect(() => namedExpression('x')).toThrow(expect.objectContaining({ code: 'LQ_USAGE', exitCode: 2 }))
  })
})

describe('checkedNames', () => {
  test('refuses a name given twice', () => {
    expect(() => checkedNames([namedExpression('a=close'), namedExpression('a=open')])).toThrow(
      'the factor a is given twice',
    )
  })

  test('refuses to do nothing', () => {
    expect(() => checkedNames([])).toThrow('expected at least one factor')
  })

  test('refuses more factors than the limit', () => {
    const many = Array.from({ length: EXPRESSIONS_MAX + 1 }, (_, i) => ({ name: `f${i}`, text: 'close' }))
    expect(() => checkedNames(many)).toThrow(`expected at most ${EXPRESSIONS_MAX} factors`)
  })
})
