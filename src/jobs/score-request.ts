import { LqError } from '../errors.js'
import { COMBINED, type Combine } from '../factors/combine.js'
import { checkedNames, type NamedExpression } from '../factors/named.js'
import type { Scoring } from '../factors/scoring.js'
import type { WithRequest } from '../lake/with-file.js'
import { parseTimeframe, type Timeframe } from '../timeframe.js'
import { checkRunId } from './run-id.js'
import type { Span } from './score-bars.js'
import type { StoreMode } from './score-store.js'

/** What is scored, on what, and how. */
export interface ScoreRequest {
  exchange?: string
  symbols: string[] | 'all'
  timeframe: string
  /** factors of sets: those whose columns are not there are left out */
  ofSets?: NamedExpression[]
  /** factors that are asked for one by one: all columns must be there */
  expressions?: NamedExpression[]
  /** left out: factors stay as they are */
  scoring?: Scoring
  /** left out: the factors stay apart */
  combine?: Combine | null
  /** files whose columns are joined as of their time */
  joins?: WithRequest[]
  /** file of symbol, start, end: outside its spans a symbol is missing in cross-sections */
  universe?: string
  /** ms UTC, inclusive; left out, from the first bar */
  fromMs?: number
  /** ms UTC, or the end of the last run: as `fromMs`, with the bits that a run from the first bar gives */
  since?: number | 'last'
  /** ms UTC, exclusive; left out, to the last bar */
  toMs?: number
  /** left out: `ratio` where the bars have an adjusted close */
  adjust?: 'none' | 'ratio'
  /** `own`: windows count the symbol's own bars; left out, rows of the panel */
  align?: 'panel' | 'own'
  /** 0 … 1, default 0 */
  minBreadth?: number
  /** default `floor` */
  windowRounding?: 'floor' | 'nearest'
  /** left out: as LQ_GPU_MODE says; all of those give the same bits, which tfjs does not */
  backend?: 'auto' | 'tfjs'
  /** a .parquet file; without it, the lake's gold layer */
  out?: string
  runId?: string
  /** whether rows go to the database too; left out: `auto` */
  factorScores?: StoreMode
}

/** A request whose defaults are filled in. */
export type SettledScore = ScoreRequest &
  Required<Pick<ScoreRequest, 'ofSets' | 'expressions' | 'scoring' | 'minBreadth' | 'windowRounding'>>

/** Fills in what a request leaves out. */
export function settled(request: ScoreRequest): SettledScore {
  const { ofSets = [], expressions = [], scoring = {}, minBreadth = 0, windowRounding = 'floor' } = request
  return { ...request, ofSets, expressions, scoring, minBreadth, windowRounding }
}

/**
 * Checks a request by itself, before anything is opened.
 *
 * @throws LQ_USAGE, LQ_OPTION_RANGE, LQ_TIMEFRAME
 */
export function checkScore(request: SettledScore): { span: Span; timeframe: Timeframe } {
  const { out, minBreadth, since, runId } = request
  checkRunId(runId)
  if (since !== undefined && request.fromMs !== undefined) {
    throw new LqError('LQ_USAGE', 'expected --start or --since, got both', {
      hint: '--since gives the bits of a run over all bars; --start reads no more than the windows need',
    })
  }
  const { fromMs = typeof since === 'number' ? since : Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } =
    request
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
  if (request.align === 'own' && request.since !== undefined) {
    throw new LqError('LQ_USAGE', 'expected --since without --align own, found both', {
      hint: 'own alignment reads all bars anyway: leave --since out, and give --start',
    })
  }
  const names = [...request.ofSets, ...request.expressions]
  checkedNames(request.combine ? [...names, { name: COMBINED, text: '' }] : names)
  return { span: { fromMs, toMs }, timeframe: parseTimeframe(request.timeframe) }
}
