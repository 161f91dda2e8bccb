import { LqError, throwIfAborted } from '../errors.js'
import {
  type Before,
  coverage,
  lastDate,
  quantileReturns,
  type RankedBlock,
  rankAutocorrelation,
  rankedBlock,
  turnover,
} from '../factors/evaluation/block.js'
import { emptyDates, type FactorDates, PAIRS_MIN } from '../factors/evaluation/dates.js'
import { type CorrelationSum, correlationStride, correlationSum } from '../factors/evaluation/factor-correlation.js'
import type { FactorCorrelations } from '../factors/evaluation/redundancy.js'
import type { FactorPlan } from '../factors/plan.js'
import type { Panel } from '../panel/panel.js'
import { panelRows } from '../panel/rows.js'
import { addGroups, type GroupLabels, groupLabels } from './evaluate-groups.js'
import type { LaidPlan, RunContext } from './evaluate-panel.js'
import type { PreparedEvaluation } from './evaluate-prepare.js'
import { pricePlan, readPrices, type Stretch } from './evaluate-prices.js'
import { layRanks, type RankedFactor, type ReturnTables, rankFactors, rankPlan } from './evaluate-ranks.js'
import { readTables, symbolIndex } from './evaluate-read.js'
import type { SettledEvaluate } from './evaluate-request.js'
import type { BarSupply } from './score-bars.js'

/** Figures of every date. */
export interface Evaluated {
  /** [dates] ms */
  timestamps: Float64Array
  /** [dates] row of the panel of bars */
  rows: Int32Array
  factors: FactorDates[]
  /** names of the groups that were met, in the order of the correlations within them */
  groups: string[]
  correlations: FactorCorrelations
  /** scores at timestamps at which no symbol has a bar: they have no row */
  unplaced: number
  symbols: number
  computeSeconds: number
}

export interface EvaluateWork {
  request: SettledEvaluate
  prepared: PreparedEvaluation
  supply: BarSupply
  context: RunContext
  advance: (chunk: { done: number; of: number }) => void
}

/** Cells of a table that are worked on at a time: some MiB a factor, and many factors stay in memory. */
const CELLS_MAX = 2 ** 17
const CELLS_OF_ALL_MAX = 2 ** 25
/** Rows × symbols of the prices of a stretch, where scores are rarer than bars. */
const PRICE_CELLS_MAX = 2 ** 22
/** Factors of one plan: their tables are in memory about twenty times. */
const BATCH_FACTORS = 8

/**
 * Evaluates all factors, stretch by stretch of dates and a few factors at a time. Figures of a date depend on the date
 * and the one before, so they do not depend on the stretches.
 *
 * @throws LQ_INPUT_INVALID, LQ_MEMORY; what `runPlan` throws
 */
export async function computeEvaluation(work: EvaluateWork): Promise<Evaluated> {
  const { request, prepared, supply } = work
  const { scores, series } = prepared
  const panel = panelRows(supply.timestamps, { minBreadth: 0 }).timestamps
  const symbols = series.map(({ key }) => key.symbol).sort()
  const { timestamps, rows } = datesIn(panel, scores.timestamps)
  const shape = { dates: rows.length, horizons: request.horizons, quantiles: request.quantiles }
  assertFits({ ...shape, factors: scores.factors.length }, work.context.config.memoryLimitMb)
  const state: State = {
    ...{ timestamps, rows, panel, symbols, plans: plansOf(work) },
    stride: correlationStride({ factors: scores.factors.length, dates: rows.length, symbols: symbols.length }),
    factors: scores.factors.map((name) => emptyDates(name, shape)),
    before: scores.factors.map(() => null),
    correlations: correlationSum(scores.factors),
    labels: groupLabels(),
    placed: 0,
    computeSeconds: 0,
  }
  const stretches = stretchesOf(rows, { symbols: symbols.length, factors: scores.factors.length })
  for (const [i, stretch] of stretches.entries()) {
    throwIfAborted(work.context.signal)
    await evaluateStretch(work, state, stretch)
    work.advance({ done: i + 1, of: stretches.length })
  }
  return {
    ...{ timestamps, rows, factors: state.factors, computeSeconds: state.computeSeconds, symbols: symbols.length },
    groups: state.labels.names,
    correlations: state.correlations.means(),
    unplaced: scores.rows - state.placed,
  }
}

