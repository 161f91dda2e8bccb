import { loadAddon } from '../compute/addon.js'
import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import { hashFile } from '../lake/disk.js'
import { symbolName } from '../lake/layout.js'
import type { BarStore, SeriesInfo } from '../lake/series.js'
import type { FingerprintParts } from '../state/fingerprint.js'
import type { State } from '../state/state.js'
import { checkEvaluate, type SettledEvaluate } from './evaluate-request.js'
import { locateScores, openScores, type ScoreFile } from './evaluate-scores.js'
import type { Span } from './score-bars.js'
import { assertBars, identityOf } from './score-prepare.js'

/** Rises when the same input and options give other bits. */
const SEMANTIC_VERSION = '1'

/** Everything that is decided before a price is read. */
export interface PreparedEvaluation {
  scores: ScoreFile
  series: SeriesInfo[]
  /** columns of the bars, of all series together */
  columns: ReadonlySet<string>
  /** `ratio`: prices are multiplied by adj_close/close, as some series have an adjusted close */
  adjust: 'none' | 'ratio'
  span: Span
  /** what decides the result, and nothing else */
  spec: FingerprintParts & { parameters: Record<string, unknown> }
}

/**
 * Finds the scores, and the bars of their symbols.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_TIMEFRAME, LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_INTERRUPTED
 */
export async function prepareEvaluation(
  request: SettledEvaluate,
  { config, store, state, signal }: { config: Config; store: BarStore; state: State | null; signal?: AbortSignal },
): Promise<PreparedEvaluation> {
  const { span, timeframe } = checkEvaluate(request)
  const { exchange, factors, group, horizons, delay, quantiles, price, fromMs, toMs } = request
  const path = await locateScores(request.scores, { config, state })
  const scores = await openScores(path, { factors, group, span, config, signal })
  const series = await store.list({ exchange, symbols: scores.symbols, timeframe: timeframe.text })
  assertOneEach(series)
  assertBars(series, span)
  const columns = new Set(series.flatMap((one) => one.columns))
  if (group !== undefined && scores.group === null) assertColumn(group, { columns, scores })
  const parameters = {
    symbols: series.map(({ key }) => key),
    factors: scores.factors,
    ...{ horizons, delay, quantiles, price, group, fromMs, toMs },
  }
  const dataIdentity = { scores: await hashFile(path), ...(await identityOf(series, span, { store, signal })) }
  return {
    ...{ scores, series, columns, span },
    adjust: columns.has('adj_close') ? 'ratio' : 'none',
    spec: { kind: 'evaluate', parameters, dataIdentity, semanticVersion: semanticVersion() },
  }
}

/** As for scores: what the reference computes has other bits. */
function semanticVersion(): string {
  return loadAddon().addon ? SEMANTIC_VERSION : `${SEMANTIC_VERSION}-reference`
}

/** @throws LQ_INPUT_INVALID where a symbol of the scores could be one of several series */
function assertOneEach(series: SeriesInfo[]): void {
  const seen = new Set<string>()
  for (const { key } of series) {
    const name = symbolName(key.symbol)
    if (seen.has(name)) {
      throw new LqError('LQ_INPUT_INVALID', `expected one series of each symbol, found several of ${key.symbol}`, {
        hint: 'name the exchange by --exchange',
      })
    }
    seen.add(name)
  }
}

function assertColumn(group: string, { columns, scores }: { columns: ReadonlySet<string>; scores: ScoreFile }): void {
  if (columns.has(group)) return
  const found = [...columns].sort().join(', ')
  throw new LqError('LQ_INPUT_MISSING', `--group: expected a column ${group} in ${scores.path} or the bars`, {
    hint: `the columns of the bars are ${found}`,
  })
}
