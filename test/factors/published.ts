/*
 * Which published values belong to which factor of the set indicators, with which numbers in place of its own.
 *
 * Sources that begin otherwise are met exactly by saying so (see `begin` below):
 *   - TA-Lib and Tulip begin Wilder's sums with n − 1 values, as if a bar that did not move came before, and show them
 *     from the next row on.
 *   - Tulip, and TA-Lib's ADOSC, begin an EMA with the first value: a mean with the one α at every row. Tulip begins an
 *     EMA of an EMA at the n-th value of the inner one.
 *   - TA-Lib's MACD begins the EMA of 12 where that of 26 begins.
 *   - Some take the simple mean of true ranges, or count the first bar's range as one of them.
 *
 * Not met: Lean's Fisher transform where a position is beyond 0.99, which it draws in otherwise; Lean's VIDYA (with
 * Wilder's means in its oscillator); cinar's KST and Coppock (no percent, other weights), its weighted averages (the
 * oldest row weighs most, so its HMA too), its KDJ (simple means), force index, ease of movement, ulcer index, slope
 * and supertrend (means of another kind), and its Aroon and TSI, whose first rows it takes from shorter windows.
 */

/** How a source begins, or what it means by a word; each is a rewriting of the factor's text. */
export type Begin = 'bar before' | 'no move before' | 'first value' | 'late fast mean' | 'simple ranges'

export interface Published {
  factor: string
  /** other numbers than the factor's own */
  numbers?: Record<string, number>
  begin?: Begin[]
  /** brings our result to the source's unit */
  of?: (value: number) => number
  /** rows that count: those before and after follow other conventions, or were computed with data that is not there */
  from?: number
  to?: number
  /** error of values that were computed or printed with fewer digits, relative to the greatest value */
  slack?: number
}

/** A column of a file, by name or by place, and the factor it has. */
export interface PublishedColumn extends Published {
  file: string
  column: string | number
}

const hundred = (value: number): number => 100 * value
const plus = (first: number) => (value: number) => value + first

/** Computed with seven digits. */
const SEVEN = { slack: 4e-6 }

