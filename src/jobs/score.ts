import { resolve } from 'node:path'
import { loadAddon } from '../compute/addon.js'
import { chooseBackend } from '../compute/backend.js'
import { createLedger, type Ledger } from '../compute/ledger.js'
import { chooseTfjs } from '../compute/tfjs/peer.js'
import { throwIfAborted } from '../errors.js'
import type { FactorSet, SkippedFactor } from '../factors/factor-set.js'
import { phasesOf } from '../factors/phases.js'
import { planOf } from '../factors/plan.js'
import { writeAnchor } from '../lake/anchors.js'
import { commitGold, goldFile } from '../lake/gold.js'
import { type ColumnSchema, openParquetWriter } from '../lake/writer.js'
import { lowerBound } from '../panel/lower-bound.js'
import type { LongBlock } from '../panel/unpivot.js'
import type { BackendChoice, Fallback } from '../types.js'
import { createChecksum } from './checksum.js'
import type { RunContext } from './job.js'
import { recordRun } from './record.js'
import type { OutputFile } from './resample-output.js'
import { settledRunId } from './run-id.js'
import { type BarSupply, openBarSupply, type Span } from './score-bars.js'
import { computeScores, type ScoreCounts, timed } from './score-compute.js'
import { joinedSupply } from './score-join.js'
import { computeOwnScores } from './score-own.js'
import { type PreparedScore, prepareScore } from './score-prepare.js'
import { type ScoreRequest, type SettledScore, settled } from './score-request.js'
import { identityBefore } from './score-since.js'
import { openScoreStore, type ScoreStore, type StoredScores } from './score-store.js'

export interface ScoreResult {
  run_id: string
  backend: BackendChoice
  fallbacks: Fallback[]
  /** bars read, warm-up included */
  rows_in: number
  rows_out: number
  symbols: number
  /** rows × symbols of the panel, warm-up included */
  cells: number
  /** rows of the panel, warm-up included */
  panel_rows: number
  /** rows at which less than half of the symbols of the last 20 timestamps have a bar */
  thin_rows: number
  /** bars whose timestamp is no panel row, being narrower than the least breadth: their scores are missing */
  dropped: number
  factors: string[]
  /** factors of sets that were left out, and the columns they need */
  skipped: SkippedFactor[]
  /** files that were joined; rows without a time or a symbol were passed over */
  joined: { path: string; rows: number; passed_over: number; columns: string[] }[]
  adjust: 'none' | 'ratio'
  checksum: string
  seconds: { read: number; pivot: number; compute: number; write: number; total: number }
  /** where the result begins, rows that were not computed again, and why that is none; null: not asked for */
  since: { from: string | null; resumed_rows: number; reason: string } | null
  outputs: OutputFile[]
  /** rows of the table of that name */
  factor_scores: StoredScores
}

/**
 * Scores a universe: compiles the factors into one plan, runs it on a panel of the bars and writes one row per bar of
 * the span, sorted by timestamp, then symbol.
 *
 * @throws LQ_USAGE, LQ_EXPRESSION, LQ_TIMEFRAME, LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_MEMORY, LQ_GPU_…, LQ_DISK,
 *   LQ_INTERRUPTED; then there is no output
 */
export async function runScore(asked: ScoreRequest, context: RunContext): Promise<ScoreResult> {
  const request = settled(asked)
  const begun = performance.now()
  const { store, config, signal, state, ledger = createLedger() } = context
  const choice = await (request.backend === 'tfjs' ? chooseTfjs(config) : chooseBackend(config))
  const prepared = await prepareScore(request, { store, config, signal })
  const runId = settledRunId(request.runId, prepared.spec)
  const made = await make({ request, prepared, runId, choice, ledger }, context)
  const { bars, rows, rowsOut, symbols, thinRows, dropped, seconds } = made.counts
  const total = (performance.now() - begun) / 1000
  const result = {
    ...{ run_id: runId, backend: choice, fallbacks: ledger.fallbacks },
    ...{
      rows_in: bars,
      rows_out: rowsOut,
      symbols,
      cells: rows * symbols,
      panel_rows: rows,
      thin_rows: thinRows,
      dropped,
    },
    ...{ factors: prepared.factors.order, skipped: prepared.skipped, joined: joinedOf(prepared) },
    ...{ adjust: prepared.adjust, checksum: made.checksum },
    seconds: { read: total - seconds.pivot - seconds.compute - seconds.write, ...seconds, total },
    since: sinceOf(request, prepared),
    outputs: made.outputs,
    factor_scores: made.stored,
  }
  if (state) await recordRun(state, prepared.spec, result)
  return result
}

function sinceOf({ since }: ScoreRequest, { anchor, sinceReason, span }: PreparedScore): ScoreResult['since'] {
  if (since === undefined) return null
  const from = Number.isFinite(span.fromMs) ? new Date(span.fromMs).toISOString() : null
  return { from, resumed_rows: anchor?.rows ?? 0, reason: sinceReason }
}

