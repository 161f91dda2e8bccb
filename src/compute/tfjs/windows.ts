import { presence, presentOr, shift, type Table, type Tf, wherePresent } from './kernel.js'

/** What is known of a block of rows: for each row, tables of the block that ends there. The first is the count. */
type State = Table[]

/** Sums that are known of two blocks as soon as they are known of each. */
export interface Sums {
  /** the sums of blocks of one row */
  start: (tf: Tf, inputs: Table[]) => State
  /** the sums of a block without a value */
  empty: number[]
  merge: (tf: Tf, older: State, newer: State) => State
}

/**
 * Sums of the window that ends at each row. Blocks of 1, 2, 4, … rows are merged from two of half their size, and a
 * window from those its width is made of: nothing slides, so nothing drifts, and an addition's error grows with the
 * logarithm of the window alone, which 24 bits have need of.
 */
export function sumsOfWindows(tf: Tf, sums: Sums, { inputs, window }: { inputs: Table[]; window: number }): State {
  const [rows] = inputs[0].shape
  const merged = (older: State, steps: number, newer: State): State => {
    if (steps >= rows) return newer
    const moved = () => older.map((table, i) => shift(tf, table, { steps, fill: sums.empty[i] }))
    return tf.tidy(() => sums.merge(tf, moved(), newer))
  }
  let block = tf.tidy(() => sums.start(tf, inputs))
  let whole: State = []
  for (let size = 1, width = 0; size <= window; size *= 2) {
    const before = [...block, ...whole]
    if ((window & size) !== 0) {
      whole = width === 0 ? block : merged(block, width, whole)
      width += size
    }
    if (size * 2 <= window) block = merged(block, size, block)
    tf.dispose(before.filter((table) => !block.includes(table) && !whole.includes(table)))
  }
  return whole
}

/** Count and sum. */
export const TOTAL: Sums = {
  start: (tf, [x]) => [presence(tf, x), presentOr(tf, x, 0)],
  empty: [0, 0],
  merge: (tf, older, newer) => older.map((table, i) => tf.add(table, newer[i])),
}

/** Count and least or greatest value. */
export function extreme(of: 'minimum' | 'maximum'): Sums {
  const none = of === 'minimum' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  return {
    start: (tf, [x]) => [presence(tf, x), presentOr(tf, x, none)],
    empty: [0, none],
    merge: (tf, older, newer) => [tf.add(older[0], newer[0]), tf[of](older[1], newer[1])],
  }
}

/**
 * Count, means of x and y, Σ of the squares and the product of the distances from these, over rows that have both. Of
 * equal values the squares are exactly 0.
 *
 * @see Chan, Golub, LeVeque 1983, doi:10.1080/00031305.1983.10483115
 */
export const MOMENTS: Sums = {
  start: (tf, [x, y = x]) => {
    const [xs, ys] = [wherePresent(tf, y, x), wherePresent(tf, x, y)]
    const none = tf.zerosLike(x)
    return [presence(tf, xs), presentOr(tf, xs, 0), presentOr(tf, ys, 0), none, none.clone(), none.clone()]
  },
  empty: [0, 0, 0, 0, 0, 0],
  merge: (tf, older, newer) => {
    const [count, newCount] = [older[0], newer[0]]
    const both = tf.add(count, newCount)
    const share = tf.div(newCount, tf.maximum(both, 1))
    const weight = tf.mul(count, share)
    const [gapX, gapY] = [tf.sub(newer[1], older[1]), tf.sub(newer[2], older[2])]
    // Weighed before they are multiplied: where one block is empty its gap counts 0 times, however great it is.
    const [weighedX, weighedY] = [tf.mul(gapX, weight), tf.mul(gapY, weight)]
    const sum = (i: number, more: Table) => tf.add(tf.add(older[i], newer[i]), more)
    return [
      both,
      tf.add(older[1], tf.mul(gapX, share)),
      tf.add(older[2], tf.mul(gapY, share)),
      sum(3, tf.mul(gapX, weighedX)),
      sum(4, tf.mul(gapY, weighedY)),
      sum(5, tf.mul(gapX, weighedY)),
    ]
  },
}
