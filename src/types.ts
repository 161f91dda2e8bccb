/*
 * Terms, one meaning each:
 *
 *   bar        one OHLCV row; its timestamp is its OPEN time, in ms since 1970-01-01T00:00Z (a float64, exact to 2^53)
 *   series     the bars of one (exchange, symbol, timeframe), sorted by timestamp, one bar per timestamp
 *   watermark  greatest timestamp of a series + the width of its timeframe: time up to which its bars are known
 *   panel      T rows (the union of the timestamps) × N columns (symbols, sorted); a field is one [T × N] table of it
 *   tile       8 neighbouring columns of a panel: one cache line per row, one AVX-512 register.
 *              A field is stored tile by tile: element (t, n) is at (⌊n/8⌋·T + t)·8 + n mod 8. Spare columns are NaN
 *   arena      the one SharedArrayBuffer a job computes in; slot = one field's place in it
 *   kernel     one formula of the catalogue;  step = one use of a kernel in a plan;  plan = steps in order
 *   missing    NaN in memory, NULL in Parquet and PostgreSQL
 *   run        a job's identity (equal on every replay);  job = one execution of it (its own id, times and host)
 */

/** Identity of a series. `exchange` lower-case, `symbol` as the user writes it, `timeframe` normalised (`1m`, `1M`). */
export interface SeriesKey {
  exchange: string
  symbol: string
  timeframe: string
}

/** Numeric columns of the bars of one series, sorted by timestamp, unique. Missing is NaN. */
export interface Bars {
  rows: number
  /** [rows] ms since epoch, UTC, bar open */
  timestamp: Float64Array
  /** name → [rows]; always `open high low close volume`; perhaps `turnover trades adj_close vwap` and others */
  columns: Record<string, Float64Array>
}

/** What one kernel is: written once, in its header under `kernels/ops`, and read from the addon or `src/generated`. */
export interface KernelSpec {
  name: string
  shape: KernelShape
  inputs: string[]
  outputs: string[]
  options: KernelOption[]
  summary: string
  formula: string
  source: string
  /** greatest error against the reference, relative to the scale of the values that enter a result */
  accuracy: number
  /** doubles per lane that the kernel keeps per window row (rolling) or per column (scan) */
  state: number
}

export type KernelShape = 'map' | 'rolling' | 'scan' | 'cross' | 'segment'

export interface KernelOption {
  name: string
  min: number
  max: number
  fallback: number
  unit: string
}

/** One use of a kernel: values by their numbers in the plan; options in the order of the spec. */
export interface Step {
  kernel: string
  inputs: number[]
  outputs: number[]
  options: number[]
}

/**
 * Steps in an order in which every input is ready. Values are numbered: the inputs, the constants, then what each step
 * writes, in order; none is written twice.
 */
export interface Plan {
  /** field names */
  inputs: string[]
  /** numbers that are a value each, the same in every cell */
  constants: number[]
  steps: Step[]
  /** result name → value */
  outputs: Record<string, number>
}

export type GpuMode = 'auto' | 'cpu' | 'gpu' | 'forced-gpu'

/** Which backend was asked for, which runs, and why. */
export interface BackendChoice {
  requested: GpuMode
  resolved: 'cpu' | 'cuda'
  /** what runs there in place of our own code, where that was asked for: results are f32 then */
  engine?: 'tfjs'
  /** device index, or null: the runtime's default */
  device: number | null
  reason: string
}

/** A step or shard that ran elsewhere than chosen, with the reason. */
export interface Fallback {
  step: string
  from: 'cuda' | 'cpu'
  to: 'cpu' | 'reference'
  reason: string
}