function joinedOf({ joins }: PreparedScore): ScoreResult['joined'] {
  return joins.files.map(({ path, rows, passedOver, columns }) => {
    return { path, rows, passed_over: passedOver, columns: columns.map(({ name }) => name) }
  })
}

/** Result of all runs in the gold layer. */
const DATASET = 'score'
/** Share of the memory that the bars may keep beside the panel; larger inputs are read part by part. */
const HOLD_SHARE = 0.25
const MIB = 2 ** 20

interface Making {
  request: SettledScore
  prepared: PreparedScore
  runId: string
  choice: BackendChoice
  ledger: Ledger
}

interface Made {
  counts: ScoreCounts
  checksum: string
  outputs: OutputFile[]
  stored: StoredScores
}

/** Reads and computes, and puts the result in its place. */
async function make(input: Making, context: RunContext): Promise<Made> {
  const { request, prepared, runId } = input
  const { config, state, signal } = context
  const { series, factors, joins, read: span } = prepared
  const holdBytesMax = config.memoryLimitMb * MIB * HOLD_SHARE
  const columns = factors.plan.inputs
  const keepAll = prepared.anchor !== null
  const bars = await openBarSupply({ store: context.store, series, columns, span, keepAll, holdBytesMax, signal })
  const supply = joinedSupply(bars, joins, columns)
  const path = request.out === undefined ? goldFile(config.lakeDir, { dataset: DATASET, runId }) : resolve(request.out)
  const store = openScoreStore({
    ...{ mode: request.factorScores ?? 'auto', state, factors: factors.order },
    ...{ bars: countWithin(supply.timestamps, prepared.span), memoryLimitMb: config.memoryLimitMb },
  })
  const { counts, checksum, minMs, maxMs } = await writeScores(input, { supply, path, store, context })
  if (request.out === undefined) {
    await commitGold(config.lakeDir, { dataset: DATASET, runId, rows: counts.rowsOut, checksum, minMs, maxMs, signal })
  }
  await leaveAnchor(prepared, counts, context)
  const stored = await timed(counts.seconds, 'write', () => store.finish(runId))
  return { counts, checksum, outputs: [{ path, rows: counts.rowsOut }], stored }
}

/** Puts the end of a run whose rows are counted from the first bar where a later run finds it. */
async function leaveAnchor(
  { anchorKey, series }: PreparedScore,
  { end }: ScoreCounts,
  { config, store }: RunContext,
): Promise<void> {
  if (anchorKey === null || end === null || loadAddon().addon === null) return
  const identity = await identityBefore(store, series, end.endMs)
  await writeAnchor(config.lakeDir, anchorKey, { ...end, identity })
}

const countWithin = (series: Float64Array[], { fromMs, toMs }: Span): number =>
  series.reduce((sum, times) => sum + lowerBound(times, toMs) - lowerBound(times, fromMs), 0)

interface Written {
  counts: ScoreCounts
  checksum: string
  /** of the rows; not finite where there is none */
  minMs: number
  maxMs: number
}

interface Writing {
  supply: BarSupply
  path: string
  store: ScoreStore
  context: RunContext
}

/** Computes, checks and writes, block by block; a file that is not whole is not there. */
async function writeScores(
  { request, prepared, choice, ledger }: Making,
  { supply, path, store, context }: Writing,
): Promise<Written> {
  const { config, signal, onProgress } = context
  const { factors, span, adjust } = prepared
  const schema = outputSchema(factors)
  const checksum = createChecksum(schema)
  const writer = await openParquetWriter(path, schema, { doubles: 'plain' })
  const ends = { minMs: Number.POSITIVE_INFINITY, maxMs: Number.NEGATIVE_INFINITY }
  try {
    const results = store.reason === null ? new Map([...factors.results, ...factors.scales]) : factors.results
    const work = {
      ...{ supply, keptBytes: store.bytes },
      ...{ span, anchor: prepared.anchor, minBreadth: request.minBreadth, adjusted: adjust === 'ratio' },
      ...{ config, choice, ledger, signal },
      async write(block: LongBlock) {
        const { rows, timestamp, symbol, columns } = block
        store.add(block)
        const batch = { rows, columns: { ...columns, timestamp, symbol } }
        checksum.update(batch)
        await writer.write(batch)
        ends.minMs = Math.min(ends.minMs, timestamp[0])
        ends.maxMs = Math.max(ends.maxMs, timestamp[rows - 1])
      },
      advance: ({ done, of }: { done: number; of: number }) => onProgress?.({ done, total: of }),
    }
    const counts =
      request.align === 'own'
        ? await computeOwnScores({ ...work, phases: phasesOf(results) })
        : await computeScores({ ...work, plan: planOf(results) })
    throwIfAborted(signal)
    await timed(counts.seconds, 'write', () => writer.close())
    return { counts, checksum: checksum.digest(), ...ends }
  } catch (error) {
    await writer.abort()
    throw error
  }
}

function outputSchema({ order }: FactorSet): ColumnSchema[] {
  const factors = order.map((name) => ({ name, type: 'double' as const }))
  return [{ name: 'timestamp', type: 'timestamp' }, { name: 'symbol', type: 'text' }, ...factors]
}
