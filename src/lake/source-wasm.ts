import { tableFromIPC } from 'apache-arrow'
import type { Config } from '../config.js'
import { LqError, messageOf, throwIfAborted } from '../errors.js'
import { toColumn } from './arrow-column.js'
import { type FileBytes, openBytes } from './file-bytes.js'
import { chunkRange, type FooterColumn, type FooterGroup, footerOf, invalid, readFooter } from './footer.js'
import { encodeFile } from './mini-file.js'
import {
  assertExact,
  BATCH_ROWS,
  type Batch,
  type Column,
  describeFooter,
  isWide,
  type ParquetSource,
  selectColumns,
} from './parquet.js'
import { excludes, filterBatch } from './prune.js'
import { withParquetWasm } from './wasm.js'

/** WebAssembly addresses 4 GiB, and a row group lies in it twice while it is handed over. */
const GROUP_BYTES_MAX = 1.5 * 2 ** 30

/**
 * The reader that is always there: parquet-wasm.
 *
 * Row group by row group, the bytes of the wanted columns are put together as a small Parquet file of their own,
 * which is decoded in one synchronous call. So only wanted bytes are read, memory is bounded by a row group, and a
 * panic is an exception that can be caught (see wasm.ts). The library's own stream reads column by column too, but
 * asynchronously.
 */
export function openWasmSource(config: Pick<Config, 'memoryLimitMb'>): ParquetSource {
  return {
    name: 'wasm',
    describe: async (path) => describeFooter(await readFooter(path)),
    async *read(path, options = {}) {
      const file = await openBytes(path)
      try {
        const footer = await footerOf(file)
        const { wanted, read } = selectColumns(path, footer, options)
        for (const group of footer.groups) {
          throwIfAborted(options.signal)
          if (group.rows === 0 || excludes(group, footer, options)) continue
          assertFits(path, group, read, config.memoryLimitMb)
          for (const batch of await decodeGroup(file, group, { columns: read, nan: options.nan })) {
            const kept = filterBatch(batch, options)
            if (kept.rows > 0)
              yield {
                rows: kept.rows,
                columns: Object.fromEntries(wanted.map(({ name }) => [name, kept.columns[name]])),
              }
          }
        }
      } finally {
        await file.close()
      }
    },
  }
}

const mib = (bytes: number): number => Math.ceil(bytes / 2 ** 20)

function assertFits(path: string, group: FooterGroup, read: FooterColumn[], memoryLimitMb: number): void {
  const bytes = group.rows * Math.max(1, read.length) * Float64Array.BYTES_PER_ELEMENT * 2
  const limit = Math.min(GROUP_BYTES_MAX, memoryLimitMb * 2 ** 20)
  if (bytes <= limit) return
  throw new LqError(
    'LQ_MEMORY',
    `${path}: a row group of ${group.rows} rows needs ${mib(bytes)} MiB, the limit is ${mib(limit)} MiB`,
    {
      hint: 'install @duckdb/node-api, which reads pieces of a row group, or write the file with smaller row groups',
    },
  )
}

interface Request {
  columns: FooterColumn[]
  nan?: number
}

async function decodeGroup(file: FileBytes, group: FooterGroup, request: Request): Promise<Batch[]> {
  const { path } = file
  const { columns } = request
  if (columns.length === 0) return [{ rows: group.rows, columns: {} }]
  try {
    const chunks = await Promise.all(
      columns.map(async (column) => {
        const { offset, bytes } = chunkRange(group.chunks[column.leaf])
        return { column, chunk: group.chunks[column.leaf], offset, bytes: await file.at(offset, bytes) }
      }),
    )
    const bytes = encodeFile(chunks, group.rows)
    return withParquetWasm((wasm) => {
      const table = wasm.readParquet(bytes, { batchSize: Math.min(group.rows, BATCH_ROWS) })
      const batches = table.recordBatches().map((batch) => toBatch(path, batch.intoIPCStream(), request))
      table.free()
      const rows = batches.reduce((sum, batch) => sum + batch.rows, 0)
      if (rows !== group.rows) throw new Error(`${rows} rows in a row group of ${group.rows}`)
      return batches
    })
  } catch (cause) {
    throw cause instanceof LqError ? cause : invalid(path, `pages that cannot be decoded (${messageOf(cause)})`, cause)
  }
}

function toBatch(path: string, ipc: Uint8Array, { columns, nan }: Request): Batch {
  const [arrow] = tableFromIPC(ipc).batches
  const batch: Record<string, Column> = {}
  for (const [i, column] of columns.entries()) {
    const converted = toColumn(arrow.data.children[i], column, nan)
    if (isWide(column)) assertExact(path, column.name, converted.values as Float64Array)
    batch[column.name] = converted
  }
  return { rows: arrow.numRows, columns: batch }
}