const LEAN: [file: string, column: string | number, factor: string, terms?: Omit<Published, 'factor'>][] = [
  ['dwac_supertrend.txt', 'Super', 'supertrend', { begin: ['bar before'], from: 9 }],
  ['spy_acceleration_bands_20_4.txt', 'MiddleBand', 'accbands_middle'],
  ['spy_acceleration_bands_20_4.txt', 'UpperBand', 'accbands_upper'],
  ['spy_acceleration_bands_20_4.txt', 'LowerBand', 'accbands_lower'],
  ['spy_ad.txt', 'AD', 'ad'],
  ['spy_ad_osc.txt', 'AdOsc_3_10', 'adosc'],
  ['spy_ao.txt', 'AO', 'ao'],
  ['spy_apo.txt', 'APO_5_10', 'apo', { numbers: { 12: 5, 26: 10 } }],
  ['spy_aroon_oscillator.txt', 5, 'aroon_osc_25', { numbers: { 25: 14, 26: 15 } }],
  ['spy_atr.txt', 5, 'atr_simple_14', SEVEN],
  ['spy_bollinger_bands.txt', 5, 'bbands_middle'],
  ['spy_bollinger_bands.txt', 6, 'bbands_upper'],
  ['spy_bollinger_bands.txt', 7, 'bbands_lower'],
  ['spy_bollinger_bands.txt', 8, 'bbands_width', { of: hundred, slack: 5e-5 }],
  ['spy_bollinger_bands.txt', 9, 'bbands_percent_b'],
  ['spy_bop.txt', 'BOP', 'bop'],
  ['spy_cmf.txt', 'CMF_20', 'cmf_20', { from: 19, to: 299 }],
  ['spy_cmo.txt', 'CMO_5', 'cmo_14', { numbers: { 14: 5 } }],
  ['spy_coppock_curve.csv', 'CoppockCurve', 'coppock'],
  ['spy_dema.txt', 'DEMA_5', 'dema_30', { numbers: { 30: 5 } }],
  ['spy_dpo.csv', 'DPO', 'dpo_20', { numbers: { 20: 21 } }],
  ['spy_ema.csv', 'EMA14', 'ema_12', { numbers: { 12: 14 } }],
  ['spy_hma.txt', 'HMA_16', 'hma_16'],
  ['spy_kama.txt', 'KAMA_5', 'kama_10', { numbers: { 10: 5 } }],
  ['spy_ker.txt', 'KER', 'ker_10', { from: 10 }],
  ['spy_mass_index_25.txt', 'MassIndex', 'mass_index_25', { from: 135 }],
  ['spy_mfi.txt', 6, 'mfi_14', { numbers: { 14: 20 } }],
  ['spy_midpoint.txt', 'MIDPOINT_5', 'midpoint_14', { numbers: { 14: 5 } }],
  ['spy_midprice.txt', 'MIDPRICE_5', 'midprice_14', { numbers: { 14: 5 } }],
  ['spy_natr.txt', 'NATR_5', 'natr_14', { numbers: { 14: 5 } }],
  ['spy_rvi.txt', 'RVI', 'rvi_10', { from: 12 }],
  ['spy_sortino.csv', 14, 'sortino_63', { numbers: { 63: 15, 252: 1 } }],
  // Divided by the population's standard deviation; the last close is another one.
  [
    'spy_sr.txt',
    'SR_10',
    'sharpe_63',
    { numbers: { 63: 10, 252: 1 }, of: (v) => v * Math.sqrt(10 / 9), from: 10, to: 76 },
  ],
  ['spy_t3.txt', 'T3_5', 't3_5'],
  ['spy_tema.txt', 'TEMA_5', 'tema_30', { numbers: { 30: 5 } }],
  ['spy_tr.txt', 'TR', 'trange'],
  ['spy_trima.txt', 'TRIMA_5', 'trima_30', { numbers: { 15: 3, 16: 3 } }],
  ['spy_trima.txt', 'TRIMA_6', 'trima_30', { numbers: { 15: 3, 16: 4 } }],
  ['spy_trix.txt', 'TRIX_5', 'trix_15', { numbers: { 15: 5 } }],
  ['spy_tsf.csv', 'tsf', 'tsf_14', { numbers: { 14: 5 }, from: 4 }],
  ['spy_tsi.csv', 'TSI_25_13', 'tsi'],
  ['spy_tsi.csv', 'Signal_7', 'tsi_signal'],
  ['spy_ultosc.txt', 'ULTOSC_7_14_28', 'ultosc'],
  ['spy_with_ForceIndex.csv', 'ForceIndex20', 'force_index_13', { numbers: { 13: 20 } }],
  ['spy_with_StochRSI.csv', 'k', 'stoch_rsi_k'],
  ['spy_with_StochRSI.csv', 'd', 'stoch_rsi_d'],
  ['spy_with_adx.txt', '+DI14', 'plus_di_14'],
  ['spy_with_adx.txt', '-DI14', 'minus_di_14'],
  ['spy_with_adx.txt', '+DM14', 'plus_dm_14'],
  ['spy_with_adx.txt', '-DM14', 'minus_dm_14'],
  ['spy_with_adx.txt', 'DX', 'dx_14'],
  ['spy_with_adx.txt', 'ADX 14', 'adx_14'],
  ['spy_with_adx.txt', 'ADXR 14', 'adxr_14'],
  ['spy_with_cci.txt', 5, 'cci_20', { numbers: { 20: 14 }, slack: 2e-5 }],
  ['spy_with_chop.csv', 'CHOP14', 'chop_14', { from: 14 }],
  ['spy_with_don50.txt', 5, 'donchian_upper', { numbers: { 20: 50 }, from: 49 }],
  ['spy_with_don50.txt', 6, 'donchian_lower', { numbers: { 20: 50 }, from: 49 }],
  ['spy_with_don50.txt', 7, 'donchian_middle', { numbers: { 20: 50 }, from: 49 }],
  ['spy_with_fisher.txt', 5, 'fisher_10', { from: 9, to: 100 }],
  ['spy_with_ibs.csv', 'IBS', 'ibs'],
  ['spy_with_ichimoku.csv', 'Tenkan', 'ichimoku_conversion'],
  ['spy_with_ichimoku.csv', 'Kijun', 'ichimoku_base'],
  ['spy_with_ichimoku.csv', 'Senkou A', 'ichimoku_span_a'],
  ['spy_with_ichimoku.csv', 'Senkou B', 'ichimoku_span_b'],
  ['spy_with_macd.txt', 'MACD', 'macd', SEVEN],
  ['spy_with_macd.txt', 'Signal', 'macd_signal', SEVEN],
  ['spy_with_macd.txt', 'Histogram', 'macd_hist', SEVEN],
  ['spy_with_obv.txt', 'OBV', 'obv', { of: plus(1.156476e8), ...SEVEN }],
  ['spy_with_roc50.txt', 5, 'mom_10', { numbers: { 10: 50 }, ...SEVEN }],
  ['spy_with_rocp50.txt', 5, 'roc_10', { numbers: { 10: 50 }, ...SEVEN }],
  ['spy_with_rsv.csv', 'RSV9', 'rogers_satchell_20', { numbers: { 20: 9 } }],
  ['spy_with_stoch12k3.txt', 5, 'stoch_k', { numbers: { 14: 12 }, ...SEVEN }],
  ['spy_with_vtx.csv', 'plus_vtx', 'vortex_plus_14'],
  ['spy_with_vtx.csv', 'minus_vtx', 'vortex_minus_14'],
  ['spy_with_vwma.csv', 'VWMA20', 'vwma_20'],
  ['spy_with_williamsR14.txt', 5, 'williams_r_14', SEVEN],
  ['spy_with_zlema.csv', 'ZLEMA5', 'zlema_20', { numbers: { 20: 5, 9: 2 } }],
]

