import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeParquet } from './bars.js'
import { lq, NOT_BUILT, newFolder, removeFolder } from './lq.js'

/*
 * 10 × the rows, less than 1.3 × the peak: memory grows with the chunk, not with the data. The smaller file is many
 * chunks already: below that the peak is still that of the start.
 */

const ROWS = 1_600_000
const GROWTH_MAX = 1.3

let folder: string
beforeAll(async () => {
  folder = await newFolder()
  await writeParquet(join(folder, 'one.parquet'), ROWS)
  await writeParquet(join(folder, 'ten.parquet'), 10 * ROWS)
})
afterAll(() => removeFolder(folder))

describe.skipIf(NOT_BUILT)('the peak of a resample', () => {
  test.each(['duckdb', 'wasm'])(
    'grows with the chunk and not with the rows, read by %s',
    async (reader) => {
      const peaks: number[] = []
      for (const name of ['one', 'ten']) {
        const out = join(folder, `${name}-${reader}.parquet`)
        const words = ['--input', join(folder, `${name}.parquet`), '--from', '1m', '--to', '1d,1w', '--out', out]
        const env = { LQ_PARQUET_READER: reader, LQ_THREADS: '2', LQ_MEMORY_LIMIT_MB: '512' }
        // The least of two: when garbage is collected is a matter of time, and a busy machine shifts it.
        const found: number[] = []
        for (let run = 0; run < 2; run++) {
          const ended = await lq(['resample', ...words], { env })
          expect(ended.code).toBe(0)
          found.push(ended.peakMb)
        }
        peaks.push(Math.min(...found))
      }
      expect(peaks[1] / peaks[0]).toBeLessThan(GROWTH_MAX)
    },
    120_000,
  )
})
