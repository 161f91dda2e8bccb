import type { BucketTable } from '../../src/resample/bucket-table.js'
import { type BucketRule, bucketOf, bucketTable } from '../../src/resample/buckets.js'
import { openSession } from '../../src/resample/calendars/open.js'

/** ms UTC of an ISO 8601 text. */
export function at(text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new Error(`no time: ${text}`)
  return ms
}

/** `2024-11-03T04:00Z` */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(':00.000Z', 'Z')
}

/** A rule in civil time of UTC without a session, unless said otherwise; `session` is a text. */
export function rule(
  timeframe: string,
  options: Partial<Omit<BucketRule, 'session'>> & { session?: string } = {},
): BucketRule {
  const session = options.session ? openSession(options.session) : null
  return { timeZone: 'UTC', weekStart: 1, calendar: 'civil', ...options, timeframe, session }
}

/** The first `count` buckets from an instant as `label start/end start/end …`, all ISO. */
export function buckets(of: BucketRule, from: string, count: number): string[] {
  const table = bucketTable(of, at(from), Math.max(count, 64))
  return describeTable(table).slice(0, count)
}

/** The edges of the first `count` one-piece buckets from an instant. */
export function edges(of: BucketRule, from: string, count: number): string[] {
  const table = bucketTable(of, at(from), count)
  return [...table.start.subarray(0, count), table.end[count - 1]].map(iso)
}

export function describeTable(table: BucketTable): string[] {
  return Array.from(table.label, (label, b) => {
    const pieces = Array.from({ length: table.count }, (_, i) => i).filter((i) => table.bucket[i] === b)
    return [iso(label), ...pieces.map((i) => `${iso(table.start[i])}/${iso(table.end[i])}`)].join(' ')
  })
}

/** Label of the bucket that holds an instant, or null. */
export function labelOf(of: BucketRule, when: string): string | null {
  const bucket = bucketOf(of, at(when))
  return bucket && iso(bucket.label)
}

/** A seeded generator of numbers in [0, 1). @see Marsaglia's xorshift32 */
export function random(seed: number): () => number {
  // Spread over all bits: small seeds would begin with small numbers.
  let state = Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
