import { loadAddon } from '../compute/addon.js'
import { throwIfAborted } from '../errors.js'
import type { Backtest } from './backtest.js'
import { bindTrials, type Params, type Program } from './program.js'
import { runNativeTrials } from './sweep-native.js'
import { type Market, referenceTrial } from './sweep-reference.js'
import { openTable, type TableContext } from './table.js'
import type { TrialResult } from './types.js'

/**
 * Runs parameter sets on one market. Indicators that sets share are computed once, over every bar there is, since they
 * look back only; positions start flat at `market.from`.
 *
 * @returns per set, in their order
 * @throws LQ_EXPRESSION where a value does not fit the strategy; LQ_MEMORY, LQ_INTERRUPTED
 */
export async function runTrials(
  program: Program,
  sets: readonly Params[],
  market: Market,
  context: TableContext,
): Promise<TrialResult[]> {
  if (sets.length === 0) return []
  const binding = bindTrials(program, sets)
  if (market.series.length === 1 && market.to > market.from && loadAddon().addon !== null) {
    return runNativeTrials(program, binding, { sets, market, context })
  }
  const { stride, next } = openTable(binding.nodes, { series: market.series, rowsMax: market.to }, context)
  const table = await next(market.to)
  return sets.map((params, trial) => {
    throwIfAborted(context.signal)
    return { params, ...referenceTrial(program, binding, { trial, market, table, stride }).result }
  })
}

/** Runs a few sets again, by the definition, for what a sweep does not keep: returns, equity, trades. */
export async function* replayTrials(
  program: Program,
  sets: readonly Params[],
  market: Market,
  context: TableContext,
): AsyncGenerator<Backtest & { parts?: Backtest[] }> {
  for (let first = 0; first < sets.length; first += REPLAY_SETS) {
    const some = sets.slice(first, first + REPLAY_SETS)
    const binding = bindTrials(program, some)
    const { stride, next } = openTable(binding.nodes, { series: market.series, rowsMax: market.to }, context)
    const table = await next(market.to)
    for (let trial = 0; trial < some.length; trial++) {
      throwIfAborted(context.signal)
      yield referenceTrial(program, binding, { trial, market, table, stride })
    }
  }
}

/** Sets whose indicators are in memory at a time, for every bar. */
const REPLAY_SETS = 16
