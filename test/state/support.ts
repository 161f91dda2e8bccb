import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { LqError } from '../../src/errors.js'
import { joinEmbedded } from '../../src/state/embedded/embedded.js'
import type { Log } from '../../src/state/log.js'
import { openState, type State } from '../../src/state/state.js'

export const SILENT: Log = { info() {}, warn() {}, debug() {} }

/** A log that keeps what it is told. */
export function listen(): Log & { lines: string[] } {
  const lines: string[] = []
  const keep = (message: string) => void lines.push(message)
  return { lines, info: keep, warn: keep, debug() {} }
}

export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'lq-state-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** A real server for a file of tests, in which each test has a database of its own. */
export interface TestServer {
  port: number
  password: string
  /** @returns connection string of a new, empty database */
  createDatabase(): Promise<string>
  /** Runs a statement as another client, in the database of a connection string. */
  elsewhere(dsn: string, text: string): Promise<Record<string, unknown>[]>
  /** @returns the state of a new database with all tables; closed with the server */
  openFresh(): Promise<State>
  close(): Promise<void>
}

/** The embedded server, or the one of LQ_TEST_POSTGRES_DSN, whose user may create databases. */
export async function startTestServer(): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lq-state-'))
  const { root, leave } = await serverFor(dataDir)
  const { port, password } = root
  const open: State[] = []
  const dsnOf = (database: string) => Object.assign(new URL(root), { pathname: `/${database}` }).href
  const elsewhere = async (dsn: string, text: string) => {
    const client = new pg.Client({ connectionString: dsn })
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  const createDatabase = async () => {
    const name = `t${randomUUID().replaceAll('-', '')}`
    await elsewhere(dsnOf('postgres'), `CREATE DATABASE ${name}`)
    return dsnOf(name)
  }
  return {
    port: Number(port),
    password,
    createDatabase,
    elsewhere,
    async openFresh() {
      const state = (await openState({ postgresDsn: await createDatabase(), dataDir }, { log: SILENT })) as State
      open.push(state)
      return state
    },
    async close() {
      for (const state of open) await state.close()
      await leave()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function serverFor(dataDir: string): Promise<{ root: URL; leave(): Promise<void> }> {
  const given = process.env.LQ_TEST_POSTGRES_DSN
  if (given) return { root: new URL(given), leave: async () => {} }
  const { address, leave } = await joinEmbedded({ dataDir }, { log: SILENT })
  const { user, password, host, port } = address
  return { root: new URL(`postgres://${user}:${password}@${host}:${port}/postgres`), leave }
}

/** @returns the LqError that the work fails with */
export async function failure(work: Promise<unknown>): Promise<LqError> {
  try {
    await work
  } catch (error) {
    if (error instanceof LqError) return error
    throw error
  }
  throw new Error('expected a failure')
}

/** Every byte that a client can see of a table's rows: which transaction wrote them, where they lie, what they say. */
export function everyByte(state: State, table: string): Promise<Record<string, unknown>[]> {
  return state.query(`SELECT xmin::text, ctid::text, t::text FROM ${table} t ORDER BY ctid`)
}

/** Runs a TypeScript file of the tests in a process of its own. */
export function spawnScript(path: string, args: string[]) {
  const load = `import { runnerImport } from 'vite'
    await runnerImport(process.argv[1], { configFile: false, logLevel: 'error' })`
  return spawn(process.execPath, ['--input-type=module', '-e', load, path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}
