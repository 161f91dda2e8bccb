/**
 * Consecutive buckets, and the pieces of time that belong to them. Without a session a bucket is one piece, and the
 * pieces cover all time. With one, time between pieces is outside every bucket: bars there are dropped; and a `d w M`
 * bucket has several pieces, one per trading range, that fold into one bar.
 */
export interface BucketTable {
  /** number of pieces */
  count: number
  /** [count] ms UTC; pieces are [start, end), ascending, and never overlap */
  start: Float64Array
  /** [count] ms UTC */
  end: Float64Array
  /** [count] the bucket a piece belongs to: 0 … buckets − 1, ascending, none left out */
  bucket: Int32Array
  /** number of buckets */
  buckets: number
  /** [buckets] ms UTC: the timestamp of the bucket's bar; ascending, unique */
  label: Float64Array
  /** [buckets] ms UTC: the time at which the bucket is over (end of its last piece, or later: see `complete`) */
  bucketEnd: Float64Array
}

/** A table that grows, bucket by bucket, up to its limit. */
export interface TableBuilder {
  hasRoom(): boolean
  /** one bucket that is one piece, labelled by its start */
  add(start: number, end: number): void
  /** one bucket of several pieces, `[start, end, …]` */
  addPieces(label: number, pieces: readonly number[], bucketEnd: number): void
  finish(): BucketTable
}

/** @param limit greatest number of buckets; pieces are at most the trading ranges of so many buckets */
export function createTable(limit: number): TableBuilder {
  const start: number[] = []
  const end: number[] = []
  const bucket: number[] = []
  const label: number[] = []
  const bucketEnd: number[] = []
  return {
    hasRoom: () => label.length < limit,
    add(from, to) {
      start.push(from)
      end.push(to)
      bucket.push(label.length)
      label.push(from)
      bucketEnd.push(to)
    },
    addPieces(bucketLabel, pieces, over) {
      for (let i = 0; i < pieces.length; i += 2) {
        start.push(pieces[i])
        end.push(pieces[i + 1])
        bucket.push(label.length)
      }
      label.push(bucketLabel)
      bucketEnd.push(over)
    },
    finish: () => ({
      count: start.length,
      start: new Float64Array(start),
      end: new Float64Array(end),
      bucket: new Int32Array(bucket),
      buckets: label.length,
      label: new Float64Array(label),
      bucketEnd: new Float64Array(bucketEnd),
    }),
  }
}