interface State {
  timestamps: Float64Array
  rows: Int32Array
  /** ms of every row of the panel of bars */
  panel: Float64Array
  symbols: string[]
  plans: { price: FactorPlan; ranks: (factors: number) => FactorPlan }
  stride: number
  factors: FactorDates[]
  before: (Before | null)[]
  correlations: CorrelationSum
  labels: GroupLabels
  /** rows of scores that have a cell */
  placed: number
  computeSeconds: number
  pricePanel?: Panel
  /** of the stretch before */
  tables?: Float64Array[]
  rankPanel?: Panel
}

function plansOf({ request, prepared }: EvaluateWork): State['plans'] {
  const made = new Map<number, FactorPlan>()
  return {
    price: pricePlan(request, prepared),
    ranks(factors) {
      const plan = made.get(factors) ?? rankPlan({ factors, horizons: request.horizons.length })
      made.set(factors, plan)
      return plan
    },
  }
}

/** @throws LQ_MEMORY if the figures of all dates would take more than half of the memory */
function assertFits(
  { dates, horizons, quantiles, factors }: { dates: number; horizons: number[]; quantiles: number; factors: number },
  limitMb: number,
): void {
  const perDate = 2 + quantiles + horizons.length * (3 + quantiles)
  const needMb = Math.ceil((2 * factors * dates * perDate * Float64Array.BYTES_PER_ELEMENT) / 2 ** 20)
  if (needMb <= limitMb) return
  throw new LqError(
    'LQ_MEMORY',
    `${factors} factors at ${dates} dates: expected ${needMb} MiB, the limit is ${limitMb}`,
    {
      hint: 'evaluate fewer factors, horizons or quantiles, or a shorter span at a time, or raise LQ_MEMORY_LIMIT_MB',
    },
  )
}

/** The timestamps of the scores that are rows of the panel. */
function datesIn(panel: Float64Array, scores: Float64Array): { timestamps: Float64Array; rows: Int32Array } {
  const rowOf = new Map(Array.from(panel, (ms, row) => [ms, row]))
  const timestamps = scores.filter((ms) => rowOf.has(ms))
  return { timestamps, rows: Int32Array.from(timestamps, (ms) => rowOf.get(ms) as number) }
}

/** Stretches of dates, [from, to): as many at a time as a table may have cells, and the prices they need. */
function stretchesOf(
  rows: Int32Array,
  { symbols, factors }: { symbols: number; factors: number },
): { from: number; to: number }[] {
  const datesMax = Math.max(1, Math.floor(Math.min(CELLS_MAX, CELLS_OF_ALL_MAX / factors) / symbols))
  const rowsMax = Math.max(1, Math.floor(PRICE_CELLS_MAX / symbols))
  const stretches: { from: number; to: number }[] = []
  for (let from = 0, to = 0; from < rows.length; from = to) {
    while (to < rows.length && to - from < datesMax && rows[to] - rows[from] < rowsMax) to++
    stretches.push({ from, to })
  }
  return stretches
}

