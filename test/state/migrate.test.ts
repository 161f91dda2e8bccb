import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '../../src/state/fingerprint.js'
import { ddl, migrate, schemaVersion, TABLES } from '../../src/state/migrate.js'
import { MIGRATIONS } from '../../src/state/migrations/list.js'
import { openState, type State } from '../../src/state/state.js'
import { failure, SILENT, startTestServer, type TestServer } from './support.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

async function withBare(use: (state: State, dsn: string) => Promise<void>): Promise<void> {
  const dsn = await server.createDatabase()
  const state = (await openState({ postgresDsn: dsn, dataDir: '' }, { log: SILENT, migrate: false })) as State
  try {
    await use(state, dsn)
  } finally {
    await state.close()
  }
}

test('applies every migration once', () =>
  withBare(async (state) => {
    expect(await migrate(state)).toEqual(MIGRATIONS.map(({ version }) => version))
    const applied = await state.query(
      'SELECT version, checksum, applied_at, xmin::text FROM schema_version ORDER BY version',
    )
    expect(await migrate(state)).toEqual([])
    expect(
      await state.query('SELECT version, checksum, applied_at, xmin::text FROM schema_version ORDER BY version'),
    ).toEqual(applied)
  }))

test('lets two commands try at once', () =>
  withBare(async (state) => {
    const done = await Promise.all([migrate(state), migrate(state), migrate(state)])
    expect(done.flat().sort()).toEqual(MIGRATIONS.map(({ version }) => version))
  }))

test('makes every table that is counted and saved', () =>
  withBare(async (state) => {
    await migrate(state)
    const tables = await state.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_version'`,
    )
    expect(tables.map((row) => row.tablename).sort()).toEqual([...TABLES].sort())
  }))

test('has version 0 before the first one', () => withBare(async (state) => expect(await schemaVersion(state)).toBe(0)))

test('refuses a migration that was changed after it was applied', () =>
  withBare(async (state) => {
    await migrate(state)
    const changed = MIGRATIONS.map((m) => (m.version === 1 ? { ...m, checksum: sha256('changed') } : m))
    const error = await failure(migrate(state, changed))
    expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE', 3])
    expect(error.message).toMatch(/migration 1 .* applied with another text/)
  }))

test('refuses a schema that is newer than the program', () =>
  withBare(async (state) => {
    await migrate(state)
    expect((await failure(migrate(state, MIGRATIONS.slice(0, 1)))).message).toMatch(
      /migration 2 .* is not known to this program/,
    )
  }))

test('leaves nothing of a migration that fails', () =>
  withBare(async (state) => {
    const sql = 'CREATE TABLE half (x INT); SELECT 1 / 0'
    const failing = { version: 3, title: 'failing', sql, checksum: sha256(sql) }
    await expect(migrate(state, [...MIGRATIONS, failing])).rejects.toThrow(/division by zero/)
    expect(await state.query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }])
    expect(await schemaVersion(state)).toBe(2)
  }))

test('does not take another program’s schema_version for its own', () =>
  withBare(async (state) => {
    await state.query('CREATE TABLE schema_version (version INT)')
    expect((await failure(migrate(state))).message).toMatch(/belongs to another program/)
  }))

test('prints statements that make the same tables', () =>
  withBare(async (printed, dsn) => {
    await server.elsewhere(dsn, ddl())
    const migrated = await server.openFresh()
    const columns = `SELECT table_name, column_name, data_type, is_nullable, column_default
      FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`
    expect(await printed.query(columns)).toEqual(await migrated.query(columns))
  }))

test('keeps figures of results as doubles', async () => {
  const state = await server.openFresh()
  const rows = await state.query(`SELECT DISTINCT data_type FROM information_schema.columns
    WHERE table_name = 'optimization_results'
      AND column_name IN ('sharpe', 'cagr', 'mdd', 'train_sharpe', 'robustness_score')`)
  expect(rows).toEqual([{ data_type: 'double precision' }])
})

test('makes its tables in the schema that the connection names', async () => {
  const dsn = await server.createDatabase()
  await server.elsewhere(dsn, 'CREATE SCHEMA mine')
  const state = (await openState(
    { postgresDsn: `${dsn}?options=-csearch_path%3Dmine`, dataDir: '' },
    { log: SILENT },
  )) as State
  const schemas = await state.query(`SELECT DISTINCT schemaname FROM pg_tables WHERE tablename = ANY($1)`, [
    [...TABLES],
  ])
  await state.close()
  expect(schemas).toEqual([{ schemaname: 'mine' }])
})
