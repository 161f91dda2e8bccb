import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createChecksum } from '../../src/jobs/checksum.js'
import type { ColumnSchema, WriteBatch } from '../../src/lake/writer.js'

const SCHEMA: ColumnSchema[] = [
  { name: 'symbol', type: 'text' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'close', type: 'double' },
  { name: 'bars', type: 'int64' },
  { name: 'complete', type: 'bool' },
]

const batch = (symbol: WriteBatch['columns'][string], values: [number, number, number, number][]): WriteBatch => {
  const [timestamp, close, bars, complete] = [0, 1, 2, 3].map((i) => Float64Array.from(values, (row) => row[i]))
  return { rows: values.length, columns: { symbol, timestamp, close, bars, complete } }
}

function digest(...batches: WriteBatch[]): string {
  const checksum = createChecksum(SCHEMA)
  for (const one of batches) checksum.update(one)
  return checksum.digest()
}

/** The definition, written plainly. */
function plain(names: string[], rows: [string | null, number, number, number, number][]): string {
  const parts: Buffer[] = []
  const text = (value: string | null) => {
    const bytes = Buffer.from(value ?? '')
    const length = Buffer.alloc(4)
    length.writeUInt32LE(value === null ? 0xffffffff : bytes.length)
    parts.push(length, bytes)
  }
  const int64 = (value: number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(Number.isNaN(value) ? -(2n ** 63n) : BigInt(value))
    parts.push(bytes)
  }
  const double = (value: number) => {
    const bytes = Buffer.alloc(8)
    if (Number.isNaN(value)) bytes.writeBigUInt64LE(0x7ff8000000000000n)
    else bytes.writeDoubleLE(value)
    parts.push(bytes)
  }
  for (const name of names) text(name)
  for (const [symbol, timestamp, close, bars, complete] of rows) {
    text(symbol)
    int64(timestamp)
    double(close)
    int64(bars)
    parts.push(Buffer.of(complete))
  }
  return createHash('sha256').update(Buffer.concat(parts)).digest('hex')
}

const NAMES = SCHEMA.map(({ name }) => name)

describe('the checksum', () => {
  test('is over names, then rows, little-endian', () => {
    const values: [number, number, number, number][] = [
      [1704067200000, 1.5, 60, 1],
      [-86400000, -0, 2 ** 53 - 1, 0],
      [0, 5e-324, -(2 ** 40) - 1, 1],
    ]
    const rows = values.map((row) => ['값/é', ...row] as [string, number, number, number, number])
    expect(digest(batch('값/é', values))).toBe(plain(NAMES, rows))
  })

  test('has one form for what is missing', () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer)[0]
    const missing = Number.NaN
    expect(digest(batch([null], [[missing, odd, missing, 1]]))).toBe(
      plain(NAMES, [[null, missing, missing, missing, 1]]),
    )
  })

  test('tells −0 from 0', () => {
    expect(digest(batch('A', [[0, -0, 1, 1]]))).not.toBe(digest(batch('A', [[0, 0, 1, 1]])))
  })

  test('does not depend on how rows are cut into batches, nor on whether a text is given once', () => {
    const values = Array.from({ length: 9000 }, (_, i): [number, number, number, number] => [
      i * 60_000,
      i / 7,
      i,
      i % 2,
    ])
    const symbols = values.map(() => 'BTCUSDT')
    const whole = digest(batch('BTCUSDT', values))
    expect(digest(batch(symbols, values))).toBe(whole)
    expect(digest(batch('BTCUSDT', values.slice(0, 1)), batch(symbols.slice(1), values.slice(1)))).toBe(whole)
  })

  test('tells where one text ends and the next begins', () => {
    const schema: ColumnSchema[] = [
      { name: 'a', type: 'text' },
      { name: 'b', type: 'text' },
    ]
    const sum = (a: string, b: string) => {
      const checksum = createChecksum(schema)
      checksum.update({ rows: 1, columns: { a, b } })
      return checksum.digest()
    }
    expect(sum('ab', 'c')).not.toBe(sum('a', 'bc'))
  })

  test('of no rows is that of the names', () => {
    expect(digest()).toBe(plain(NAMES, []))
    expect(digest(batch('A', []))).toBe(plain(NAMES, []))
  })
})
