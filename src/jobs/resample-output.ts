import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { diskError, makeDirectory, syncDirectory, TEMPORARY_PREFIX } from '../lake/disk.js'
import { seriesFolder } from '../lake/layout.js'
import { type ColumnSchema, openParquetWriter, type ParquetWriter, type WriteBatch } from '../lake/writer.js'
import type { SeriesKey } from '../types.js'

export interface OutputFile {
  path: string
  rows: number
}

/** Where the rows of a job go, in order. */
export interface Output {
  /** @param key the series and timeframe that all rows of the batch belong to */
  write(key: SeriesKey, batch: WriteBatch): Promise<void>
  /** Puts the files in their places. */
  close(): Promise<OutputFile[]>
  /** Removes what was written. */
  abort(): Promise<void>
}

/**
 * Opens a file for a name that ends in `.parquet`; else a folder with a file per series and timeframe, laid out as the
 * lake is. Files are in their places only after `close`.
 *
 * @throws LQ_DISK
 */
export async function openOutput(out: string, schema: ColumnSchema[]): Promise<Output> {
  return out.toLowerCase().endsWith('.parquet') ? openFile(resolve(out), schema) : openFolder(resolve(out), schema)
}

async function openFile(path: string, schema: ColumnSchema[]): Promise<Output> {
  const writer = await openParquetWriter(path, schema)
  return {
    write: (_key, batch) => writer.write(batch),
    close: async () => [{ path, rows: (await writer.close()).rows }],
    abort: () => writer.abort(),
  }
}

/** Files are written to a folder of their own first, and moved when all are whole; one is open at a time. */
function openFolder(folder: string, schema: ColumnSchema[]): Output {
  const temporary = join(folder, `${TEMPORARY_PREFIX}${randomBytes(6).toString('hex')}`)
  const written: { name: string; rows: number }[] = []
  let open: { name: string; writer: ParquetWriter } | null = null
  const closeOpen = async () => {
    if (open) written.push({ name: open.name, rows: (await open.writer.close()).rows })
    open = null
  }
  return {
    async write(key, batch) {
      const name = join(seriesFolder(key), 'part-0.parquet')
      if (open?.name !== name) {
        await closeOpen()
        open = { name, writer: await openParquetWriter(join(temporary, name), schema) }
      }
      await open.writer.write(batch)
    },
    async close() {
      await closeOpen()
      for (const { name } of written) await move(join(temporary, name), join(folder, name))
      await rm(temporary, { recursive: true, force: true })
      return written.map(({ name, rows }) => ({ path: join(folder, name), rows }))
    },
    async abort() {
      await open?.writer.abort()
      await rm(temporary, { recursive: true, force: true })
    },
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await makeDirectory(dirname(to))
    await rename(from, to)
    await syncDirectory(dirname(to))
  } catch (cause) {
    throw diskError(to, cause)
  }
}
