import { stat } from 'node:fs/promises'
import type { ParquetSource } from '../parquet.js'
import type { InputBatch } from './batch.js'
import { detectFormat, type Format, readText } from './bytes.js'
import { readCsv } from './csv.js'
import { readJson, readNdjson } from './json.js'
import type { InputOptions } from './options.js'
import { readSqlite } from './sqlite.js'

/** A file of bars, opened. */
export interface Input {
  path: string
  format: Format
  bytes: number
  /** timestamp columns whose values are instants, not local times: Parquet alone knows */
  zoned: ReadonlySet<string>
  batches(): AsyncIterable<InputBatch>
}

/**
 * Opens a file of bars of any format that is read: CSV, JSON and NDJSON, each also gzip or zstd, Parquet and SQLite.
 *
 * @param options.onBytes called with the bytes read since the last call; for Parquet and SQLite with all of them at
 * the end
 * @throws LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_USAGE
 */
export async function openInput(
  path: string,
  options: InputOptions & { source: ParquetSource; signal?: AbortSignal; onBytes?: (count: number) => void },
): Promise<Input> {
  const { format, compression } = await detectFormat(path)
  const { size } = await stat(path)
  const text = () => readText(path, { compression, signal: options.signal, onBytes: options.onBytes })
  const opened = { path, format, bytes: size, zoned: new Set<string>() }
  switch (format) {
    case 'csv':
      return { ...opened, batches: () => readCsv(path, text(), options.columns) }
    case 'json':
      return { ...opened, batches: () => readJson(path, text(), options.columns) }
    case 'ndjson':
      return { ...opened, batches: () => readNdjson(path, text(), options.columns) }
    case 'sqlite':
      return { ...opened, batches: () => reportAtEnd(readSqlite(path, options), () => options.onBytes?.(size)) }
    case 'parquet': {
      const { columns } = await options.source.describe(path)
      const zoned = new Set(columns.filter(({ kind, naive }) => kind === 'timestamp' && !naive).map(({ name }) => name))
      const batches = () => options.source.read(path, { signal: options.signal, nan: Number.POSITIVE_INFINITY })
      return { ...opened, zoned, batches: () => reportAtEnd(batches(), () => options.onBytes?.(size)) }
    }
  }
}

async function* reportAtEnd(batches: AsyncIterable<InputBatch>, report: () => void): AsyncGenerator<InputBatch> {
  yield* batches
  report()
}
