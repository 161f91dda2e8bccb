import { addSharpe, type Honesty, honestyOf, type SharpeSpread, sharpeSpread } from '../optimize/honesty.js'
import { metricsOf, momentsOf } from '../optimize/metrics.js'
import { type Overfitting, pboSample, probabilityOfOverfitting } from '../optimize/pbo.js'
import type { Program } from '../optimize/program.js'
import { gridSearch } from '../optimize/search/grid.js'
import { randomSearch } from '../optimize/search/random-search.js'
import type { Search } from '../optimize/search/search.js'
import { sobolSearch } from '../optimize/search/sobol.js'
import type { Space } from '../optimize/search/space.js'
import { tpeSearch } from '../optimize/search/tpe.js'
import { runTrials } from '../optimize/sweep.js'
import type { TableContext } from '../optimize/table.js'
import type { Metrics, TrialResult, TrialSums } from '../optimize/types.js'
import type { SweptMarket } from './optimize-sweep-prepare.js'
import type { SweepRequest } from './optimize-sweep-request.js'

/** Trials at a time: enough that what they share is computed once for many. */
const BATCH_TRIALS = 16_384
/** A search that learns proposes few at a time. */
const LEARNING_BATCH = 64

/** A set that is kept. */
export interface KeptTrial extends TrialResult {
  /** in the order in which the search proposed it */
  index: number
  metrics: Metrics
}

/** What a search came to on one market. */
export interface SearchOutcome {
  trials: number
  /** best first by Sharpe ratio; of equal ones, the earlier; those without one last */
  kept: KeptTrial[]
  honesty: Honesty[]
  overfitting: Overfitting
}

/** Runs the trials that a search proposes; keeps the best, the distribution and the count. */
export async function searchMarket(
  {
    program,
    space,
    market,
    periodsPerYear,
  }: { program: Program; space: Space; market: SweptMarket; periodsPerYear: number },
  request: SweepRequest,
  context: TableContext & { onTrials?: (count: number) => void },
): Promise<SearchOutcome> {
  const search = searchOf(space, request)
  const spread: SharpeSpread = sharpeSpread()
  const sample = new Set(pboSample(search.trialsMax, request.seed))
  const blocks: TrialSums['blocks'][] = []
  let kept: KeptTrial[] = []
  for (let batch = search.next(batchOf(request)); batch.length > 0; batch = search.next(batchOf(request))) {
    const results = await runTrials(
      program,
      batch.map(({ params }) => params),
      market,
      context,
    )
    for (const [i, result] of results.entries()) {
      addSharpe(spread, momentsOf(result.sums).sharpe)
      if (sample.has(batch[i].index)) blocks.push(result.sums.blocks)
    }
    const scored = results.map((result, i): KeptTrial => {
      return { ...result, index: batch[i].index, metrics: metricsOf(result, { periodsPerYear }).metrics }
    })
    search.tell(scored.map(({ index, metrics }) => ({ index, score: metrics.sharpe })))
    kept = [...kept, ...scored].sort(byMerit).slice(0, request.top)
    context.onTrials?.(batch.length)
  }
  return {
    trials: spread.trials,
    kept,
    honesty: kept.map(({ sums }) => honestyOf(momentsOf(sums), spread)),
    overfitting: probabilityOfOverfitting(blocks, spread.trials),
  }
}

/** Greatest Sharpe ratio first, undefined ones last, equal ones in the order of their trials. */
export function byMerit(a: KeptTrial, b: KeptTrial): number {
  const [x, y] = [a, b].map(({ metrics }) => metrics.sharpe ?? Number.NEGATIVE_INFINITY)
  return x === y ? a.index - b.index : y - x
}

function searchOf(space: Space, { search, trials = 0, seed }: SweepRequest): Search {
  if (search === 'grid') return gridSearch(space)
  if (search === 'random') return randomSearch(space, { trials, seed })
  if (search === 'sobol') return sobolSearch(space, { trials, seed })
  return tpeSearch(space, { trials, seed })
}

const batchOf = ({ search }: SweepRequest): number => (search === 'tpe' ? LEARNING_BATCH : BATCH_TRIALS)
