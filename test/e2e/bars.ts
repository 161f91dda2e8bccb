import { writeFile } from 'node:fs/promises'
import { openParquetWriter } from '../../src/lake/writer.js'

const BEGIN_MS = Date.UTC(2024, 2, 1)
const MINUTE_MS = 60_000
const BATCH_ROWS = 100_000

/** Bars of one minute, the same each time: a walk by a generator of 32 bits (Park and Miller). */
function walk(rows: number, seed: number, beginMs: number) {
  const fields = ['timestamp', 'open', 'high', 'low', 'close', 'volume'] as const
  const columns = Object.fromEntries(fields.map((name) => [name, new Float64Array(rows)]))
  let state = seed
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  let price = 100
  for (let row = 0; row < rows; row++) {
    const open = price
    price = Math.max(1, open + random() - 0.5)
    columns.timestamp[row] = beginMs + row * MINUTE_MS
    columns.open[row] = open
    columns.high[row] = Math.max(open, price) + random()
    columns.low[row] = Math.min(open, price) - random()
    columns.close[row] = price
    columns.volume[row] = Math.floor(random() * 1000)
  }
  return columns
}

/** Writes a CSV file of bars, symbol after symbol. */
export async function writeCsv(path: string, symbols: string[], rows: number): Promise<void> {
  const lines = ['symbol,timestamp,open,high,low,close,volume']
  for (const [i, symbol] of symbols.entries()) {
    const { timestamp, open, high, low, close, volume } = walk(rows, i + 1, BEGIN_MS)
    for (let row = 0; row < rows; row++) {
      const values = [timestamp, open, high, low, close, volume].map((column) => column[row])
      lines.push(`${symbol},${values.join(',')}`)
    }
  }
  await writeFile(path, `${lines.join('\n')}\n`)
}

/** Writes a Parquet file with one series of bars. */
export async function writeParquet(path: string, rows: number): Promise<void> {
  const names = ['open', 'high', 'low', 'close', 'volume']
  const schema = names.map((name) => ({ name, type: 'double' as const }))
  const writer = await openParquetWriter(path, [{ name: 'timestamp', type: 'timestamp' }, ...schema])
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    const count = Math.min(BATCH_ROWS, rows - from)
    await writer.write({ rows: count, columns: walk(count, from + 1, BEGIN_MS + from * MINUTE_MS) })
  }
  await writer.close()
}
