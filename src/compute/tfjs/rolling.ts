import { shift, type Table, type Tf, type TfjsKernel } from './kernel.js'
import { extreme, MOMENTS, type Sums, sumsOfWindows, TOTAL } from './windows.js'

/** Kernels of the last rows of a column; rows before the first count as missing. */
export const ROLLING: Record<string, TfjsKernel> = {
  lag: lagged((_tf, _now, past) => past),
  difference: lagged((tf, now, past) => tf.sub(now, past)),
  // Values that are close differ without rounding; less 1, their ratio would keep its own.
  simple_return: lagged((tf, now, past) => tf.div(tf.sub(now, past), past)),
  log_return: lagged((tf, now, past) => tf.log(tf.div(now, past))),
  rolling_sum: rolling(TOTAL, (_tf, [, sum]) => sum),
  rolling_mean: rolling(TOTAL, (tf, [count, sum]) => tf.div(sum, count)),
  rolling_min: rolling(extreme('minimum'), (_tf, [, least]) => least),
  rolling_max: rolling(extreme('maximum'), (_tf, [, greatest]) => greatest),
  rolling_var: rolling(MOMENTS, (tf, [count, , , squares]) => sample(tf, squares, count)),
  rolling_std: rolling(MOMENTS, (tf, [count, , , squares]) => tf.sqrt(sample(tf, squares, count))),
  rolling_zscore: rolling(MOMENTS, (tf, [count, mean, , squares], [x]) =>
    tf.div(tf.sub(x, mean), tf.sqrt(sample(tf, squares, count))),
  ),
  rolling_cov: rolling(MOMENTS, (tf, [count, , , , , product]) => sample(tf, product, count)),
  rolling_corr: rolling(MOMENTS, (tf, [, , , ofX, ofY, product]) => correlation(tf, { ofX, ofY, product })),
}

function lagged(formula: (tf: Tf, now: Table, past: Table) => Table): TfjsKernel {
  return (tf, [x], { steps }) => formula(tf, x, shift(tf, x, { steps, fill: Number.NaN }))
}

/** @param value takes the sums of the windows and the inputs */
function rolling(sums: Sums, value: (tf: Tf, state: Table[], inputs: Table[]) => Table): TfjsKernel {
  return (tf, inputs, { window, min_periods }) => {
    const state = sumsOfWindows(tf, sums, { inputs, window })
    const enough = tf.greaterEqual(state[0], min_periods || window)
    return tf.where(enough, value(tf, state, inputs), tf.scalar(Number.NaN))
  }
}

/** Of a sample, ddof 1; of one value 0 ÷ 0. */
function sample(tf: Tf, sum: Table, count: Table): Table {
  return tf.div(sum, tf.sub(count, 1))
}

function correlation(tf: Tf, { ofX, ofY, product }: { ofX: Table; ofY: Table; product: Table }): Table {
  const r = tf.div(product, tf.mul(tf.sqrt(ofX), tf.sqrt(ofY)))
  return tf.where(tf.isFinite(r), tf.clipByValue(r, -1, 1), tf.scalar(Number.NaN))
}
