import { expect, test } from 'vitest'
import { MISSING, NOT_A_NUMBER, NOT_FINITE, parseNumber } from '../../../src/lake/input/number-text.js'

test.each([
  ['0', 0],
  ['0.0', 0],
  ['-1', -1],
  ['+2.5', 2.5],
  ['.5', 0.5],
  ['4.35e-06', 4.35e-6],
  ['1e5', 100_000],
  [' 7 ', 7],
  ['104838.00000000001', 104838.00000000001],
  ['9007199254740993', 9007199254740992],
])('reads %s exactly as written', (text, value) => expect(parseNumber(text)).toBe(value))

test.each([null, '', '  ', 'null', 'NULL', '\\N'])('takes %j for missing', (text) =>
  expect(parseNumber(text)).toBe(MISSING),
)

test.each(['NaN', 'nan', 'inf', '-Infinity', '+INF'])('takes %s for not finite', (text) => {
  expect(parseNumber(text)).toBe(NOT_FINITE)
})

test.each(['0x10', ' 0x10', '0b1', '0o7', '1,234', '1_000', '12abc', 'N/A', '-', '1e400', '1.2.3', '٣'])(
  'takes %s for no number',
  (text) => expect(parseNumber(text)).toBe(NOT_A_NUMBER),
)
