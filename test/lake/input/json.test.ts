import { expect, test } from 'vitest'
import { readJson, readNdjson } from '../../../src/lake/input/json.js'
import { collect, inPieces } from './text.js'

const json = (text: string, names?: string[]) => collect(readJson('x.json', inPieces(text), names))
const lines = (text: string) => collect(readNdjson('x.ndjson', inPieces(text)))

test('reads an array of arrays by the usual places', async () => {
  const { rows } = await json(' [[1572147720000, 4.35e-06, 5, "3", 4, null]] ')
  expect(rows).toEqual([{ timestamp: 1572147720000, open: 4.35e-6, high: 5, low: '3', close: 4, volume: Number.NaN }])
})

test('reads an array of objects, with a member missing', async () => {
  expect((await json('[{"a": 1, "b": "x"}, {"a": 2}]')).rows).toEqual([
    { a: 1, b: 'x' },
    { a: 2, b: null },
  ])
})

test('reads an object with one array in it', async () => {
  expect((await json('{"symbol": "X", "limit": [1], "data": [{"a": 1}]}')).rows).toEqual([{ a: 1 }])
})

test.each(['{"a": [{}], "b": [{}]}', '{"a": 1}', '{}'])('asks which array of %s is meant', async (text) => {
  await expect(json(text)).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
})

test('asks for the places of arrays of another width', async () => {
  await expect(json('[[1, 2, 3]]')).rejects.toMatchObject({ code: 'LQ_USAGE' })
  expect((await json('[[1, 2, 3]]', ['timestamp', '_', 'close'])).rows).toEqual([{ timestamp: 1, close: 3 }])
})

test('takes an element of another form for a fault', async () => {
  const { faults } = await json('[[1, 2, 3, 4, 5, 6], {"a": 1}, [1]]')
  expect(faults).toEqual([
    [1, 'not an array like the others'],
    [2, '1 values for 6 columns'],
  ])
})

test.each(['[[1, 2', '[{"a": 1}', '[1,]', '{"a": [', '[[1]] x'])('rejects %s', async (text) => {
  await expect(json(text, ['a'])).rejects.toMatchObject({ code: 'LQ_INPUT_INVALID' })
})

test('an empty array has no rows', async () => expect((await json('[]')).rows).toEqual([]))

test('cuts a long array between elements, whatever their texts hold', async () => {
  const element = (i: number) => JSON.stringify({ i, text: `],[{"\\"${'x'.repeat(100)}`, inner: [1, [2]] })
  const text = `[${Array.from({ length: 60_000 }, (_, i) => element(i)).join(',\n')}]`
  const { rows } = await collect(readJson('x.json', inPieces(text, 65_537)))
  expect(rows.map(({ i }) => i)).toEqual(Array.from({ length: 60_000 }, (_, i) => i))
})

test('reads a value per line, and takes a line that is no JSON for a fault', async () => {
  const { rows, faults } = await lines('{"a": 1}\n\n{"a": 2\n{"a": 3}\n')
  expect(rows.map(({ a }) => a)).toEqual([1, Number.NaN, 3])
  expect(faults.map(([row, fault]) => [row, fault.slice(0, 8)])).toEqual([[1, 'not JSON']])
})

test('reads an array per line', async () => {
  expect((await lines('[1,2,3,4,5,6]\n[2,2,3,4,5,6]\n')).rows.map(({ timestamp }) => timestamp)).toEqual([1, 2])
})
