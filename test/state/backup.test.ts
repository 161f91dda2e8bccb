import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backup, restore } from '../../src/state/backup.js'
import { exportTable } from '../../src/state/export.js'
import { TABLES } from '../../src/state/migrate.js'
import { upsertResult } from '../../src/state/results.js'
import { upsertRun } from '../../src/state/runs.js'
import { writeScores } from '../../src/state/scores.js'
import type { State } from '../../src/state/state.js'
import { stateStatus } from '../../src/state/status.js'
import { failure, startTestServer, type TestServer, withDirectory } from './support.js'

let server: TestServer
let state: State
const AWKWARD = { text: 'a\\b\t"c"\n\u2028한\u0001', null: null, list: [0.1, -1e300] }

beforeAll(async () => {
  server = await startTestServer()
  state = await server.openFresh()
  await upsertRun(state, { runId: 'r', mode: 'score', startedAt: 0, metadata: AWKWARD })
  await upsertResult(state, {
    runId: 'r',
    stage: 'score',
    fingerprint: 'f',
    params: AWKWARD,
    sharpe: 0.1 + 0.2,
    mdd: -0,
  })
  await writeScores(state, { runId: 'r', factor: 'x' }, [
    { rows: 2, symbols: ['B', 'A'], timestamps: [1, 2], raw: [5e-324, Number.NaN] },
  ])
})
afterAll(() => server.close())

const textOf = (from: State, table: string) => from.query(`SELECT t::text FROM ${table} t ORDER BY 1`)

test('restores every row as it was', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'backup')
    const manifest = await backup(state, path)
    expect(manifest.tables).toMatchObject({ runs: 1, optimization_results: 1, factor_scores: 2, fills: 0 })
    const other = await server.openFresh()
    expect((await restore(other, path)).tables).toEqual(manifest.tables)
    for (const table of TABLES) expect(await textOf(other, table)).toEqual(await textOf(state, table))
  }))

test('gives new rows new ids after a restore', () =>
  withDirectory(async (directory) => {
    await backup(state, join(directory, 'backup'))
    const other = await server.openFresh()
    await restore(other, join(directory, 'backup'))
    await upsertResult(other, { runId: 'r', stage: 'score', fingerprint: 'g', params: {} })
    expect(await other.query('SELECT id FROM optimization_results ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }])
  }))

test('does not overwrite a directory, nor a table that has rows', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'backup')
    await backup(state, path)
    expect((await failure(backup(state, path))).code).toBe('LQ_DISK')
    expect((await failure(restore(state, path))).message).toMatch(/found rows in runs/)
  }))

test('restores nothing of a backup that lost rows', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'backup')
    await backup(state, path)
    await writeFile(join(path, 'factor_scores.copy'), '')
    const other = await server.openFresh()
    const error = await failure(restore(other, path))
    expect([error.code, error.exitCode]).toEqual(['LQ_INPUT_INVALID', 4])
    expect(error.message).toMatch(/expected 2 rows of factor_scores, found 0/)
    expect((await stateStatus(other)).tables.runs).toBe(0)
  }))

test('says what is missing in a directory that is no backup', () =>
  withDirectory(async (directory) => {
    expect((await failure(restore(state, directory))).code).toBe('LQ_INPUT_MISSING')
    await writeFile(join(directory, 'manifest.json'), '{"format":2}')
    expect((await failure(restore(state, directory))).code).toBe('LQ_INPUT_INVALID')
  }))

test('leaves nothing behind where a backup cannot be written', () =>
  withDirectory(async (directory) => {
    await writeFile(join(directory, 'file'), '')
    const error = await failure(backup(state, join(directory, 'file', 'backup')))
    expect([error.code, error.exitCode]).toEqual(['LQ_DISK', 3])
    expect(readdirSync(directory)).toEqual(['file'])
  }))

test('exports one JSON object per row, which reads back as it was', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'results.ndjson')
    expect(await exportTable(state, 'optimization_results', path)).toBe(1)
    const [row] = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(row).toMatchObject({ run_id: 'r', params_json: AWKWARD, sharpe: 0.1 + 0.2, cagr: null })
    expect(Object.is(row.mdd, -0)).toBe(true)
  }))

test('exports in the order of the primary key', () =>
  withDirectory(async (directory) => {
    const path = join(directory, 'scores.ndjson')
    await exportTable(state, 'factor_scores', path)
    const rows = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map((row) => [row.symbol, row.raw_value])).toEqual([
      ['A', null],
      ['B', 5e-324],
    ])
  }))

test('exports only tables that it knows', () =>
  withDirectory(async (directory) => {
    const error = await failure(exportTable(state, 'pg_authid', join(directory, 'x')))
    expect([error.code, error.exitCode]).toEqual(['LQ_USAGE', 2])
    expect(readdirSync(directory)).toEqual([])
  }))

test('leaves no half of an export', () =>
  withDirectory(async (directory) => {
    await mkdir(join(directory, 'taken'))
    await writeFile(join(directory, 'taken', 'x'), '')
    expect((await failure(exportTable(state, 'runs', join(directory, 'taken')))).code).toBe('LQ_DISK')
    expect(readdirSync(directory)).toEqual(['taken'])
  }))
