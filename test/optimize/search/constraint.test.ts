import { describe, expect, test } from 'vitest'
import { allOf, constraint } from '../../../src/optimize/search/constraint.js'

const NAMES = ['fast', 'slow']
const holds = (text: string, fast: number, slow: number) => constraint(text, NAMES)({ fast, slow })

describe('a constraint', () => {
  test.each([
    ['$fast < $slow', 5, 20, true],
    ['$fast < $slow', 20, 20, false],
    ['fast < slow', 5, 20, true],
    ['$fast < $slow and $slow - $fast >= 16', 5, 20, false],
    ['$fast > 10 or not ($slow == 20)', 5, 20, false],
    ['$slow / $fast == 4', 5, 20, true],
    ['$fast ^ 2 != 25', 5, 20, false],
    ['max($fast, $slow, 30) <= 30', 5, 20, true],
    ['abs(-$fast) > sqrt(16) && log(exp(1)) > 0.99', 5, 20, true],
    ['$fast > 3 ? $slow > 10 : $slow > 30', 5, 20, true],
    ['$slow - 20', 5, 20, false],
    ['0 / ($slow - 20)', 5, 20, false],
    ['log(-$fast)', 5, 20, false],
  ])('%s with fast = %d and slow = %d is %s', (text, fast, slow, expected) => {
    expect(holds(text, fast, slow)).toBe(expected)
  })

  test('holds with others where all do', () => {
    const both = allOf([constraint('$fast < $slow', NAMES), constraint('$fast > 3', NAMES)])
    expect([5, 3, 30].map((fast) => both({ fast, slow: 20 }))).toEqual([true, false, false])
    expect(allOf([])({})).toBe(true)
  })

  test.each([
    ['$fsat < 5', 'did you mean fast?'],
    ['mean(fast, 5) > 1', 'there are: abs'],
    ['abs(1, 2)', ''],
    ['max(1)', ''],
    ['constructor(1)', 'there are: abs'],
    ['$fast <', ''],
  ])('%s is refused with the place and a hint', (text, hint) => {
    expect(() => constraint(text, NAMES)).toThrow(
      expect.objectContaining({ code: 'LQ_EXPRESSION', hint: expect.stringContaining(hint) }),
    )
  })
})
