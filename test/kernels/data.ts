import type { Shape } from '../../src/reference/kernel.js'

/** Uniform numbers in [0, 1), the same for the same seed on every machine. */
export type Random = () => number

/** @see Tommy Ettinger's mulberry32, public domain */
export function mulberry32(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A [rows × cols] row-major table of one kind of data. */
export type Generator = (random: Random, shape: Shape) => Float64Array

/** Kinds of data, each with a trap of its own. */
export const DATA: Record<string, Generator> = {
  walk,
  'noise around zero': filled(normal),
  'two percent missing': sparse(walk, 0.02),
  'half missing': sparse(walk, 0.5),
  'all missing': filled(() => Number.NaN),
  constant: filled(() => 0.1 + 0.2),
  plateaus,
  ties: filled((random) => 1 + Math.floor(random() * 3)),
  monotone,
  // Far from zero, the mean's own rounding is larger than the deviations from it.
  'far from zero': filled((random) => 1e9 + normal(random) * 1e-2),
  // A sum that is slid keeps the rounding error of a spike long after the spike has left the window.
  spikes: filled((random) => (random() < 0.04 ? 1e12 * (random() - 0.5) : normal(random))),
  // Squares of denormals are 0; −0 and 0 are equal but for their bits.
  'denormals and zeros': filled(tiny),
  infinities: infinite,
}

/** Fills one table per input, each from its own seed. */
export function tables(
  kind: string,
  { seed, count, shape }: { seed: number; count: number; shape: Shape },
): Float64Array[] {
  return Array.from({ length: count }, (_, i) => DATA[kind](mulberry32(seed + 7919 * i), shape))
}

/** Codes of groups of about six columns; some columns have none, and in some rows some columns change to another. */
export function groupCodes(random: Random, { rows, cols }: Shape): Float64Array {
  const code = () => (random() < 0.04 ? Number.NaN : Math.floor((random() * cols) / 6) - 1)
  const usual = Float64Array.from({ length: cols }, code)
  const moves = Float64Array.from({ length: rows }, () => (random() < 0.05 ? 0.2 : 0))
  return Float64Array.from({ length: rows * cols }, (_, i) =>
    random() < moves[Math.floor(i / cols)] ? code() : usual[i % cols],
  )
}

function filled(value: (random: Random) => number): Generator {
  return (random, { rows, cols }) => Float64Array.from({ length: rows * cols }, () => value(random))
}

/** Prices that move by about 2 % a row. */
function walk(random: Random, { rows, cols }: Shape): Float64Array {
  const prices = Float64Array.from({ length: cols }, () => 10 + 190 * random())
  return Float64Array.from({ length: rows * cols }, (_, i) => {
    prices[i % cols] *= 1 + 0.02 * normal(random)
    return prices[i % cols]
  })
}

/** Runs of equal values, longer than most windows, between stretches that move. */
function plateaus(random: Random, { rows, cols }: Shape): Float64Array {
  const level = new Float64Array(cols).fill(0.7)
  const left = new Float64Array(cols)
  return Float64Array.from({ length: rows * cols }, (_, i) => {
    const n = i % cols
    if (left[n]-- > 0) return level[n]
    if (random() < 0.1) left[n] = Math.floor(random() * 90)
    level[n] = normal(random) / 3
    return level[n]
  })
}

/** Columns rise and fall in turn. */
function monotone(random: Random, { rows, cols }: Shape): Float64Array {
  return Float64Array.from({ length: rows * cols }, (_, i) => {
    const row = Math.floor(i / cols)
    return (i % cols) % 2 === 0 ? row + random() : -row - random()
  })
}

function sparse(generator: Generator, share: number): Generator {
  return (random, shape) => generator(random, shape).map((value) => (random() < share ? Number.NaN : value))
}

function infinite(random: Random, shape: Shape): Float64Array {
  return walk(random, shape).map((value) => {
    const u = random()
    return u < 0.02 ? Number.POSITIVE_INFINITY : u < 0.04 ? Number.NEGATIVE_INFINITY : value
  })
}

function tiny(random: Random): number {
  const u = random()
  if (u < 0.2) return (random() - 0.5) * 1e-308
  if (u < 0.3) return -0
  return u < 0.4 ? 0 : normal(random)
}

/** Standard normal by Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
