import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStaging } from '../../src/lake/staging.js'
import { KEY } from './bars.js'
import { temporaryFolder } from './data.js'

const root = temporaryFolder()
const DAY = 86_400_000
const JAN = Date.UTC(2026, 0, 1)

/** Rows of the values 0 … count − 1, a day apart, with a column that begins at row `late`. */
async function stageDays(count: number, { budgetBytes = Number.POSITIVE_INFINITY, batchRows = 7 } = {}) {
  const lakeDir = mkdtempSync(join(root, 'lake-'))
  const staging = openStaging({ lakeDir, budgetBytes })
  for (let first = 0; first < count; first += batchRows) {
    const rows = Math.min(batchRows, count - first)
    const close = Float64Array.from({ length: rows }, (_, i) => first + i)
    const columns: Record<string, Float64Array> = first >= 14 ? { close, late: close } : { close }
    const timestamp = close.map((day) => JAN + day * DAY)
    staging.add({ key: KEY, timestamp, columns, from: 0, to: rows, firstSequence: first })
    await staging.spillIfLarge()
  }
  const parts = staging.partitions(new Set(['close', 'late']))
  const loaded = await Promise.all(parts.map(async (part) => ({ name: part.name, ...(await part.load()) })))
  await staging.close()
  return { loaded, lakeDir }
}

test('cuts rows by partition', async () => {
  const { loaded } = await stageDays(40)
  expect(loaded.map(({ name, rows }) => [name, rows])).toEqual([
    ['month=2026-01', 31],
    ['month=2026-02', 9],
  ])
  expect([...loaded[1].columns.close]).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39])
})

test('a column that comes late is missing before', async () => {
  const [{ columns }] = (await stageDays(20)).loaded
  expect([columns.late[13], columns.late[14]]).toEqual([Number.NaN, 14])
})

test('rows beyond the budget go by way of the disk, and leave nothing there', async () => {
  const inMemory = await stageDays(200)
  const spilled = await stageDays(200, { budgetBytes: 100 })
  expect(spilled.loaded).toEqual(inMemory.loaded)
  expect(readdirSync(spilled.lakeDir, { recursive: true })).toEqual(['_metadata'])
})
