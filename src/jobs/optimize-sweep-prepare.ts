import { loadAddon } from '../compute/addon.js'
import { LqError } from '../errors.js'
import { planOf } from '../factors/plan.js'
import { didYouMean } from '../factors/suggest.js'
import type { BarStore, SeriesInfo } from '../lake/series.js'
import { periodsPerYear, restsOnWeekends } from '../optimize/annual.js'
import { bindTrials, compileStrategy, type Program } from '../optimize/program.js'
import { allOf, constraint } from '../optimize/search/constraint.js'
import { type Space, setAt, spaceOf } from '../optimize/search/space.js'
import { parseParameter } from '../optimize/search/spec.js'
import { findStrategy } from '../optimize/strategies.js'
import type { Strategy } from '../optimize/strategy.js'
import type { Market } from '../optimize/sweep-reference.js'
import { lowerBound } from '../panel/lower-bound.js'
import type { PanelSeries } from '../panel/panel.js'
import { panelRows, positionsIn } from '../panel/rows.js'
import type { FingerprintParts } from '../state/fingerprint.js'
import { checkSweep, type SweepRequest } from './optimize-sweep-request.js'
import { openBarSupply, type Span } from './score-bars.js'
import { withAdjustedClose } from './score-compute.js'
import { assertBars, identityOf } from './score-prepare.js'

/** Rises when the same input and options give other bits. */
const SEMANTIC_VERSION = '1'
const BPS = 10_000

/** A symbol, or a book of symbols, that is swept. */
export interface SweptMarket extends Market {
  /** the symbol; of a book, all of them joined by + */
  symbol: string
}

/** Everything that is decided before a trial runs. */
export interface PreparedSweep {
  program: Program
  space: Space
  markets: SweptMarket[]
  periodsPerYear: number
  /** what decides the result, and nothing else */
  spec: FingerprintParts & { parameters: Record<string, unknown> }
}

/**
 * Finds the strategy, reads the bars and settles what is searched.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_EXPRESSION, LQ_TIMEFRAME, LQ_INPUT_MISSING, LQ_INTERRUPTED
 */
export async function prepareSweep(
  request: SweepRequest,
  { store, signal }: { store: BarStore; signal?: AbortSignal },
): Promise<PreparedSweep> {
  const { span, timeframe } = checkSweep(request)
  const { exchange, symbols } = request
  const strategy = findStrategy(request.strategy)
  const space = searchSpace(strategy, request)
  const series = await store.list({ exchange, symbols, timeframe: timeframe.text })
  assertBars(series, span)
  const known = new Set(series.flatMap((one) => one.columns))
  const adjust = known.has('adj_close') ? 'ratio' : 'none'
  const names = new Set(space.dimensions.map(({ name }) => name))
  const program = compileStrategy(strategy, { columns: known, adjust }, names)
  const read = { fromMs: Number.NEGATIVE_INFINITY, toMs: span.toMs }
  const bars = await readBars(program, { space, series, store, read, signal })
  const from = (one: PanelSeries) => lowerBound(one.bars.timestamp, span.fromMs)
  const pooled = request.pool ? [aligned(bars)] : bars.map((one) => [one])
  const dated = timeframe.dated && bars.every((one) => restsOnWeekends(one.bars.timestamp))
  const perYear = periodsPerYear(timeframe, { annual: request.annual, sessionMs: dated ? 1 : undefined })
  const costs = { turn: request.costBps / BPS, borrow: request.borrowBps / BPS / perYear }
  const markets = pooled.map((group): SweptMarket => {
    const symbol = group.map((one) => one.symbol).join('+')
    return { symbol, series: group, from: from(group[0]), to: group[0].bars.rows, costs, execution: request.execution }
  })
  const { search, trials, seed, costBps, borrowBps, execution, pool, top, fromMs, toMs, constraints } = request
  const parameters = {
    symbols: series.map(({ key }) => key),
    strategy: strategy.rules,
    dimensions: space.dimensions.map(({ name, values, from, to }) => ({
      name,
      ...(values ? { values } : { from, to }),
    })),
    ...{ constraints, search, trials, seed: search === 'grid' ? undefined : seed, costBps, borrowBps, execution },
    ...{ pool, top, adjust, annual: perYear, fromMs, toMs },
  }
  const dataIdentity = await identityOf(series, read, { store, signal })
  return {
    ...{ program, space, markets, periodsPerYear: perYear },
    spec: { kind: 'sweep', parameters, dataIdentity, semanticVersion: semanticVersion() },
  }
}

/** As for scores: what the reference computes has other bits. */
function semanticVersion(): string {
  return loadAddon().addon ? SEMANTIC_VERSION : `${SEMANTIC_VERSION}-reference`
}

/** Parameters of the strategy, with the values that are asked for, else its own. */
function searchSpace(strategy: Strategy, { parameters, constraints }: SweepRequest): Space {
  const text = Object.values(strategy.rules).join(' ')
  const used = [...new Set(Array.from(text.matchAll(/\$([A-Za-z_][A-Za-z0-9_]*)/g), ([, name]) => name))]
  for (const { name } of parameters) {
    if (used.includes(name)) continue
    const hint = didYouMean(name, used, `its parameters are ${used.join(', ')}`)
    throw new LqError('LQ_USAGE', `--param: ${strategy.name} has no parameter ${name}`, { hint })
  }
  const given = new Set(parameters.map(({ name }) => name))
  const own = Object.entries(strategy.parameters).filter(([name]) => !given.has(name))
  const specs = [...parameters, ...own.map(([name, values]) => parseParameter(`${name}=${values}`))]
  const names = specs.map(({ name }) => name)
  return spaceOf(specs, allOf(constraints.map((constraintText) => constraint(constraintText, names))))
}

/** The columns that the strategy reads, and prices. */
async function readBars(
  program: Program,
  on: { space: Space; series: SeriesInfo[]; store: BarStore; read: Span; signal?: AbortSignal },
): Promise<PanelSeries[]> {
  const { space, series, store, read: span, signal } = on
  const { nodes } = bindTrials(program, [setAt(space, 0)])
  const plan = planOf(new Map(nodes.flatMap((node, i) => (node ? [[String(i), node]] : []))))
  const adjusted = program.scope.adjust === 'ratio'
  const columns = [...new Set(['open', 'close', ...(adjusted ? ['adj_close'] : []), ...plan.inputs])]
  const supply = await openBarSupply({ store, series, columns, span, holdBytesMax: Number.POSITIVE_INFINITY, signal })
  const bars = await supply.read(span)
  return adjusted ? bars.map(withAdjustedClose) : bars
}

/** All series at the timestamps of any: missing where one has no bar. */
function aligned(series: PanelSeries[]): PanelSeries[] {
  const { timestamps } = panelRows(
    series.map(({ bars }) => bars.timestamp),
    { minBreadth: 0 },
  )
  return series.map(({ symbol, bars }) => {
    const places = positionsIn(timestamps, bars.timestamp)
    const columns = Object.entries(bars.columns).map(([name, values]) => {
      const wide = new Float64Array(timestamps.length).fill(Number.NaN)
      for (let i = 0; i < places.length; i++) wide[places[i]] = values[i]
      return [name, wide] as const
    })
    return { symbol, bars: { rows: timestamps.length, timestamp: timestamps, columns: Object.fromEntries(columns) } }
  })
}
