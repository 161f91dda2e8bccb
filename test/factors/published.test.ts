import { describe, expect, test } from 'vitest'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import { planOf } from '../../src/factors/plan.js'
import { loadSet } from '../../src/factors/sets.js'
import { agree } from '../kernels/agree.js'
import { ORACLES, readCsv, readTalibBars, readTulip } from '../kernels/oracles.js'
import { evaluate } from './evaluate.js'
import { type Begin, COLUMNS, type Published } from './published.js'
import { TULIP, talibFactors } from './published-cases.js'

/*
 * The factors of the set indicators against values that other libraries publish, to the digits they print.
 */

const RANGE = 'max(high, delay(close, 1)) - min(low, delay(close, 1))'

type Fields = Record<string, Float64Array>

const absent = ORACLES === null
const texts = new Map(loadSet('indicators').factors.map(({ name, text }) => [name, text]))
const bars = absent ? {} : readTalibBars()
const talib = absent ? [] : talibFactors()
const tulip = absent ? [] : readTulip().filter(({ name, lists }) => name in TULIP && lists.every(([x]) => x !== ''))

test('there are published values to compare with', ({ skip }) => {
  if (absent) skip('LQ_TEST_DATA does not name a folder of test data')
})

describe.skipIf(absent)('factors', () => {
  test.each(COLUMNS)('$file, $column: $factor', ({ file, column, ...published }) => {
    const csv = readCsv(file)
    const names = ['open', 'high', 'low', 'close', 'volume'].filter((name) => csv.columns.includes(name))
    const fields = Object.fromEntries(names.map((name) => [name, csv.numbers(name)]))
    compare(values(published, fields), csv.texts(column), published)
  })

  test.each(tulip)('Tulip: $name $options', ({ name, options, lists }) => {
    const { inputs, outputs } = TULIP[name]
    const fields = Object.fromEntries(inputs.map((input, i) => [input, Float64Array.from(lists[i], Number)]))
    for (const [i, published] of outputs(options).entries()) {
      const printed = lists[inputs.length + i]
      compare(values(published, fields).slice(-printed.length), printed, published)
    }
  })

  test.each(talib)('TA-Lib: $factor $numbers', ({ expected, slack = 0, ...published }) => {
    const found = values(published, bars)
    expect(expected.length).toBeGreaterThan(0)
    for (const { row, text } of expected) agree(found.slice(row, row + 1), [text], { slack, size: 1 })
  })
})

function compare(found: Float64Array, printed: string[], { from = 0, to, slack = 1e-11 }: Published): void {
  const counted = printed.slice(from, to)
  const size = Math.max(...counted.map((text) => Math.abs(Number(text)) || 0))
  agree(found.slice(from, to), counted, { slack, size })
}

/** The factor's values with the case's numbers, begun as its source does. */
function values({ factor, numbers = {}, begin = [], of = (value) => value }: Published, bars: Fields): Float64Array {
  const text = (texts.get(factor) as string).replace(/(?<![\w.])\d+(?![\w.])/g, (n) => String(numbers[n] ?? n))
  if (begin.includes('bar before')) return result(text, withBarBefore(bars)).subarray(1).map(of)
  const { text: rewritten, fields } = begin.reduce(rewrite, { text, fields: bars })
  return result(rewritten, fields).map(of)
}

function result(text: string, fields: Fields): Float64Array {
  const node = compile(createDag(), text, { columns: new Set(Object.keys(fields)), adjust: 'none' })
  const rows = Object.values(fields)[0].length
  return evaluate(planOf(new Map([['value', node]])), { rows, cols: 1, fields }).value
}

interface Rewriting {
  text: string
  fields: Fields
}

function rewrite({ text, fields }: Rewriting, begin: Begin): Rewriting {
  switch (begin) {
    case 'first value':
      return { text: replaceCalls(text, 'ema', begunWithFirst), fields }
    case 'late fast mean':
      return {
        text: text.replaceAll('ema(close, 12)', 'ema(late, 12)'),
        fields: { ...fields, late: fields.close.map((value, row) => (row < 26 - 12 ? Number.NaN : value)) },
      }
    case 'simple ranges':
      return { text: text.replace(/atr\(high, low, close, (\d+)\)/g, `mean(${RANGE}, $1)`), fields }
    case 'no move before':
      return begunWithoutMove({ text, fields })
    case 'bar before':
      return { text, fields }
  }
}

/** An inner mean is hidden until its n-th value. */
function begunWithFirst(x: string, n: string): string {
  const inner = x.startsWith('adaptive_mean') ? `${x} + 0 * delay(${x}, ${n} - 1)` : x
  return `adaptive_mean(${inner}, 2 / (${n} + 1))`
}

function begunWithoutMove({ text, fields }: Rewriting): Rewriting {
  const from = Number(/wilder\(\w+\(high, low\), (\d+)\)/.exec(text)?.[1])
  const rewritten = text
    .replaceAll('up_move(high, low)', 'up')
    .replaceAll('down_move(high, low)', 'down')
    .replace(/atr\(high, low, close, (\d+)\)/g, 'wilder(reach, $1)')
    .replaceAll('100 * abs(', '100 * shown * abs(')
  const up = result('up_move(high, low)', fields).with(0, 0)
  const down = result('down_move(high, low)', fields).with(0, 0)
  const reach = fields.close ? result(RANGE, fields).with(0, 0) : up
  return {
    text: rewritten,
    fields: { ...fields, up, down, reach, shown: up.map((_, row) => (row < from ? Number.NaN : 1)) },
  }
}

/** A bar before the first whose close lies inside the first bar's range: that range is a true range then. */
function withBarBefore(fields: Fields): Fields {
  const before = (name: string) => (name === 'close' ? fields.low : fields[name])[0]
  return Object.fromEntries(
    Object.entries(fields).map(([name, values]) => [name, Float64Array.from([before(name), ...values])]),
  )
}

/** Replaces every call of a function of two arguments, the inner ones first. */
function replaceCalls(text: string, name: string, by: (x: string, y: string) => string): string {
  const start = text.lastIndexOf(`${name}(`)
  if (start < 0) return text
  let depth = 0
  let comma = 0
  for (let i = start + name.length; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ',' && depth === 1) comma = i
    else if (text[i] === ')' && --depth === 0) {
      const call = by(text.slice(start + name.length + 1, comma), text.slice(comma + 1, i))
      return replaceCalls(text.slice(0, start) + call + text.slice(i + 1), name, by)
    }
  }
  throw new Error(`a call of ${name} is not closed: ${text}`)
}
