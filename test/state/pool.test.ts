import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool, requireVersion } from '../../src/state/pool.js'
import { upsertRun } from '../../src/state/runs.js'
import { openState } from '../../src/state/state.js'
import { failure, SILENT, startTestServer, type TestServer } from './support.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const open = (postgresDsn: string) => openState({ postgresDsn, dataDir: '/nonexistent' }, { log: SILENT })

test('reads int8 as a number where that is exact, else as text', async () => {
  const state = await server.openFresh()
  const [row] = await state.query('SELECT 9007199254740991::int8 AS safe, 9007199254740993::int8 AS greater')
  expect(row).toEqual({ safe: 9007199254740991, greater: '9007199254740993' })
})

test('reads a timestamp as ISO 8601 in UTC, whatever the zone of the server', async () => {
  const dsn = await server.createDatabase()
  await server.elsewhere(
    dsn,
    `ALTER ROLE CURRENT_USER IN DATABASE ${new URL(dsn).pathname.slice(1)} SET timezone = 'Asia/Seoul'`,
  )
  const state = await open(dsn)
  const [row] = await state!.query(`SELECT '2026-02-03 04:05:06.789+09'::timestamptz AS t`)
  await state!.close()
  expect(row.t).toBe('2026-02-02T19:05:06.789Z')
})

test.each([0.1, -0, 5e-324, Number.MAX_VALUE, 1 / 3])('reads the double %s as the same bits', async (value) => {
  const state = await server.openFresh()
  const [row] = await state.query('SELECT $1::float8 AS x', [Object.is(value, -0) ? '-0' : value])
  expect(Object.is(row.x, value)).toBe(true)
})

test('is called lq and has time limits', async () => {
  const state = await server.openFresh()
  const [row] = await state.query(`SELECT current_setting('application_name') AS name,
    current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`)
  expect(row).toEqual({ name: 'lq', statement: '30min', lock: '2min' })
})

test('rolls a transaction back where its work fails', async () => {
  const state = await server.openFresh()
  const work = state.transaction(async (client) => {
    await client.query(`INSERT INTO runs (run_id, mode, started_at, status) VALUES ('r', 'm', now(), 's')`)
    throw new RangeError('ours')
  })
  await expect(work).rejects.toThrow(RangeError)
  expect(await state.query('SELECT run_id FROM runs')).toEqual([])
})

test('goes on with a new connection after one was lost', async () => {
  const dsn = await server.createDatabase()
  const state = (await open(dsn))!
  await server.elsewhere(
    dsn,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'lq' AND datname = current_database()`,
  )
  await expect.poll(() => state.query('SELECT 1 AS one').catch((error) => error.code)).toEqual([{ one: 1 }])
  await state.close()
})

test('tells a connection that is lost in the middle of a transaction', async () => {
  const state = await server.openFresh()
  const error = await failure(
    state.transaction(async (client) => {
      await client.query('SELECT pg_terminate_backend(pg_backend_pid())')
    }),
  )
  expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE', 3])
  expect(error.message).toMatch(/connection was lost/)
})

test('tells a server that is not there', async () => {
  const error = await failure(open('postgres://lq:hidden@127.0.0.1:1/x'))
  expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE', 3])
  expect(error.message).toMatch(/postgres:\/\/lq:\*\*\*@127.0.0.1:1\/x: no server answers there: .*ECONNREFUSED/)
})

test('tells a wrong password and does not show it', async () => {
  const error = await failure(open(`postgres://lq:hidden@127.0.0.1:${server.port}/postgres`))
  expect(error.message).toMatch(/password is wrong/)
  expect(`${error.message}${error.hint}${error.stack}${(error.cause as Error).stack}`).not.toMatch(/hidden/)
})

test('tells a database that does not exist', async () => {
  const error = await failure(open(`postgres://lq:${server.password}@127.0.0.1:${server.port}/nowhere`))
  expect(error.message).toMatch(/database does not exist/)
})

test('tells a server that is read-only, and writes nothing', async () => {
  const dsn = await server.createDatabase()
  const name = new URL(dsn).pathname.slice(1)
  await (await open(dsn))?.close()
  await server.elsewhere(dsn, `ALTER DATABASE ${name} SET default_transaction_read_only = on`)
  const state = (await open(dsn))!
  const error = await failure(upsertRun(state, { runId: 'r', mode: 'score' }))
  expect(error.message).toMatch(/read-only/)
  expect(await state.query('SELECT run_id FROM runs')).toEqual([])
  await state.close()
})

test('tells a read-only server that has no tables yet', async () => {
  const dsn = await server.createDatabase()
  await server.elsewhere(dsn, `ALTER DATABASE ${new URL(dsn).pathname.slice(1)} SET default_transaction_read_only = on`)
  expect((await failure(open(dsn))).message).toMatch(/read-only/)
})

test('refuses a server older than PostgreSQL 15', async () => {
  const check = async () => requireVersion({ version: '14.9', number: 140009 }, { dsn: 'postgres://db/x' })
  expect((await failure(check())).message).toBe('postgres://db/x: expected PostgreSQL 15 or newer, found 14.9')
})

test('does nothing once the signal is aborted', async () => {
  const address = { connectionString: await server.createDatabase() }
  const database = await openPool(address, { dsn: '', secrets: [] }, undefined)
  await database.close()
  const work = openPool(address, { dsn: '', secrets: [] }, AbortSignal.abort())
  expect((await failure(work)).code).toBe('LQ_INTERRUPTED')
})

test('tells a socket that is not there', async () => {
  const error = await failure(open('postgres://lq@%2Fnonexistent/x'))
  expect(error.message).toMatch(/no server answers there: .*ENOENT/)
})
