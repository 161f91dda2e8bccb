import { readTalibRows } from '../kernels/oracles.js'
import type { Begin, Published } from './published.js'

/*
 * The regression tables of Tulip Indicators and TA-Lib: cases of one factor with numbers of their own.
 */

const HLC = ['high', 'low', 'close']
const HL = ['high', 'low']
const HLCV = ['high', 'low', 'close', 'volume']
const OHLC = ['open', 'high', 'low', 'close']

export interface TulipFactor {
  inputs: string[]
  /** the factor of each output, given the case's options */
  outputs: (options: number[]) => Published[]
}

const one = (
  inputs: string[],
  factor: string,
  numbers: (...options: number[]) => Record<string, number> = () => ({}),
  terms: Omit<Published, 'factor' | 'numbers'> = {},
): TulipFactor => ({ inputs, outputs: (options) => [{ factor, numbers: numbers(...options), ...terms }] })

const first: { begin: Begin[] } = { begin: ['first value'] }
const still: { begin: Begin[] } = { begin: ['no move before'] }

/** By Tulip names. Its MACD has α = 0.15 and 0.075 for 12 and 26 rows; its TRIX divides by the new mean. */
export const TULIP: Record<string, TulipFactor> = {
  ad: one(HLCV, 'ad'),
  adosc: one(HLCV, 'adosc', (fast, slow) => ({ 3: fast, 10: slow }), first),
  ao: one(HL, 'ao'),
  aroon: {
    inputs: HL,
    outputs: ([n]) => ['aroon_down_25', 'aroon_up_25'].map((factor) => ({ factor, numbers: { 25: n, 26: n + 1 } })),
  },
  aroonosc: one(HL, 'aroon_osc_25', (n) => ({ 25: n, 26: n + 1 })),
  avgprice: one(OHLC, 'avgprice'),
  bbands: {
    inputs: ['close'],
    outputs: ([n]) =>
      ['bbands_lower', 'bbands_middle', 'bbands_upper'].map((factor) => ({ factor, numbers: { 20: n, 19: n - 1 } })),
  },
  bop: one(OHLC, 'bop'),
  cci: one(HLC, 'cci_20', (n) => ({ 20: n })),
  cmf: one(HLCV, 'cmf_20', (n) => ({ 20: n })),
  cvi: one(HL, 'cvi_10', (n) => ({ 10: n }), first),
  dema: one(['close'], 'dema_30', (n) => ({ 30: n }), first),
  di: {
    inputs: HLC,
    outputs: ([n]) => ['plus_di_14', 'minus_di_14'].map((factor) => ({ factor, numbers: { 14: n }, ...still })),
  },
  dm: {
    inputs: HL,
    outputs: ([n]) => ['plus_dm_14', 'minus_dm_14'].map((factor) => ({ factor, numbers: { 14: n }, ...still })),
  },
  dpo: one(['close'], 'dpo_20', (n) => ({ 20: n, 11: Math.floor(n / 2) + 1 })),
  dx: one(HL, 'dx_14', (n) => ({ 14: n }), { ...still, from: 1 }),
  fisher: {
    inputs: HL,
    outputs: ([n]) => [
      { factor: 'fisher_10', numbers: { 10: n } },
      { factor: 'fisher_signal_10', numbers: { 10: n }, from: 1 },
    ],
  },
  fosc: one(['close'], 'fosc_14', (n) => ({ 14: n })),
  hma: one(['close'], 'hma_16', (n) => ({ 16: n, 8: Math.floor(n / 2), 4: Math.floor(Math.sqrt(n)) })),
  kama: one(['close'], 'kama_10', (n) => ({ 10: n }), { from: 1, slack: 1e-5 }),
  linreg: one(['close'], 'linearreg_14', (n) => ({ 14: n })),
  linregintercept: one(['close'], 'linearreg_intercept_14', (n) => ({ 14: n, 13: n - 1 })),
  marketfi: one(['high', 'low', 'volume'], 'marketfi'),
  mass: one(HL, 'mass_index_25', (n) => ({ 25: n }), first),
  medprice: one(HL, 'medprice'),
  mfi: one(HLCV, 'mfi_14', (n) => ({ 14: n })),
  nvi: one(['close', 'volume'], 'nvi', undefined, { from: 1 }),
  obv: one(['close', 'volume'], 'obv', undefined, { from: 1 }),
  ppo: one(['close'], 'ppo', (fast, slow) => ({ 12: fast, 26: slow }), first),
  pvi: one(['close', 'volume'], 'pvi', undefined, { from: 1 }),
  qstick: one(['open', 'close'], 'qstick_8', (n) => ({ 8: n })),
  rocr: one(['close'], 'rocr_10', (n) => ({ 10: n })),
  stoch: {
    inputs: HLC,
    outputs: ([n]) => ['stoch_k', 'stoch_d'].map((factor) => ({ factor, numbers: { 14: n } })),
  },
  tema: one(['close'], 'tema_30', (n) => ({ 30: n }), first),
  tr: one(HLC, 'trange', undefined, { from: 1 }),
  trima: one(['close'], 'trima_30', (n) => ({ 15: Math.ceil(n / 2), 16: Math.floor(n / 2) + 1 })),
  trix: one(['close'], 'trix_15', (n) => ({ 15: n }), { ...first, of: (v) => v / (1 + v / 100) }),
  tsf: one(['close'], 'tsf_14', (n) => ({ 14: n })),
  typprice: one(HLC, 'typprice'),
  vhf: one(['close'], 'vhf_28', (n) => ({ 28: n })),
  vosc: one(['volume'], 'volume_osc', (short, long) => ({ 14: short, 28: long })),
  vwma: one(['close', 'volume'], 'vwma_20', (n) => ({ 20: n })),
  wad: one(HLC, 'wad'),
  wcprice: one(HLC, 'wclprice'),
  willr: one(HLC, 'williams_r_14', (n) => ({ 14: n })),
  wma: one(['close'], 'wma_30', (n) => ({ 30: n })),
}

