import { expect, test } from 'vitest'
import { readCsv } from '../../../src/lake/input/csv.js'
import { collect, inPieces } from './text.js'

const read = (text: string, names?: string[]) => collect(readCsv('x.csv', inPieces(text), names))

test.each([
  ['commas', 'a,b\n1,2\n'],
  ['semicolons', 'a;b\n1;2\n'],
  ['tabs', 'a\tb\r\n1\t2\r\n'],
  ['bars', 'a|b\n1|2'],
])('recognises %s', async (_, text) => expect((await read(text)).rows).toEqual([{ a: '1', b: '2' }]))

test('reads quotes that hold delimiters, quotes and line breaks', async () => {
  expect((await read('a,b\n"1,5","say ""x""\nand y"\n')).rows).toEqual([{ a: '1,5', b: 'say "x"\nand y' }])
})

test('cuts pieces at line breaks outside of quotes only', async () => {
  const line = `"${'x\n'.repeat(40_000)}",2\n`
  const { rows, faults } = await read(`a,b\n${line.repeat(8)}`)
  expect([rows.length, faults]).toEqual([8, []])
})

test('passes over blank lines, and takes a line with too few or too many cells for a fault', async () => {
  const { rows, faults } = await read('a,b\n\n1,2\n   \n3\n4,5,6\n7,8,\n')
  expect(rows).toHaveLength(4)
  expect(faults).toEqual([
    [1, '1 cells for 2 columns'],
    [2, '3 cells for 2 columns'],
  ])
})

test('takes names for a file without a header, and passes over _', async () => {
  expect((await read('1,2,3\n', ['a', '_', 'c'])).rows).toEqual([{ a: '1', c: '3' }])
})

test('asks for names where the first line holds values', async () => {
  await expect(read('1,2\n3,4\n')).rejects.toMatchObject({
    code: 'LQ_USAGE',
    hint: expect.stringContaining('--columns'),
  })
})

test('of two columns with one name the first is meant', async () => {
  expect((await read('a,a\n1,2\n')).rows).toEqual([{ a: '1' }])
})

test('a header alone has no rows', async () => expect((await read('a,b\n')).rows).toEqual([]))

test('many lines come in order', async () => {
  const lines = Array.from({ length: 50_000 }, (_, i) => `${i},${i * 2}`)
  const { rows } = await collect(readCsv('x.csv', inPieces(`a,b\n${lines.join('\n')}`, 10_007)))
  expect(rows.map(({ a }) => a)).toEqual(lines.map((_, i) => String(i)))
})
