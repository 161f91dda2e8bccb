import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Result, upsertResult, upsertResults } from '../../src/state/results.js'
import { endRun, upsertRun } from '../../src/state/runs.js'
import type { State } from '../../src/state/state.js'
import { everyByte, startTestServer, type TestServer } from './support.js'

let server: TestServer
let state: State
beforeAll(async () => {
  server = await startTestServer()
  state = await server.openFresh()
})
afterAll(() => server.close())
beforeEach(async () => {
  await state.query('TRUNCATE runs CASCADE')
  await upsertRun(state, { runId: 'r', mode: 'sweep', startedAt: 0 })
})

const RESULT: Result = {
  runId: 'r',
  stage: 'sweep',
  fingerprint: 'f',
  params: { b: 1, a: [2] },
  sharpe: 0.1,
  extra: { rows: 3 },
}
const one = async (text: string) => (await state.query(text))[0]

test('inserts a result, and a replay changes no byte', async () => {
  expect(await upsertResult(state, RESULT)).toBe('inserted')
  const before = await everyByte(state, 'optimization_results')
  expect(await upsertResult(state, { ...RESULT, params: { a: [2], b: 1 } })).toBe('unchanged')
  expect(await everyByte(state, 'optimization_results')).toEqual(before)
})

test('updates a result that differs and keeps the time at which it was made', async () => {
  await upsertResult(state, RESULT)
  const before = await one('SELECT id, created_at FROM optimization_results')
  expect(await upsertResult(state, { ...RESULT, sharpe: 0.2 })).toBe('updated')
  expect(await one('SELECT id, created_at FROM optimization_results')).toEqual(before)
  expect(await one('SELECT sharpe FROM optimization_results')).toEqual({ sharpe: 0.2 })
})

test.each([Number.NaN, Number.NEGATIVE_INFINITY, null, undefined])('writes %s as NULL', async (value) => {
  await upsertResult(state, { ...RESULT, cagr: value })
  expect(await one('SELECT cagr FROM optimization_results')).toEqual({ cagr: null })
})

test.each([0.1 + 0.2, -0, 5e-324, -Number.MAX_VALUE, 1e21])('writes %s bit for bit', async (value) => {
  await upsertResult(state, { ...RESULT, mdd: value })
  const { mdd } = await one('SELECT mdd FROM optimization_results')
  expect(Object.is(mdd, value)).toBe(true)
})

test('counts what became of many', async () => {
  const many = Array.from({ length: 12_000 }, (_, n) => ({ ...RESULT, fingerprint: `f${n}`, sharpe: n }))
  expect(await upsertResults(state, many)).toEqual({ inserted: 12_000, updated: 0, unchanged: 0 })
  const next = [
    ...many.slice(0, 11_999),
    { ...RESULT, fingerprint: 'f11999', sharpe: 0.5 },
    { ...RESULT, fingerprint: 'new' },
  ]
  expect(await upsertResults(state, next)).toEqual({ inserted: 1, updated: 1, unchanged: 11_999 })
})

test('takes the later of two results with one key', async () => {
  await upsertResults(state, [RESULT, { ...RESULT, sharpe: 9 }])
  expect(await state.query('SELECT sharpe FROM optimization_results')).toEqual([{ sharpe: 9 }])
})

test('writes nothing of many when one belongs to no run', async () => {
  await expect(upsertResults(state, [RESULT, { ...RESULT, runId: 'unknown' }])).rejects.toThrow(/foreign key/)
  expect(await state.query('SELECT id FROM optimization_results')).toEqual([])
})

test('keeps a run’s earliest start, its newest end and its metadata', async () => {
  await upsertRun(state, { runId: 'r', startedAt: 5, endedAt: 10, metadata: { a: 1, b: 1 } })
  await upsertRun(state, { runId: 'r', startedAt: -5, metadata: { b: 2 } })
  expect(await one('SELECT mode, started_at, ended_at, metadata_json FROM runs')).toEqual({
    mode: 'sweep',
    started_at: '1969-12-31T23:59:59.995Z',
    ended_at: '1970-01-01T00:00:00.01Z',
    metadata_json: { a: 1, b: 2 },
  })
})

test('changes no byte of a run that is replayed and ended again', async () => {
  const replay = async (now: number) => {
    await upsertRun(state, { runId: 'x', mode: 'score', startedAt: now, metadata: { spec: 1 } })
    await endRun(state, { runId: 'x', status: 'COMPLETED', endedAt: now + 1 })
  }
  await replay(100)
  const before = await everyByte(state, 'runs')
  await replay(200)
  expect(await everyByte(state, 'runs')).toEqual(before)
})

test('adds an unknown run that is ended', async () => {
  expect(await endRun(state, { runId: 'y', status: 'FAILED', endedAt: 1 })).toBe('inserted')
  expect(await one(`SELECT mode, status FROM runs WHERE run_id = 'y'`)).toEqual({ mode: 'unknown', status: 'FAILED' })
})

test('ends a run that failed and was run again', async () => {
  await endRun(state, { runId: 'r', status: 'FAILED', endedAt: 1 })
  expect(await endRun(state, { runId: 'r', status: 'COMPLETED', endedAt: 2 })).toBe('updated')
  expect(await one('SELECT status, ended_at FROM runs')).toEqual({
    status: 'COMPLETED',
    ended_at: '1970-01-01T00:00:00.002Z',
  })
})
