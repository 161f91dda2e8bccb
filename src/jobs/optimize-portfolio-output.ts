import { type ColumnSchema, openParquetWriter } from '../lake/writer.js'
import { createChecksum } from './checksum.js'
import type { SolvedDate } from './optimize-portfolio-solve.js'

const SCHEMA: ColumnSchema[] = [
  { name: 'timestamp', type: 'timestamp' },
  { name: 'symbol', type: 'text' },
  { name: 'weight', type: 'double' },
]

/** Writes the weights: a row per date and symbol that takes part, in this order. */
export async function writeWeights(path: string, dates: SolvedDate[]): Promise<{ rows: number; checksum: string }> {
  const checksum = createChecksum(SCHEMA)
  const writer = await openParquetWriter(path, SCHEMA)
  let rows = 0
  try {
    for (const { atMs, symbols, portfolio } of dates) {
      if (portfolio === null) continue
      const timestamp = new Float64Array(symbols.length).fill(atMs)
      const batch = { rows: symbols.length, columns: { timestamp, symbol: symbols, weight: portfolio.weights } }
      rows += batch.rows
      checksum.update(batch)
      await writer.write(batch)
    }
    await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  }
  return { rows, checksum: checksum.digest() }
}
