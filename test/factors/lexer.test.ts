import { describe, expect, test } from 'vitest'
import { faultOf } from '../../src/factors/expression-error.js'
import { tokenize } from '../../src/factors/lexer.js'
import { EXPRESSION_LENGTH_MAX } from '../../src/factors/limits.js'

const words = (text: string) => tokenize(text).map((token) => `${token.kind} ${token.text}`.trim())

function fault(text: string) {
  try {
    tokenize(text)
  } catch (error) {
    return faultOf(error)
  }
  return null
}

describe('tokenize', () => {
  test('gives an empty text one token, the end', () => {
    expect(words('')).toEqual(['end'])
  })

  test.each(['0', '12', '1.', '.5', '1.5', '1e3', '1E-3', '2.5e+10'])('reads %s as one number', (text) => {
    expect(words(text)).toEqual([`number ${text}`, 'end'])
  })

  test('reads $close as a field', () => {
    expect(words('$close')).toEqual(['field close', 'end'])
  })

  test('reads a dotted name as one name', () => {
    expect(words('IndClass.sector')).toEqual(['name IndClass.sector', 'end'])
  })

  test('reads the longest symbol', () => {
    expect(words('<= && = || ! !=')).toEqual([
      'symbol <=',
      'symbol &&',
      'symbol =',
      'symbol ||',
      'symbol !',
      'symbol !=',
      'end',
    ])
  })

  test('counts lines and columns from 1', () => {
    expect(tokenize('a +\n  b').map(({ at }) => `${at.line}:${at.column}`)).toEqual(['1:1', '1:3', '2:3', '2:4'])
  })

  test('puts the end behind trailing blanks', () => {
    expect(tokenize('a  ').at(-1)?.at).toEqual({ line: 1, column: 4 })
  })

  test('names the character it cannot read', () => {
    expect(fault('a % b')).toMatchObject({ message: 'unexpected character "%"', line: 1, column: 3 })
  })

  test('shows a character outside the basic plane whole', () => {
    expect(fault('a + 😀')?.message).toBe('unexpected character "😀"')
  })

  test('refuses a number that runs into a name', () => {
    expect(fault('2close')).toMatchObject({
      message: 'expected an operator after 2, found close',
      hint: expect.stringContaining('2 * close'),
    })
  })

  test('refuses a number beyond the range of a double', () => {
    expect(fault('1e999')?.message).toBe('number out of range: 1e999')
  })

  test('refuses a text that is too long', () => {
    expect(fault('a'.repeat(EXPRESSION_LENGTH_MAX + 1))?.message).toContain(
      `at most ${EXPRESSION_LENGTH_MAX} characters`,
    )
  })
})
