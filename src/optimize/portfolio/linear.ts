/**
 * Σ a[from + k]·b[offset + k], k < count, in four strands: the order of the additions is fixed, and four of them are
 * under way at a time.
 */
export function dot(a: Float64Array, from: number, b: Float64Array, offset: number, count: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  const whole = count & ~3
  let i = from
  let j = offset
  for (const end = from + whole; i < end; i += 4, j += 4) {
    s0 += a[i] * b[j]
    s1 += a[i + 1] * b[j + 1]
    s2 += a[i + 2] * b[j + 2]
    s3 += a[i + 3] * b[j + 3]
  }
  for (const end = from + count; i < end; i++, j++) s0 += a[i] * b[j]
  return s0 + s1 + (s2 + s3)
}

/** Least share of a diagonal element that must be left of it, else the matrix counts as singular. */
const PIVOT_MIN = 1e-13

/**
 * Factors A = L·Lᵀ in place; the lower triangle is read and written.
 *
 * @param a [size × size] row-major
 * @returns false where A is not positive definite, to within rounding; then a is spoiled
 * @see Golub & Van Loan, Matrix Computations, 4th ed., § 4.2
 */
export function cholesky(a: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const row = i * size
    for (let j = 0; j < i; j++) a[row + j] = (a[row + j] - dot(a, row, a, j * size, j)) / a[j * size + j]
    const diagonal = a[row + i]
    const left = diagonal - dot(a, row, a, row, i)
    if (!(left > PIVOT_MIN * diagonal)) return false
    a[row + i] = Math.sqrt(left)
  }
  return true
}

/** Solves L·x = b in place. */
export function forward(factor: Float64Array, size: number, b: Float64Array, at = 0): void {
  for (let i = 0; i < size; i++) {
    b[at + i] = (b[at + i] - dot(factor, i * size, b, at, i)) / factor[i * size + i]
  }
}

/** Solves Lᵀ·x = b in place. */
export function backward(factor: Float64Array, size: number, b: Float64Array, at = 0): void {
  for (let i = size - 1; i >= 0; i--) {
    const value = b[at + i] / factor[i * size + i]
    b[at + i] = value
    for (let j = 0; j < i; j++) b[at + j] -= factor[i * size + j] * value
  }
}

/** A·x of a symmetric or any square matrix, row-major. */
export function multiply(a: Float64Array, x: Float64Array): Float64Array {
  const size = x.length
  return Float64Array.from({ length: size }, (_, i) => dot(a, i * size, x, 0, size))
}

/** xᵀA y. */
export function bilinear(a: Float64Array, x: Float64Array, y: Float64Array): number {
  return dot(multiply(a, y), 0, x, 0, x.length)
}

/**
 * Solves A·x = b in place by elimination with partial pivoting.
 *
 * @param a [size × size] row-major, spoiled
 * @returns false where A is singular, to within rounding
 * @see Golub & Van Loan, Matrix Computations, 4th ed., § 3.4
 */
export function eliminate(a: Float64Array, size: number, b: Float64Array): boolean {
  let greatest = 0
  for (const value of a) greatest = Math.max(greatest, Math.abs(value))
  for (let k = 0; k < size; k++) {
    let pivot = k
    for (let i = k + 1; i < size; i++) if (Math.abs(a[i * size + k]) > Math.abs(a[pivot * size + k])) pivot = i
    if (!(Math.abs(a[pivot * size + k]) > PIVOT_MIN * greatest)) return false
    if (pivot !== k) swapRows(a, size, b, k, pivot)
    for (let i = k + 1; i < size; i++) {
      const factor = a[i * size + k] / a[k * size + k]
      if (factor === 0) continue
      for (let j = k + 1; j < size; j++) a[i * size + j] -= factor * a[k * size + j]
      b[i] -= factor * b[k]
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]
    for (let j = i + 1; j < size; j++) sum -= a[i * size + j] * b[j]
    b[i] = sum / a[i * size + i]
  }
  return true
}

function swapRows(a: Float64Array, size: number, b: Float64Array, first: number, second: number): void {
  for (let j = 0; j < size; j++) {
    const kept = a[first * size + j]
    a[first * size + j] = a[second * size + j]
    a[second * size + j] = kept
  }
  const kept = b[first]
  b[first] = b[second]
  b[second] = kept
}
