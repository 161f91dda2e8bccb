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

/** Columns grow from this many rows by doubling: most tables are far smaller than their limit. */
const CAPACITY_FIRST = 1024

/** Pieces of a table of few but wide buckets: 260 years of sessions, or 1.5 MB. */
export const PIECES_MAX = 65_536

/** @param limit greatest number of buckets; their pieces are at most PIECES_MAX where each has several */
export function createTable(limit: number): TableBuilder {
  let table = allocate(Math.min(limit, CAPACITY_FIRST))
  let pieces = 0
  let buckets = 0
  let full = false

  function addPiece(start: number, end: number): void {
    if (pieces === table.count) table = copyInto(allocate(2 * pieces), table)
    table.start[pieces] = start
    table.end[pieces] = end
    table.bucket[pieces] = buckets
    pieces += 1
  }

  function closeBucket(label: number, bucketEnd: number): void {
    table.label[buckets] = label
    table.bucketEnd[buckets] = bucketEnd
    buckets += 1
  }

  return {
    hasRoom: () => !full && buckets < limit,
    add(start, end) {
      addPiece(start, end)
      closeBucket(start, end)
    },
    addPieces(label, edges, bucketEnd) {
      full = buckets > 0 && pieces + edges.length / 2 > PIECES_MAX
      if (full) return
      for (let i = 0; i < edges.length; i += 2) addPiece(edges[i], edges[i + 1])
      closeBucket(label, bucketEnd)
    },
    finish: () => ({
      count: pieces,
      start: table.start.slice(0, pieces),
      end: table.end.slice(0, pieces),
      bucket: table.bucket.slice(0, pieces),
      buckets,
      label: table.label.slice(0, buckets),
      bucketEnd: table.bucketEnd.slice(0, buckets),
    }),
  }
}

/** Room for `capacity` pieces; never fewer pieces than buckets, so one capacity does for both. */
function allocate(capacity: number): BucketTable {
  const column = () => new Float64Array(capacity)
  const bucket = new Int32Array(capacity)
  return {
    count: capacity,
    start: column(),
    end: column(),
    bucket,
    buckets: capacity,
    label: column(),
    bucketEnd: column(),
  }
}

function copyInto(target: BucketTable, source: BucketTable): BucketTable {
  for (const name of ['start', 'end', 'bucket', 'label', 'bucketEnd'] as const) target[name].set(source[name])
  return target
}
