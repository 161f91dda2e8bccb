import type { SeriesInfo } from '../lake/series.js'
import { type BucketRule, bucketTable } from './buckets.js'
import { BUCKETS_MAX } from './fold.js'
import { spanBuckets } from './series.js'

/** A part of the work whose result is small: a series by one or several targets, or a span of a series by one. */
export interface Shard {
  series: SeriesInfo
  /** indices of the rules */
  targets: number[]
  /** ms UTC, inclusive */
  fromMs?: number
  /** ms UTC, exclusive */
  toMs?: number
  /** buckets that it yields, about */
  size: number
}

export interface ShardOptions {
  rules: BucketRule[]
  threads: number
  fromMs?: number
  toMs?: number
}

/** Rows that are worth a task of their own: reading them takes some 10 ms. */
const SHARD_ROWS_MIN = 250_000

/**
 * Cuts a job into shards, in the order of its output: series, then target, then time. No shard yields more than
 * BUCKETS_MAX buckets, so what waits for its turn to be written is bounded. Targets share one reading of the rows while
 * they are that small together; a span is cut only between buckets, so no cut shows in the output.
 */
export function* planShards(series: SeriesInfo[], options: ShardOptions): Generator<Shard> {
  const parts = Math.ceil(options.threads / Math.max(1, series.length))
  for (const one of series) {
    const fromMs = Math.max(one.firstMs, options.fromMs ?? Number.NEGATIVE_INFINITY)
    const lastMs = Math.min(one.lastMs, (options.toMs ?? Number.POSITIVE_INFINITY) - 1)
    if (fromMs > lastMs) continue
    const sizes = options.rules.map((rule) => Math.min(one.rows, spanBuckets(rule, fromMs, lastMs)))
    for (const { targets, size } of groups(sizes)) {
      const limit = Math.min(BUCKETS_MAX, Math.ceil(size / Math.min(parts, Math.ceil(one.rows / SHARD_ROWS_MIN))))
      if (targets.length > 1 || limit >= size)
        yield { series: one, targets, fromMs: options.fromMs, toMs: options.toMs, size }
      else yield* cut({ series: one, targets, ...options, firstMs: fromMs, lastMs, limit })
    }
  }
}

/** Neighbouring targets, in order, as many together as yield BUCKETS_MAX buckets at most; a larger one alone. */
function groups(sizes: number[]): { targets: number[]; size: number }[] {
  const result: { targets: number[]; size: number }[] = []
  for (const [target, size] of sizes.entries()) {
    const last = result.at(-1)
    if (last && last.size + size <= BUCKETS_MAX) {
      last.targets.push(target)
      last.size += size
    } else result.push({ targets: [target], size })
  }
  return result
}

/** One series by one target, cut into spans of `limit` buckets. */
function* cut(
  options: ShardOptions & { series: SeriesInfo; targets: number[]; firstMs: number; lastMs: number; limit: number },
) {
  const { series, targets, rules, toMs, firstMs, lastMs, limit } = options
  let fromMs = options.fromMs
  for (let edgeMs = firstMs; edgeMs <= lastMs; ) {
    const { buckets, bucketEnd } = bucketTable(rules[targets[0]], edgeMs, limit)
    edgeMs = buckets < limit ? Number.POSITIVE_INFINITY : bucketEnd[buckets - 1]
    const last = edgeMs > lastMs
    yield { series, targets, fromMs, toMs: last ? toMs : edgeMs, size: buckets }
    fromMs = edgeMs
  }
}
