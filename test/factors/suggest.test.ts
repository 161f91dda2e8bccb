import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../../src/factors/suggest.js'

const WORDS = ['ts_rank', 'rank', 'mean', 'correlation', 'close']

test.each([
  ['tsrank', 'ts_rank'],
  ['TS_RNAK', 'ts_rank'],
  ['mena', 'mean'],
  ['corelation', 'correlation'],
  ['clsoe', 'close'],
])('%s is nearest to %s', (word, expected) => {
  expect(nearest(word, WORDS)).toBe(expected)
})

test('nothing is near a word that shares little', () => {
  expect(nearest('volume', WORDS)).toBeNull()
})

test('nothing is near where there are no words', () => {
  expect(didYouMean('x', [], 'see the list')).toBe('see the list')
})