/** Rows of zeros come before `from`. */
const CINAR: [
  file: string,
  column: string,
  factor: string,
  from: number,
  terms?: Omit<Published, 'factor' | 'from'>,
][] = [
  ['trend/apo', 'Apo', 'macd', 29, { numbers: { 12: 14, 26: 30 } }],
  ['trend/kama', 'Kama', 'kama_10', 10],
  ['trend/macd', 'Macd', 'macd', 33],
  ['trend/macd', 'Signal', 'macd_signal', 33],
  ['trend/tema', 'Tema', 'tema_30', 57, { numbers: { 30: 20 } }],
  ['trend/trima_even', 'Trima', 'trima_30', 19, { numbers: { 15: 10, 16: 11 } }],
  ['trend/trima_odd', 'Trima', 'trima_30', 14, { numbers: { 15: 8, 16: 8 } }],
  ['trend/trix', 'Trix', 'trix_15', 43, { of: (v) => v / 100 }],
  ['trend/typical_price', 'TypicalPrice', 'typprice', 0],
  ['trend/vwma', 'Vwma', 'vwma_20', 19],
  ['momentum/awesome_oscillator', 'Ao', 'ao', 33],
  ['momentum/chaikin_oscillator', 'Co', 'adosc', 9],
  ['momentum/ibs', 'Ibs', 'ibs', 0],
  ['momentum/ppo', 'Ppo', 'ppo', 33],
  ['momentum/ppo', 'Signal', 'ppo_signal', 33],
  ['momentum/ppo', 'Histogram', 'ppo_hist', 33],
  ['momentum/pvo', 'Pvo', 'pvo', 33],
  ['momentum/pvo', 'Signal', 'pvo_signal', 33],
  ['momentum/qstick', 'Qstick', 'qstick_8', 19, { numbers: { 8: 20 } }],
  ['momentum/rsi', 'Rsi', 'rsi_14', 14],
  ['momentum/stochastic_oscillator', 'K', 'stochf_k', 15],
  ['momentum/stochastic_oscillator', 'D', 'stochf_d', 15],
  ['momentum/ultimate_oscillator', 'UO', 'ultosc', 28],
  ['momentum/williams_r', 'WilliamsR', 'williams_r_14', 13],
  ['volatility/acceleration_bands', 'Upper', 'accbands_upper', 19],
  ['volatility/atr', 'Atr', 'atr_simple_14', 50, { numbers: { 14: 50 } }],
  ['volatility/bollinger_band_width', 'Width', 'bbands_width', 19],
  ['volatility/bollinger_bands', 'Upper', 'bbands_upper', 19],
  ['volatility/bollinger_bands', 'Lower', 'bbands_lower', 19],
  ['volatility/chandelier_exit', 'Long', 'chandelier_long', 22, { begin: ['simple ranges'] }],
  ['volatility/chandelier_exit', 'Short', 'chandelier_short', 22, { begin: ['simple ranges'] }],
  ['volatility/chop', 'Expected', 'chop_14', 14],
  ['volatility/keltner_channel', 'Upper', 'keltner_upper', 20, { numbers: { 10: 20 }, begin: ['simple ranges'] }],
  ['volatility/keltner_channel', 'Lower', 'keltner_lower', 20, { numbers: { 10: 20 }, begin: ['simple ranges'] }],
  ['volatility/percent_b', 'PercentB', 'bbands_percent_b', 19],
  ['volatility/tr', 'Tr', 'trange', 1],
  ['volume/ad', 'Ad', 'ad', 0],
  ['volume/cmf', 'Cmf', 'cmf_20', 19],
  ['volume/mfi', 'Mfi', 'mfi_14', 14],
  ['volume/nvi', 'Nvi', 'nvi', 1],
  ['volume/obv', 'Obv', 'obv', 1, { of: plus(7919700) }],
  ['volume/vpt', 'Vpt', 'vpt', 1],
  ['volume/vwap', 'Vwap', 'vwma_20', 13, { numbers: { 20: 14 } }],
]

/** Columns of the files that QuantConnect's Lean and cinar's indicator publish. */
export const COLUMNS: PublishedColumn[] = [
  ...LEAN.map(([file, column, factor, terms]) => ({ file: `lean_indicators/${file}.gz`, column, factor, ...terms })),
  ...CINAR.map(([file, column, factor, from, terms]) => {
    return { file: `cinar_indicator/${file}.csv.gz`, column, factor, from, ...terms }
  }),
]
