import type { Config } from '../config.js'
import { TILE_COLUMNS as TILE } from '../panel/arena.js'
import type { Step } from '../types.js'
import { chooseIsa, loadAddon, requireAddon } from './addon.js'
import { loadCatalogue } from './catalogue.js'
import { runHere, runLanes } from './lanes.js'
import { cpuPool } from './pool.js'

/** Doubles that each trial keeps, 8 trials side by side; kTrialState in kernels/core/args.h. */
export const TRIAL_STATE = 22 + 2 * 16
/** Rows that are stepped at a time; kTrialRows there. */
const BLOCK_ROWS = 128
/** Doubles of one bar of a market; TrialBar in kernels/core/backtest.h. */
export const BAR_DOUBLES = 8
/** Tiles that a thread takes at a time: their states and a block of the table share its cache. */
const RANGE_TILES = 128

/** What every trial computes: values are numbered, operands first, then constants, then what the steps write. */
export interface TrialProgram {
  operands: number
  constants: number[]
  /** elementwise */
  steps: Step[]
  /** values of long, exit, short, cover, size; −1: it says nothing */
  rules: number[]
  /** long while x < y (1) or x ≤ y (2) of the one step, and nothing else: stepped faster, with the same bits */
  crossing: 0 | 1 | 2
}

/** Trials, in whole tiles, and what they have come to. */
export interface TrialBatch {
  program: TrialProgram
  /** 0 next-close, 1 next-open, 2 close */
  execution: number
  /** fractions: of |Δposition|, and of what is sold short, a bar */
  costs: { turn: number; borrow: number }
  /** rows of the whole span */
  span: number
  /** trials, spare ones included: a multiple of 8 */
  count: number
  /** [operands × count] columns of the table; below 0 throughout an operand that is a number */
  columns: Int32Array
  /** [(operands + 3) × count] numbers of operands; stop-loss, take-profit, holding */
  lanes: Float64Array
  /** [count / 8][TRIAL_STATE][8]; any numbers before the first chunk */
  state: Float64Array
  /** per thread */
  scratch: Float64Array[]
}

/** Some rows of the span, in order. */
export interface TrialChunk {
  /** of the span */
  first: number
  rows: number
  /** [rows × BAR_DOUBLES] */
  market: Float64Array
  /** [rows × stride] */
  table: Float64Array
  stride: number
}

/** With what trials run. */
export interface TrialOptions {
  config: Pick<Config, 'threads' | 'cpuIsa'>
  signal?: AbortSignal
}

/** Room for as many trials. Threads see it, so it lies over SharedArrayBuffers. */
export function createBatch(
  program: TrialProgram,
  market: Pick<TrialBatch, 'execution' | 'costs' | 'span'>,
  { trials, threads }: { trials: number; threads: number },
): TrialBatch {
  const count = Math.ceil(trials / TILE) * TILE
  const { operands, constants, steps } = program
  const values = operands + constants.length + steps.length
  return {
    ...{ program, ...market, count },
    columns: new Int32Array(new SharedArrayBuffer(operands * count * Int32Array.BYTES_PER_ELEMENT)),
    lanes: doubles((operands + 3) * count),
    state: alignedDoubles((count / TILE) * TRIAL_STATE * TILE),
    scratch: Array.from({ length: threads }, () => alignedDoubles((values * TILE + 4) * BLOCK_ROWS)),
  }
}

/**
 * Steps all trials of a batch through the next rows of their span. Bits do not depend on the chunks, nor on threads.
 *
 * @throws LQ_INTERRUPTED if the signal is aborted
 */
export async function runTrialChunk(
  batch: TrialBatch,
  chunk: TrialChunk,
  { config, signal }: TrialOptions,
): Promise<void> {
  const { first, rows, market, table } = chunk
  const { columns, lanes, state, count, scratch } = batch
  const { words, numbers } = encode(batch, chunk)
  const units = count / TILE
  const target = chooseIsa(requireAddon(), config.cpuIsa)
  const laneOf = (own: Float64Array) => {
    const sweep = { words, numbers, columns, lanes, market, table, scratch: own, state }
    return { target, units, unitsPerRange: RANGE_TILES, sweep }
  }
  const threads = Math.min(config.threads, Math.ceil(units / RANGE_TILES))
  if (threads <= 1 && rows * count < HERE_MAX && first + rows <= batch.span) return runHere(laneOf(scratch[0]), signal)
  await runLanes(cpuPool(config.threads), scratch.slice(0, threads).map(laneOf), signal)
}

/** Bars of trials that are not worth a thread. */
const HERE_MAX = 2 ** 18

function encode(
  { program, execution, costs, span, count }: TrialBatch,
  { first, rows, stride }: TrialChunk,
): { words: Int32Array; numbers: Float64Array } {
  const { operands, constants, steps, rules, crossing } = program
  const { index } = loadCatalogue()
  const [resume, finish] = [first > 0 ? 1 : 0, first + rows === span ? 1 : 0]
  const words = [rows, stride, first, span, count, execution, crossing, resume, finish]
  words.push(operands, constants.length, steps.length, ...rules)
  const numbers = [costs.turn, costs.borrow, ...constants]
  for (const step of steps) {
    words.push(index.get(step.kernel)!, step.inputs.length, ...step.inputs, ...step.outputs)
    numbers.push(...step.options)
  }
  return { words: Int32Array.from(words), numbers: Float64Array.from(numbers) }
}

/** The same, from a cache line on: no row of a tile lies on two. */
export function alignedDoubles(length: number): Float64Array {
  const values = doubles(length + TILE)
  const skip = loadAddon().addon?.advise(values) ?? 0
  return values.subarray(skip, skip + length)
}

const doubles = (length: number): Float64Array => {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT))
}
