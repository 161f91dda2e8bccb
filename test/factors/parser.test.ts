import { describe, expect, test } from 'vitest'
import { LqError } from '../../src/errors.js'
import type { Syntax } from '../../src/factors/ast.js'
import { faultOf } from '../../src/factors/expression-error.js'
import { EXPRESSION_DEPTH_MAX, EXPRESSION_NODES_MAX } from '../../src/factors/limits.js'
import { parse } from '../../src/factors/parser.js'
import { seeded } from './evaluate.js'

/** The tree with every operator in parentheses. */
function shown(node: Syntax): string {
  switch (node.kind) {
    case 'number':
      return String(node.value)
    case 'name':
      return node.name
    case 'unary':
      return `(${node.operator} ${shown(node.operand)})`
    case 'binary':
      return `(${shown(node.left)} ${node.operator} ${shown(node.right)})`
    case 'conditional':
      return `(${shown(node.condition)} ? ${shown(node.yes)} : ${shown(node.no)})`
    case 'call':
      return `${node.name}(${node.args.map(({ name, value }) => (name ? `${name}=` : '') + shown(value)).join(', ')})`
  }
}

function fault(text: string) {
  try {
    parse(text)
  } catch (error) {
    return faultOf(error)
  }
  return null
}

describe('precedence', () => {
  test.each([
    ['a + b * c', '(a + (b * c))'],
    ['a - b - c', '((a - b) - c)'],
    ['a / b * c', '((a / b) * c)'],
    ['a ^ b ^ c', '(a ^ (b ^ c))'],
    ['-a ^ b', '(- (a ^ b))'],
    ['a ^ -b', '(a ^ (- b))'],
    ['a ^ -b ^ c', '(a ^ (- (b ^ c)))'],
    ['-a * b', '((- a) * b)'],
    ['a * -b', '(a * (- b))'],
    ['- - a', '(- (- a))'],
    ['a + b < c * d', '((a + b) < (c * d))'],
    ['not a < b', '(not (a < b))'],
    ['!a && b', '((not a) and b)'],
    ['a < b and c < d or e < f', '(((a < b) and (c < d)) or (e < f))'],
    ['a || b && c', '(a or (b and c))'],
    ['a < b ? c : d', '((a < b) ? c : d)'],
    ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
    ['a ? b ? c : d : e', '(a ? (b ? c : d) : e)'],
    ['a or b ? c : d', '((a or b) ? c : d)'],
    ['(a + b) * c', '((a + b) * c)'],
    ['f(a ? b : c, n=-1)', 'f((a ? b : c), n=(- 1))'],
    ['f()', 'f()'],
    ['AND(a, b)', 'AND(a, b)'],
    ['a AND NOT b', '(a and (not b))'],
  ])('%s is %s', (text, tree) => {
    expect(shown(parse(text))).toBe(tree)
  })
})

describe('parse', () => {
  test('tells an integer literal from other numbers', () => {
    expect([parse('5'), parse('5.0'), parse('5e0')].map((node) => node.kind === 'number' && node.integer)).toEqual([
      true,
      false,
      false,
    ])
  })

  test('keeps the position of an operator', () => {
    expect(parse('a\n + b').at).toEqual({ line: 2, column: 2 })
  })

  test('reads the names of arguments in lower case', () => {
    expect(shown(parse('f(x, Min_Periods=3)'))).toBe('f(x, min_periods=3)')
  })

  test.each([
    ['', 1, 'expected an expression, found nothing'],
    ['a +', 4, 'expected a value, found the end of the text'],
    ['a b', 3, 'expected an operator, found b'],
    ['a $b', 3, 'expected an operator, found $b'],
    ['(a', 3, 'expected ), found the end of the text'],
    ['a)', 2, 'expected an operator, found )'],
    ['f(a,)', 5, 'expected a value, found )'],
    ['a ? b', 6, 'expected :, found the end of the text'],
    ['a < b < c', 7, 'a comparison cannot follow another'],
    ['a = b', 3, 'expected an operator, found ='],
    ['(a = b)', 4, 'expected ), found ='],
    ['a ** b', 4, 'expected a value, found *'],
    ['and', 1, 'expected a value, found and'],
    ['a constructor b', 3, 'expected an operator, found constructor'],
    ['* a', 1, 'expected a value, found *'],
  ])('%j fails at column %i', (text, column, message) => {
    expect(fault(text)).toMatchObject({ line: 1, column, message })
  })

  test('says where the parenthesis that is not closed stands', () => {
    expect(fault('f(a')?.hint).toBe('it belongs to the ( at line 1, column 2')
  })

  test('gives its errors the code of expressions', () => {
    expect(() => parse('a +')).toThrow(expect.objectContaining({ code: 'LQ_EXPRESSION', exitCode: 2 }))
  })
})

