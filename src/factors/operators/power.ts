import { expressionError, type Position } from '../expression-error.js'
import { EXPONENT_MAX } from '../limits.js'
import type { Dag, DagNode } from '../node.js'

/**
 * x to the power y. A constant integer exponent is multiplied out, ±½ is a square root, which are quicker than the
 * kernel that all others take; it is missing where the power is no real number.
 *
 * @throws LQ_EXPRESSION for an integer exponent out of range
 */
export function power(dag: Dag, { x, y }: Record<string, DagNode>, at: Position): DagNode {
  if (y.value === null) return dag.apply('power', [x, y])
  if (Number.isInteger(y.value)) return integerPower(dag, x, checkedExponent(y.value, at))
  if (y.value === 0.5) return dag.apply('square_root', [x])
  if (y.value === -0.5) return dag.apply('divide', [dag.constant(1), dag.apply('square_root', [x])])
  return dag.apply('power', [x, y])
}

/** sign(x) · |x| ^ y, which has a value for every x. @throws LQ_EXPRESSION for an integer exponent out of range */
export function signedPower(dag: Dag, { x, y }: Record<string, DagNode>, at: Position): DagNode {
  if (y.value === 1) return x
  return dag.apply('multiply', [dag.apply('sign', [x]), power(dag, { x: dag.apply('absolute', [x]), y }, at)])
}

function checkedExponent(exponent: number, at: Position): number {
  if (Math.abs(exponent) <= EXPONENT_MAX) return exponent
  const hint = 'no finite result is that large'
  throw expressionError(`expected an integer exponent −${EXPONENT_MAX} … ${EXPONENT_MAX}, found ${exponent}`, at, hint)
}

/** By repeated squaring: 2 · log2(exponent) multiplications at most. */
function integerPower(dag: Dag, x: DagNode, exponent: number): DagNode {
  if (exponent === 0) return dag.apply('equal', [x, x])
  if (exponent < 0) return dag.apply('divide', [dag.constant(1), integerPower(dag, x, -exponent)])
  let result: DagNode | null = null
  let square = x
  for (let rest = exponent; ; square = dag.apply('multiply', [square, square])) {
    if (rest % 2 === 1) result = result ? dag.apply('multiply', [result, square]) : square
    rest = Math.floor(rest / 2)
    if (rest === 0) return result as DagNode
  }
}
