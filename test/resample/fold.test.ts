import { describe, expect, test } from 'vitest'
import {
  COLUMNS,
  column,
  createFold,
  type FoldBatch,
  type FoldState,
  foldBars,
  HEADER,
  STATUS,
  setPieces,
} from '../../src/resample/fold.js'
import { chooseFold } from '../../src/resample/scan.js'
import { mulberry32 } from '../kernels/data.js'

const MINUTE = 60_000
const NONE = Number.NaN

/** A fold of `count` adjacent buckets of `width` ms from 0 on. */
function fold({ count, width, vwap = false }: { count: number; width: number; vwap?: boolean }): FoldState {
  const state = createFold(Math.max(1, count), { vwap })
  lay(state, { from: 0, count, width })
  return state
}

function lay(state: FoldState, { from, count, width }: { from: number; count: number; width: number }): void {
  const index = Array.from({ length: count }, (_, i) => i)
  setPieces(state, {
    start: index.map((i) => from + i * width),
    end: index.map((i) => from + (i + 1) * width),
    bucket: index,
  })
}

/** Rows of `[timestamp, open, high, low, close, volume, turnover, vwap]`. */
function batch(rows: number[][]): FoldBatch {
  const of = (i: number) => Float64Array.from(rows, (row) => row[i] ?? NONE)
  return [of(0), of(1), of(2), of(3), of(4), of(5), of(6), of(7)]
}

const minutes = (values: number[], from = 0) => batch(values.map((v, i) => [from + i * MINUTE, v, v, v, v, v]))

function bucket(state: FoldState, b: number): Record<string, number> {
  return Object.fromEntries(COLUMNS.slice(3).map((name) => [name, column(state, name)[b]]))
}

const folds = { plain: foldBars, native: chooseFold() }

