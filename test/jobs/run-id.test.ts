import { expect, test } from 'vitest'
import { checkRunId, settledRunId } from '../../src/jobs/run-id.js'

test('is the one that is asked for, or made of the inputs', () => {
  expect(settledRunId('mine', {})).toBe('mine')
  expect(settledRunId(undefined, { a: 1 })).toMatch(/^[0-9a-f]{32}$/)
  expect(settledRunId(undefined, { a: 1 })).not.toBe(settledRunId(undefined, { a: 2 }))
})

test.each(['', ' ', 'x'.repeat(129), '한'.repeat(20)])('%j is no name of a folder', (id) => {
  expect(() => checkRunId(id)).toThrow('expected --run-id of 1 … 128 characters')
})

test.each(['a', 'x'.repeat(128), undefined])('%j is allowed', (id) => {
  expect(() => checkRunId(id)).not.toThrow()
})
