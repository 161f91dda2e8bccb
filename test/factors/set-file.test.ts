import { describe, expect, test } from 'vitest'
import { excerptOf } from '../../src/factors/expression-error.js'
import { compileFactors } from '../../src/factors/factor-set.js'
import { readFactorFile } from '../../src/factors/set-file.js'

const read = (...lines: string[]) => readFactorFile(lines.join('\n'), 'f.factors')
const plain = { category: null, note: '' }

describe('readFactorFile', () => {
  test('reads a definition per line, without blanks and comments', () => {
    const text = '\uFEFF# momentum\r\n\r\nup = close > open # a bar that rose\r\nma=mean(close, 5)\n'
    expect(readFactorFile(text, 'f')).toEqual({
      note: 'momentum',
      factors: [
        { name: 'up', text: 'close > open', ...plain, at: 'f, line 3' },
        { name: 'ma', text: 'mean(close, 5)', ...plain, at: 'f, line 4' },
      ],
    })
  })

  test.each(['', '\n', '# nothing'])('gives the file %j no factors', (text) => {
    expect(readFactorFile(text, 'f').factors).toEqual([])
  })

  test('splits at the first =', () => {
    expect(read('up = close == high').factors).toMatchObject([{ name: 'up', text: 'close == high', ...plain }])
  })

  test('continues a definition with the indented lines below it', () => {
    const { factors } = read(
      'a = close',
      '  # the previous close',
      '    / delay(close, 1)',
      '',
      '\t- 1',
      'b =',
      '  open',
    )
    expect(factors.map(({ text }) => text)).toEqual(['close\n    / delay(close, 1)\n\t- 1', 'open'])
  })

  test('takes the comment directly above a definition as its note', () => {
    const { note, factors } = read(
      '# the set',
      '',
      '# stray',
      '',
      '# first line',
      '# second line',
      'a = close',
      'b = open',
    )
    expect([note, ...factors.map((factor) => factor.note)]).toEqual(['the set', 'first line\nsecond line', ''])
  })

  test('takes a comment above the first definition as that of the definition', () => {
    expect(read('# the close', 'a = close')).toMatchObject({ note: '', factors: [{ note: 'the close' }] })
  })

  test('puts definitions into the category above them', () => {
    const { note, factors } = read('# the set', '[value]', 'a = close', '[ size ] # small', 'b = open')
    expect([note, ...factors.map(({ category }) => category)]).toEqual(['the set', 'value', 'size'])
  })

  test.each([
    [['a = close', 'rank(close)'], 'f.factors, line 2: expected NAME=EXPR, found no ='],
    [['a = close', '', 'a = open'], 'f.factors, line 3: the factor a is given twice'],
    [['  a = close'], 'f.factors, line 1: expected a definition above, found none'],
    [['a = close', '# why', '  + open'], 'f.factors, line 3: expected a definition above'],
    [['a = close', '[x]', '  + open'], 'f.factors, line 3: expected a definition above'],
    [['[value'], 'f.factors, line 1: expected [category], found [value'],
    [['[]'], 'f.factors, line 1: expected a name of letters, digits and _, found ""'],
    [['2x = close'], 'f.factors, line 1: expected a name of letters, digits and _, found "2x"'],
    [['symbol = close'], "f.factors, line 1: symbol is a name of the output's own"],
  ])('names the line of %j', (lines, message) => {
    expect(() => read(...lines)).toThrow(message)
  })

  test('says where a name was given first', () => {
    expect(() => read('a = close', 'a = open')).toThrow(
      expect.objectContaining({ code: 'LQ_USAGE', hint: expect.stringContaining('in line 1') }),
    )
  })
})

describe('readFactorFile of JSON', () => {
  test('reads an object', () => {
    expect(read('{ "ma": "mean(close,\\n 5)" }')).toEqual({
      note: '',
      factors: [{ name: 'ma', text: 'mean(close,\n 5)', ...plain }],
    })
  })

  test.each([
    ['{ "ma": ', 'f.factors: expected a JSON object'],
    ['{ "ma": 5 }', 'f.factors: expected a text as the expression of ma, found number'],
    ['{ "a b": "close" }', 'f.factors: expected a name of letters'],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })
})

test('a fault in a file says in which line of it the definition stands, and shows the place', () => {
  const { factors } = readFactorFile('a = close\n\nb = mean(close,\n  tsrank(close, 3))\n', 'my.factors')
  const scope = { columns: new Set(['close']), adjust: 'none' as const }
  expect(() => compileFactors(factors, scope, { scoring: {}, combine: null, members: false })).toThrow(
    expect.objectContaining({
      message: 'b (my.factors, line 3): line 2, column 3: unknown function tsrank',
      hint: '  tsrank(close, 3))\n      ^\n    did you mean ts_rank?',
    }),
  )
})

test('of a long line only what is around the fault is shown', () => {
  const text = `${'close + '.repeat(50)}clsoe${' + close'.repeat(50)}`
  const excerpt = excerptOf(text, { line: 1, column: 401 })
  const [shown, mark] = excerpt.split('\n')
  expect(shown).toMatch(/^….*clsoe.*…$/)
  expect(shown.length).toBeLessThan(130)
  expect(shown.slice(mark.length - 5)).toMatch(/^clsoe/)
})
