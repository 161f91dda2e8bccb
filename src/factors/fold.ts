import { REFERENCE } from '../reference/index.js'
import type { DagNode } from './node.js'

/**
 * Kernels whose definition is one rounding of IEEE 754 or none, so that the reference gives the bits every backend
 * gives. `exp` and `log` are not: the kernels have their own, and a constant of theirs stays a step.
 */
const EXACT = new Set([
  'absolute',
  'add',
  'coalesce',
  'divide',
  'equal',
  'less',
  'less_equal',
  'logical_and',
  'logical_not',
  'logical_or',
  'maximum',
  'minimum',
  'multiply',
  'negate',
  'not_equal',
  'sign',
  'square_root',
  'subtract',
  'where',
])

/** @returns the value of a kernel of constants (NaN = missing), or null where it is not known before the run */
export function folded(kernel: string, inputs: DagNode[], options: number[]): number | null {
  if (!EXACT.has(kernel) || inputs.some((node) => node.value === null)) return null
  assertNoOptions(kernel, options)
  const columns = inputs.map((node) => Float64Array.of(node.value as number))
  return REFERENCE[kernel](columns, {}, { rows: 1, cols: 1 })[0][0]
}

function assertNoOptions(kernel: string, options: number[]): void {
  if (options.length > 0) throw new Error(`${kernel} has no options, got ${options}`)
}
