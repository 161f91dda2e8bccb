import { resolve } from 'node:path'
import { chooseBackend, cpuInstead } from '../compute/backend.js'
import { createLedger, type Ledger, recordFallback } from '../compute/ledger.js'
import type { Config } from '../config.js'
import type { BarStore } from '../lake/series.js'
import { metricsOf } from '../optimize/metrics.js'
import { replayTrials } from '../optimize/sweep.js'
import { runIdOf } from '../state/fingerprint.js'
import type { State } from '../state/state.js'
import { checksumOf, writeEquity, writeTrades } from './optimize-sweep-output.js'
import { type PreparedSweep, prepareSweep, type SweptMarket } from './optimize-sweep-prepare.js'
import { recordSweep } from './optimize-sweep-record.js'
import type { SweepRequest } from './optimize-sweep-request.js'
import type { BestRow, MarketRow, SweepResult } from './optimize-sweep-result.js'
import { type SearchOutcome, searchMarket } from './optimize-sweep-search.js'
import type { OutputFile } from './resample-output.js'

export interface SweepContext {
  config: Config
  store: BarStore
  /** null: nothing is recorded */
  state: State | null
  signal?: AbortSignal
  ledger?: Ledger
  /** takes trials done, of how many */
  onProgress?: (progress: { done: number }) => void
}

/**
 * Sweeps the parameters of a strategy: every trial counts, the best are kept, and how far they can be trusted is said.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_EXPRESSION, LQ_TIMEFRAME, LQ_INPUT_MISSING, LQ_MEMORY, LQ_DISK, LQ_GPU_…,
 *   LQ_INTERRUPTED
 */
export async function runSweep(request: SweepRequest, context: SweepContext): Promise<SweepResult> {
  const begun = performance.now()
  const { config, store, state, signal, ledger = createLedger(), onProgress } = context
  const choice = await chooseBackend(config)
  if (choice.resolved === 'cuda') recordFallback(ledger, cpuInstead(choice, NO_DEVICE_FORM))
  const prepared = await prepareSweep(request, { store, signal })
  const { program, space, markets, periodsPerYear, spec } = prepared
  const runId = request.runId ?? runIdOf(spec)
  const table = { config, choice, ledger, signal }
  const computed = performance.now()
  let done = 0
  const onTrials = (count: number) => {
    done += count
    onProgress?.({ done })
  }
  const outcomes: SearchOutcome[] = []
  for (const market of markets) {
    outcomes.push(await searchMarket({ program, space, market, periodsPerYear }, request, { ...table, onTrials }))
  }
  const wrote = performance.now()
  const best: BestRow[] = []
  const outputs = await replay(request, prepared, { outcomes, best, table })
  const trials = outcomes.reduce((sum, one) => sum + one.trials, 0)
  const marketRows = outcomes.map((outcome, i) => marketRow(markets[i], outcome))
  const pbos = marketRows.flatMap(({ pbo }) => (pbo === null ? [] : [pbo]))
  best.sort((a, b) => (b.sharpe ?? Number.NEGATIVE_INFINITY) - (a.sharpe ?? Number.NEGATIVE_INFINITY))
  const result: SweepResult = {
    ...{ run_id: runId, backend: choice, fallbacks: ledger.fallbacks, strategy: program.strategy.name },
    ...{ symbols: markets.reduce((sum, { series }) => sum + series.length, 0), trials, kept: best.length },
    bar_evaluations: marketRows.reduce((sum, one) => sum + one.trials * one.bars, 0),
    seconds: { read: 0, compute: 0, write: 0, total: 0 },
    ...{
      best,
      pbo: pbos.length > 0 ? Math.max(...pbos) : null,
      markets: marketRows,
      checksum: checksumOf(best),
      outputs,
    },
  }
  if (state) await recordSweep(state, spec, result)
  const [total, rest, write] = [begun, computed, wrote].map((since) => (performance.now() - since) / 1000)
  return { ...result, seconds: { read: total - rest, compute: rest - write, write, total } }
}

const NO_DEVICE_FORM = { step: 'trials', reason: 'indicators run on the device, trials have no device form' }

/** Runs the kept sets once more, for what needs the whole series: quantiles of returns, trade list, equity. */
async function replay(
  { equity, tradeList }: SweepRequest,
  { program, markets, periodsPerYear }: PreparedSweep,
  { outcomes, best, table }: { outcomes: SearchOutcome[]; best: BestRow[]; table: Parameters<typeof replayTrials>[3] },
): Promise<OutputFile[]> {
  const outputs: OutputFile[] = []
  const equityFile = equity === undefined ? null : await writeEquity(resolve(equity))
  const tradesFile = tradeList === undefined ? null : await writeTrades(resolve(tradeList))
  try {
    for (const [m, { kept, honesty }] of outcomes.entries()) {
      const market = markets[m]
      const sets = kept.map(({ params }) => params)
      let rank = 0
      for await (const run of replayTrials(program, sets, market, table)) {
        const trial = kept[rank]
        const { metrics, undefinedMetrics } = metricsOf(trial, { periodsPerYear, returns: run.returns })
        const { sharpe, cagr, final_equity, max_drawdown } = metrics
        best.push({
          ...{ symbol: market.symbol, rank: rank + 1, params: trial.params, sharpe, cagr, final_equity, max_drawdown },
          ...{ trades: trial.trades, deflated_sharpe: honesty[rank].deflatedSharpe, metrics },
          ...{ honesty: honesty[rank], undefined: undefinedMetrics },
        })
        rank++
        await equityFile?.write({ market, rank, run })
        await tradesFile?.write({ market, rank, run })
      }
    }
    for (const file of [equityFile, tradesFile]) if (file) outputs.push(await file.close())
  } catch (error) {
    await equityFile?.abort()
    await tradesFile?.abort()
    throw error
  }
  return outputs
}

function marketRow(market: SweptMarket, { trials, overfitting }: SearchOutcome): MarketRow {
  const { pbo, reason, trials: sampled } = overfitting
  return { symbol: market.symbol, trials, bars: market.to - market.from, pbo, pbo_trials: sampled, reason }
}
