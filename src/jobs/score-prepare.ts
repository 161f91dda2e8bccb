import { loadAddon } from '../compute/addon.js'
import { LqError, throwIfAborted } from '../errors.js'
import { compileFactors, type FactorSet } from '../factors/factor-set.js'
import { checkedNames, type NamedExpression } from '../factors/named.js'
import type { Scoring } from '../factors/scoring.js'
import type { BarStore, SeriesInfo } from '../lake/series.js'
import type { FingerprintParts } from '../state/fingerprint.js'
import { barEnd, parseTimeframe, type Timeframe } from '../timeframe.js'
import type { Span } from './score-bars.js'
import { warmupFrom } from './score-warmup.js'

/** Rises when the same input and options give other bits. */
const SEMANTIC_VERSION = '1'

/** What is scored, on what, and how. */
export interface ScoreRequest {
  exchange?: string
  symbols: string[] | 'all'
  timeframe: string
  expressions: NamedExpression[]
  scoring: Scoring
  /** ms UTC, inclusive; left out, from the first bar */
  fromMs?: number
  /** ms UTC, exclusive; left out, to the last bar */
  toMs?: number
  /** left out: `ratio` where the bars have an adjusted close */
  adjust?: 'none' | 'ratio'
  /** 0 … 1 */
  minBreadth: number
  windowRounding: 'floor' | 'nearest'
  /** a .parquet file; without it, the lake's gold layer */
  out?: string
  runId?: string
}

/** Everything that is decided before bars are read. */
export interface PreparedScore {
  series: SeriesInfo[]
  factors: FactorSet
  adjust: 'none' | 'ratio'
  /** instants of the result */
  span: Span
  /** instants that are read: the span and its warm-up */
  read: Span
  /** what decides the result, and nothing else */
  spec: FingerprintParts & { parameters: Record<string, unknown> }
}

/**
 * Checks a request by itself, before anything is opened.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_TIMEFRAME
 */
export function checkScore(request: ScoreRequest): { span: Span; timeframe: Timeframe } {
  const { out, minBreadth, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = request
  if (out !== undefined && !out.toLowerCase().endsWith('.parquet')) {
    throw new LqError('LQ_USAGE', `expected --out to be a .parquet file, got ${out}`, { hint: '--out scores.parquet' })
  }
  if (!(minBreadth >= 0 && minBreadth <= 1)) {
    throw new LqError('LQ_OPTION_RANGE', `--min-breadth must be 0 … 1 of the symbols, got ${minBreadth}`)
  }
  if (!(fromMs < toMs)) {
    const found = `${new Date(fromMs).toISOString()} … ${new Date(toMs).toISOString()}`
    throw new LqError('LQ_USAGE', `expected a start before the end, got ${found}`, { hint: 'the end is exclusive' })
  }
  checkedNames(request.expressions)
  return { span: { fromMs, toMs }, timeframe: parseTimeframe(request.timeframe) }
}

/**
 * Finds the series, compiles the factors for the columns they have, and settles what is read.
 *
 * @throws LQ_USAGE, LQ_EXPRESSION, LQ_TIMEFRAME, LQ_INPUT_MISSING, LQ_INTERRUPTED
 */
export async function prepareScore(
  request: ScoreRequest,
  { store, signal }: { store: BarStore; signal?: AbortSignal },
): Promise<PreparedScore> {
  const { exchange, symbols, expressions, scoring, windowRounding, minBreadth } = request
  const { span, timeframe } = checkScore(request)
  const series = await store.list({ exchange, symbols, timeframe: timeframe.text })
  assertBars(series, span)
  const columns = new Set(series.flatMap((one) => one.columns))
  const adjust = adjustOf(request, columns)
  const factors = compileFactors(expressions, { columns, adjust, windowRounding }, scoring)
  const warmup = { startMs: span.fromMs, rows: factors.plan.warmup, minBreadth, barMs: barEnd(timeframe, 0) }
  const read = { fromMs: await warmupFrom({ store, series, ...warmup, signal }), toMs: span.toMs }
  const parameters = {
    symbols: series.map(({ key }) => key),
    factors: factors.texts,
    order: expressions.map(({ name }) => name),
    ...{ adjust, minBreadth, fromMs: request.fromMs, toMs: request.toMs },
  }
  const dataIdentity = await identityOf(series, read, { store, signal })
  return {
    series,
    factors,
    adjust,
    span,
    read,
    spec: { kind: 'score', parameters, dataIdentity, semanticVersion: semanticVersion() },
  }
}

/**
 * The reference stays within each kernel's bound, but has other bits: its results are results of another version, which
 * those of the addon must neither meet nor replace.
 */
function semanticVersion(): string {
  return loadAddon().addon ? SEMANTIC_VERSION : `${SEMANTIC_VERSION}-reference`
}

/** @throws LQ_INPUT_MISSING if no series reaches into the span */
function assertBars(series: SeriesInfo[], { fromMs, toMs }: Span): void {
  if (series.some((one) => one.lastMs >= fromMs && one.firstMs < toMs)) return
  const shown = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : '…')
  const first = Math.min(...series.map((one) => one.firstMs))
  const last = Math.max(...series.map((one) => one.lastMs))
  throw new LqError('LQ_INPUT_MISSING', `expected bars from ${shown(fromMs)} to ${shown(toMs)}, found none`, {
    hint: `the bars that are there run from ${shown(first)} to ${shown(last)}`,
  })
}

/** Adjusted prices wherever a series has them, unless it is said otherwise. */
function adjustOf({ adjust }: ScoreRequest, columns: ReadonlySet<string>): 'none' | 'ratio' {
  const known = columns.has('adj_close')
  if (adjust !== 'ratio' || known) return adjust ?? (known ? 'ratio' : 'none')
  throw new LqError('LQ_INPUT_MISSING', '--adjust ratio: expected a column adj_close in the bars, found none', {
    hint: 'leave --adjust out, or ingest bars that have it',
  })
}

/** Partition → content checksum, of all that is read. */
async function identityOf(
  series: SeriesInfo[],
  { fromMs, toMs }: Span,
  { store, signal }: { store: BarStore; signal?: AbortSignal },
): Promise<Record<string, string>> {
  const span = { ...(Number.isFinite(fromMs) ? { fromMs } : {}), ...(Number.isFinite(toMs) ? { toMs } : {}) }
  const identity: Record<string, string> = {}
  for (const one of series) {
    throwIfAborted(signal)
    Object.assign(identity, await store.identity(one, span))
  }
  return identity
}
