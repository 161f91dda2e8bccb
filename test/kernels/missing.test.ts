import { describe, expect, test } from 'vitest'
import { type Example, RECURSIONS } from './recursions.js'
import { SUBJECTS } from './subject.js'

/*
 * Small tables worked out by hand: what each kernel means, and above all what it does with missing values.
 */

const _ = Number.NaN
const WHOLE = { window: 3, min_periods: 0 }
const TWO_OF_THREE = { window: 3, min_periods: 2 }

const ELEMENTS: Example[] = [
  [
    'a missing operand gives missing',
    'add',
    [
      [1, _, 3],
      [10, 20, _],
    ],
    {},
    [11, _, _],
  ],
  [
    'x ÷ 0 and 0 ÷ 0 are missing',
    'divide',
    [
      [1, 0, 6],
      [0, 0, 3],
    ],
    {},
    [_, _, 2],
  ],
  [
    'an overflow is missing',
    'multiply',
    [
      [1e200, -1e200, 2],
      [1e200, 1e200, 3],
    ],
    {},
    [_, _, 6],
  ],
  [
    'an infinite operand is missing',
    'minimum',
    [
      [Infinity, -Infinity, 3],
      [1, 1, 2],
    ],
    {},
    [_, _, 2],
  ],
  [
    'a comparison is 1, 0 or missing',
    'less',
    [
      [1, 2, 2, _],
      [2, 1, 2, 1],
    ],
    {},
    [1, 0, 0, _],
  ],
  [
    '0 equals −0',
    'equal',
    [
      [0, 1, _],
      [-0, 2, _],
    ],
    {},
    [1, 0, _],
  ],
  [
    'less or equal holds for equal values',
    'less_equal',
    [
      [1, 2, 3],
      [2, 2, 2],
    ],
    {},
    [1, 1, 0],
  ],
  [
    'a missing value is not unequal, but missing',
    'not_equal',
    [
      [1, 2, _],
      [1, 3, 1],
    ],
    {},
    [0, 1, _],
  ],
  [
    'false and missing is missing',
    'logical_and',
    [
      [0, 1, 0, 2],
      [_, 1, 1, 3],
    ],
    {},
    [_, 1, 0, 1],
  ],
  [
    'true or missing is missing',
    'logical_or',
    [
      [1, 0, 0],
      [_, 0, -1],
    ],
    {},
    [_, 0, 1],
  ],
  ['not turns 0 into 1 and all else into 0', 'logical_not', [[0, -0, 3, _]], {}, [1, 1, 0, _]],
  ['the sign is 1, 0 or −1', 'sign', [[3, 0, -2, _]], {}, [1, 0, -1, _]],
  ['the root of a negative value is missing', 'square_root', [[4, -1, 0]], {}, [2, _, 0]],
  ['the logarithm of 0 and less is missing', 'log', [[1, 0, -1]], {}, [0, _, _]],
  ['an exponential that overflows is missing', 'exp', [[0, 1000, -1000]], {}, [1, _, 0]],
  [
    'a missing condition chooses nothing',
    'where',
    [
      [1, 0, _],
      [1, 2, 3],
      [4, 5, 6],
    ],
    {},
    [1, 5, _],
  ],
  [
    'the value that is not chosen may be missing',
    'where',
    [
      [1, 0],
      [1, _],
      [_, 5],
    ],
    {},
    [1, 5],
  ],
  [
    'the value that is chosen may be missing',
    'where',
    [
      [1, 0],
      [_, 2],
      [4, _],
    ],
    {},
    [_, _],
  ],
  [
    'what is missing is taken from the second',
    'coalesce',
    [
      [1, _, Infinity, _],
      [4, 5, 6, _],
    ],
    {},
    [1, 5, 6, _],
  ],
]

