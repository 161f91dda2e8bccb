import { MS_PER_DAY, parseTimeframe } from '../timeframe.js'
import type { BucketTable } from './bucket-table.js'
import { type BucketRule, bucketTable, isComplete } from './buckets.js'
import {
  BUCKETS_MAX,
  column,
  createFold,
  type FoldColumn,
  type FoldState,
  HEADER,
  resetFold,
  STATUS,
  setPieces,
} from './fold.js'
import type { FoldedBars } from './gaps.js'
import type { RowSource } from './scan.js'

/**
 * Finished buckets of one target, in time order: only those that hold a row of the source. Columns are
 * `open high low close volume bars complete`, and `turnover`, `vwap` where asked for; NaN = missing.
 */
export interface TargetBars extends FoldedBars {
  /** rows of the source that lie in no bucket */
  dropped: number
}

export interface FoldOptions {
  turnover: boolean
  vwap: boolean
  /** ms UTC: time up to which the series is known */
  watermarkMs: number
  /** ms UTC: no row is later; bounds how many buckets are laid out at a time */
  lastMs: number
}

/** Folds of former series, by rule: their memory is used again, as it would lie about until it is collected. */
export type FoldStore = FoldState[]

/** Why a fold ended before its data did. */
export type FoldStop = 'disorder' | 'cancelled' | 'unsupported'

const STOPS: Record<number, FoldStop> = {
  [STATUS.DISORDER]: 'disorder',
  [STATUS.CANCELLED]: 'cancelled',
  [STATUS.UNSUPPORTED]: 'unsupported',
}

/** Shortest month, for a bound on the number of buckets in a span. */
const MONTH_DAYS_MIN = 28

/**
 * Folds one series into the buckets of several rules, in one pass over its rows. Memory is bounded by BUCKETS_MAX
 * buckets per rule and by what comes out.
 *
 * @param folds memory that is used again; one series at a time
 * @returns one chunk per rule, or why there is none
 * @throws what `bucketTable` throws for a time that its calendar does not know
 */
export async function foldSeries(
  source: RowSource,
  rules: BucketRule[],
  options: FoldOptions,
  folds: FoldStore = [],
): Promise<TargetBars[] | FoldStop> {
  const targets = rules.map((rule, i) => createTarget(rule, options, { folds, i }))
  for (;;) {
    const status = await source.fold(targets.map((target) => target.state()))
    if (status === STATUS.DONE) return targets.map((target) => target.finish())
    if (status !== STATUS.FULL) return STOPS[status]
    for (const target of targets) target.advance()
  }
}

/** The fold of one rule: its state, the table that the state holds, and the buckets that are finished. */
function createTarget(rule: BucketRule, options: FoldOptions, { folds, i }: { folds: FoldStore; i: number }) {
  folds[i] ??= createFold(0, options)
  resetFold(folds[i], options)
  let table: BucketTable | null = null
  const parts: FoldedBars[] = []

  /** If the fold waits for its next table, takes the buckets of this one and lays that table out. */
  function advance(): void {
    const next = folds[i][HEADER.next]
    if (Number.isNaN(next)) return
    if (table) parts.push(take(folds[i], table, options))
    table = layOut(rule, next, options.lastMs)
    folds[i] = withRoom(folds[i], Math.max(table.count, table.buckets, 1), options)
    // A calendar that ends here leaves a row without a bucket: a piece of no time right after it lets it drop.
    setPieces(folds[i], table.count > 0 ? table : { start: [next + 1], end: [next + 1], bucket: [0] })
  }

  function finish(): TargetBars {
    if (table) parts.push(take(folds[i], table, options))
    return { ...concatenate(parts), dropped: folds[i][HEADER.dropped] }
  }

  return { state: () => folds[i], advance, finish }
}

/** A state with room for a table; what the header has counted so far is kept. */
function withRoom(fold: FoldState, capacity: number, options: FoldOptions): FoldState {
  if (capacity <= fold[HEADER.capacity]) return fold
  const larger = createFold(capacity, options)
  for (const kept of [HEADER.row, HEADER.dropped, HEADER.last]) larger[kept] = fold[kept]
  return larger
}

/** Tables of the last use of each rule: series of one exchange mostly span the same time. */
const lastTables = new WeakMap<BucketRule, { fromMs: number; limit: number; table: BucketTable }>()

function layOut(rule: BucketRule, fromMs: number, lastMs: number): BucketTable {
  const limit = Math.max(1, Math.min(BUCKETS_MAX, spanBuckets(rule, fromMs, lastMs)))
  const known = lastTables.get(rule)
  if (known?.fromMs === fromMs && known.limit === limit) return known.table
  const table = bucketTable(rule, fromMs, limit)
  lastTables.set(rule, { fromMs, limit, table })
  return table
}

/** A bound on the number of buckets that hold a time of [fromMs, lastMs]. */
export function spanBuckets(rule: BucketRule, fromMs: number, lastMs: number): number {
  const { widthMs, count } = parseTimeframe(rule.timeframe)
  return Math.ceil((lastMs - fromMs) / (widthMs ?? count * MONTH_DAYS_MIN * MS_PER_DAY)) + 2
}

/** The buckets of a table that hold a row, as columns. */
function take(fold: FoldState, table: BucketTable, { turnover, vwap, watermarkMs }: FoldOptions): FoldedBars {
  const bars = column(fold, 'bars')
  let count = 0
  for (let b = 0; b < table.buckets; b++) if (bars[b] > 0) count++
  const held = new Int32Array(count)
  for (let b = 0, i = 0; b < table.buckets; b++) if (bars[b] > 0) held[i++] = b
  const pick = (from: Float64Array) => {
    const picked = new Float64Array(count)
    for (let i = 0; i < count; i++) picked[i] = from[held[i]]
    return picked
  }
  const values = (name: FoldColumn) => pick(column(fold, name))
  const end = pick(table.bucketEnd)
  return {
    rows: count,
    timestamp: pick(table.label),
    end,
    columns: {
      open: values('open'),
      high: values('high'),
      low: values('low'),
      close: values('close'),
      volume: values('volume'),
      ...(turnover && { turnover: values('turnover') }),
      ...(vwap && { vwap: quotient(values('priceVolume'), values('pricedVolume')) }),
      bars: values('bars'),
      complete: end.map((ms) => (isComplete(ms, watermarkMs) ? 1 : 0)),
    },
  }
}

/** One chunk of several, in order; without any, a chunk of no rows and no columns. */
function concatenate(parts: FoldedBars[]): FoldedBars {
  if (parts.length === 1) return parts[0]
  const all = (of: (part: FoldedBars) => Float64Array) => join(parts.map(of))
  return {
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    timestamp: all((part) => part.timestamp),
    end: all((part) => part.end),
    columns: Object.fromEntries(
      Object.keys(parts[0]?.columns ?? {}).map((name) => [name, all((part) => part.columns[name])]),
    ),
  }
}

function join(arrays: Float64Array[]): Float64Array {
  const whole = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0))
  let at = 0
  for (const array of arrays) {
    whole.set(array, at)
    at += array.length
  }
  return whole
}

/** x ÷ y, missing where that is not finite. */
function quotient(x: Float64Array, y: Float64Array): Float64Array {
  return x.map((value, i) => (Number.isFinite(value / y[i]) ? value / y[i] : Number.NaN))
}