async function evaluateStretch(work: EvaluateWork, state: State, { from, to }: { from: number; to: number }) {
  const { request, prepared, supply, context } = work
  const { horizons, delay } = request
  const stretch: Stretch = { rows: state.rows.subarray(from, to), timestamps: state.panel }
  const prices = await readPrices(stretch, {
    ...{ supply, plan: state.plans.price, symbols: state.symbols, horizons, delay, context },
    ...{ adjusted: prepared.adjust === 'ratio', reuse: state.pricePanel },
  })
  state.pricePanel = prices.panel
  const timestamps = state.timestamps.subarray(from, to)
  const read = await readTables(prepared.scores, {
    ...{ timestamps, index: symbolIndex(state.symbols), symbols: state.symbols.length },
    ...{ labels: state.labels, reuse: state.tables, signal: context.signal },
  })
  state.placed += read.placed
  const groups = read.groups ?? (prices.group && state.labels.codes(prices.group))
  const begun = performance.now()
  const tables = { timestamps, symbols: state.symbols, forward: prices.forward }
  const rank = rankerOf(state, tables, context)
  for (let first = 0; first < read.scores.length; first += BATCH_FACTORS) {
    const scores = read.scores.slice(first, first + BATCH_FACTORS)
    for (const [i, found] of (await rank(scores)).entries()) {
      const block = fold(state, { factor: first + i, found, tables, price: prices.price, from, request })
      if (groups) addGroups(state.factors[first + i], { ...tables, scores: scores[i], groups, from })
      read.scores[first + i] = block.ranks // the scores themselves are not needed any more
    }
  }
  addCorrelations(state, read.scores, { from, to })
  state.tables = read.scores
  state.computeSeconds += (performance.now() - begun) / 1000
}

/** Ranks a few factors of a stretch, in the memory of those before. */
function rankerOf(state: State, tables: ReturnTables, context: RunContext) {
  const laid = new Map<number, LaidPlan>()
  return (scores: Float64Array[]): Promise<RankedFactor[]> => {
    const count = scores.length
    const ready = laid.get(count) ?? layRanks(state.plans.ranks(count), tables, { context, reuse: state.rankPanel })
    laid.clear() // what is laid out anew takes the memory of the last one
    laid.set(count, ready)
    state.rankPanel = ready.panel
    return rankFactors(ready, scores, { horizons: tables.forward.length, context })
  }
}

/** Puts the figures of a factor at some dates into their places. */
function fold(
  state: State,
  so: {
    factor: number
    found: RankedFactor
    tables: ReturnTables
    price: Float64Array
    /** first date */
    from: number
    request: SettledEvaluate
  },
): RankedBlock {
  const { factor, found, tables, from } = so
  const { quantiles } = so.request
  const shape = { dates: tables.timestamps.length, symbols: tables.symbols.length }
  const block = rankedBlock(found.shares, shape, quantiles)
  const dates = state.factors[factor]
  const before = state.before[factor]
  dates.coverage.set(coverage(block, so.price), from)
  dates.rankAutocorrelation.set(rankAutocorrelation(block, before), from)
  for (const [q, values] of turnover(block, before, quantiles).entries()) dates.turnover[q].set(values, from)
  for (const [h, horizon] of dates.horizons.entries()) {
    const { pairs, returns } = quantileReturns(block, tables.forward[h], quantiles)
    const enough = (value: number, t: number) => (pairs[t] < PAIRS_MIN ? Number.NaN : value)
    horizon.pairs.set(pairs, from)
    horizon.ic.set(found.ic[h].map(enough), from)
    horizon.rankIc.set(found.rankIc[h].map(enough), from)
    for (const [q, values] of returns.entries()) horizon.returns[q].set(values, from)
  }
  state.before[factor] = lastDate(block)
  return block
}

/** Adds the correlations of factors with each other, at every so many dates. */
function addCorrelations(state: State, ranks: Float64Array[], { from, to }: { from: number; to: number }): void {
  const { symbols, stride, correlations } = state
  if (ranks.length < 2) return
  const dates = to - from
  for (let date = Math.ceil(from / stride) * stride; date < to; date += stride) {
    correlations.add(ranks.map((table) => rowAt(table, { t: date - from, dates, symbols: symbols.length })))
  }
}

/** One date of a table: [symbols]. */
function rowAt(
  table: Float64Array,
  { t, dates, symbols }: { t: number; dates: number; symbols: number },
): Float64Array {
  const row = new Float64Array(symbols)
  for (let n = 0, cell = t; n < symbols; n++, cell += dates) row[n] = table[cell]
  return row
}