for (const [name, run] of Object.entries(folds)) {
  describe(`${name} fold`, () => {
    test('takes first, greatest, least and last, sums volume and counts bars', () => {
      const state = fold({ count: 1, width: 3 * MINUTE })
      const rows = batch([
        [0, 10, 12, 9, 11, 1, 5],
        [MINUTE, 11, 15, 10, 14, 2, 6],
        [2 * MINUTE, 14, 14, 8, 9, 4, 7],
      ])
      expect(run([state], rows)).toBe(STATUS.DONE)
      expect(bucket(state, 0)).toMatchObject({ open: 10, high: 15, low: 8, close: 9, volume: 7, turnover: 18, bars: 3 })
    })

    test('carries the open bucket from batch to batch', () => {
      const whole = fold({ count: 1, width: 10 * MINUTE })
      const cut = fold({ count: 1, width: 10 * MINUTE })
      run([whole], minutes([3, 0.1, 0.2, 5, 0.3]))
      run([cut], minutes([3, 0.1]))
      run([cut], minutes([0.2, 5, 0.3], 2 * MINUTE))
      expect(bucket(cut, 0)).toEqual(bucket(whole, 0))
    })

    test('takes no row as nothing to do', () => {
      const state = fold({ count: 1, width: MINUTE })
      expect(run([state], batch([]))).toBe(STATUS.DONE)
      expect(bucket(state, 0).bars).toBe(0)
    })

    test('puts a row at an edge into the bucket that starts there', () => {
      const state = fold({ count: 2, width: 2 * MINUTE })
      run([state], minutes([1, 2, 4, 8]))
      expect([bucket(state, 0).volume, bucket(state, 1).volume]).toEqual([3, 12])
    })

    test('skips a missing value, and counts its bar', () => {
      const state = fold({ count: 1, width: 3 * MINUTE })
      const rows = batch([
        [0, NONE, 7, NONE, 3, NONE],
        [MINUTE, 5, NONE, 2, NONE, 4],
        [2 * MINUTE, 6, 6, 6, NONE, NONE],
      ])
      run([state], rows)
      expect(bucket(state, 0)).toMatchObject({ open: 5, high: 7, low: 2, close: 3, volume: 4, bars: 3 })
    })

    test('leaves a bucket of missing values missing', () => {
      const state = fold({ count: 1, width: 3 * MINUTE })
      run([state], minutes([NONE, NONE]))
      expect(bucket(state, 0)).toMatchObject({ open: NONE, high: NONE, low: NONE, close: NONE, volume: NONE, bars: 2 })
    })

    test('takes infinities as missing', () => {
      const state = fold({ count: 1, width: 4 * MINUTE })
      run([state], minutes([Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY, 2]))
      expect(bucket(state, 0)).toMatchObject({ open: 1, high: 2, low: 1, close: 2, volume: 3 })
    })

    test('keeps the sign of zeros, the first of equals', () => {
      const state = fold({ count: 1, width: 3 * MINUTE })
      run([state], minutes([-0, 0]))
      const { open, high, low, close, volume } = bucket(state, 0)
      expect([open, high, low, close, volume].map((v) => Object.is(v, -0))).toEqual([true, true, true, false, false])
    })

    test('weighs the price with the volume, by the source where it has one', () => {
      const state = fold({ count: 1, width: 4 * MINUTE, vwap: true })
      const rows = batch([
        [0, 1, 3, 1, 2, 10, NONE, 4],
        [MINUTE, 1, 3, 1, 2, 10, NONE, NONE],
        [2 * MINUTE, 1, 3, 1, 2, NONE, NONE, 9],
      ])
      run([state], rows)
      expect(bucket(state, 0)).toMatchObject({ priceVolume: 60, pricedVolume: 20 })
    })

    test('drops and counts rows between pieces', () => {
      const state = createFold(2, { vwap: false })
      setPieces(state, { start: [MINUTE, 4 * MINUTE], end: [2 * MINUTE, 5 * MINUTE], bucket: [0, 0] })
      run([state], minutes([1, 2, 4, 8, 16]))
      expect(bucket(state, 0)).toMatchObject({ open: 2, close: 16, volume: 18, bars: 2 })
      expect(state[HEADER.dropped]).toBe(3)
    })

    test('stops at the end of the table and names the row’s time', () => {
      const state = fold({ count: 2, width: MINUTE })
      expect(run([state], minutes([1, 2, 4]))).toBe(STATUS.FULL)
      expect([state[HEADER.row], state[HEADER.next]]).toEqual([2, 2 * MINUTE])
    })

    test('goes on in the next table with the row it stopped at, once', () => {
      const near = fold({ count: 2, width: MINUTE })
      const far = fold({ count: 1, width: 10 * MINUTE })
      const rows = minutes([1, 2, 4, 8])
      expect(run([near, far], rows)).toBe(STATUS.FULL)
      lay(near, { from: 2 * MINUTE, count: 2, width: MINUTE })
      expect(run([near, far], rows)).toBe(STATUS.DONE)
      expect([bucket(near, 0).volume, bucket(near, 1).volume, bucket(far, 0).volume]).toEqual([4, 8, 15])
    })

    test('refuses a batch whose times do not ascend, and adds nothing', () => {
      const state = fold({ count: 1, width: 10 * MINUTE })
      for (const times of [
        [MINUTE, 0],
        [0, 0],
        [0, NONE],
      ]) {
        expect(run([state], batch(times.map((t) => [t, 1, 1, 1, 1, 1])))).toBe(STATUS.DISORDER)
      }
      expect(bucket(state, 0).bars).toBe(0)
    })

    test('refuses a batch that begins where the last one ended', () => {
      const state = fold({ count: 1, width: 10 * MINUTE })
      run([state], minutes([1, 2]))
      expect(run([state], minutes([3], MINUTE))).toBe(STATUS.DISORDER)
    })
  })
}

test.skipIf(folds.native === foldBars)('the native fold has the bits of the plain one', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = mulberry32(seed)
    const plain = [3, 7, 60].map((minutes) => fold({ count: 40, width: minutes * MINUTE, vwap: true }))
    const native = [3, 7, 60].map((minutes) => fold({ count: 40, width: minutes * MINUTE, vwap: true }))
    let time = 0
    for (let n = 0; n < 12; n++) {
      const rows = Array.from({ length: Math.floor(random() * 40) }, () => {
        time += (1 + Math.floor(random() * random() * 9)) * MINUTE * (random() < 0.05 ? 0.5 : 1)
        return [time, ...Array.from({ length: 7 }, () => price(random))]
      })
      const status = [foldBars(plain, batch(rows)), folds.native(native, batch(rows))]
      expect(status[0], `seed ${seed}`).toBe(status[1])
      expect(bytes(native), `seed ${seed}`).toEqual(bytes(plain))
      if (status[0] === STATUS.FULL) break
    }
  }
})

/** Mostly prices; sometimes missing, infinite, a zero of either sign, or so large that a sum overflows. */
function price(random: () => number): number {
  const special = [NONE, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1.7e308]
  const pick = Math.floor(random() * 60)
  return pick < special.length ? special[pick] : random() * 100 - 20
}

const bytes = (states: FoldState[]) => states.map((state) => Buffer.from(state.buffer).toString('hex')).join()
