import { LqError } from '../errors.js'
import { isEmpty, parseSpan, plus, type Span } from './span.js'
import { type Edge, edgeAfter, edgeOfRow, isWithin, type Part, partBetween, rowsOf, type Timeline } from './timeline.js'

const FOLDS_MAX = 10_000

/** Parts in time order; no row is in two of them. */
export interface Split {
  train: Part
  validation: Part | null
  test: Part
}

export interface Fold extends Split {
  /** counts from 1 */
  fold: number
}

export interface Folds {
  folds: Fold[]
  /** what was left out; null where everything fits */
  left: string | null
}

/** Lengths as text: `500` bars, `30d`, `12M`. All of one kind, but for gaps, which may be of either. */
export interface WalkForwardRule extends GapRule {
  train: string
  validation?: string
  test: string
  /** from one fold to the next; the length of the test if not given, so that tests follow each other */
  step?: string
  /** every training begins at the base */
  anchored?: boolean
}

/** What is left out before a part that follows another: both, one after the other. */
export interface GapRule {
  /** as long as what is learnt at a bar depends on later bars (the longest trade, a forward return) */
  purge?: string
  /** a margin on top of it, for what depends on each other longer than that */
  embargo?: string
}

/**
 * Folds of a walk-forward: train, validation, test, one after the other; fold i (from 0) is moved by i steps. Every
 * edge is computed from the base at once (base + i · step + the lengths before it), and parts are half-open. Gaps are
 * taken from the end of the part before, so tests are never cut.
 *
 * A fold whose test would end behind the last bar, or with a part without bars, is left out, and `left` says so.
 *
 * @throws LQ_USAGE where a length is none, or kinds are mixed; LQ_OPTION_RANGE for a train, test or step of nothing
 * @see Pardo 2008, The Evaluation and Optimization of Trading Strategies, ch. 11; gaps: López de Prado 2018, Advances
 *   in Financial Machine Learning, ch. 7
 */
export function walkForward(timeline: Timeline, rule: WalkForwardRule): Folds {
  const train = lengthOf('train', rule.train)
  const validation = rule.validation === undefined ? null : lengthOf('validation', rule.validation)
  const test = lengthOf('test', rule.test)
  const step = lengthOf('step', rule.step ?? rule.test)
  const gaps = gapsOf(rule)
  const nothing = plus(step, step, -1)
  const folds: Fold[] = []
  let empty = 0
  for (let i = 0; i < FOLDS_MAX; i++) {
    const lengths = [plus(nothing, step, i), train, ...(validation ? [validation] : []), test]
    const edges: Edge[] = []
    lengths.reduce((sum, length) => {
      const next = plus(sum, length)
      edges.push(edgeAfter(timeline, timeline.baseMs, next))
      return next
    }, nothing)
    const end = edges[edges.length - 1]
    if (!isWithin(timeline, end)) return { folds, left: leftOver({ timeline, edges, folds: folds.length, empty }) }
    if (rule.anchored) edges[0] = edgeAfter(timeline, timeline.baseMs, nothing)
    const split = splitAt(timeline, edges, gaps)
    if (isWhole(split)) folds.push({ fold: folds.length + 1, ...split })
    else empty += 1
  }
  throw new LqError('LQ_OPTION_RANGE', `expected at most ${FOLDS_MAX} folds, got more`, {
    hint: 'take a longer --step',
  })
}

/**
 * One split counted from the end: the last `test`, before it `validation`, before it everything from the base on.
 *
 * @throws LQ_USAGE as walkForward does; LQ_INPUT_INVALID where a part has no bars
 */
export function recentSplit(timeline: Timeline, rule: GapRule & { validation?: string; test: string }): Split {
  const test = lengthOf('test', rule.test)
  const nothing = plus(test, test, -1)
  const validation = rule.validation === undefined ? null : plus(test, lengthOf('validation', rule.validation))
  const backwards = [...(validation ? [validation] : []), test, nothing].map((span) => plus(nothing, span, -1))
  const edges = backwards.map((span) => edgeAfter(timeline, timeline.endMs, span))
  return whole(splitAt(timeline, [edgeAfter(timeline, timeline.baseMs, nothing), ...edges], gapsOf(rule)))
}

/**
 * One split by shares of the bars, rounded down: 0.7 train, 0.15 validation, the rest test.
 *
 * @throws LQ_OPTION_RANGE where shares are not above 0 with a sum below 1; LQ_INPUT_INVALID where a part has no bars
 */
export function shareSplit(timeline: Timeline, rule: GapRule & { train: number; validation?: number }): Split {
  const { train, validation } = rule
  if (!(train > 0 && (validation ?? 1) > 0 && train + (validation ?? 0) < 1)) {
    const found = `train ${train}${validation === undefined ? '' : `, validation ${validation}`}`
    throw new LqError('LQ_OPTION_RANGE', `expected shares above 0 that leave some for the test, got ${found}`, {
      hint: 'such as 0.7 and 0.15',
    })
  }
  const { from, to } = rowsOf(timeline)
  const shares = [0, train, ...(validation === undefined ? [] : [train + validation]), 1]
  const edges = shares.map((share) => edgeOfRow(timeline, from + Math.floor(share * (to - from) + 1e-9)))
  return whole(splitAt(timeline, edges, gapsOf(rule)))
}

/** @param edges of train, perhaps validation, and test: one more than parts */
function splitAt(timeline: Timeline, edges: Edge[], gaps: Span[]): Split {
  const last = edges.length - 1
  return {
    train: partBetween(timeline, edges[0], edges[1], gaps),
    validation: last === 3 ? partBetween(timeline, edges[1], edges[2], gaps) : null,
    test: partBetween(timeline, edges[last - 1], edges[last]),
  }
}

function isWhole({ train, validation, test }: Split): boolean {
  return [train, validation, test].every((part) => part === null || part.from < part.to)
}

function whole(split: Split): Split {
  if (isWhole(split)) return split
  throw new LqError('LQ_INPUT_INVALID', 'expected bars in every part of the split, got a part without', {
    hint: 'take shorter parts or gaps, or more bars',
  })
}

/** @param found.edges of the first fold that does not fit */
function leftOver(found: { timeline: Timeline; edges: Edge[]; folds: number; empty: number }): string | null {
  const { timeline, edges, folds, empty } = found
  const testFrom = edges[edges.length - 2].ms
  const left: string[] = []
  if (empty > 0) left.push(`${empty} folds have a part without bars`)
  if (testFrom < timeline.endMs)
    left.push(`the test of a last fold begins ${dateOf(testFrom)} and ends behind the bars`)
  else if (folds + empty === 0) left.push('the first test begins behind the bars')
  return left.length > 0 ? `left out: ${left.join('; ')} (they end ${dateOf(timeline.endMs)})` : null
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString()
}

function lengthOf(name: string, text: string): Span {
  const span = parseSpan(text)
  if (!isEmpty(span)) return span
  throw new LqError('LQ_OPTION_RANGE', `expected --${name} longer than nothing, got ${text}`, {
    hint: 'such as 500 (bars), 30d or 12M',
  })
}

function gapsOf({ purge, embargo }: GapRule): Span[] {
  return [purge, embargo].flatMap((text) => (text === undefined ? [] : [parseSpan(text)]))
}
