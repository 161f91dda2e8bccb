import { describe, expect, test } from 'vitest'
import { loadSet, SET_NAMES } from '../../src/factors/sets.js'

describe('loadSet', () => {
  test('has the sets in the order of their names', () => {
    expect(SET_NAMES).toEqual([...SET_NAMES].sort())
    expect(SET_NAMES).toContain('alpha158')
  })

  test('ignores case', () => {
    expect(loadSet(' Alpha158')).toEqual(loadSet('alpha158'))
  })

  test('has the nearest name for an unknown one', () => {
    expect(() => loadSet('alpha15')).toThrow(
      expect.objectContaining({ code: 'LQ_USAGE', exitCode: 2, hint: 'did you mean alpha158?' }),
    )
  })

  test.each(SET_NAMES)('the set %s says what it is and where it is from', (name) => {
    expect(loadSet(name).note.length).toBeGreaterThan(20)
  })
})
