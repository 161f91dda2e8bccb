import { resolve } from 'node:path'
import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import { commitGold, goldFile } from '../lake/gold.js'
import type { BarStore, SeriesInfo } from '../lake/series.js'
import { periodsPerYear } from '../optimize/annual.js'
import type { Certificate } from '../optimize/portfolio/certificate.js'
import { type FingerprintParts, fingerprint, runIdOf } from '../state/fingerprint.js'
import { upsertResults } from '../state/results.js'
import { endRun, upsertRun } from '../state/runs.js'
import type { State } from '../state/state.js'
import { MS_PER_DAY, type Timeframe } from '../timeframe.js'
import { type PortfolioFiles, readPortfolioFiles } from './optimize-portfolio-files.js'
import { writeWeights } from './optimize-portfolio-output.js'
import { datesOf, readPrices } from './optimize-portfolio-prices.js'
import { checkPortfolio, type PortfolioRequest } from './optimize-portfolio-request.js'
import { type SolvedDate, solveDates } from './optimize-portfolio-solve.js'
import type { OutputFile } from './resample-output.js'
import { openBarSupply, type Span } from './score-bars.js'
import { assertBars, identityOf } from './score-prepare.js'

/** The weights of one date and what they are worth by the estimates they were made of. */
export interface PortfolioEntry {
  /** ISO 8601; of midnight UTC, the date alone */
  date: string
  /** the last bar it knows */
  bar: string
  /** every symbol that takes part */
  weights: Record<string, number>
  /** not invested: of kelly */
  cash: number
  /** fraction a year */
  expected_return: number
  volatility: number
  sharpe: number | null
  certificate: Certificate
  /** symbols without a price at every bar of the lookback */
  left_out: string[]
}

export interface PortfolioResult {
  run_id: string
  method: string
  /** bars read */
  rows_in: number
  /** weights written */
  rows_out: number
  symbols: number
  adjust: 'none' | 'ratio'
  /** periods a year */
  annual: number
  dates: PortfolioEntry[]
  /** dates at which no weights keep to the limits, and the limits that conflict */
  infeasible: { date: string; conflict: string[] }[]
  /** dates of `--every` before there are enough bars */
  early: number
  /** timestamps at which less than half of the symbols of the last 20 have a bar: they are no rows */
  dropped_rows: number
  checksum: string
  seconds: { read: number; compute: number; write: number; total: number }
  outputs: OutputFile[]
}

export interface PortfolioContext {
  config: Config
  store: BarStore
  /** null: nothing is recorded */
  state: State | null
  signal?: AbortSignal
  onProgress?: (progress: { done: number; total: number }) => void
}

/** Rises when the same input and options give other bits. */
const SEMANTIC_VERSION = '1'
const DATASET = 'portfolio'
const HOLD_SHARE = 0.25
const MIB = 2 ** 20

/**
 * Makes portfolios: weights of a method at each date, from the bars up to it.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_TIMEFRAME, LQ_INPUT_MISSING, LQ_INPUT_INVALID (also where no date has weights
 *   that keep to the limits), LQ_MEMORY, LQ_DISK, LQ_INTERRUPTED; then there is no output
 */
export async function runPortfolio(request: PortfolioRequest, context: PortfolioContext): Promise<PortfolioResult> {
  const begun = performance.now()
  const { timeframe, every } = checkPortfolio(request)
  const prepared = await prepare(request, timeframe, context)
  const { prices, rowsIn } = await readUniverse(prepared, context)
  const { dates, early } = datesOf(request, every, prices)
  const read = performance.now()
  // Daily bars count as trading days, whatever exchange they are from: portfolios are compared across them.
  const sessionMs = timeframe.unit === 'd' ? MS_PER_DAY : undefined
  const annual = periodsPerYear(timeframe, { annual: request.annual, sessionMs })
  const solved = await solveDates({ ...request, annual }, { prices, dates, files: prepared.files }, context)
  assertFeasible(solved)
  const computed = performance.now()
  const runId = request.runId ?? runIdOf(prepared.spec)
  const output = await put(request, solved, { context, runId })
  const result: PortfolioResult = {
    ...{ run_id: runId, method: request.method, rows_in: rowsIn, rows_out: output.outputs[0].rows },
    ...{ symbols: prices.symbols.length, adjust: prepared.adjust, annual },
    dates: solved.flatMap(entryOf),
    infeasible: solved.filter(isInfeasible).map(({ atMs, conflict }) => ({ date: dateText(atMs), conflict })),
    ...{ early, dropped_rows: prices.droppedRows, ...output },
    seconds: { read: 0, compute: 0, write: 0, total: 0 },
  }
  if (context.state) await record(context.state, prepared.spec, result)
  const ended = performance.now()
  const seconds = (from: number, to: number) => (to - from) / 1000
  return {
    ...result,
    seconds: {
      ...{ read: seconds(begun, read), compute: seconds(read, computed) },
      ...{ write: seconds(computed, ended), total: seconds(begun, ended) },
    },
  }
}

interface Prepared {
  series: SeriesInfo[]
  files: PortfolioFiles
  adjust: 'none' | 'ratio'
  span: Span
  spec: FingerprintParts & { parameters: Record<string, unknown> }
}

