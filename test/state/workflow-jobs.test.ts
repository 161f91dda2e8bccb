import { afterAll, beforeAll, expect, test } from 'vitest'
import { upsertRun } from '../../src/state/runs.js'
import type { State } from '../../src/state/state.js'
import { finishJob, reapJobs, requestStop, startJob } from '../../src/state/workflow-jobs.js'
import { startTestServer, type TestServer } from './support.js'

let server: TestServer
let state: State
beforeAll(async () => {
  server = await startTestServer()
  state = await server.openFresh()
})
afterAll(() => server.close())

const START = { workflow: 'score', command: ['lq', 'score', '--dsn', 'postgres://ann:hidden@db/x'] }
const job = async (id: string) => (await state.query('SELECT * FROM workflow_jobs WHERE job_id = $1', [id]))[0]

test('gives every execution its own id and records it as running here', async () => {
  const [one, two] = [await startJob(state, START), await startJob(state, START)]
  expect(one).not.toBe(two)
  const row = await job(one)
  expect(row).toMatchObject({ workflow: 'score', status: 'RUNNING', pid: process.pid, ended_at: null, exit_code: null })
  expect(row.metadata_json.host).toBeTruthy()
})

test('records no password of the command line', async () => {
  const id = await startJob(state, { ...START, env: { LQ_POSTGRES_DSN: 'postgres://ann:hidden@db/x' } })
  expect(JSON.stringify(await job(id))).not.toMatch(/hidden/)
})

test.each([
  [0, 'COMPLETED'],
  [1, 'FAILED'],
  [4, 'FAILED'],
  [130, 'STOPPED'],
  [-9, 'KILLED'],
  [143, 'KILLED'],
])('ends with exit code %i as %s', async (exitCode, status) => {
  const id = await startJob(state, START)
  await finishJob(state, id, { exitCode })
  expect(await job(id)).toMatchObject({ status, exit_code: exitCode, ended_at: expect.stringMatching(/Z$/) })
})

test.each([
  [0, 'STOPPED'],
  [1, 'FAILED'],
])('ends with exit code %i as %s where a stop was requested', async (exitCode, status) => {
  const id = await startJob(state, START)
  expect(await requestStop(state, id)).toBe(true)
  await finishJob(state, id, { exitCode })
  expect((await job(id)).status).toBe(status)
})

test('requests no stop of a job that has ended', async () => {
  const id = await startJob(state, START)
  await finishJob(state, id, { exitCode: 0 })
  expect(await requestStop(state, id)).toBe(false)
})

test('keeps the start, and the first end', async () => {
  const id = await startJob(state, START)
  const { started_at } = await job(id)
  await finishJob(state, id, { exitCode: 0, ledger: { steps: [1] } })
  const first = await job(id)
  await finishJob(state, id, { exitCode: 1 })
  expect(await job(id)).toEqual(first)
  expect(first.started_at).toBe(started_at)
  expect(first.metadata_json.ledger).toEqual({ steps: [1] })
})

test('belongs to a run once that is known', async () => {
  const id = await startJob(state, START)
  await upsertRun(state, { runId: 'r', mode: 'score' })
  await finishJob(state, id, { exitCode: 0, runId: 'r' })
  expect((await job(id)).run_id).toBe('r')
})

test('ends the jobs of this host whose process is gone, and no others', async () => {
  const [gone, stopped, elsewhere, alive] = await Promise.all([1, 2, 3, 4].map(() => startJob(state, START)))
  await requestStop(state, stopped)
  await state.query(
    `UPDATE workflow_jobs SET metadata_json = jsonb_set(metadata_json, '{process,start}', '"another boot/1"')
    WHERE job_id = ANY($1)`,
    [[gone, stopped, elsewhere]],
  )
  await state.query(
    `UPDATE workflow_jobs SET metadata_json = metadata_json || '{"host": "another"}' WHERE job_id = $1`,
    [elsewhere],
  )
  expect((await reapJobs(state)).sort()).toEqual([gone, stopped].sort())
  const status = async (id: string) => (await job(id)).status
  expect(await Promise.all([gone, stopped, elsewhere, alive].map(status))).toEqual([
    'EXITED',
    'STOPPED',
    'RUNNING',
    'RUNNING',
  ])
})
