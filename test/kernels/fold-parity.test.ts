import { describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/compute/addon.js'
import { createFold, type FoldBatch, foldBars, HEADER, setPieces } from '../../src/resample/fold.js'

const { addon, reason } = loadAddon()
const MINUTE = 60_000
const ROWS = 1000
const HOURS = 20

/** Bars with holes in time and in values, zeros of both signs, and infinities. */
function bars(seed: number): Float64Array {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 8
  }
  const columns = new Float64Array(8 * ROWS)
  let ms = 0
  for (let row = 0; row < ROWS; row++) {
    ms += (1 + (random() % 4 === 0 ? random() % 90 : 0)) * MINUTE
    columns[row] = ms
    for (let k = 1; k < 8; k++) {
      const odd = random() % 40
      const value = (random() % 2000) / 7 - 100
      columns[k * ROWS + row] = odd === 0 ? Number.NaN : odd === 1 ? -0 : odd === 2 ? Number.POSITIVE_INFINITY : value
    }
  }
  return columns
}

/** A table of hours of which every second one is in two pieces, with a break between them. */
function fold() {
  const start: number[] = []
  const end: number[] = []
  const bucket: number[] = []
  for (let hour = 0; hour < HOURS; hour++) {
    const from = hour * 90 * MINUTE
    const cuts =
      hour % 2
        ? [
            [0, 30],
            [40, 90],
          ]
        : [[0, 90]]
    for (const [a, b] of cuts) {
      start.push(from + a * MINUTE)
      end.push(from + b * MINUTE)
      bucket.push(hour)
    }
  }
  const state = createFold(64, { vwap: true })
  setPieces(state, { start, end, bucket })
  return state
}

describe.skipIf(!addon)(`folding bucket by bucket${addon ? '' : ` (skipped: ${reason})`}`, () => {
  const targets = (['v2', 'v3', 'v4'] as const).filter((isa) => isa <= addon!.isa())

  test.each([...targets, 'emulated' as const])('gives on %s the bits of the fold in row order', (target) => {
    for (const seed of [1, 2, 3]) {
      const columns = bars(seed)
      for (const [turnover, vwap] of [
        [true, true],
        [false, false],
      ] as const) {
        const expected = fold()
        const at = (k: number) => columns.subarray(k * ROWS, (k + 1) * ROWS)
        const batch = [...[0, 1, 2, 3, 4, 5].map(at), turnover ? at(6) : undefined, vwap ? at(7) : undefined]
        foldBars([expected], batch as unknown as FoldBatch)
        const found = fold()
        const handle = addon!.open(target)
        addon!.fold(handle, found, columns, turnover, vwap, HOURS)
        addon!.close(handle)
        const header = Object.keys(HEADER).length
        expect(Buffer.from(found.slice(header).buffer).equals(Buffer.from(expected.slice(header).buffer))).toBe(true)
      }
    }
  })
})
