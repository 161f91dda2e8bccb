import { stat } from 'node:fs/promises'
import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import type { ParquetSource } from './parquet.js'
import { openDuckdbSource } from './source-duckdb.js'
import { openWasmSource } from './source-wasm.js'

export type { Batch, Column, ParquetInfo, ParquetSource, ReadOptions } from './parquet.js'

/**
 * Below this size the WebAssembly reader is quicker: planning a DuckDB query takes some 5 ms, reading a file of 6 KB
 * here 0.6 ms. At 0.7 MB they are even, at 9 MB DuckDB takes half the time.
 */
const DUCKDB_BYTES_MIN = 1 << 20

/**
 * Opens the reader that the settings ask for: `auto` is DuckDB for larger files where it is there, and
 * parquet-wasm for all others.
 *
 * @throws LQ_CONFIG if DuckDB is asked for and cannot be loaded
 */
export async function openParquetSource(
  config: Pick<Config, 'parquetReader' | 'threads' | 'memoryLimitMb'>,
): Promise<ParquetSource> {
  const wasm = openWasmSource(config)
  if (config.parquetReader === 'wasm') return wasm
  const duckdb = await openDuckdbSource(config)
  if ('source' in duckdb)
    return config.parquetReader === 'auto' ? bySize({ large: duckdb.source, small: wasm }) : duckdb.source
  if (config.parquetReader === 'auto') return wasm
  throw new LqError(
    'LQ_CONFIG',
    `LQ_PARQUET_READER=duckdb needs the package @duckdb/node-api: ${duckdb.reason.split('\n')[0]}`,
    {
      hint: 'npm install @duckdb/node-api, or set LQ_PARQUET_READER=auto',
    },
  )
}

function bySize({ large, small }: { large: ParquetSource; small: ParquetSource }): ParquetSource {
  return {
    name: large.name,
    describe: small.describe,
    async *read(path, options) {
      const { size } = await stat(path).catch(() => ({ size: 0 }))
      yield* (size < DUCKDB_BYTES_MIN ? small : large).read(path, options)
    },
  }
}
