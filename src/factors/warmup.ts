import { kernelSpec } from './kernels.js'

/**
 * Rows a step needs before its first full value: those of its inputs, and its own window or delay.
 *
 * @param inputs  the same of its inputs; null = every row there is
 * @param options of the step, in the order of the kernel's spec
 * @returns rows, or null where a recursive kernel needs every row there is
 */
export function rowsBefore(kernel: string, inputs: (number | null)[], options: number[]): number | null {
  const { shape, options: specs } = kernelSpec(kernel)
  const below = deepest(inputs)
  if (shape === 'scan' || below === null) return null
  if (shape !== 'rolling') return below
  return below + (specs[0].name === 'window' ? options[0] - 1 : options[0])
}

/** How far back a step looks, through windows and delays alone: what a recursive kernel saw before is carried along. */
export function reachOf(kernel: string, inputs: number[], options: number[]): number {
  const { shape, options: specs } = kernelSpec(kernel)
  const own = shape !== 'rolling' ? 0 : specs[0].name === 'window' ? options[0] - 1 : options[0]
  return Math.max(0, ...inputs) + own
}

/** @returns the greatest of some warm-ups; null, every row there is, is greater than any number */
export function deepest(warmups: (number | null)[]): number | null {
  let most = 0
  for (const rows of warmups) {
    if (rows === null) return null
    most = Math.max(most, rows)
  }
  return most
}
