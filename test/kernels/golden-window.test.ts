import { describe, test } from 'vitest'
import { agree } from './agree.js'
import { ORACLES, readCsv, readTalibBars, readTalibRows, readTulip } from './oracles.js'
import { SUBJECTS } from './subject.js'

/*
 * Lines, weights and deviations over windows that other libraries publish, to the digits they print.
 */

interface Use {
  kernel: string
  /** other options than the window */
  more?: (n: number) => Record<string, number>
}

const TULIP: Record<string, Use> = {
  linreg: { kernel: 'rolling_line', more: () => ({ ahead: 0 }) },
  linregintercept: { kernel: 'rolling_line', more: (n) => ({ ahead: 1 - n }) },
  tsf: { kernel: 'rolling_line', more: () => ({ ahead: 1 }) },
  wma: { kernel: 'rolling_decay_linear' },
  md: { kernel: 'rolling_mad' },
}

const absent = ORACLES === null
const tulip = absent ? [] : readTulip().filter(({ name }) => name in TULIP)
const talib = absent
  ? []
  : readTalibRows('test_ma.c').filter((row) =>
      [
        row.optInMAType_1 === 'TA_MAType_WMA',
        row.startIdx === '0',
        row.endIdx === '251',
        row.expectedRetCode === 'TA_SUCCESS',
        // The last two are in each other's place: the library's own test allows a hundredth.
        Number(row.oneOfTheExpectedOutRealIndex) < 200,
      ].every(Boolean),
    )

test('there are published values to compare with', ({ skip }) => {
  if (absent) skip('LQ_TEST_DATA does not name a folder of test data')
})

describe.skipIf(absent).each(SUBJECTS)('$subject', ({ compute }) => {
  const column = (kernel: string, x: Float64Array, options: Record<string, number>) =>
    compute(kernel, [x], { min_periods: 0, ...options }, { rows: x.length, cols: 1 })[0]

  test.each(tulip)('Tulip: $name $options', ({ name, options: [n], lists: [x, expected] }) => {
    const { kernel, more = () => ({}) } = TULIP[name]
    const found = column(kernel, Float64Array.from(x, Number), { window: n, ...more(n) })
    agree(found.slice(-expected.length), expected, { slack: 1e-11 })
  })

  test.each(talib)('TA-Lib: WMA over $optInTimePeriod, value $oneOfTheExpectedOutRealIndex', (row) => {
    const window = Number(row.optInTimePeriod)
    const found = column('rolling_decay_linear', readTalibBars().close, { window })
    const at = Number(row.expectedBegIdx) + Number(row.oneOfTheExpectedOutRealIndex)
    agree(found.slice(at, at + 1), [row.oneOfTheExpectedOutReal], { slack: 1e-11 })
  })

  test.each([
    ['lean_indicators/spx_lwma.csv.gz', 'Close', 'LWMA', 'rolling_decay_linear', 6],
    ['lean_indicators/spy_tsf.csv.gz', 'close', 'tsf', 'rolling_line', 5],
  ])('%s: %s to %s', (file, input, output, kernel, window) => {
    const csv = readCsv(file)
    const found = column(kernel, csv.numbers(input), { window, ahead: 1 })
    agree(found.slice(window - 1), csv.texts(output).slice(window - 1), { slack: 1e-11 })
  })
})
