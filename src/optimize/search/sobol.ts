import { philox } from '../random.js'
import { MISSES_MAX } from './random-search.js'
import { inOrder, type Search } from './search.js'
import { keyOf, type Space, setOf } from './space.js'

const BITS = 32
const STREAM = 0x50b1

/**
 * Primitive polynomials (their bits, highest power first) and first direction numbers of dimensions 2 … 16; dimension 1
 * is van der Corput's sequence.
 *
 * Source: Joe & Kuo 2008, Constructing Sobol sequences with better two-dimensional projections, doi:10.1137/070709359.
 */
const DIMENSIONS: [polynomial: number, ...first: number[]][] = [
  [0b11, 1],
  [0b111, 1, 3],
  [0b1011, 1, 3, 1],
  [0b1101, 1, 1, 1],
  [0b10011, 1, 1, 3, 3],
  [0b11001, 1, 3, 5, 13],
  [0b100101, 1, 1, 5, 5, 17],
  [0b101001, 1, 1, 5, 5, 5],
  [0b101111, 1, 1, 7, 11, 19],
  [0b110111, 1, 1, 5, 1, 1],
  [0b111011, 1, 1, 1, 3, 11],
  [0b111101, 1, 3, 5, 5, 31],
  [0b1000011, 1, 3, 3, 9, 7, 49],
  [0b1011011, 1, 1, 1, 15, 21, 21],
  [0b1100001, 1, 3, 1, 13, 27, 49],
]

/**
 * Sets at the points of Sobol's sequence, which fill the space evenly from the first on. Points that fall on a set that
 * was tried are passed over.
 *
 * @param seed of the digital shift that moves all points; without one the first point is the lower corner
 * @see Sobol 1967, doi:10.1016/0041-5553(67)90144-9; shift: L'Ecuyer & Lemieux 2002, doi:10.1007/0-306-48102-2_20
 */
export function sobolSearch(space: Space, { trials, seed }: { trials: number; seed?: number }): Search {
  return inOrder(distinctSets(space, seed), Math.min(trials, space.size))
}

/**
 * Sobol's sequence in Gray code order: point i differs from the one before by one direction number per dimension.
 *
 * @param dimensions 1 … 16
 * @returns [dimensions] 0 ≤ u < 1 each; the same array each time; 2^32 points
 * @see Antonov & Saleev 1979, doi:10.1016/0041-5553(79)90085-5
 */
export function* sobolPoints(dimensions: number, seed?: number): Generator<Float64Array> {
  const directions = Array.from({ length: dimensions }, (_, d) => directionNumbers(d))
  const state = directions.map((_, d) => (seed === undefined ? 0 : shift(seed, d)))
  const point = new Float64Array(dimensions)
  for (let index = 1; index <= 2 ** BITS; index++) {
    for (let d = 0; d < dimensions; d++) point[d] = (state[d] >>> 0) / 2 ** BITS
    yield point
    // The bit that changes from one Gray code to the next: the lowest set one of the count.
    const changed = 31 - Math.clz32(index & -index)
    for (let d = 0; d < dimensions; d++) state[d] ^= directions[d][changed]
  }
}

function* distinctSets(space: Space, seed?: number): Generator<Record<string, number>> {
  const seen = new Set<string>()
  let misses = 0
  for (const point of sobolPoints(space.dimensions.length, seed)) {
    const params = setOf(space, point)
    const key = keyOf(space, params)
    const fresh = !seen.has(key) && space.allows(params)
    misses = fresh ? 0 : misses + 1
    if (fresh) {
      seen.add(key)
      yield params
    } else if (misses >= MISSES_MAX) return
  }
}

/** [32] v₁ … v₃₂ of one dimension, as bits: v_k = m_k / 2^k. */
function directionNumbers(dimension: number): Int32Array {
  const numbers = new Int32Array(BITS)
  if (dimension === 0) return numbers.map((_, k) => 1 << (BITS - 1 - k))
  const [polynomial, ...first] = DIMENSIONS[dimension - 1]
  const degree = first.length
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      numbers[k] = first[k] << (BITS - 1 - k)
      continue
    }
    numbers[k] = numbers[k - degree] ^ (numbers[k - degree] >>> degree)
    for (let i = 1; i < degree; i++) {
      if ((polynomial >> (degree - i)) & 1) numbers[k] ^= numbers[k - i]
    }
  }
  return numbers
}

function shift(seed: number, dimension: number): number {
  return philox([dimension, 0, STREAM, 0], [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0])[0]
}
