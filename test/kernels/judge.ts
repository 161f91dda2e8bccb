import { REFERENCE } from '../../src/reference/index.js'
import type { Shape } from '../../src/reference/kernel.js'
import type { KernelSpec } from '../../src/types.js'
import { groupCodes, mulberry32, tables } from './data.js'
import { byName } from './options.js'
import { scaleOf } from './scale.js'

/** What is judged: native kernels on one instruction set, the reference, or a kernel with a planted error. */
export type Run = (
  kernel: string,
  inputs: Float64Array[],
  at: Shape & { first?: number },
  options: number[],
) => Float64Array[]

export const reference = (specs: KernelSpec[]): Run => {
  const byKernel = new Map(specs.map((spec) => [spec.name, spec]))
  return (kernel, inputs, shape, options) =>
    REFERENCE[kernel](inputs, byName(byKernel.get(kernel) as KernelSpec, options), shape)
}

/** One use of a kernel on generated data; everything that is needed to do it again. */
export interface Case {
  spec: KernelSpec
  options: number[]
  kind: string
  seed: number
  shape: Shape
}

/** Tables of the case's kind of data, but codes for an input that says what group a cell is in. */
export function inputsOf({ spec, kind, seed, shape }: Case): Float64Array[] {
  const data = tables(kind, { seed, count: spec.inputs.length, shape })
  return data.map((table, i) => (spec.inputs[i] === 'g' ? groupCodes(mulberry32(seed), shape) : table))
}

/** A few units of the least denormal: what rounding leaves of any result there. */
const FLOOR = 2 ** -1064

/** @returns what is wrong with the first cell that is off, or null */
export function inaccuracy(run: Run, of: Case): string | null {
  const { spec, shape } = of
  const inputs = inputsOf(of)
  const options = byName(spec, of.options)
  const expected = REFERENCE[spec.name](inputs, options, shape)
  const found = run(spec.name, inputs, shape, of.options)
  for (const [k, table] of expected.entries()) {
    const scale = scaleOf(spec.name, { inputs, options, shape, expected: table })
    const wrong = table.findIndex((want, i) => !close(found[k][i], want, spec.accuracy * scale[i] + FLOOR))
    if (wrong < 0) continue
    const bound = `${spec.accuracy} of ${scale[wrong]}`
    return `${cell(of, wrong)} expected ${table[wrong]}, found ${found[k][wrong]}, bound ${bound}`
  }
  return null
}

/** @returns the first cell of which the two tables' bits differ, or null */
export function difference(of: Case, expected: Float64Array[], found: Float64Array[]): string | null {
  for (const [k, table] of expected.entries()) {
    if (Buffer.compare(bytes(table), bytes(found[k])) === 0) continue
    const want = bits(table)
    const got = bits(found[k])
    const wrong = want.findIndex((value, i) => value !== got[i])
    const both = [`expected ${table[wrong]} (${hex(want[wrong])})`, `found ${found[k][wrong]} (${hex(got[wrong])})`]
    return `${cell(of, wrong)} ${both.join(', ')}`
  }
  return null
}

/** The one NaN that may leave a kernel. */
export const CANONICAL_NAN = 0x7ff8000000000000n

/** @returns the first cell that is neither finite nor the canonical NaN, or null */
export function unclean(of: Case, found: Float64Array[]): string | null {
  for (const table of found) {
    const raw = bits(table)
    const wrong = raw.findIndex((value, i) => !Number.isFinite(table[i]) && value !== CANONICAL_NAN)
    if (wrong >= 0) return `${cell(of, wrong)} expected a finite number or the canonical NaN, found ${hex(raw[wrong])}`
  }
  return null
}

/** Columns of a row-major table, in the order asked. */
export function pickColumns(table: Float64Array, cols: number, order: number[]): Float64Array {
  const rows = cols === 0 ? 0 : table.length / cols
  return Float64Array.from({ length: rows * order.length }, (_, i) => {
    return table[Math.floor(i / order.length) * cols + order[i % order.length]]
  })
}

/** A seeded shuffle of 0 … count − 1. */
export function shuffled(count: number, random: () => number): number[] {
  return Array.from({ length: count }, (_, i) => ({ i, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i)
}

function close(found: number, expected: number, bound: number): boolean {
  if (Number.isNaN(expected) || Number.isNaN(found)) return Number.isNaN(expected) && Number.isNaN(found)
  return found === expected || Math.abs(found - expected) <= bound
}

function cell({ spec, options, kind, seed, shape }: Case, at: number): string {
  const where = `row ${Math.floor(at / shape.cols)}, column ${at % shape.cols}`
  return `${spec.name}(${options}) on ${shape.rows} × ${shape.cols} of ${kind}, seed ${seed}: ${where}:`
}

function bytes(table: Float64Array): Buffer {
  return Buffer.from(table.buffer, table.byteOffset, table.byteLength)
}

function bits(table: Float64Array): BigUint64Array {
  return new BigUint64Array(table.buffer, table.byteOffset, table.length)
}

const hex = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`
