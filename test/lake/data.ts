import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Batch, ParquetSource, ReadOptions } from '../../src/lake/source.js'

/** Folder of real market data, or '' where the tests that need it are skipped. */
export const DATA = process.env.LQ_TEST_DATA && existsSync(process.env.LQ_TEST_DATA) ? process.env.LQ_TEST_DATA : ''
export const WITHOUT_DATA = DATA === ''

export const READER = { parquetReader: 'auto', threads: 2, memoryLimitMb: 2048 } as const

/** An empty folder that is removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lq-lake-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** All batches of a file as one. */
export async function readAll(source: ParquetSource, path: string, options?: ReadOptions): Promise<Batch> {
  const columns: Record<string, unknown[]> = {}
  let rows = 0
  for await (const batch of source.read(path, options)) {
    rows += batch.rows
    for (const [name, { values }] of Object.entries(batch.columns))
      columns[name] = [...(columns[name] ?? []), ...values]
  }
  return { rows, columns: columns as unknown as Batch['columns'] }
}
