import { LqError } from '../errors.js'
import { columnOf } from '../factors/factor-set.js'
import type { LongBlock } from '../panel/unpivot.js'
import { upsertRun } from '../state/runs.js'
import type { ScoreRows } from '../state/score-rows.js'
import { writeScores } from '../state/scores.js'
import type { State } from '../state/state.js'
import type { Outcome } from '../state/upsert.js'

/** Whether a result goes to the table `factor_scores` too: `auto` is as long as its rows are not too many. */
export type StoreMode = 'auto' | 'all' | 'none'

/** What became of the rows of `factor_scores`. */
export interface StoredScores extends Outcome {
  rows: number
  /** why nothing was written; null where it was */
  reason: string | null
}

/** Takes the rows of a result, and writes them when it is done: the table goes factor by factor, a result by time. */
export interface ScoreStore {
  /** why it takes nothing, or null */
  reason: string | null
  /** bytes it will hold */
  bytes: number
  /** @param block with the three scales of every factor */
  add(block: LongBlock): void
  /** Writes all rows of a factor or none; a replay changes no byte. @throws LQ_DATABASE, LQ_INTERRUPTED */
  finish(runId: string): Promise<StoredScores>
}

export interface ScoreStoreOptions {
  mode: StoreMode
  state: State | null
  factors: string[]
  /** rows of the result */
  bars: number
  memoryLimitMb: number
}

/** Rows up to which `auto` writes: some seconds of an embedded server, where the file takes tenths of one. */
export const STORED_ROWS_MAX = 500_000
/** Share of the memory up to which `auto` holds rows. */
const HELD_SHARE = 0.1
const MIB = 2 ** 20

/** @throws LQ_USAGE if all rows are to be written and there is no database */
export function openScoreStore(options: ScoreStoreOptions): ScoreStore {
  const { state, factors, bars } = options
  // Per bar its timestamp and a reference to its symbol, and three values of each factor.
  const bytes = bars * (2 + 3 * factors.length) * Float64Array.BYTES_PER_ELEMENT
  const reason = reasonAgainst(options, bytes)
  const nothing = { rows: 0, inserted: 0, updated: 0, unchanged: 0 }
  if (state === null || reason !== null) {
    return { reason, bytes: 0, add: () => undefined, finish: async () => ({ ...nothing, reason }) }
  }
  const blocks: LongBlock[] = []
  return {
    ...{ reason, bytes },
    add: (block) => void blocks.push(copyOf(block)),
    async finish(runId) {
      await upsertRun(state, { runId, mode: 'score' })
      const total = { ...nothing, reason }
      for (const factor of factors) {
        const scores = blocks.map((block) => rowsOf(block, factor))
        const { inserted, updated, unchanged } = await writeScores(state, { runId, factor }, scores)
        total.inserted += inserted
        total.updated += updated
        total.unchanged += unchanged
        total.rows += inserted + updated + unchanged
      }
      return total
    },
  }
}

function reasonAgainst({ mode, state, factors, bars, memoryLimitMb }: ScoreStoreOptions, bytes: number): string | null {
  if (mode === 'none') return '--factor-scores none'
  if (mode === 'all' && !state) {
    throw new LqError('LQ_USAGE', '--factor-scores all: expected a database, LQ_POSTGRES_DSN is none', {
      hint: 'unset LQ_POSTGRES_DSN, or leave --factor-scores out',
    })
  }
  if (!state) return 'LQ_POSTGRES_DSN=none'
  const rows = bars * factors.length
  const fits = rows <= STORED_ROWS_MAX && bytes <= memoryLimitMb * MIB * HELD_SHARE
  return mode === 'all' || fits ? null : `${rows} rows are many: --factor-scores all writes them`
}

function copyOf({ rows, timestamp, symbol, columns }: LongBlock): LongBlock {
  const copied = Object.entries(columns).map(([name, values]) => [name, values.slice()])
  return { rows, timestamp: timestamp.slice(), symbol, columns: Object.fromEntries(copied) }
}

function rowsOf({ rows, timestamp, symbol, columns }: LongBlock, factor: string): ScoreRows {
  return {
    ...{ rows, symbols: symbol, timestamps: timestamp },
    raw: columns[columnOf(factor, 'raw')],
    zscore: columns[columnOf(factor, 'z')],
    percentile: columns[columnOf(factor, 'percentile')],
  }
}
