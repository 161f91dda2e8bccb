import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeParquet } from './bars.js'
import { lq, NOT_BUILT, newFolder, removeFolder } from './lq.js'

/*
 * Memory grows with the chunk, not with the data: of the 330 MiB that ten times the rows add, a quarter may show.
 * A ratio of peaks says less here: the smaller peak is mostly that of the start. docs/benchmarks.md has larger sizes.
 */

const ROWS = 800_000
/** Timestamp and five values of the added rows, MiB. */
const ADDED_MB = (9 * ROWS * 48) / 2 ** 20
const GROWTH_SHARE_MAX = 0.25

let folder: string
beforeAll(async () => {
  folder = await newFolder()
  await writeParquet(join(folder, 'one.parquet'), ROWS)
  await writeParquet(join(folder, 'ten.parquet'), 10 * ROWS)
})
afterAll(() => removeFolder(folder))

describe.skipIf(NOT_BUILT)('the peak of a resample', () => {
  test.each(['duckdb', 'wasm'])('grows with the chunk and not with the rows, read by %s', async (reader) => {
    const peaks: number[] = []
    for (const name of ['one', 'ten']) {
      const out = join(folder, `${name}-${reader}.parquet`)
      const words = ['--input', join(folder, `${name}.parquet`), '--from', '1m', '--to', '1d,1w', '--out', out]
      const env = { LQ_PARQUET_READER: reader, LQ_THREADS: '2', LQ_MEMORY_LIMIT_MB: '512' }
      // The least of three: when garbage is collected is a matter of time, and a busy machine shifts it.
      const found: number[] = []
      for (let run = 0; run < 3; run++) {
        const ended = await lq(['resample', ...words], { env })
        expect(ended.code).toBe(0)
        found.push(ended.peakMb)
      }
      peaks.push(Math.min(...found))
    }
    expect((peaks[1] - peaks[0]) / ADDED_MB).toBeLessThan(GROWTH_SHARE_MAX)
  })
})
