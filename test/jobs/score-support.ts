import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { runScore } from '../../src/jobs/score.js'
import type { ScoreRequest } from '../../src/jobs/score-request.js'
import { openParquetSource } from '../../src/lake/source.js'
import { seeded } from '../factors/evaluate.js'
import { type Listing, memoryStore } from './bars-in-memory.js'

export const MINUTE = 60_000
export const START = Date.UTC(2024, 0, 2, 14, 30)

/** A folder that is removed after the file's tests. */
export const folder = mkdtempSync(join(tmpdir(), 'lq-score-'))
afterAll(() => rmSync(folder, { recursive: true }))

export const config = (over: object = {}) => ({
  ...loadConfig({ LQ_GPU_MODE: 'cpu', LQ_POSTGRES_DSN: 'none', LQ_DATA_DIR: folder, LQ_THREADS: '2' }),
  ...over,
})

export const plain = (expressions: Record<string, string>, over: Partial<ScoreRequest> = {}): ScoreRequest => ({
  exchange: 'test',
  symbols: 'all',
  timeframe: '1m',
  expressions: Object.entries(expressions).map(([name, text]) => ({ name, text })),
  scoring: { winsorize: null, standardize: null },
  minBreadth: 0,
  windowRounding: 'floor',
  ...over,
})

/** Closes of a symbol, one a minute; null is a minute without a bar. */
export function closes(symbol: string, values: (number | null)[], more: Record<string, number[]> = {}): Listing {
  const rows = values.flatMap((value, i) => (value === null ? [] : [i]))
  const column = (of: (i: number) => number) => rows.map(of)
  const close = column((i) => values[i] as number)
  const columns = { open: close, high: close, low: close, close, volume: column(() => 1) }
  return { symbol, timestamp: rows.map((i) => START + i * MINUTE), columns: { ...columns, ...more } }
}

/** A few symbols with holes, from a seed. */
export function market(
  seed: number,
  { rows, symbols, missing = 0.2 }: { rows: number; symbols: number; missing?: number },
): Listing[] {
  const random = seeded(seed)
  return Array.from({ length: symbols }, (_, n) =>
    closes(
      `S${n}`,
      Array.from({ length: rows }, () => (random() < missing ? null : 10 + Math.round(random() * 50) / 5)),
    ),
  )
}

let files = 0
export const outFile = () => join(folder, `out-${files++}.parquet`)

/** Runs a score and reads its rows back: `[minute, symbol, …factors]`. */
export async function scores(listings: Listing[], request: ScoreRequest, over: object = {}) {
  const out = outFile()
  const context = { config: config(over), store: memoryStore(listings), state: null }
  let chunks = 0
  const onProgress = ({ total }: { total: number }) => {
    chunks = total
  }
  const result = await runScore({ ...request, out }, { ...context, onProgress })
  return { result, chunks, rows: await rowsOf(out, result.factors) }
}

async function rowsOf(path: string, factors: string[]): Promise<(number | string | null)[][]> {
  const source = await openParquetSource(config({ parquetReader: 'wasm' }))
  const rows: (number | string | null)[][] = []
  for await (const batch of source.read(path, {})) {
    for (let i = 0; i < batch.rows; i++) {
      const minute = ((batch.columns.timestamp.values[i] as number) - START) / MINUTE
      const values = factors.map((name) => batch.columns[name].values[i] as number)
      rows.push([
        minute,
        batch.columns.symbol.values[i] as string,
        ...values.map((value) => (Number.isNaN(value) ? null : value)),
      ])
    }
  }
  return rows
}

/** Writes a file of text. @returns its path */
export function textFile(name: string, lines: string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

/** The values of one symbol, by row. */
export const valuesOf = (rows: (number | string | null)[][], symbol: string, column = 2): unknown[] =>
  rows.filter(([, of]) => of === symbol).map((row) => row[column])
