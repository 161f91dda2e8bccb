/*
 * Small tables worked out by hand: what each recursive kernel means, and windows that look at the order
 * of their values.
 */

const _ = Number.NaN
const WHOLE = { window: 3, min_periods: 0 }
const TWO_OF_THREE = { window: 3, min_periods: 2 }

/** One column down, or one row across: name, inputs, options, result. */
export type Example = [
  fact: string,
  kernel: string,
  inputs: number[][],
  options: Record<string, number>,
  expected: number[],
]

export const RECURSIONS: Example[] = [
  ['an EMA starts at the mean of its first n', 'ema', [[1, 2, 6, 4, 8]], { window: 3 }, [_, _, 3, 3.5, 5.75]],
  ['an EMA waits where a value is missing', 'ema', [[1, _, 3, _, 6]], { window: 2 }, [_, _, 2, _, 14 / 3]],
  ['a Wilder mean moves by 1/n', 'wilder_mean', [[1, 2, 6, 6]], { window: 3 }, [_, _, 3, 4]],
  ['an RSI starts at the (n + 1)th value', 'rsi', [[1, 3, 2, 2]], { window: 2 }, [_, _, 200 / 3, 200 / 3]],
  ['an RSI takes changes over gaps', 'rsi', [[1, _, 3, _, 2]], { window: 2 }, [_, _, _, _, 200 / 3]],
  ['an RSI without a change is 0', 'rsi', [[2, 2, 2, 3]], { window: 2 }, [_, _, 0, 100]],
  [
    'a true range reaches to the close before',
    'atr',
    [
      [3, 9, 5],
      [1, 8, 2],
      [2, 8, 4],
    ],
    { window: 1 },
    [_, 7, 6],
  ],
  [
    'a bar that lacks a price is no bar',
    'atr',
    [
      [3, _, 9],
      [1, 1, 8],
      [2, 2, 8],
    ],
    { window: 1 },
    [_, _, 7],
  ],
  [
    'a true range is never negative',
    'atr',
    [
      [3, 1],
      [1, 5],
      [2, 3],
    ],
    { window: 1 },
    [_, 3],
  ],
  ['weights sum to 1 from the first value on', 'ewm', [[4, _, 10, 13]], { window: 3 }, [4, _, 8, 76 / 7]],
  ['a sum takes what is there', 'cumulative_sum', [[1, _, 2, -4]], {}, [1, _, 3, -1]],
  ['a sum outlives a spike', 'cumulative_sum', [[1e-3, 1e16, -1e16]], {}, [1e-3, 1e16, 1e-3]],
  ['a product takes what is there', 'cumulative_product', [[2, _, 3]], {}, [2, _, 6]],
  ['the value before may be rows ago', 'previous', [[1, _, _, 2, 3]], {}, [_, _, _, 1, 2]],
  [
    'a mean begins with the value before its first α',
    'adaptive_mean',
    [
      [2, 4, _, 8, 5, 9],
      [_, _, 1, 0.5, _, 1],
    ],
    {},
    [_, _, _, 6, _, 9],
  ],
  [
    'a mean with an α at once begins with its first value, and takes no α beyond 0 … 1',
    'adaptive_mean',
    [
      [2, 4, 6],
      [0.5, 7, -1],
    ],
    {},
    [2, 4, 4],
  ],
  ['a position at its edge is drawn in', 'fisher', [[4, _]], {}, [Math.log(1999) / 2, _]],
  [
    'a position leaves a trace',
    'fisher',
    [[0.5, _, 0]],
    {},
    [Math.atanh(0.165), _, Math.atanh(0.11055) + Math.atanh(0.165) / 2],
  ],
  [
    'a stop starts at the low of the first bar and follows the extreme',
    'sar',
    [
      [10, 11, _, 13],
      [9, 10, _, 12],
    ],
    { acceleration: 0.1, maximum: 0.2 },
    [_, 9, _, 9.2],
  ],
  [
    'a stop that is reached turns to the old extreme',
    'sar',
    [
      [10, 12, 12, 11],
      [9, 11, 8, 7],
    ],
    { acceleration: 0.5, maximum: 0.5 },
    [_, 9, 12, 12],
  ],
  [
    'a stop starts at the high where the low fell further',
    'sar',
    [
      [10, 9.5, 9],
      [9, 8, 7],
    ],
    { acceleration: 0.1, maximum: 0.2 },
    [_, 10, 9.8],
  ],
  [
    'a trailing stop changes sides where the close breaks it',
    'supertrend',
    [
      [12, 13, 14, 20, _, 14],
      [8, 9, 10, 16, 1, 10],
      [10, 11, 13, 18, 1, 15],
    ],
    {},
    [12, 12, 10, 16, _, 14],
  ],
  ['the last of equal maxima counts', 'rolling_since_max', [[3, 3, 1, 2]], WHOLE, [_, _, 1, 2]],
  ['the last of equal minima counts', 'rolling_since_min', [[1, _, 1, 2]], TWO_OF_THREE, [_, _, 0, 1]],
  ['a fall is to a later value', 'rolling_drawdown', [[1, 5, 2, 9, _, 8]], TWO_OF_THREE, [_, 0, 3, 3, 0, 1]],
]
