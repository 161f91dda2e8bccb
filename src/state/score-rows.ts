/** Scores of one factor, no two with one symbol and time, in any order (by time is fastest). Missing is NaN. */
export interface ScoreRows {
  rows: number
  /** [rows] */
  symbols: ArrayLike<string>
  /** [rows] ms since 1970-01-01T00:00Z, whole */
  timestamps: ArrayLike<number>
  /** [rows] values of the factor */
  raw: ArrayLike<number>
  /** [rows] dimensionless; left out: NULL */
  zscore?: ArrayLike<number>
  /** [rows] 0 … 100; left out: NULL */
  percentile?: ArrayLike<number>
}

/**
 * The bytes before the rows of a binary COPY: signature, flags, length of the extension.
 *
 * @see https://www.postgresql.org/docs/current/sql-copy.html (Binary Format)
 */
export const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')

/** The bytes after the rows. */
export const COPY_TRAILER = Buffer.from([0xff, 0xff])

/** Large buffers, because each costs a message and a system call. */
const CHUNK_BYTES = 262_144
const FIELDS = 7
const EPOCH_MS = Date.UTC(2000, 0, 1)
const US_PER_MS = 1000
const TWO_32 = 2 ** 32
const TIMESTAMP_BYTES = 12
const DOUBLE_BYTES = 12
const NULL_LENGTH = -1

/**
 * Rows of `factor_scores` as a binary COPY has them: doubles bit for bit, and no text to print and parse again. They
 * are put in the order of the primary key, symbol by symbol, so that its index grows at one end only.
 *
 * @returns buffers of about 256 KiB, not written to again once yielded
 */
export function* encodeScores(slice: { runId: string; factor: string }, scores: ScoreRows): Generator<Buffer> {
  const start = Buffer.concat([Buffer.from([0, FIELDS]), textField(slice.runId), textField(slice.factor)])
  const { timestamps, raw, zscore, percentile } = scores
  let chunk = Buffer.alloc(0)
  let view = viewOf(chunk)
  let at = 0
  for (const { symbol, rows } of groupBySymbol(scores)) {
    const head = Buffer.concat([start, textField(symbol)])
    const bytes = head.length + TIMESTAMP_BYTES + 3 * DOUBLE_BYTES
    for (const row of rows) {
      if (at + bytes > chunk.length) {
        if (at > 0) yield chunk.subarray(0, at)
        chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, bytes))
        view = viewOf(chunk)
        at = 0
      }
      chunk.set(head, at)
      at = putTimestamp(view, at + head.length, timestamps[row])
      at = putDouble(view, at, raw[row])
      at = putDouble(view, at, zscore === undefined ? Number.NaN : zscore[row])
      at = putDouble(view, at, percentile === undefined ? Number.NaN : percentile[row])
    }
  }
  if (at > 0) yield chunk.subarray(0, at)
}

/** Rows of each symbol, symbols in the order of their UTF-8 bytes, rows in the order given: a counting sort. */
function groupBySymbol({ rows, symbols }: ScoreRows): { symbol: string; rows: Int32Array }[] {
  const ids = new Map<string, number>()
  const idOf = new Int32Array(rows)
  const counts: number[] = []
  for (let row = 0; row < rows; row++) {
    const symbol = symbols[row]
    let id = ids.get(symbol)
    if (id === undefined) {
      id = ids.size
      ids.set(symbol, id)
      counts.push(0)
    }
    idOf[row] = id
    counts[id]++
  }
  const groups = [...ids.keys()].map((symbol, id) => ({ symbol, rows: new Int32Array(counts[id]) }))
  const filled = new Int32Array(groups.length)
  for (let row = 0; row < rows; row++) {
    const id = idOf[row]
    groups[id].rows[filled[id]++] = row
  }
  return groups.sort((a, b) => Buffer.compare(Buffer.from(a.symbol), Buffer.from(b.symbol)))
}

/** Microseconds since 2000-01-01, as two halves: a BigInt per row would be an allocation per row. */
function putTimestamp(view: DataView, at: number, ms: number): number {
  const us = (ms - EPOCH_MS) * US_PER_MS
  const high = Math.floor(us / TWO_32)
  view.setInt32(at, 8)
  view.setInt32(at + 4, high)
  view.setUint32(at + 8, us - high * TWO_32)
  return at + TIMESTAMP_BYTES
}

function putDouble(view: DataView, at: number, value: number): number {
  if (!Number.isFinite(value)) {
    view.setInt32(at, NULL_LENGTH)
    return at + 4
  }
  view.setInt32(at, 8)
  view.setFloat64(at + 4, value)
  return at + DOUBLE_BYTES
}

/** Length, then UTF-8. */
function textField(text: string): Buffer {
  const field = Buffer.from(`\0\0\0\0${text}`, 'utf8')
  field.writeInt32BE(field.length - 4)
  return field
}

const viewOf = (chunk: Buffer) => new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