const COLUMNS: Example[] = [
  ['a lag of 0 rows is the value', 'lag', [[1, _, 3]], { steps: 0 }, [1, _, 3]],
  ['a lag asks for the past value alone', 'lag', [[1, 2, _, 4]], { steps: 1 }, [_, 1, 2, _]],
  ['a difference needs both', 'difference', [[1, 3, _, 4, 9]], { steps: 1 }, [_, 2, _, _, 5]],
  ['a return on 0 is missing', 'simple_return', [[2, 3, 0, 5]], { steps: 1 }, [_, 0.5, -1, _]],
  ['a logarithmic return to 0 or below is missing', 'log_return', [[1, 1, 0, -2]], { steps: 1 }, [_, 0, _, _]],
  ['rows before the first are missing', 'rolling_sum', [[1, 2, 3, 4]], WHOLE, [_, _, 6, 9]],
  ['a window with a missing value is missing', 'rolling_sum', [[1, 2, _, 4, 5, 6]], WHOLE, [_, _, _, _, _, 15]],
  ['min_periods values are enough', 'rolling_mean', [[1, 3, _, 5, _, _]], TWO_OF_THREE, [_, 2, 2, 4, _, _]],
  ['a row need not be there itself', 'rolling_max', [[1, 3, _]], TWO_OF_THREE, [_, 3, 3]],
  ['a variance divides by n − 1', 'rolling_var', [[1, 2, 6]], WHOLE, [_, _, 7]],
  ['the variance of one value is missing', 'rolling_var', [[1, 2]], { window: 3, min_periods: 1 }, [_, 0.5]],
  ['a standard deviation is the root of it', 'rolling_std', [[1, 3, 5]], WHOLE, [_, _, 2]],
  ['a z-score needs the newest value', 'rolling_zscore', [[1, 3, 5, _]], TWO_OF_THREE, [_, Math.SQRT1_2, 1, _]],
  [
    'a z-score of equal values is missing',
    'rolling_zscore',
    [[0.1, 0.1, 0.1, 0.2]],
    TWO_OF_THREE,
    [_, _, _, 2 / Math.sqrt(3)],
  ],
  [
    'a covariance takes pairs',
    'rolling_cov',
    [
      [1, 2, 4, _],
      [2, 4, _, 1],
    ],
    TWO_OF_THREE,
    [_, 1, 1, _],
  ],
  [
    'a correlation takes pairs',
    'rolling_corr',
    [
      [1, 2, 9, 3],
      [2, 4, _, 0],
    ],
    TWO_OF_THREE,
    [_, 1, 1, -1],
  ],
  [
    'a correlation with equal values is missing',
    'rolling_corr',
    [
      [1, 2, 3],
      [5, 5, 5],
    ],
    WHOLE,
    [_, _, _],
  ],
  ['a slope counts the rows that are missing', 'rolling_slope', [[1, _, 5, 7]], TWO_OF_THREE, [_, _, 2, 2]],
  ['a line is taken at the newest row', 'rolling_line', [[1, 2, 6, _]], { ...TWO_OF_THREE, ahead: 0 }, [_, 2, 5.5, 10]],
  ['a line goes on ahead', 'rolling_line', [[1, 2, 6, _]], { ...TWO_OF_THREE, ahead: 1 }, [_, 3, 8, 14]],
  ['a line goes back', 'rolling_line', [[1, 2, 6]], { ...WHOLE, ahead: -2 }, [_, _, 0.5]],
  ['one value makes no line', 'rolling_line', [[1]], { window: 3, min_periods: 1, ahead: 0 }, [_]],
  ['a residual needs the newest value', 'rolling_resi', [[1, 2, 6, _]], TWO_OF_THREE, [_, 0, 0.5, _]],
  ['a line explains itself', 'rolling_rsquare', [[1, _, 5, 7]], TWO_OF_THREE, [_, _, 1, 1]],
  ['a line explains a share', 'rolling_rsquare', [[1, 2, 6]], WHOLE, [_, _, 12.5 / 14]],
  ['of equal values there is nothing to explain', 'rolling_rsquare', [[3, 3, 3]], WHOLE, [_, _, _]],
  ['the newest weighs most', 'rolling_decay_linear', [[6, 3, 1]], WHOLE, [_, _, 2.5]],
  ['weights go by row', 'rolling_decay_linear', [[6, _, 2, _]], TWO_OF_THREE, [_, _, 3, _]],
  ['weights count rows before the first', 'rolling_decay_linear', [[6, 3]], TWO_OF_THREE, [_, 4.2]],
  ['a product takes what is there', 'rolling_product', [[2, _, 5, 0, 3]], TWO_OF_THREE, [_, _, 10, 0, 0]],
  [
    'a skewness is corrected for bias',
    'rolling_skew',
    [[1, 2, 6]],
    WHOLE,
    [_, _, (Math.sqrt(6) * 6) / (14 / 3) ** 1.5],
  ],
  ['a skewness of two values is missing', 'rolling_skew', [[1, _, 6]], TWO_OF_THREE, [_, _, _]],
  ['equal values have no skewness', 'rolling_skew', [[0.1, 0.1, 0.1]], WHOLE, [_, _, _]],
  ['a kurtosis is in excess', 'rolling_kurt', [[1, 2, 3, 10]], { window: 4, min_periods: 0 }, [_, _, _, 3.228]],
  ['equal values have no kurtosis', 'rolling_kurt', [[2, 2, 2, 2]], { window: 4, min_periods: 0 }, [_, _, _, _]],
  ['deviations are from the mean', 'rolling_mad', [[1, 2, 6, _]], TWO_OF_THREE, [_, 0.5, 2, 2]],
  [
    'the middle of two is their mean',
    'rolling_quantile',
    [[4, 1, _, 3]],
    { ...TWO_OF_THREE, q: 0.5 },
    [_, 2.5, 2.5, 2],
  ],
  ['a quantile is interpolated', 'rolling_quantile', [[4, 1, 2, 2]], { ...WHOLE, q: 0.75 }, [_, _, 3, 2]],
  ['quantile 1 is the greatest', 'rolling_quantile', [[4, 1, 2, _]], { ...TWO_OF_THREE, q: 1 }, [_, 4, 4, 2]],
  ['a rank averages ties', 'rolling_rank', [[2, 1, 2, 3]], WHOLE, [_, _, 2.5 / 3, 1]],
  ['a rank counts the values that are there', 'rolling_rank', [[2, _, 1, _]], TWO_OF_THREE, [_, _, 0.5, _]],
  ['the first of equal minima counts', 'rolling_argmin', [[1, 1, 2, 0]], WHOLE, [_, _, 1, 3]],
  ['positions count missing rows', 'rolling_argmax', [[_, 1, 3, _]], TWO_OF_THREE, [_, _, 3, 2]],
  ['positions count rows before the first', 'rolling_argmax', [[5, 3]], { window: 4, min_periods: 1 }, [4, 3]],
]

