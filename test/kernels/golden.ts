import { readTalibRows } from './oracles.js'

/*
 * Which published values belong to which kernel. Where a library defines a thing otherwise, the two definitions are
 * brought together exactly:
 *   - TA-Lib, Tulip and cinar divide variances by n, ours by n − 1 (as pandas does): rescaled by (n − 1) / n.
 *   - Tulip and StockCharts count high − low of the very first bar as a true range; ours starts at the second bar, as
 *     Wilder and TA-Lib do. A bar before the first, with a close inside the first bar's range, makes them one.
 *   - Tulip seeds its EMA with the first value: n − 1 copies of it before the first make that the mean of the first n.
 */

/** A column of a file against a kernel over other columns of it. */
export interface FileCase {
  file: string
  /** by name, or by place where names are long */
  column: string | number
  kernel: string
  inputs: string[]
  options: Record<string, number>
  /** brings the inputs to our definition */
  prepare?: (inputs: Float64Array[]) => Float64Array[]
  /** brings our result to the file's definition */
  of?: (value: number) => number
  /** rows before it follow other conventions, or were computed with earlier data */
  from?: number
  /** relative error of values that are printed with more digits than were computed; 1e-11 unless told */
  slack?: number
}

type Use = Pick<FileCase, 'kernel' | 'inputs' | 'options'>
type Terms = Pick<FileCase, 'prepare' | 'of' | 'from' | 'slack'>

const over = (kernel: string, window: number, inputs = ['Close']): Use => ({ kernel, inputs, options: { window } })
const back = (kernel: string, steps: number): Use => ({ kernel, inputs: ['Close'], options: { steps } })
const part = (kernel: string, input: string): Use => ({
  kernel,
  inputs: [input],
  options: { window: 50, min_periods: 1 },
})

const ROWS: [file: string, column: string | number, use: Use, terms?: Terms][] = [
  ['lean_indicators/spy_max.txt.gz', 'MAX_5', over('rolling_max', 5)],
  ['lean_indicators/spy_min.txt.gz', 'MIN_5', over('rolling_min', 5)],
  // Printed to 14 digits, but computed by Σx² − n·mean²: good to nine.
  ['lean_indicators/spy_var.txt.gz', 'Var', over('rolling_var', 10), { of: (v) => v * 0.9, slack: 1e-8 }],
  ['lean_indicators/spy_atr_wilder.txt.gz', 5, over('atr', 14, ['High', 'Low', 'Close']), { prepare: withBarBefore }],
  ['lean_indicators/spy_with_indicators.txt.gz', 'SMA14', over('rolling_mean', 14)],
  ['lean_indicators/spy_with_indicators.txt.gz', 'EMA14', over('ema', 14)],
  ['lean_indicators/spy_with_indicators.txt.gz', 'RSI 14 Wilder', over('rsi', 14)],
  ['lean_indicators/spy_ema.csv.gz', 'EMA14', over('ema', 14, ['close'])],
  ['lean_indicators/spy_with_rma.csv.gz', 'SMA10', over('rolling_mean', 10, ['close']), { from: 9 }],
  ['lean_indicators/spy_rocr.txt.gz', 'ROCR_5', back('simple_return', 5), { of: (v) => v + 1 }],
  ['lean_indicators/spy_bollinger_bands.txt.gz', 5, over('rolling_mean', 20)],
  ['lean_indicators/spy_with_don50.txt.gz', 5, part('rolling_max', 'High')],
  ['lean_indicators/spy_with_don50.txt.gz', 6, part('rolling_min', 'Low')],
  ['cinar_indicator/momentum/rsi.csv.gz', 'Rsi', over('rsi', 14), { from: 14 }],
  ['cinar_indicator/trend/rma.csv.gz', 'Rma', over('wilder_mean', 15), { from: 14 }],
  ['cinar_indicator/trend/smma.csv.gz', 'Smma', over('wilder_mean', 7), { from: 6 }],
  ['cinar_indicator/trend/envelope_sma.csv.gz', 'Middle', over('rolling_mean', 20), { from: 19 }],
  ['cinar_indicator/trend/envelope_ema.csv.gz', 'Middle', over('ema', 20), { from: 19 }],
  [
    'cinar_indicator/volatility/moving_std.csv.gz',
    'Std',
    over('rolling_std', 20),
    { of: (v) => v * Math.sqrt(0.95), from: 19 },
  ],
  [
    'cinar_indicator/volatility/z_score.csv.gz',
    'Expected',
    over('rolling_zscore', 20),
    { of: (v) => v / Math.sqrt(0.95), from: 19, slack: 1e-10 },
  ],
  ['cinar_indicator/volatility/donchian_channel.csv.gz', 'Upper', over('rolling_max', 20), { from: 19 }],
]

export const FILES: FileCase[] = ROWS.map(([file, column, use, terms]) => ({ file, column, ...use, ...terms }))

export interface TalibCase {
  name: string
  kernel: string
  inputs: ('open' | 'high' | 'low' | 'close')[]
  options: Record<string, number>
  of?: (value: number) => number
  expected: { row: number; text: string; start: number }[]
}