describe('limits', () => {
  const deep = (levels: number) => `${'('.repeat(levels)}a${')'.repeat(levels)}`

  test('takes as many levels as allowed', () => {
    expect(parse(deep(EXPRESSION_DEPTH_MAX - 1)).kind).toBe('name')
  })

  test.each([
    ['parentheses', deep(EXPRESSION_DEPTH_MAX)],
    ['signs', `${'-'.repeat(EXPRESSION_DEPTH_MAX)}a`],
    ['powers', `${'a^'.repeat(EXPRESSION_DEPTH_MAX)}a`],
    ['conditionals', `${'a?b:'.repeat(EXPRESSION_DEPTH_MAX)}c`],
    ['a chain of sums', `${'a+'.repeat(EXPRESSION_DEPTH_MAX)}a`],
    ['a chain of conditions', `${'a?'.repeat(EXPRESSION_DEPTH_MAX)}c`],
  ])('refuses one level more of %s', (_what, text) => {
    expect(fault(text)?.message).toBe(`nested deeper than ${EXPRESSION_DEPTH_MAX} levels`)
  })

  test('refuses too many terms', () => {
    const text = `f(${Array.from({ length: EXPRESSION_NODES_MAX }, () => 'a').join(',')})`
    expect(fault(text)?.message).toBe(`expected at most ${EXPRESSION_NODES_MAX} terms`)
  })
})

describe('any text', () => {
  const pieces = [
    'close',
    'mean',
    '(',
    ')',
    ',',
    '=',
    '+',
    '-',
    '*',
    '/',
    '^',
    '<',
    '?',
    ':',
    '&&',
    'not',
    '2',
    '.5',
    '1e9',
    '$x',
    ' ',
    '\n',
    '#',
    'é',
    '"',
    '\0',
    '😀',
    '9a',
  ]

  test('is an expression or a fault with a place inside the text', () => {
    const seed = 20_240
    const random = seeded(seed)
    for (let round = 0; round < 20_000; round++) {
      const length = Math.floor(random() * 25)
      const text = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join('')
      expectClean(text, `seed ${seed}, round ${round}`)
    }
  })

  test('is an expression or a fault also where a good one is damaged', () => {
    const seed = 20_241
    const random = seeded(seed)
    const good =
      'rank(delta(log(volume), 2)) * -1 + (close > open && high != low ? mean(close, 20, min_periods=5) : 2 ^ -.5)'
    expect(parse(good).kind).toBe('binary')
    for (let round = 0; round < 20_000; round++) {
      const from = Math.floor(random() * good.length)
      const to = from + Math.floor(random() * 6)
      const text = good.slice(0, from) + pieces[Math.floor(random() * pieces.length)] + good.slice(to)
      expectClean(text, `seed ${seed}, round ${round}`)
    }
  })
})

function expectClean(text: string, where: string): void {
  try {
    parse(text)
  } catch (error) {
    const found = faultOf(error)
    const message = `${where}: ${JSON.stringify(text)}`
    expect(error, message).toBeInstanceOf(LqError)
    expect(found?.line, message).toBeLessThanOrEqual(text.split('\n').length)
    expect(found?.column, message).toBeLessThanOrEqual((text.split('\n')[(found?.line ?? 1) - 1] ?? '').length + 1)
  }
}
