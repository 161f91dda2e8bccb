import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { LqError } from '../errors.js'
import type { KernelSpec } from '../types.js'

/** Opaque: a backend that the addon opened. */
export type Handle = { readonly __handle: unique symbol }

/** Opaque: a DuckDB of one thread that the addon opened. */
export type Scan = { readonly __scan: unique symbol }

/** The native surface; see `native/addon.cpp`. JavaScript owns every buffer and validates before it calls. */
export interface Addon {
  /** this addon carries CUDA kernels; known without touching the driver */
  readonly cudaBuilt: boolean
  describe(): KernelSpec[]
  /** best instruction set of this machine */
  isa(): Isa
  devices(): DeviceList
  /** @param target an instruction set, `emulated` (the device's text on the host) or `cuda:N` */
  open(target: Isa | 'emulated' | `cuda:${number}`): Handle
  /**
   * Runs the steps in `words` over tiles [from, to), or rows [from, to) of cross-sectional steps.
   *
   * @param state what scans carry from panel to panel; empty: nothing
   * @param times [steps] seconds are added to; empty: they are not taken
   */
  run(
    handle: Handle,
    words: Int32Array,
    options: Float64Array,
    arena: Float64Array,
    state: Float64Array,
    times: Float64Array,
    from: number,
    to: number,
  ): void
  /**
   * Folds a batch of bars into the buckets of a fold, each by itself: the form that devices have.
   *
   * @param state   a fold's buffer (src/resample/fold.ts)
   * @param columns [8 × rows] timestamp (ms, ascending) open high low close volume turnover vwap
   * @param turnover whether that column is there, else its place is unused; `vwap` likewise
   */
  fold(
    handle: Handle,
    state: Float64Array,
    columns: Float64Array,
    turnover: boolean,
    vwap: boolean,
    buckets: number,
  ): void
  /**
   * Runs the trials of tiles [from, to) over some rows; src/compute/trials.ts has the layout of every buffer.
   *
   * @param scratch of this thread alone
   */
  sweep(
    handle: Handle,
    words: Int32Array,
    numbers: Float64Array,
    columns: Int32Array,
    lanes: Float64Array,
    market: Float64Array,
    table: Float64Array,
    scratch: Float64Array,
    state: Float64Array,
    from: number,
    to: number,
  ): void
  /** Asks for huge pages under an arena. @returns doubles to skip until its first cache line: begin the slots there */
  advise(arena: Float64Array): number
  close(handle: Handle): void
  /** Folds a batch of bars that lies in JavaScript's arrays; answers a status of src/resample/fold.ts. */
  foldBars(states: readonly Float64Array[], batch: readonly (Float64Array | undefined)[]): number
  /** Opens DuckDB's library; freed by `scanClose` or the garbage collector. */
  scanOpen(library: string, memoryLimitMb: number): Scan
  /** Starts a query: timestamp open high low close volume [turnover] [vwap]. */
  scanStart(scan: Scan, sql: string): void
  /** Folds its rows as they are decoded, until the end or until the caller is needed; answers a status. */
  scanFold(scan: Scan, states: readonly Float64Array[], cancel: Int32Array): number
  scanClose(scan: Scan): void
}

export type Isa = 'v2' | 'v3' | 'v4'

export interface DeviceList {
  /** driver version, or empty */
  driver: string
  devices: { index: number; name: string; memoryGb: number }[]
  /** why no device can be used, or empty */
  reason: string
}

export type LoadedAddon = { addon: Addon; path: string; reason: '' } | { addon: null; path: string; reason: string }

let loaded: LoadedAddon | undefined

/**
 * Loads the addon once per thread. The only place that does.
 *
 * @returns the addon, or null and the reason why there is none (the reference backend then runs)
 */
export function loadAddon(): LoadedAddon {
  loaded ??= load()
  return loaded
}

function load(): LoadedAddon {
  const path = fileURLToPath(new URL('../../build/native/lq.node', import.meta.url))
  if (!existsSync(path))
    return { addon: null, path, reason: 'the addon is not built: npm run build:addon (needs a C++ compiler and CMake)' }
  try {
    return { addon: createRequire(import.meta.url)(path) as Addon, path, reason: '' }
  } catch (error) {
    return { addon: null, path, reason: `the addon does not load: ${(error as Error).message}` }
  }
}

/** @throws LQ_CONFIG if there is no addon */
export function requireAddon(): Addon {
  const { addon, reason } = loadAddon()
  if (!addon) throw new LqError('LQ_CONFIG', reason, { hint: 'run npm run build:addon' })
  return addon
}

/**
 * The instruction set to run with.
 *
 * @throws LQ_CONFIG if LQ_CPU_ISA asks for one that this machine lacks
 */
export function chooseIsa(addon: Addon, wanted: Isa | 'auto'): Isa {
  const best = addon.isa()
  if (wanted === 'auto') return best
  if (wanted > best)
    throw new LqError('LQ_CONFIG', `LQ_CPU_ISA=${wanted}, but this machine runs ${best} at most`, {
      hint: 'unset LQ_CPU_ISA',
    })
  return wanted
}
