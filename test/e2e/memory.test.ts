import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeParquet } from './bars.js'
import { lq, NOT_BUILT, newFolder, removeFolder } from './lq.js'

/*
 * 10 × the rows, less than 1.3 × the peak: memory grows with the chunk, not with the data. The smaller file is many
 * chunks already: below that the peak is still that of the start.
 */

const ROWS = 800_000
const GROWTH_MAX = 1.3

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
      const ended = await lq(['resample', ...words], { env: { LQ_PARQUET_READER: reader, LQ_THREADS: '2' } })
      expect(ended.code).toBe(0)
      peaks.push(ended.peakMb)
    }
    expect(peaks[1] / peaks[0]).toBeLessThan(GROWTH_MAX)
  })
})