/** Some rows of one factor's result, as printed. */
export interface TalibFactor extends Published {
  expected: { row: number; text: string }[]
}

type Row = Record<string, string>
type Wanted = Record<string, string>
type Entry = [file: string, wanted: Wanted, factor: string, numbers?: (row: Row) => Record<string, number>, more?: More]
interface More extends Pick<Published, 'begin' | 'slack'> {
  /** which of a function's outputs */
  output?: number
}

const period = (row: Row): number => Number(row.optInTimePeriod)
const middle = (row: Row) => ({ 15: Math.ceil(period(row) / 2), 16: Math.floor(period(row) / 2) + 1 })
const over = (n: number) => (row: Row) => ({ [n]: period(row) })
/** TA-Lib itself asks for 0.01, and some of its tables are no better. */
const LOOSE = { slack: 0.01 }
const MACD = { theFunction: '', testId: 'TA_MACD_TEST', optInFastPeriod: '12' }
const BANDS = { optInTimePeriod: '20', optInMethod_3: 'TA_MAType_SMA' }
const STOCH = { testId: 'TEST_STOCH', optInPeriod_2: '3' }

const TABLES: Entry[] = [
  ['test_ma.c', { optInMAType_1: 'TA_MAType_TRIMA' }, 'trima_30', middle],
  ['test_ma.c', { optInMAType_1: 'TA_MAType_KAMA' }, 'kama_10', over(10)],
  ['test_ma.c', { optInMAType_1: 'TA_MAType_WMA' }, 'wma_30', over(30), LOOSE],
  ['test_ma.c', { optInMAType_1: 'TA_MAType_DEMA' }, 'dema_30', over(30)],
  ['test_ma.c', { optInMAType_1: 'TA_MAType_TEMA' }, 'tema_30', over(30)],
  ['test_ma.c', { optInMAType_1: 'TA_MAType_T3' }, 't3_5', over(5)],
  ['test_mom.c', { theFunction: 'TA_MOM_TEST' }, 'mom_10', over(10)],
  ['test_mom.c', { theFunction: 'TA_ROC_TEST' }, 'roc_10', over(10)],
  ['test_mom.c', { theFunction: 'TA_ROCR_TEST' }, 'rocr_10', over(10)],
  ['test_mom.c', { theFunction: 'TA_ROCR100_TEST' }, 'rocr100_10', over(10)],
  ['test_rsi.c', { theFunction: 'TA_RSI_TEST' }, 'rsi_14', over(14)],
  ['test_rsi.c', { theFunction: 'TA_CMO_TEST' }, 'cmo_14', over(14)],
  ...['PLUS_DM', 'MINUS_DM', 'PLUS_DI', 'MINUS_DI', 'DX', 'ADX', 'ADXR'].map((name): Entry => {
    return [
      'test_adx.c',
      { id: `TST_${name}`, optInTimePeriod: '14' },
      `${name.toLowerCase()}_14`,
      undefined,
      { ...still, ...LOOSE },
    ]
  }),
  ['test_bbands.c', BANDS, 'bbands_upper'],
  ['test_bbands.c', BANDS, 'bbands_middle', undefined, { output: 1 }],
  ['test_bbands.c', BANDS, 'bbands_lower', undefined, { output: 2 }],
  ['test_macd.c', MACD, 'macd', undefined, { begin: ['late fast mean'] }],
  ['test_macd.c', MACD, 'macd_signal', undefined, { begin: ['late fast mean'], output: 1 }],
  ['test_per_hl.c', { theFunction: 'TA_AROON_UP_TEST' }, 'aroon_up_25', (r) => ({ 25: period(r), 26: period(r) + 1 })],
  [
    'test_per_hl.c',
    { theFunction: 'TA_AROON_DOWN_TEST' },
    'aroon_down_25',
    (r) => ({ 25: period(r), 26: period(r) + 1 }),
  ],
  ['test_per_hl.c', { theFunction: 'TA_AROONOSC_TEST' }, 'aroon_osc_25', (r) => ({ 25: period(r), 26: period(r) + 1 })],
  ['test_per_hl.c', { theFunction: 'TA_CORREL_TEST' }, 'correl_30', over(30)],
  ['test_per_hlc.c', { theFunction: 'TA_NATR_TEST' }, 'natr_14'],
  ['test_per_hlc.c', { theFunction: 'TA_ULTOSC_TEST' }, 'ultosc'],
  ['test_per_hlc.c', { theFunction: 'TA_WILLR_TEST' }, 'williams_r_14'],
  ['test_per_hlc.c', { theFunction: 'TA_CCI_TEST' }, 'cci_20', (r) => ({ 20: Number(r.optInTimePeriod1) })],
  ['test_per_hlcv.c', { theFunction: 'TA_AD_TEST' }, 'ad'],
  ['test_per_hlcv.c', { theFunction: 'TA_ADOSC_3_10_TEST' }, 'adosc', undefined, first],
  ['test_per_hlcv.c', { theFunction: 'TA_MFI_TEST' }, 'mfi_14', over(14)],
  ['test_per_ohlc.c', { theFunction: 'TA_AVGPRICE_TEST' }, 'avgprice'],
  ['test_per_ohlc.c', { theFunction: 'TA_BOP_TEST' }, 'bop'],
  ['test_po.c', { optInMethod_2: 'TA_MAType_SMA', doPercentage: '0' }, 'apo'],
  ['test_stoch.c', STOCH, 'stoch_k', () => ({ 14: 5 }), LOOSE],
  ['test_stoch.c', STOCH, 'stoch_d', () => ({ 14: 5 }), { output: 1 }],
  ['test_trange.c', { doAverage: '0' }, 'trange'],
]

