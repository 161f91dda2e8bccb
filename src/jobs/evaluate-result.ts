import type { FactorCorrelations, RedundantPair } from '../factors/evaluation/redundancy.js'
import type { FactorSummary, GroupSummary } from '../factors/evaluation/summary.js'
import type { BackendChoice, Fallback } from '../types.js'
import type { OutputFile } from './resample-output.js'

/** What an evaluation found. */
export interface EvaluateResult {
  run_id: string
  backend: BackendChoice
  fallbacks: Fallback[]
  /** the file that was evaluated */
  scores: string
  /** rows of scores in the span */
  rows_in: number
  /** figures of dates that were written */
  rows_out: number
  /** rows of scores at timestamps at which no symbol has a bar: they have no forward return, and count nowhere */
  unplaced: number
  symbols: number
  /** timestamps of the scores that are rows of the panel */
  dates: number
  adjust: 'none' | 'ratio'
  /** per factor and horizon */
  factors: FactorSummary[]
  /** per factor, horizon and group; empty without groups */
  groups: GroupSummary[]
  correlations: FactorCorrelations
  redundant: RedundantPair[]
  /** best first */
  orthogonal: string[]
  checksum: string
  seconds: { read: number; compute: number; write: number; total: number }
  outputs: OutputFile[]
  /** the report, if there is one */
  html: string | null
}
