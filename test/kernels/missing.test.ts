import { describe, expect, test } from 'vitest'
import { type Example, RECURSIONS } from './recursions.js'
import { SUBJECTS } from './subject.js'
import { WINDOWS } from './windows.js'

/*
 * Small tables worked out by hand: what each kernel means, and above all what it does with missing values.
 */

const _ = Number.NaN

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

  test.each([...ELEMENTS, ...WINDOWS, ...RECURSIONS])('%s (%s)', (_fact, kernel, inputs, options, expected) => {
    expect(shaped(kernel, inputs, options, false)).toEqual(close(expected))
  })

  test.each(ROWS)('%s (%s)', (_fact, kernel, inputs, options, expected) => {
    expect(shaped(kernel, inputs, options, true)).toEqual(close(expected))
  })
})
