import type { Table, Tf, TfjsKernel } from './kernel.js'

/** Elementwise kernels: a missing operand is a missing result, of comparisons too. */
export const MAP: Record<string, TfjsKernel> = {
  add: elementwise((tf, x, y) => tf.add(x, y)),
  subtract: elementwise((tf, x, y) => tf.sub(x, y)),
  multiply: elementwise((tf, x, y) => tf.mul(x, y)),
  divide: elementwise((tf, x, y) => tf.div(x, y)),
  minimum: elementwise((tf, x, y) => tf.minimum(x, y)),
  maximum: elementwise((tf, x, y) => tf.maximum(x, y)),
  power: elementwise((tf, x, y) => tf.pow(x, y)),
  less: elementwise((tf, x, y) => tf.less(x, y)),
  less_equal: elementwise((tf, x, y) => tf.lessEqual(x, y)),
  equal: elementwise((tf, x, y) => tf.equal(x, y)),
  not_equal: elementwise((tf, x, y) => tf.notEqual(x, y)),
  logical_and: elementwise((tf, x, y) => tf.logicalAnd(tf.notEqual(x, 0), tf.notEqual(y, 0))),
  logical_or: elementwise((tf, x, y) => tf.logicalOr(tf.notEqual(x, 0), tf.notEqual(y, 0))),
  logical_not: elementwise((tf, x) => tf.equal(x, 0)),
  negate: elementwise((tf, x) => tf.neg(x)),
  absolute: elementwise((tf, x) => tf.abs(x)),
  sign: elementwise((tf, x) => tf.sign(x)),
  square_root: elementwise((tf, x) => tf.sqrt(x)),
  log: elementwise((tf, x) => tf.log(x)),
  exp: elementwise((tf, x) => tf.exp(x)),
  where: chosen,
  coalesce: (tf, [x, y]) => tf.where(tf.isFinite(x), x, y),
}

/** Masks the result itself: what a maximum or x^0 makes of NaN differs from one machine to another. */
function elementwise(formula: (tf: Tf, x: Table, y: Table) => Table): TfjsKernel {
  return (tf, [x, y = x]) => {
    const both = tf.logicalAnd(tf.isFinite(x), tf.isFinite(y))
    return tf.where(both, tf.cast(formula(tf, x, y), 'float32'), tf.scalar(Number.NaN))
  }
}

/** Only the condition and the value it chooses have to be there. */
function chosen(tf: Tf, [condition, x, y]: Table[]): Table {
  return tf.where(tf.isFinite(condition), tf.where(tf.notEqual(condition, 0), x, y), tf.scalar(Number.NaN))
}
