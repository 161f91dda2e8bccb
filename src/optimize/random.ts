/*
 * Philox4x32-10: random numbers by counting. Number i of a stream follows from (seed, stream, i) alone, so who asks for
 * it, and in which order, changes nothing.
 *
 * Source: Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405.
 */

const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const KEY_STEP_0 = 0x9e3779b9
const KEY_STEP_1 = 0xbb67ae85
const ROUNDS = 10
const WORD = 2 ** 32

export type Words4 = [number, number, number, number]

/** One block of four random words of 32 bits. */
export function philox([c0, c1, c2, c3]: Words4, [key0, key1]: [number, number]): Words4 {
  let [k0, k1] = [key0, key1]
  let [x0, x1, x2, x3] = [c0, c1, c2, c3]
  for (let round = 0; round < ROUNDS; round++) {
    const low0 = Math.imul(MULTIPLIER_0, x0)
    const low1 = Math.imul(MULTIPLIER_1, x2)
    const high0 = highProduct(MULTIPLIER_0, x0)
    const high1 = highProduct(MULTIPLIER_1, x2)
    x0 = high1 ^ x1 ^ k0
    x2 = high0 ^ x3 ^ k1
    x1 = low1
    x3 = low0
    k0 = (k0 + KEY_STEP_0) | 0
    k1 = (k1 + KEY_STEP_1) | 0
  }
  return [x0 >>> 0, x1 >>> 0, x2 >>> 0, x3 >>> 0]
}

/**
 * A uniform number of a stream.
 *
 * @param seed   0 … 2^53 − 1
 * @param stream 0 … 2^32 − 1, one for each use, so that uses of one seed share nothing
 * @param index  0 … 2^53 − 1
 * @returns 0 ≤ u < 1, a multiple of 2^−53
 */
export function uniformAt(seed: number, stream: number, index: number): number {
  const counter: Words4 = [index >>> 0, Math.floor(index / WORD) >>> 0, stream >>> 0, 0]
  const [a, b] = philox(counter, [seed >>> 0, Math.floor(seed / WORD) >>> 0])
  return ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53
}

/** Uniform numbers of a stream one after the other. */
export function uniforms(seed: number, stream: number): () => number {
  let index = 0
  return () => uniformAt(seed, stream, index++)
}

/**
 * Different numbers out of 0 … size − 1, each equally likely, in random order: the head of a shuffle (Fisher &
 * Yates) that keeps only the places it has moved.
 *
 * @param size at most 2^53
 */
export function* drawWithout(size: number, uniform: () => number): Generator<number> {
  const moved = new Map<number, number>()
  for (let first = 0; first < size; first++) {
    const place = first + Math.floor(uniform() * (size - first))
    const drawn = moved.get(place) ?? place
    moved.set(place, moved.get(first) ?? first)
    moved.delete(first)
    yield drawn
  }
}

/** High 32 bits of the product of two words, by halves. */
function highProduct(a: number, b: number): number {
  const [aHigh, aLow] = [a >>> 16, a & 0xffff]
  const [bHigh, bLow] = [b >>> 16, b & 0xffff]
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carry = aLow * bHigh + (middle % 0x10000)
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0
}