/** TA-Lib's expectations of the whole history with its own conventions, by factor and numbers. */
export function talibFactors(): TalibFactor[] {
  return TABLES.flatMap(([file, wanted, factor, numbers = () => ({}), more = {}]) => {
    const rows = readTalibRows(file).filter((row) => isPlain(row) && matches(row, wanted))
    const sets = new Map(rows.map((row) => [JSON.stringify(numbers(row)), numbers(row)]))
    return [...sets].map(([key, given]): TalibFactor => {
      const own = rows.filter((row) => JSON.stringify(numbers(row)) === key)
      const expected = own.map((row) => expectation(row, more.output ?? 0)).filter(isPrecise)
      return { factor, numbers: given, begin: more.begin, slack: more.slack, expected }
    })
  })
}

function matches(row: Row, wanted: Wanted): boolean {
  return Object.entries(wanted).every(([field, value]) => (row[field] ?? '') === value)
}

function isPlain(row: Row): boolean {
  const plain = [row.startIdx === '0', row.endIdx === '251', row.expectedRetCode === 'TA_SUCCESS']
  const settings = [(row.unstablePeriod ?? '0') === '0', row.compatibility !== 'TA_COMPATIBILITY_METASTOCK']
  return [...plain, ...settings].every(Boolean)
}

/** Its tables of directional movement have each row once more, rounded to whole numbers. */
function isPrecise({ text }: { text: string }): boolean {
  return !/\.0$/.test(text)
}

function expectation(row: Row, output: number): TalibFactor['expected'][number] {
  const difference = (text: string) =>
    text
      .split('-')
      .map(Number)
      .reduce((a, b) => a - b)
  const at = row[`oneOfTheExpectedOutRealIndex${output}`] ?? row.oneOfTheExpectedOutRealIndex
  const text = row[`oneOfTheExpectedOutReal${output}`] ?? row.oneOfTheExpectedOutReal
  return { row: difference(row.expectedBegIdx) + difference(at), text }
}
