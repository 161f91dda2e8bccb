const LAGGED = new Set(['lag', 'difference', 'simple_return', 'log_return'])
const RECURSIVE = new Set(['ema', 'wilder_mean', 'rsi', 'atr'])

/**
 * Rows a step needs before its first full value: those of its inputs, and its own window or delay.
 *
 * @param inputs  the same of its inputs; null = every row there is
 * @param options of the step, in the order of the kernel's spec
 * @returns rows, or null where a recursive kernel needs every row there is
 */
export function rowsBefore(kernel: string, inputs: (number | null)[], options: number[]): number | null {
  if (RECURSIVE.has(kernel)) return null
  const below = deepest(inputs)
  if (below === null) return null
  if (LAGGED.has(kernel)) return below + options[0]
  return kernel.startsWith('rolling_') ? below + options[0] - 1 : below
}

/** @returns the greatest of some warm-ups; null, every row there is, is greater than any number */
export function deepest(warmups: (number | null)[]): number | null {
  return warmups.reduce(
    (most, rows) => (most === null || rows === null ? null : Math.max(most, rows)),
    0 as number | null,
  )
}
