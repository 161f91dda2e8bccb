import type { Data } from 'apache-arrow'
import { type FooterColumn, PHYSICAL } from './footer.js'
import type { Column } from './parquet.js'

const MS_PER_DAY = 86_400_000
const JULIAN_EPOCH_DAY = 2_440_588
const NS_PER_MS = 1_000_000n
const INT96_BYTES = 12
/** Powers of ten up to here are exact doubles, so that one division rounds once. */
const EXACT_POWER_MAX = 22

/**
 * Copies an Arrow array, as parquet-wasm hands it over, into a column.
 *
 * @param nan what a NaN that is a value, not a NULL, becomes
 */
export function toColumn(data: Data, column: FooterColumn, nan = Number.NaN): Column {
  if (column.kind === 'text') return { kind: 'text', values: texts(data) }
  const values = numbers(data, column)
  const valid = data.nullCount > 0 ? data.nullBitmap : null
  if (!Number.isNaN(nan)) for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = nan
  if (valid?.length) {
    for (let i = 0, bit = data.offset; i < values.length; i++, bit++)
      if (!(valid[bit >> 3] & (1 << (bit & 7)))) values[i] = Number.NaN
  }
  return { kind: column.kind, values }
}

function numbers(data: Data, { physical, detail, kind }: FooterColumn): Float64Array {
  const raw = data.values as ArrayLike<number> & Uint8Array
  const rows = data.length
  if (kind === 'bool')
    return Float64Array.from({ length: rows }, (_, i) => (raw[(i + data.offset) >> 3] >> ((i + data.offset) & 7)) & 1)
  if (detail === 'int96') return int96(raw, rows)
  if (detail === 'decimal') return decimals(data, rows)
  if (detail === 'float16') return Float64Array.from({ length: rows }, (_, i) => half(raw[i]))
  if (detail === 'date') return scale(raw, rows, MS_PER_DAY)
  if (detail === 'us' || detail === 'ns')
    return floorToMs(raw as unknown as BigInt64Array, rows, detail === 'us' ? 1000 : 1e6)
  if (physical === PHYSICAL.INT64)
    return int64(raw as unknown as BigInt64Array, { rows, signed: detail !== 'unsigned' })
  return Float64Array.from(raw.length === rows ? raw : raw.subarray(0, rows))
}

function scale(raw: ArrayLike<number>, rows: number, factor: number): Float64Array {
  const out = new Float64Array(rows)
  for (let i = 0; i < rows; i++) out[i] = raw[i] * factor
  return out
}

/** 64-bit integers by halves: a conversion through big integers would take ten times as long. */
function int64(raw: BigInt64Array, { rows, signed }: { rows: number; signed: boolean }): Float64Array {
  const low = new Uint32Array(raw.buffer, raw.byteOffset, 2 * rows)
  const high = signed ? new Int32Array(raw.buffer, raw.byteOffset, 2 * rows) : low
  const out = new Float64Array(rows)
  for (let i = 0; i < rows; i++) out[i] = high[2 * i + 1] * 2 ** 32 + low[2 * i]
  return out
}

/**
 * Microseconds since 1970 are exact doubles until the year 2255; beyond, and for nanoseconds, the division is one of
 * integers.
 */
function floorToMs(raw: BigInt64Array, rows: number, divisor: number): Float64Array {
  const out = int64(raw, { rows, signed: true })
  const exact = Number.MAX_SAFE_INTEGER
  for (let i = 0; i < rows; i++) {
    const value = out[i]
    if (value <= exact && value >= -exact) out[i] = (value - (((value % divisor) + divisor) % divisor)) / divisor
    else out[i] = Number(floorDivide(raw[i], BigInt(divisor)))
  }
  return out
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  return (value - (((value % divisor) + divisor) % divisor)) / divisor
}

/** Nanoseconds of the day (8 bytes) and Julian day number (4 bytes). */
function int96(raw: Uint8Array, rows: number): Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return Float64Array.from({ length: rows }, (_, i) => {
    const day = view.getInt32(i * INT96_BYTES + 8, true) - JULIAN_EPOCH_DAY
    return day * MS_PER_DAY + Number(floorDivide(view.getBigInt64(i * INT96_BYTES, true), NS_PER_MS))
  })
}

function decimals(data: Data, rows: number): Float64Array {
  const places = (data.type as unknown as { scale: number }).scale
  const words = data.values as unknown as Uint32Array
  const wordsEach = words.length / (data.length || 1)
  return Float64Array.from({ length: rows }, (_, i) => {
    let unscaled = 0n
    for (let w = wordsEach - 1; w >= 0; w--) unscaled = (unscaled << 32n) | BigInt(words[i * wordsEach + w])
    return decimalToNumber(BigInt.asIntN(wordsEach * 32, unscaled), places)
  })
}

/** The double nearest to unscaled / 10^places. */
function decimalToNumber(unscaled: bigint, places: number): number {
  const n = Number(unscaled)
  if (Number.isSafeInteger(n) && places <= EXACT_POWER_MAX) return n / 10 ** places
  return Number(`${unscaled}e-${places}`)
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

/** Neighbouring equal texts share one string: symbols repeat by the thousand, and decoding is what costs. */
function texts(data: Data): (string | null)[] {
  const bytes = data.values as Uint8Array
  const offsets = data.valueOffsets
  const valid = data.nullCount > 0 ? data.nullBitmap : null
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out: (string | null)[] = new Array(data.length)
  let text = ''
  let from = 0
  let to = 0
  for (let i = 0, bit = data.offset; i < data.length; i++, bit++) {
    if (valid?.length && !(valid[bit >> 3] & (1 << (bit & 7)))) {
      out[i] = null
      continue
    }
    const start = offsets[i]
    const end = offsets[i + 1]
    if (end - start !== to - from || !sameBytes(bytes, start, from, end - start))
      text = buffer.toString('utf8', start, end)
    from = start
    to = end
    out[i] = text
  }
  return out
}

function sameBytes(bytes: Uint8Array, a: number, b: number, count: number): boolean {
  for (let k = 0; k < count; k++) if (bytes[a + k] !== bytes[b + k]) return false
  return true
}