const ROWS: Example[] = [
  ['a rank averages ties and divides by the count', 'cross_rank', [[3, 1, _, 3]], {}, [2.5 / 3, 1 / 3, _, 2.5 / 3]],
  ['a percentile goes from 0 to 100', 'cross_percentile', [[30, 10, _, 20]], {}, [100, 0, _, 50]],
  ['the percentile of a lone value is 50', 'cross_percentile', [[_, 7]], {}, [_, 50]],
  ['the mean is of what is there', 'cross_demean', [[1, _, 5]], {}, [-2, _, 2]],
  ['a z-score divides by n', 'cross_zscore', [[1, 3, _]], { clip: 0 }, [-1, 1, _]],
  ['a z-score is cut at clip', 'cross_zscore', [[1, 3, _]], { clip: 0.5 }, [-0.5, 0.5, _]],
  ['a z-score of equal values is missing', 'cross_zscore', [[0.1, 0.1, 0.1]], { clip: 0 }, [_, _, _]],
  ['a z-score of one value is missing', 'cross_zscore', [[_, 5]], { clip: 0 }, [_, _]],
  [
    'sigma bounds are mean ± k·std',
    'cross_winsorize_sigma',
    [[0, 0, 0, 4, _]],
    { k: 1 },
    [0, 0, 0, 1 + Math.sqrt(3), _],
  ],
  [
    'MAD bounds are median ± k·1.4826·MAD',
    'cross_winsorize_mad',
    [[1, 2, 3, 100, _]],
    { k: 1 },
    [1.0174, 2, 3, 3.9826, _],
  ],
  ['quantile bounds are interpolated', 'cross_winsorize_quantile', [[1, 2, 3, 4, _]], { q: 0.1 }, [1.3, 2, 3, 3.7, _]],
  ['a scaled row keeps its signs', 'cross_scale', [[1, -3, _]], { a: 2 }, [0.5, -1.5, _]],
  ['a row of zeros has no scale', 'cross_scale', [[0, -0, _]], { a: 1 }, [_, _, _]],
  ['a mean is in every column', 'cross_mean', [[1, _, 5]], {}, [3, 3, 3]],
  ['a sum of nothing is missing', 'cross_sum', [[_, _]], {}, [_, _]],
  ['a count of nothing is missing', 'cross_count', [[_, _]], {}, [_, _]],
  ['a count is of what is there', 'cross_count', [[7, _, 7]], {}, [2, 2, 2]],
  ['a standard deviation divides by n', 'cross_std', [[1, 3, _]], {}, [1, 1, 1]],
  [
    'a correlation is of pairs, and in every column',
    'cross_corr',
    [
      [1, 2, 3, 9, _],
      [2, 4, 6, _, 9],
    ],
    {},
    [1, 1, 1, 1, 1],
  ],
  [
    'a correlation with equal values is missing',
    'cross_corr',
    [
      [0.1, 0.1, 0.1],
      [1, 2, 3],
    ],
    {},
    [_, _, _],
  ],
  [
    'a correlation of one pair is missing',
    'cross_corr',
    [
      [1, _],
      [2, 3],
    ],
    {},
    [_, _],
  ],
  [
    'a group mean is of its valid values, and missing without a group',
    'group_mean',
    [
      [1, 3, _, 8, 9, _],
      [0, -0, 0, 2.5, _, 7],
    ],
    {},
    [2, 2, 2, 8, _, _],
  ],
  [
    'a value less the mean of its group',
    'group_demean',
    [
      [1, 3, _, 8],
      [4, 4, 4, -1],
    ],
    {},
    [-1, 1, _, 0],
  ],
  [
    'a rank in a group averages ties',
    'group_rank',
    [
      [3, 3, 1, 5, _, 0],
      [1, 1, 1, 2, 2, _],
    ],
    {},
    [2.5 / 3, 2.5 / 3, 1 / 3, 1, _, _],
  ],
  [
    'a z-score in a group of equal values is missing',
    'group_zscore',
    [
      [1, 3, 0.1, 0.1],
      [1, 1, 2, 2],
    ],
    {},
    [-1, 1, _, _],
  ],
  [
    'each group is scaled by itself',
    'group_scale',
    [
      [1, -3, 5, 0],
      [1, 1, 2, 3],
    ],
    { a: 2 },
    [0.5, -1.5, 2, _],
  ],
  [
    'a residual is of pairs',
    'cross_residual',
    [
      [1, 2, _, 4],
      [1, 1, 1, _],
    ],
    {},
    [-0.5, 0.5, _, _],
  ],
  [
    'a residual on zeros is what it was',
    'cross_residual',
    [
      [1, 2],
      [0, 0],
    ],
    {},
    [1, 2],
  ],
]

describe.each(SUBJECTS)('$subject', ({ compute }) => {
  const shaped = (kernel: string, inputs: number[][], options: Record<string, number>, across: boolean) => {
    const length = inputs[0].length
    const shape = across ? { rows: 1, cols: length } : { rows: length, cols: 1 }
    return [
      ...compute(
        kernel,
        inputs.map((input) => Float64Array.from(input)),
        options,
        shape,
      )[0],
    ]
  }
  const close = (values: number[]) => values.map((value) => (Number.isNaN(value) ? value : expect.closeTo(value, 12)))

  test.each([...ELEMENTS, ...COLUMNS, ...RECURSIONS])('%s (%s)', (_fact, kernel, inputs, options, expected) => {
    expect(shaped(kernel, inputs, options, false)).toEqual(close(expected))
  })

  test.each(ROWS)('%s (%s)', (_fact, kernel, inputs, options, expected) => {
    expect(shaped(kernel, inputs, options, true)).toEqual(close(expected))
  })
})
