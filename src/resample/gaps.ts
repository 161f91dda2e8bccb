import assert from 'node:assert/strict'
import { LqError } from '../errors.js'
import type { Bars } from '../types.js'
import { type BucketRule, bucketTable } from './buckets.js'

export const GAPS = ['none', 'null', 'previous', 'linear'] as const

/** How buckets without a bar are filled, between a series' first and last bar and inside sessions. */
export type Gaps = (typeof GAPS)[number]

/** The bars of some buckets of one series. `columns` has `bars`, perhaps `complete` (1 or 0), and the usual ones. */
export interface FoldedBars extends Bars {
  /** [rows] ms UTC: the `bucketEnd` of each row's bucket */
  end: Float64Array
}

const PRICES = ['open', 'high', 'low', 'close']
/** Rows of a filled chunk, and buckets looked up at once: memory is bounded however wide a gap is. */
const ROWS_MAX = 16_384

/** @throws LQ_USAGE if the text is none of `none null previous linear` */
export function parseGaps(text: string): Gaps {
  const gaps = GAPS.find((name) => name === text.trim().toLowerCase())
  if (gaps) return gaps
  throw new LqError('LQ_USAGE', `expected gaps to be one of ${GAPS.join(', ')}, got ${JSON.stringify(text)}`)
}

/**
 * A function that takes the folded chunks of one series in order and gives them back with their gaps filled. What it
 * gives does not depend on how the rows are cut into chunks.
 *
 * - `null`: every column missing
 * - `previous`: open = high = low = close = the last close that was not missing; volume and turnover 0
 * - `linear`: each price on the line, over time, between that of the bar before and that of the bar after (missing if
 *   either is); volume and turnover 0
 *
 * A filled row has `bars` = 0 and is complete: a later bar is there. Its other columns are missing.
 *
 * @param options.rule the rule that the chunks were folded by
 */
export function createGapFiller(options: {
  rule: BucketRule
  gaps: Gaps
}): (chunk: FoldedBars) => Iterable<FoldedBars> {
  if (options.gaps === 'none') return (chunk) => [chunk]
  let state: State | null = null
  return function* (chunk) {
    if (chunk.rows === 0) return
    state ??= { next: bucketsAfter(options.rule, chunk.end[0]), before: null, lastClose: Number.NaN }
    yield* fill(chunk, { state, gaps: options.gaps })
  }
}

interface State {
  /** the buckets after that of the newest row */
  next: Iterator<Place, never>
  before: Row | null
  lastClose: number
}

interface Place {
  label: number
  end: number
}

/** `values` in the order of the chunk's columns. */
interface Row extends Place {
  values: number[]
}

function* fill(chunk: FoldedBars, { state, gaps }: { state: State; gaps: Gaps }): Generator<FoldedBars> {
  const names = Object.keys(chunk.columns)
  const columns = Object.values(chunk.columns)
  const out = createChunk(names)
  for (let i = 0; i < chunk.rows; i += 1) {
    const after = { label: chunk.timestamp[i], end: chunk.end[i], values: columns.map((column) => column[i]) }
    if (state.before) {
      const between = { before: state.before, after, lastClose: state.lastClose }
      for (let place = state.next.next().value; place.label !== after.label; place = state.next.next().value) {
        assert(place.label < after.label, 'a folded row has a label of its rule')
        out.push({ ...place, values: filledValues(names, { gaps, label: place.label, ...between }) })
        if (out.isFull()) yield out.take()
      }
    }
    out.push(after)
    if (out.isFull()) yield out.take()
    state.before = after
    const close = after.values[names.indexOf('close')]
    if (!Number.isNaN(close)) state.lastClose = close
  }
  if (!out.isEmpty()) yield out.take()
}

/** Values of an empty bucket between two bars. */
function filledValues(
  names: string[],
  at: { gaps: Gaps; label: number; before: Row; after: Row; lastClose: number },
): number[] {
  const share = (at.label - at.before.label) / (at.after.label - at.before.label)
  return names.map((name, i) => {
    if (name === 'bars') return 0
    if (name === 'complete') return 1
    if (at.gaps === 'null') return Number.NaN
    if (name === 'volume' || name === 'turnover') return 0
    if (!PRICES.includes(name)) return Number.NaN
    if (at.gaps === 'previous') return at.lastClose
    return at.before.values[i] + (at.after.values[i] - at.before.values[i]) * share
  })
}

/** All buckets from an instant on. It is only ever asked for those up to a bar's, so it never comes to an end. */
function* bucketsAfter(rule: BucketRule, fromMs: number): Generator<Place, never> {
  for (let from = fromMs; ; ) {
    const { buckets, label, bucketEnd } = bucketTable(rule, from, ROWS_MAX)
    assert(buckets > 0, 'a bar lies in a bucket of its calendar')
    for (let i = 0; i < buckets; i += 1) yield { label: label[i], end: bucketEnd[i] }
    from = bucketEnd[buckets - 1]
  }
}

/** Collects rows into a chunk of at most `ROWS_MAX`. */
function createChunk(names: string[]) {
  const timestamp = new Float64Array(ROWS_MAX)
  const end = new Float64Array(ROWS_MAX)
  const columns = names.map(() => new Float64Array(ROWS_MAX))
  let rows = 0
  return {
    isEmpty: () => rows === 0,
    isFull: () => rows === ROWS_MAX,
    push(row: Row) {
      timestamp[rows] = row.label
      end[rows] = row.end
      for (let i = 0; i < columns.length; i += 1) columns[i][rows] = row.values[i]
      rows += 1
    },
    take(): FoldedBars {
      const taken = {
        rows,
        timestamp: timestamp.slice(0, rows),
        end: end.slice(0, rows),
        columns: Object.fromEntries(names.map((name, i) => [name, columns[i].slice(0, rows)])),
      }
      rows = 0
      return taken
    },
  }
}
