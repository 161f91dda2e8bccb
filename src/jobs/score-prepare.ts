import { loadAddon } from '../compute/addon.js'
import type { Config } from '../config.js'
import { LqError, throwIfAborted } from '../errors.js'
import { type Combine, checkCategories } from '../factors/combine.js'
import { compileFactors, type FactorSet, type SkippedFactor, withColumns } from '../factors/factor-set.js'
import type { NamedExpression } from '../factors/named.js'
import type { FactorPlan } from '../factors/plan.js'
import type { Scope } from '../factors/scope.js'
import type { Anchor } from '../lake/anchors.js'
import type { BarStore, SeriesInfo } from '../lake/series.js'
import type { Universe } from '../lake/universe-file.js'
import { type FingerprintParts, runIdOf } from '../state/fingerprint.js'
import { barEnd } from '../timeframe.js'
import type { Span } from './score-bars.js'
import { columnsWith, type Joins, joinIdentity, readJoins } from './score-join.js'
import { checkScore, type SettledScore } from './score-request.js'
import { resumptionOf, type SinceOptions } from './score-since.js'
import { type WarmupOptions, warmupFrom } from './score-warmup.js'

/** Rises when the same input and options give other bits. */
const SEMANTIC_VERSION = '1'

/** Everything that is decided before bars are read. */
export interface PreparedScore {
  series: SeriesInfo[]
  factors: FactorSet
  /** factors of sets that need columns which are not there */
  skipped: SkippedFactor[]
  joins: Joins
  adjust: 'none' | 'ratio'
  /** instants of the result */
  span: Span
  /** instants that are read: the span and its warm-up */
  read: Span
  /** identity of a whole panel but for its bars, where the rows that are read are counted from its first one */
  anchorKey: string | null
  /** an earlier run to go on from; null: rows are counted from the first that is read */
  anchor: Anchor | null
  /** why `since` reads every bar there is; empty: it does not */
  sinceReason: string
  /** what decides the result, and nothing else */
  spec: FingerprintParts & { parameters: Record<string, unknown> }
}

/**
 * Finds the series, compiles the factors for the columns they have, and settles what is read.
 *
 * @throws LQ_USAGE, LQ_EXPRESSION, LQ_TIMEFRAME, LQ_INPUT_MISSING, LQ_INTERRUPTED
 */
export async function prepareScore(
  request: SettledScore,
  { store, config, signal }: { store: BarStore; config: Config; signal?: AbortSignal },
): Promise<PreparedScore> {
  const { exchange, symbols, scoring, combine = null, align, windowRounding, minBreadth } = request
  const { span, timeframe } = checkScore(request)
  const series = await store.list({ exchange, symbols, timeframe: timeframe.text })
  if (request.since === undefined) assertBars(series, span)
  const joins = await readJoins(request, { config, signal })
  const known = columnsWith(new Set(series.flatMap((one) => one.columns)), joins)
  const adjust = adjustOf(request, known.columns)
  const scope = { ...known, adjust, windowRounding }
  const { expressions, skipped } = factorsOf(request, scope)
  const members = joins.universe !== null
  if (joins.universe) assertMembers(joins.universe, series)
  const factors = compileFactors(expressions, scope, { scoring, combine, members })
  const identity = joinIdentity(joins, factors.plan.inputs)
  const panel = { symbols: series.map(({ key }) => key), adjust, minBreadth }
  const version = semanticVersion(request)
  const anchorKey = anchorKeyOf(factors.plan, { ...panel, identity, semanticVersion: version })
  const begin = { store, series, plan: factors.plan, minBreadth, barMs: barEnd(timeframe, 0), signal }
  const found = await beginningOf(request, span, { ...begin, lakeDir: config.lakeDir, key: anchorKey })
  const parameters = {
    ...{ ...panel, factors: factors.texts, order: factors.order },
    ...(align === 'own' ? { align } : {}),
    ...combineParameters(combine, expressions),
    ...{ fromMs: finite(found.span.fromMs), toMs: request.toMs },
    ...(request.since !== undefined && Number.isFinite(found.span.fromMs) ? { rows: 'from the first bar' } : {}),
  }
  const ofBars = await identityOf(series, request.since === undefined ? found.read : span, { store, signal })
  return {
    ...{ series, factors, skipped, joins, adjust, ...found },
    anchorKey: align === 'own' || (Number.isFinite(found.read.fromMs) && !found.anchor) ? null : anchorKey,
    spec: { kind: 'score', parameters, dataIdentity: { ...ofBars, ...identity }, semanticVersion: version },
  }
}

const finite = (ms: number): number | undefined => (Number.isFinite(ms) ? ms : undefined)

/** What decides the rows of a panel and the states of its recursive steps, but for the bars. */
function anchorKeyOf({ reach, scans }: FactorPlan, panel: object): string {
  const digests = scans.map(({ digest }) => digest).sort()
  return runIdOf({ ...panel, reach, scans: digests })
}

