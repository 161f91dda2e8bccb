import { resolve } from 'node:path'
import { chooseBackend } from '../compute/backend.js'
import { createLedger, type Ledger } from '../compute/ledger.js'
import { LqError } from '../errors.js'
import { orthogonalSelection, redundantPairs } from '../factors/evaluation/redundancy.js'
import { summarise, summariseGroups } from '../factors/evaluation/summary.js'
import { commitGold, goldFile } from '../lake/gold.js'
import type { BackendChoice } from '../types.js'
import { computeEvaluation, type Evaluated } from './evaluate-compute.js'
import { writeDates } from './evaluate-output.js'
import { type PreparedEvaluation, prepareEvaluation } from './evaluate-prepare.js'
import { pricePlan } from './evaluate-prices.js'
import { recordEvaluation } from './evaluate-record.js'
import { writeReport } from './evaluate-report.js'
import { type EvaluateRequest, type SettledEvaluate, settledEvaluate } from './evaluate-request.js'
import type { EvaluateResult } from './evaluate-result.js'
import type { RunContext } from './job.js'
import type { OutputFile } from './resample-output.js'
import { settledRunId } from './run-id.js'
import { openBarSupply } from './score-bars.js'

/**
 * Evaluates scores: how they go with the returns that followed, date by date, and on average.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_TIMEFRAME, LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_MEMORY, LQ_GPU_…, LQ_DISK,
 *   LQ_INTERRUPTED; then there is no output
 */
export async function runEvaluate(asked: EvaluateRequest, context: RunContext): Promise<EvaluateResult> {
  const request = settledEvaluate(asked)
  const begun = performance.now()
  const { config, state, ledger = createLedger() } = context
  const choice = await chooseBackend(config)
  const prepared = await prepareEvaluation(request, context)
  const evaluated = await compute(request, prepared, { ...context, ledger, choice })
  const runId = settledRunId(request.runId, prepared.spec)
  const written = performance.now()
  const output = await put(request, evaluated, { context, runId })
  const result: EvaluateResult = {
    ...{ run_id: runId, backend: choice, fallbacks: ledger.fallbacks },
    ...{ scores: prepared.scores.path, rows_in: prepared.scores.rows, rows_out: output.outputs[0].rows },
    ...{ unplaced: evaluated.unplaced, symbols: evaluated.symbols, dates: evaluated.timestamps.length },
    ...{ adjust: prepared.adjust, ...summariesOf(evaluated), ...output },
    seconds: { read: 0, compute: 0, write: 0, total: 0 },
    html: request.html === undefined ? null : resolve(request.html),
  }
  if (result.html !== null) await writeReport(result.html, { request, result, evaluated })
  if (state) await recordEvaluation(state, prepared.spec, result)
  const [write, total] = [written, begun].map((since) => (performance.now() - since) / 1000)
  return {
    ...result,
    seconds: { read: total - evaluated.computeSeconds - write, compute: evaluated.computeSeconds, write, total },
  }
}

/** Result of all runs in the gold layer. */
const DATASET = 'evaluate'
/** Share of the memory that the bars may keep; larger inputs are read part by part. */
const HOLD_SHARE = 0.25
const MIB = 2 ** 20

async function compute(
  request: SettledEvaluate,
  prepared: PreparedEvaluation,
  { config, store, signal, ledger, choice, onProgress }: RunContext & { ledger: Ledger; choice: BackendChoice },
): Promise<Evaluated> {
  const { series, span } = prepared
  const { inputs: columns } = pricePlan(request, prepared)
  const holdBytesMax = config.memoryLimitMb * MIB * HOLD_SHARE
  const supply = await openBarSupply({ store, series, columns, span, holdBytesMax, signal })
  const evaluated = await computeEvaluation({
    ...{ request, prepared, supply, context: { config, choice, ledger, signal } },
    advance: ({ done, of }) => onProgress?.({ done, total: of }),
  })
  if (evaluated.timestamps.length > 0) return evaluated
  throw new LqError('LQ_INPUT_MISSING', 'expected scores at timestamps of the bars, found none that any bar has', {
    hint: 'evaluate scores against the bars they were made of: the same exchange and timeframe',
  })
}

/** Puts the figures of the dates into their place. */
async function put(
  request: SettledEvaluate,
  evaluated: Evaluated,
  { context, runId }: { context: RunContext; runId: string },
): Promise<{ outputs: OutputFile[]; checksum: string }> {
  const { config, signal } = context
  const { timestamps } = evaluated
  const gold = { dataset: DATASET, runId }
  const path = request.out === undefined ? goldFile(config.lakeDir, gold) : resolve(request.out)
  const { rows, checksum } = await writeDates(path, evaluated, request)
  if (request.out === undefined) {
    const ends = { minMs: timestamps[0], maxMs: timestamps[timestamps.length - 1] }
    await commitGold(config.lakeDir, { ...gold, rows, checksum, ...ends, signal })
  }
  return { outputs: [{ path, rows }], checksum }
}

function summariesOf(evaluated: Evaluated) {
  const { factors, groups, correlations } = evaluated
  const summaries = factors.map(summarise)
  const strength = summaries.map(([first]) => (first.icir === null ? null : Math.abs(first.icir)))
  return {
    factors: summaries.flat(),
    groups: factors.flatMap((factor) => summariseGroups(factor, groups)),
    correlations,
    redundant: redundantPairs(correlations),
    orthogonal: orthogonalSelection(correlations, strength),
  }
}
