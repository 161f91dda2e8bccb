import { describe, expect, test } from 'vitest'
import { agree } from './agree.js'
import { FILES, TULIP, talibCases } from './golden.js'
import { ORACLES, readCsv, readTalibBars, readTulip } from './oracles.js'
import { SUBJECTS } from './subject.js'

/*
 * Values that other libraries publish, to the digits they print.
 */

const absent = ORACLES === null
const bars = absent ? null : readTalibBars()
const talib = absent ? [] : talibCases()
const tulip = absent ? [] : readTulip().filter(({ name }) => name in TULIP)

test('there are published values to compare with', ({ skip }) => {
  if (absent) skip('LQ_TEST_DATA does not name a folder of test data')
})

describe.skipIf(absent).each(SUBJECTS)('$subject', ({ compute }) => {
  const column = (kernel: string, inputs: Float64Array[], options: Record<string, number>) =>
    compute(kernel, inputs, { min_periods: 0, ...options }, { rows: inputs[0].length, cols: 1 })[0]

  test.each(talib)('TA-Lib: $name', ({ kernel, inputs, options, of = same, expected }) => {
    const found = column(
      kernel,
      inputs.map((name) => bars![name]),
      options,
    ).map(of)
    for (const { row, text, start } of expected) {
      agree(found.slice(row, row + 1), [text], { slack: 0 })
      expect([found[start - 1], Number.isNaN(found[start])]).toEqual([Number.NaN, false])
    }
  })

  test.each(tulip)('Tulip: $name $options', ({ name, options: [n], lists }) => {
    const { kernel, inputs: count, prepare = (inputs) => inputs, of = same } = TULIP[name]
    const inputs = lists.slice(0, count).map((list) => Float64Array.from(list, Number))
    const found = column(kernel, prepare(inputs, n), { window: n, steps: n }).map((value) => of(value, n))
    agree(found.slice(-lists[count].length), lists[count], { slack: 1e-9 })
  })

  test.each(FILES)(
    '$file: $kernel $options',
    ({ file, column: name, kernel, options, of = same, from = 0, slack = 1e-11, ...rest }) => {
      const csv = readCsv(file)
      const { inputs, prepare = (tables) => tables } = rest
      const found = column(kernel, prepare(inputs.map(csv.numbers)), options).map(of)
      const texts = csv.texts(name)
      agree(found.subarray(found.length - texts.length + from), texts.slice(from), { slack })
    },
  )

  test('Lean: correlation of the prices of SPY and QQQ over 252 days', () => {
    const { prices, texts } = readPair('lean_indicators/spy_qqq_corr.csv.gz', 'Correlation_Pearson')
    agree(column('rolling_corr', prices, { window: 252 }).slice(251), texts.slice(251), { slack: 1e-10 })
  })

  test('Lean: covariance of the returns of SPY and QQQ over 252 days', () => {
    const { prices, texts } = readPair('lean_indicators/spy_qqq_cov.csv.gz', 'Covariance')
    const returns = prices.map((price) => column('simple_return', [price], { steps: 1 }))
    agree(column('rolling_cov', returns, { window: 252 }).slice(252), texts.slice(252), { slack: 1e-10 })
  })
})

const same = (value: number): number => value

/** A file whose rows are SPY and QQQ in turn; the value stands in QQQ's rows. */
function readPair(file: string, column: string): { prices: Float64Array[]; texts: string[] } {
  const csv = readCsv(file)
  const symbols = csv.texts('Symbol')
  const close = csv.numbers('Close')
  const prices = ['SPY', 'QQQ'].map((symbol) => close.filter((_, i) => symbols[i] === symbol))
  return { prices, texts: csv.texts(column).filter((_, i) => symbols[i] === 'QQQ') }
}