/** Where a run begins: the instants of its result, those it reads for it, and what it goes on from. */
async function beginningOf(
  { since, align }: SettledScore,
  span: Span,
  on: Omit<SinceOptions, 'since'> & Omit<WarmupOptions, 'startMs' | 'rows'>,
): Promise<Pick<PreparedScore, 'span' | 'read' | 'anchor' | 'sinceReason'>> {
  const { plan } = on
  const warmup = (rows: number | null) => warmupFrom({ ...on, startMs: span.fromMs, rows })
  if (since === undefined) {
    // How many rows of the panel hold a number of own bars is not known: all are read.
    const fromMs = await warmup(align === 'own' ? null : plan.warmup)
    return { span, read: { fromMs, toMs: span.toMs }, anchor: null, sinceReason: '' }
  }
  const { anchor, reason } = await resumptionOf({ ...on, since })
  if (!anchor) {
    return { span, read: { fromMs: Number.NEGATIVE_INFINITY, toMs: span.toMs }, anchor, sinceReason: reason }
  }
  const fromMs = since === 'last' ? anchor.endMs : since
  const needed = plan.scans.length > 0 || since === 'last' ? Number.POSITIVE_INFINITY : await warmup(plan.reach)
  const read = { fromMs: Math.min(anchor.resume.readFromMs, needed), toMs: span.toMs }
  return { span: { fromMs, toMs: span.toMs }, read, anchor, sinceReason: '' }
}

/** Factors of sets for which there are columns, then the others. @throws LQ_INPUT_MISSING if none is left */
function factorsOf(
  { ofSets, expressions, combine = null }: SettledScore,
  scope: Scope & { columns: ReadonlySet<string> },
): { expressions: NamedExpression[]; skipped: SkippedFactor[] } {
  const { there, skipped } = withColumns(ofSets, scope)
  const all = [...there, ...expressions]
  checkCategories(combine, { known: [...ofSets, ...expressions].map(categoryOf), left: all.map(categoryOf) })
  if (all.length > 0) return { expressions: all, skipped }
  const missing = [...new Set(skipped.flatMap((one) => one.missing))].sort()
  throw new LqError('LQ_INPUT_MISSING', `expected the columns ${missing.join(', ')} in the bars, found none of them`, {
    hint: 'join them: --with FILE:time_column',
  })
}

const categoryOf = ({ category }: NamedExpression) => category

/** What a combination depends on, beside the factors: of weights, the category of each. */
function combineParameters(combine: Combine | null, expressions: NamedExpression[]): Record<string, unknown> {
  if (!combine) return {}
  const ofWeights = combine.method === 'weights' ? { categories: expressions.map(categoryOf) } : {}
  return { combine, ...ofWeights }
}

/** @throws LQ_INPUT_MISSING if no symbol ever belongs to the universe */
function assertMembers({ path, spansOf }: Universe, series: SeriesInfo[]): void {
  if (series.some(({ key }) => spansOf(key.symbol).length > 0)) return
  const found = series.slice(0, 3).map(({ key }) => key.symbol)
  throw new LqError('LQ_INPUT_MISSING', `${path}: expected symbols of the bars, such as ${found}, found none`)
}

/**
 * The reference stays within each kernel's bound, but has other bits, and TensorFlow.js has other digits: their results
 * are results of other versions, which those of the addon must neither meet nor replace.
 */
function semanticVersion({ backend }: SettledScore): string {
  if (backend === 'tfjs') return `${SEMANTIC_VERSION}-tfjs`
  return loadAddon().addon ? SEMANTIC_VERSION : `${SEMANTIC_VERSION}-reference`
}

/** @throws LQ_INPUT_MISSING if no series reaches into the span */
export function assertBars(series: SeriesInfo[], { fromMs, toMs }: Span): void {
  if (series.some((one) => one.lastMs >= fromMs && one.firstMs < toMs)) return
  const shown = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : '…')
  const first = Math.min(...series.map((one) => one.firstMs))
  const last = Math.max(...series.map((one) => one.lastMs))
  throw new LqError('LQ_INPUT_MISSING', `expected bars from ${shown(fromMs)} to ${shown(toMs)}, found none`, {
    hint: `the bars that are there run from ${shown(first)} to ${shown(last)}`,
  })
}

/** Adjusted prices wherever a series has them, unless it is said otherwise. */
function adjustOf({ adjust }: SettledScore, columns: ReadonlySet<string>): 'none' | 'ratio' {
  const known = columns.has('adj_close')
  if (adjust !== 'ratio' || known) return adjust ?? (known ? 'ratio' : 'none')
  throw new LqError('LQ_INPUT_MISSING', '--adjust ratio: expected a column adj_close in the bars, found none', {
    hint: 'leave --adjust out, or ingest bars that have it',
  })
}

/** Partition → content checksum, of all that is read. */
export async function identityOf(
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
