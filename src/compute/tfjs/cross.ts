import { presence, presentOr, type Table, type Tf, type TfjsKernel, wherePresent } from './kernel.js'

/** Kernels across the columns of one row, over the values that are there. */
export const CROSS: Record<string, TfjsKernel> = {
  cross_count: inEveryColumn(count),
  cross_sum: inEveryColumn(sum),
  cross_mean: inEveryColumn(mean),
  cross_std: inEveryColumn(spread),
  cross_demean: (tf, [x]) => deviations(tf, x),
  cross_zscore: (tf, [x], { clip }) => {
    const z = tf.div(deviations(tf, x), spread(tf, x))
    return clip === 0 ? z : wherePresent(tf, z, tf.clipByValue(z, -clip, clip))
  },
  cross_winsorize_sigma: (tf, [x], { k }) => {
    const centre = mean(tf, x)
    const reach = tf.mul(spread(tf, x), k)
    return wherePresent(tf, x, tf.maximum(tf.sub(centre, reach), tf.minimum(tf.add(centre, reach), x)))
  },
  cross_scale: (tf, [x], { a }) => tf.div(tf.mul(x, a), sum(tf, tf.abs(x))),
  cross_rank: (tf, [x]) => wherePresent(tf, x, tf.div(averageRanks(tf, x), count(tf, x))),
  cross_percentile: (tf, [x]) => {
    const others = tf.sub(count(tf, x), 1)
    const percentile = tf.div(tf.mul(tf.sub(averageRanks(tf, x), 1), 100), others)
    return wherePresent(tf, x, tf.where(tf.equal(others, 0), tf.scalar(50), percentile))
  },
}

/** @param formula gives one number for each row: [rows × 1]; of a row without a value nothing comes of it */
function inEveryColumn(formula: (tf: Tf, x: Table) => Table): TfjsKernel {
  return (tf, [x]) => {
    const some = tf.greater(count(tf, x), 0)
    const [, cols] = x.shape
    return tf.tile(tf.where(some, formula(tf, x), tf.scalar(Number.NaN)), [1, cols])
  }
}

function count(tf: Tf, x: Table): Table {
  return tf.sum(presence(tf, x), 1, true)
}

function sum(tf: Tf, x: Table): Table {
  return tf.sum(presentOr(tf, x, 0), 1, true)
}

function mean(tf: Tf, x: Table): Table {
  return tf.div(sum(tf, x), count(tf, x))
}

/** Distances from the mean, taken of the distances from the least value: of equal values they are exactly 0. */
function deviations(tf: Tf, x: Table): Table {
  const above = tf.sub(x, tf.min(presentOr(tf, x, Number.POSITIVE_INFINITY), 1, true))
  return tf.sub(above, mean(tf, above))
}

/** Standard deviation, ddof 0. */
function spread(tf: Tf, x: Table): Table {
  return tf.sqrt(mean(tf, tf.square(deviations(tf, x))))
}

/**
 * Rank of every value in its row, the smallest 1, equal values at the average of theirs. Rows are sorted; the places of
 * equal neighbours are added up group by group, and each goes back to the column that its value came from.
 */
function averageRanks(tf: Tf, x: Table): Table {
  const [rows, cols] = x.shape
  const cells = [rows * cols]
  const row = tf.reshape(tf.range(0, rows * cols, cols, 'int32'), [rows, 1])
  const flat = (column: Table) => tf.reshape(tf.add(column, row), [rows * cols, 1])
  const { values, indices } = tf.topk(tf.neg(presentOr(tf, x, Number.POSITIVE_INFINITY)), cols)
  const rises = tf.notEqual(tf.slice(values, [0, 1], [rows, cols - 1]), tf.slice(values, [0, 0], [rows, cols - 1]))
  // Counted in f32, which has the integers up to 2^24: not every device adds up others.
  const steps = tf.concat([tf.zeros([rows, 1]), tf.cast(rises, 'float32')], 1)
  const group = flat(tf.cast(tf.cumsum(steps, 1), 'int32'))
  const places = tf.tile(tf.range(1, cols + 1, 1), [rows])
  const average = tf.div(tf.scatterND(group, places, cells), tf.scatterND(group, tf.onesLike(places), cells))
  return tf.reshape(tf.scatterND(flat(indices), tf.gather(average, tf.reshape(group, cells)), cells), [rows, cols])
}
