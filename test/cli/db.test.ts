import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, expect, test, vi } from 'vitest'
import { command } from '../../src/cli/db.js'
import { TABLES } from '../../src/state/migrate.js'
import { withDirectory } from '../state/support.js'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = 0
})

/** Runs `lq db …` in this process. */
async function db(environment: Record<string, string>, ...words: string[]) {
  vi.stubEnv('LQ_POSTGRES_DSN', '')
  vi.stubEnv('LQ_LOG_LEVEL', 'silent')
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const said = { out: '', err: '' }
  const hear = (into: 'out' | 'err') => (text: unknown) => {
    said[into] += text
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(hear('out'))
  vi.spyOn(process.stderr, 'write').mockImplementation(hear('err'))
  process.exitCode = 0
  await new Command().addCommand(command()).parseAsync(['db', ...words], { from: 'user' })
  vi.restoreAllMocks()
  return { ...said, exitCode: process.exitCode }
}

const NO_ROWS = Object.fromEntries(TABLES.map((table) => [table, 0]))

test('prints the statements and touches nothing', () =>
  withDirectory(async (LQ_DATA_DIR) => {
    const { out, exitCode } = await db({ LQ_DATA_DIR }, 'init', '--print-ddl')
    expect(exitCode).toBe(0)
    for (const table of TABLES) expect(out).toContain(`CREATE TABLE ${table} (`)
    expect(readdirSync(LQ_DATA_DIR)).toEqual([])
  }))

test('status makes nothing where nothing is', () =>
  withDirectory(async (directory) => {
    const { out, exitCode } = await db({ LQ_DATA_DIR: join(directory, 'data') }, 'status', '--json')
    expect([JSON.parse(out), exitCode]).toEqual([
      { kind: 'embedded', version: null, schema_version: null, tables: {} },
      0,
    ])
    expect(readdirSync(directory)).toEqual([])
  }))

test('init makes the tables, twice is once, and status counts their rows', () =>
  withDirectory(async (LQ_DATA_DIR) => {
    const first = JSON.parse((await db({ LQ_DATA_DIR }, 'init', '--json')).out)
    const second = JSON.parse((await db({ LQ_DATA_DIR }, 'init', '--json')).out)
    const status = JSON.parse((await db({ LQ_DATA_DIR }, 'status', '--json')).out)
    expect(first).toMatchObject({ kind: 'embedded', schema_version: 2, tables: NO_ROWS })
    expect([second, status]).toEqual([first, first])
  }))

test('status is for people too', () =>
  withDirectory(async (LQ_DATA_DIR) => {
    await db({ LQ_DATA_DIR }, 'init')
    expect((await db({ LQ_DATA_DIR }, 'status')).out).toMatch(
      /^embedded: postgres:\/\/lq:\*\*\*@127[\s\S]*\noptimization_results +0\n/,
    )
  }))

test('saves, restores and exports', () =>
  withDirectory(async (directory) => {
    const [one, two, saved, file] = ['one', 'two', 'saved', 'runs.ndjson'].map((name) => join(directory, name))
    await db({ LQ_DATA_DIR: one }, 'init')
    expect((await db({ LQ_DATA_DIR: one }, 'backup', '--out', saved, '--json')).exitCode).toBe(0)
    const restored = await db({ LQ_DATA_DIR: two }, 'restore', saved, '--json')
    expect(JSON.parse(restored.out)).toEqual({ path: saved, tables: NO_ROWS })
    const exported = await db({ LQ_DATA_DIR: two }, 'export', 'runs', '--out', file, '--json')
    expect(JSON.parse(exported.out)).toEqual({ table: 'runs', path: file, rows: 0 })
    expect(readFileSync(file, 'utf8')).toBe('')
  }))

test.each([
  ['backup', '--out', 'x'],
  ['export', 'runs', '--out', 'x'],
])('%s makes no database', (...words) =>
  withDirectory(async (directory) => {
    const { err, exitCode } = await db({ LQ_DATA_DIR: join(directory, 'data') }, ...words)
    expect(exitCode).toBe(3)
    expect(err).toMatch(/found none[\s\S]*lq db init/)
    expect(readdirSync(directory)).toEqual([])
  }),
)

test('says that there is to be no database', async () => {
  const status = await db({ LQ_POSTGRES_DSN: 'none' }, 'status', '--json')
  expect(JSON.parse(status.out)).toEqual({ kind: 'none', version: null, schema_version: null, tables: {} })
  const init = await db({ LQ_POSTGRES_DSN: 'none' }, 'init', '--json')
  expect([JSON.parse(init.out).error.code, init.exitCode]).toEqual(['LQ_CONFIG', 3])
})

test('shows no password of a server that does not answer', async () => {
  const { out, err, exitCode } = await db(
    { LQ_POSTGRES_DSN: 'postgres://ann:hidden@127.0.0.1:1/x', LQ_LOG_LEVEL: 'debug' },
    'init',
  )
  expect(exitCode).toBe(3)
  expect(err).toMatch(/postgres:\/\/ann:\*\*\*@127.0.0.1:1\/x: no server answers there/)
  expect(out + err).not.toMatch(/hidden/)
})
