import type { Honesty } from '../optimize/honesty.js'
import type { Params } from '../optimize/program.js'
import type { Metrics } from '../optimize/types.js'
import type { BackendChoice, Fallback } from '../types.js'
import type { OutputFile } from './resample-output.js'

/** A kept set, with every figure; null where one is undefined. */
export interface BestRow {
  symbol: string
  /** from 1, among those of its symbol */
  rank: number
  params: Params
  sharpe: number | null
  cagr: number | null
  final_equity: number | null
  max_drawdown: number | null
  /** entries */
  trades: number
  deflated_sharpe: number | null
  metrics: Metrics
  /** reasons of figures that are null */
  undefined: Record<string, string>
  honesty: Honesty
}

/** A symbol or book, and how far its best can be trusted. */
export interface MarketRow {
  symbol: string
  trials: number
  bars: number
  /** probability of back-test overfitting; null with its reason */
  pbo: number | null
  /** trials that it is of: a sample, where there were more */
  pbo_trials: number
  reason: string | null
}

/** What `lq optimize sweep --json` prints. */
export interface SweepResult {
  run_id: string
  backend: BackendChoice
  fallbacks: Fallback[]
  strategy: string
  symbols: number
  trials: number
  kept: number
  bar_evaluations: number
  seconds: { read: number; compute: number; write: number; total: number }
  /** best first */
  best: BestRow[]
  /** the greatest of all markets */
  pbo: number | null
  markets: MarketRow[]
  checksum: string
  outputs: OutputFile[]
}
