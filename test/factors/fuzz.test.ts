import { expect, test } from 'vitest'
import { LqError } from '../../src/errors.js'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import { faultOf } from '../../src/factors/expression-error.js'
import { tokenize } from '../../src/factors/lexer.js'
import { planOf } from '../../src/factors/plan.js'
import { readFactorFile } from '../../src/factors/set-file.js'
import { allFactors } from '../../src/factors/sets.js'
import { randomMarket } from './compute.js'
import { evaluate, seeded } from './evaluate.js'

/*
 * Texts that are nearly formulas: whole words of the sets' own formulas, cut, moved and put into each other. Whatever
 * comes of it has a meaning, or is a fault with a place.
 */

const formulas = allFactors().map(({ factor }) => factor.text)
const words = formulas.map((text) =>
  tokenize(text).map((token) => (token.kind === 'field' ? `$${token.text}` : token.text)),
)
const market = randomMarket(5, { rows: 12, cols: 3 })
const scope = { columns: new Set(Object.keys(market.fields)), adjust: 'none' as const }

/** A formula with a few words replaced by some of another one. */
function damaged(random: () => number): string {
  const [mine, other] = [words, words].map((all) => all[Math.floor(random() * all.length)])
  const from = Math.floor(random() * mine.length)
  const taken = Math.floor(random() * other.length)
  const given = other.slice(taken, taken + Math.floor(random() * 8))
  return [...mine.slice(0, from), ...given, ...mine.slice(from + Math.floor(random() * 6))].join(' ')
}

test('a damaged formula has a value or a missing one in every cell, or is a fault', () => {
  const seed = 909
  const random = seeded(seed)
  let meant = 0
  for (let round = 0; round < 4000; round++) {
    const text = damaged(random)
    const where = `seed ${seed}, round ${round}: ${text}`
    try {
      const node = compile(createDag(), text, scope)
      if (node.type === 'group') continue
      const { result } = evaluate(planOf(new Map([['result', node]])), market)
      expect(result.filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY).length, where).toBe(0)
      meant++
    } catch (error) {
      expect(faultOf(error), `${where}: ${(error as Error).stack}`).not.toBeNull()
    }
  }
  expect(meant).toBeGreaterThan(100)
})

test('a damaged file of factors is read, or is refused with the line', () => {
  const seed = 910
  const random = seeded(seed)
  const pieces = [
    'a = close',
    'b=',
    '  + open',
    '# note',
    '#',
    '[value]',
    '[',
    ']',
    '=',
    '',
    '\t',
    '{',
    '}',
    'symbol = 1',
  ]
  for (let round = 0; round < 5000; round++) {
    const count = Math.floor(random() * 7)
    const text = Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)]).join(
      random() < 0.8 ? '\n' : ' ',
    )
    try {
      for (const { name, note } of readFactorFile(text, 'f').factors)
        expect([typeof name, typeof note]).toEqual(['string', 'string'])
    } catch (error) {
      expect(error, `seed ${seed}, round ${round}: ${JSON.stringify(text)}`).toBeInstanceOf(LqError)
      expect((error as LqError).message).toMatch(/^f(, line \d+)?: /)
    }
  }
})
