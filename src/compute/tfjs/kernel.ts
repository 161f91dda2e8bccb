import type * as tfjs from '@tensorflow/tfjs-core'

/** TensorFlow.js, whichever package brought it. */
export type Tf = typeof tfjs

/** A field: [rows × cols] f32, finite or NaN. */
export type Table = tfjs.Tensor

/**
 * One kernel in operations of TensorFlow.js; only such as `@tensorflow/tfjs-node` has, where others have more.
 *
 * @param options by the names of the kernel's spec
 * @returns [rows × cols]; what is not finite counts as missing
 */
export type TfjsKernel = (tf: Tf, inputs: Table[], options: Record<string, number>) => Table

/** The values that are finite; the others become a number, or NaN. */
export function presentOr(tf: Tf, x: Table, value: number): Table {
  return tf.where(tf.isFinite(x), x, tf.scalar(value))
}

/** The values of `x` where those of `other` are there, else NaN. */
export function wherePresent(tf: Tf, other: Table, x: Table): Table {
  return tf.where(tf.isFinite(other), x, tf.scalar(Number.NaN))
}

/** 1 where a value is there, else 0. */
export function presence(tf: Tf, x: Table): Table {
  return tf.cast(tf.isFinite(x), 'float32')
}

/** Each row some rows later; the first rows become `fill`. */
export function shift(tf: Tf, x: Table, { steps, fill }: { steps: number; fill: number }): Table {
  const [rows, cols] = x.shape
  const behind = Math.min(steps, rows)
  // Not `pad`, which takes NaN for 0 on some engines.
  return tf.concat([tf.fill([behind, cols], fill), tf.slice(x, [0, 0], [rows - behind, cols])], 0)
}