export function talibCases(): TalibCase[] {
  const is = (field: string, value: string) => (row: Record<string, string>) => row[field] === value
  const tables: [
    file: string,
    wanted: (row: Record<string, string>) => boolean,
    to: Omit<TalibCase, 'name' | 'options' | 'expected'>,
    steps?: true,
  ][] = [
    ['test_ma.c', is('optInMAType_1', 'TA_MAType_SMA'), { kernel: 'rolling_mean', inputs: ['close'] }],
    ['test_ma.c', is('optInMAType_1', 'TA_MAType_EMA'), { kernel: 'ema', inputs: ['close'] }],
    ['test_minmax.c', is('theFunction', 'TA_MIN_TEST'), { kernel: 'rolling_min', inputs: ['open'] }],
    ['test_minmax.c', is('theFunction', 'TA_MAX_TEST'), { kernel: 'rolling_max', inputs: ['open'] }],
    ['test_mom.c', is('theFunction', 'TA_MOM_TEST'), { kernel: 'difference', inputs: ['close'] }, true],
    [
      'test_mom.c',
      is('theFunction', 'TA_ROC_TEST'),
      { kernel: 'simple_return', inputs: ['close'], of: (v) => 100 * v },
      true,
    ],
    [
      'test_mom.c',
      is('theFunction', 'TA_ROCR_TEST'),
      { kernel: 'simple_return', inputs: ['close'], of: (v) => v + 1 },
      true,
    ],
    [
      'test_stddev.c',
      is('optInNbDeviation_1', '1.0'),
      { kernel: 'rolling_std', inputs: ['close'], of: (v) => v * Math.sqrt(0.8) },
    ],
    ['test_per_hl.c', is('theFunction', 'TA_CORREL_TEST'), { kernel: 'rolling_corr', inputs: ['high', 'low'] }],
    ['test_rsi.c', is('theFunction', 'TA_RSI_TEST'), { kernel: 'rsi', inputs: ['close'] }],
    ['test_trange.c', is('doAverage', '1'), { kernel: 'atr', inputs: ['high', 'low', 'close'] }],
  ]
  return tables.flatMap(([file, wanted, to, steps]) => {
    const rows = readTalibRows(file).filter((row) => wanted(row) && isPlain(row))
    const periods = [...new Set(rows.map((row) => Number(row.optInTimePeriod)))]
    return periods.map(
      (period): TalibCase => ({
        ...to,
        name: `${to.kernel} over ${period} rows`,
        options: { [steps ? 'steps' : 'window']: period },
        expected: rows.filter((row) => Number(row.optInTimePeriod) === period).map(expectation),
      }),
    )
  })
}

/** The whole history, with TA-Lib's own conventions and no rows given up as unstable. */
function isPlain(row: Record<string, string>): boolean {
  const plain = [row.startIdx === '0', row.endIdx === '251', row.expectedRetCode === 'TA_SUCCESS']
  return (
    plain.every(Boolean) && (row.unstablePeriod ?? '0') === '0' && row.compatibility !== 'TA_COMPATIBILITY_METASTOCK'
  )
}

function expectation(row: Record<string, string>): TalibCase['expected'][number] {
  const difference = (text: string) =>
    text
      .split('-')
      .map(Number)
      .reduce((a, b) => a - b)
  const start = difference(row.expectedBegIdx)
  const at = row.oneOfTheExpectedOutRealIndex0 ?? row.oneOfTheExpectedOutRealIndex
  return { start, row: start + difference(at), text: row.oneOfTheExpectedOutReal0 ?? row.oneOfTheExpectedOutReal }
}

export interface TulipKernel {
  kernel: string
  inputs: number
  prepare?: (inputs: Float64Array[], n: number) => Float64Array[]
  of?: (value: number, n: number) => number
}

export const TULIP: Record<string, TulipKernel> = {
  abs: { kernel: 'absolute', inputs: 1 },
  add: { kernel: 'add', inputs: 2 },
  sub: { kernel: 'subtract', inputs: 2 },
  mul: { kernel: 'multiply', inputs: 2 },
  div: { kernel: 'divide', inputs: 2 },
  exp: { kernel: 'exp', inputs: 1 },
  ln: { kernel: 'log', inputs: 1 },
  sqrt: { kernel: 'square_root', inputs: 1 },
  lag: { kernel: 'lag', inputs: 1 },
  mom: { kernel: 'difference', inputs: 1 },
  roc: { kernel: 'simple_return', inputs: 1 },
  sum: { kernel: 'rolling_sum', inputs: 1 },
  sma: { kernel: 'rolling_mean', inputs: 1 },
  min: { kernel: 'rolling_min', inputs: 1 },
  max: { kernel: 'rolling_max', inputs: 1 },
  var: { kernel: 'rolling_var', inputs: 1, of: (v, n) => (v * (n - 1)) / n },
  stddev: { kernel: 'rolling_std', inputs: 1, of: (v, n) => v * Math.sqrt((n - 1) / n) },
  linregslope: { kernel: 'rolling_slope', inputs: 1 },
  wilders: { kernel: 'wilder_mean', inputs: 1 },
  rsi: { kernel: 'rsi', inputs: 1 },
  ema: { kernel: 'ema', inputs: 1, prepare: ([x], n) => [Float64Array.from([...new Array(n - 1).fill(x[0]), ...x])] },
  atr: { kernel: 'atr', inputs: 3, prepare: withBarBefore },
}

/** A bar before the first that makes the first's true range its high − low. */
function withBarBefore([high, low, close]: Float64Array[]): Float64Array[] {
  return [high, low, close].map((table) => Float64Array.from([table === close ? low[0] : table[0], ...table]))
}