async function prepare(
  request: PortfolioRequest,
  timeframe: Timeframe,
  { config, store, signal }: PortfolioContext,
): Promise<Prepared> {
  const { exchange, symbols, asOf, cap, fromMs: _, runId: __, out: ___, ...options } = request
  const lastMs = asOf ? Math.max(...asOf) + 1 : (request.toMs ?? Number.POSITIVE_INFINITY)
  const span = { fromMs: Number.NEGATIVE_INFINITY, toMs: lastMs }
  const files = await readPortfolioFiles(request, { config, signal })
  const series = await store.list({ exchange, symbols, timeframe: timeframe.text })
  assertBars(series, span)
  const adjust = adjustOf(request, series)
  const parameters = {
    ...{ ...options, timeframe: timeframe.text, symbols: series.map(({ key }) => key), adjust, asOf },
    ...{ fromMs: request.fromMs, cap: Number.isFinite(cap) ? cap : null, annual: request.annual },
    ...{ groups: undefined, current: undefined, market: undefined, views: undefined },
  }
  const dataIdentity = { ...(await identityOf(series, span, { store, signal })), ...prefixed(files.identity) }
  const spec = { kind: 'portfolio', parameters, dataIdentity, semanticVersion: SEMANTIC_VERSION }
  return { series, files, adjust, span, spec }
}

const prefixed = (identity: Record<string, string>) =>
  Object.fromEntries(Object.entries(identity).map(([role, hash]) => [`file:${role}`, hash]))

/** Adjusted closes wherever a series has them, unless it is said otherwise. */
function adjustOf({ adjust }: PortfolioRequest, series: SeriesInfo[]): 'none' | 'ratio' {
  const known = series.some(({ columns }) => columns.includes('adj_close'))
  if (adjust !== 'ratio' || known) return adjust ?? (known ? 'ratio' : 'none')
  throw new LqError('LQ_INPUT_MISSING', '--adjust ratio: expected a column adj_close in the bars, found none', {
    hint: 'leave --adjust out, or ingest bars that have it',
  })
}

async function readUniverse({ series, adjust, span }: Prepared, { config, store, signal }: PortfolioContext) {
  const columns = adjust === 'ratio' ? ['close', 'adj_close'] : ['close']
  const holdBytesMax = config.memoryLimitMb * MIB * HOLD_SHARE
  const supply = await openBarSupply({ store, series, columns, span, holdBytesMax, signal })
  const rowsIn = supply.timestamps.reduce((sum, timestamps) => sum + timestamps.length, 0)
  return { prices: await readPrices(supply, { adjust, span, config }), rowsIn }
}

const isInfeasible = ({ portfolio }: SolvedDate): boolean => portfolio === null

/** @throws LQ_INPUT_INVALID naming the limits that conflict, where no date has an answer */
function assertFeasible(solved: SolvedDate[]): void {
  if (!solved.every(isInfeasible)) return
  const [{ atMs, conflict, symbols }] = solved
  const at = `at ${dateText(atMs)} with ${symbols.length} symbols`
  throw new LqError('LQ_INPUT_INVALID', `expected weights that keep to all limits, found none ${at}`, {
    hint: `these cannot hold together: ${conflict.join('; ')}`,
  })
}

function entryOf({ atMs, barMs, symbols, leftOut, portfolio }: SolvedDate): PortfolioEntry[] {
  if (portfolio === null) return []
  const { weights, cash, expectedReturn, volatility, sharpe, certificate } = portfolio
  return [
    {
      ...{ date: dateText(atMs), bar: dateText(barMs) },
      weights: Object.fromEntries(symbols.map((symbol, i) => [symbol, weights[i]])),
      ...{ cash, expected_return: expectedReturn, volatility, sharpe, certificate, left_out: leftOut },
    },
  ]
}

const dateText = (ms: number): string => new Date(ms).toISOString().replace(/T00:00:00\.000Z$/, '')

/** Puts the weights into their place. */
async function put(
  request: PortfolioRequest,
  solved: SolvedDate[],
  { context, runId }: { context: PortfolioContext; runId: string },
): Promise<{ outputs: OutputFile[]; checksum: string }> {
  const { config, signal } = context
  const gold = { dataset: DATASET, runId }
  const path = request.out === undefined ? goldFile(config.lakeDir, gold) : resolve(request.out)
  const { rows, checksum } = await writeWeights(path, solved)
  if (request.out === undefined) {
    const ends = { minMs: solved[0].atMs, maxMs: solved[solved.length - 1].atMs }
    await commitGold(config.lakeDir, { ...gold, rows, checksum, ...ends, signal })
  }
  return { outputs: [{ path, rows }], checksum }
}

/** Writes a run and its results, one per date; a replay changes no byte of them. */
async function record(state: State, spec: Prepared['spec'], result: PortfolioResult): Promise<void> {
  const { run_id: runId, checksum, outputs } = result
  const { asOf: _, ...shared } = spec.parameters
  await upsertRun(state, { runId, mode: spec.kind })
  await upsertResults(
    state,
    result.dates.map(({ date, weights, left_out, sharpe, ...figures }) => {
      const parameters = { ...shared, date }
      const symbols = Object.keys(weights).length
      return {
        ...{ runId, stage: spec.kind, fingerprint: fingerprint({ ...spec, parameters }), params: parameters, sharpe },
        extra: {
          ...{ ...figures, symbols, left_out: left_out.length, rows: symbols, checksum },
          outputs: outputs.map(({ path }) => path),
        },
      }
    }),
  )
  await endRun(state, { runId, status: 'COMPLETED', endedAt: Date.now() })
}
