import { expect, test } from 'vitest'
import { arenaBytes, createArena, scratchStart, slotView } from '../../src/panel/arena.js'

const shape = { rows: 10, tiles: 3, slots: 4, scratch: 5 }

test('holds the slots first and the scratch, in whole lines, behind them', () => {
  const arena = createArena(shape, { memoryLimitMb: 64 })
  expect(arena.slotLength).toBe(240)
  expect(scratchStart(arena)).toBe(960)
  expect(arena.values.length).toBe(968)
})

test('is shared memory', () => {
  expect(createArena(shape, { memoryLimitMb: 64 }).values.buffer).toBeInstanceOf(SharedArrayBuffer)
})

test('begins slots on cache lines, given a buffer 16 bytes behind a page', () => {
  expect((createArena(shape, { memoryLimitMb: 64 }).values.byteOffset + 16) % 64).toBe(0)
})

test('begins slots where the addon says that a cache line begins', () => {
  const advise = (values: Float64Array) => (values.length === 976 ? 3 : -1)
  expect(createArena(shape, { memoryLimitMb: 64, advise }).values.byteOffset).toBe(24)
})

test('says what is needed and what is allowed before it allocates', () => {
  const large = { rows: 1_000_000, tiles: 13, slots: 20, scratch: 0 }
  expect(() => createArena(large, { memoryLimitMb: 1000 })).toThrow(
    'a panel of 1000000 rows × 104 columns in 20 fields needs 15870 MiB, LQ_MEMORY_LIMIT_MB allows 1000 MiB',
  )
  expect(() => createArena(large, { memoryLimitMb: 1000 })).toThrow(expect.objectContaining({ code: 'LQ_MEMORY' }))
})

test('refuses a slot whose cells do not fit 32-bit indices', () => {
  const tall = { rows: 2 ** 28, tiles: 1, slots: 1, scratch: 0 }
  expect(() => createArena(tall, { memoryLimitMb: 1e9 })).toThrow(/expected at most 2147483647 cells, got 2147483648/)
})

test('reaches beyond 4 GiB', () => {
  const arena = createArena({ rows: 2 ** 24, tiles: 1, slots: 5, scratch: 0 }, { memoryLimitMb: 8192 })
  slotView(arena, 4)[arena.slotLength - 1] = 7
  expect(arena.values.byteLength).toBeGreaterThan(2 ** 32)
  expect(arena.values.at(-1)).toBe(7)
})

test('can be empty', () => {
  const arena = createArena({ rows: 0, tiles: 0, slots: 3, scratch: 0 }, { memoryLimitMb: 64 })
  expect(slotView(arena, 2).length).toBe(0)
})

test('refuses a slot that it does not have', () => {
  const arena = createArena(shape, { memoryLimitMb: 64 })
  for (const slot of [-1, 4, 0.5]) expect(() => slotView(arena, slot)).toThrow(/slot must be 0 … 3/)
})

test('counts its bytes from its shape', () => {
  expect(arenaBytes(shape)).toBe(968 * 8 + 64)
})
