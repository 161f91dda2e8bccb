import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import { scanDirect } from './direct-file.js'
import { directStore } from './direct-store.js'
import type { BarOptions } from './input/bars.js'
import { memoryStore } from './memory-store.js'
import type { BarStore } from './series.js'
import { openParquetSource } from './source.js'

/** Share of the memory budget for bars of files that must be held as a whole. */
const MEMORY_SHARE = 0.5

/**
 * Opens files as a store of bars, without a lake: any format that `lq ingest` reads, one symbol or many in a file, in
 * any order; of two rows of one time the later wins. Parquet files with the usual names are streamed; others are read
 * once and held in memory.
 *
 * A file that names no symbol is one series, named like the file, or as the one symbol that is asked for.
 *
 * @throws LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_USAGE; LQ_MEMORY if the files do not fit
 */
export async function openFileStore(
  files: string[],
  options: Omit<BarOptions, 'fallback' | 'strict'>,
  config: Pick<Config, 'parquetReader' | 'threads' | 'memoryLimitMb'>,
): Promise<BarStore> {
  if (files.length === 0)
    throw new LqError('LQ_USAGE', 'expected a file of bars, got none', { hint: '--input bars.parquet' })
  const source = await openParquetSource(config)
  const direct = await Promise.all(files.map((path) => scanDirect(path, options, source)))
  const isUniform = new Set(direct.map((file) => file?.symbolColumn)).size === 1
  return isUniform && direct.every((file) => file !== null)
    ? directStore(direct, { files, options, source })
    : memoryStore({ files, options, source, budgetBytes: config.memoryLimitMb * 2 ** 20 * MEMORY_SHARE })
}
