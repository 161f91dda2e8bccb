import { expect, test } from 'vitest'
import { guessUnit, textToMs, toMs } from '../../../src/lake/input/epoch.js'

test.each([
  [[1388534520, 1704067200], 's'],
  [[1388534520000], 'ms'],
  [[1388534520000000], 'us'],
  [[1388534520000000000], 'ns'],
  [[1388534520, 1388534520000], null],
  [[86_400], null],
  [[], null],
])('the unit of %j is %s', (values, unit) => expect(guessUnit(values)).toBe(unit))

test.each([
  ['s', 1589740606.868, 1589740606868],
  ['s', -1.5, -1500],
  ['ms', 1388534520000.9, 1388534520000],
  ['us', 1388534520000999, 1388534520000],
  ['ns', 1704067200001000000, 1704067200001],
] as const)('%s: %d', (unit, value, ms) => expect(toMs(value, unit)).toBe(ms))

test('nanoseconds of a text keep the digits that a double loses', () => {
  expect(textToMs('1704067200000999999', 'ns')).toBe(1704067200000)
  expect(textToMs('1704067200001000000', 'ns')).toBe(1704067200001)
})
