/**
 * One kernel, written straight from its definition.
 *
 * @param inputs  each [rows × cols], row-major; a value that is not finite is missing
 * @param options by the names of the kernel's spec, all of them, in range (the caller has checked)
 * @param shape   rows and columns of every input and output
 * @returns one table per output of the spec, [rows × cols], row-major: finite numbers, and one NaN bit pattern
 */
export type ReferenceKernel = (inputs: Float64Array[], options: Record<string, number>, shape: Shape) => Float64Array[]

export interface Shape {
  rows: number
  cols: number
}

/** A table of nothing but missing values. */
export function missingTable({ rows, cols }: Shape): Float64Array {
  return new Float64Array(rows * cols).fill(Number.NaN)
}

/** The value if it is finite, else NaN: always the same bits, whatever payload an input's NaN carried. */
export function finiteOrMissing(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}
