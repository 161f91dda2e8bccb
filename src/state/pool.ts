import pg, { type ClientBase, type PoolClient, type PoolConfig } from 'pg'
import { LqError, throwIfAborted } from '../errors.js'
import { databaseError, type Target } from './failure.js'

/** One pool of connections. Values are always parameters; every error is told as LQ_DATABASE or is a fault of ours. */
export interface Database {
  /** address without its password */
  dsn: string
  /** of the server: `18.4` */
  version: string
  signal: AbortSignal | undefined
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** As `query`, after an interruption too: for what is recorded of it. */
  queryAlways<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** Runs `work` in one transaction on one connection: committed when it resolves, else rolled back. */
  transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export const APPLICATION_NAME = 'lq'
const POOL_MAX = 4
const CONNECT_MS = 10_000
const SERVER_VERSION_MIN = 15
/** Fixes how values are written, and ends what hangs: a statement, a wait for a lock, a transaction left open. */
const SESSION = `SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET statement_timeout = '30min'; SET lock_timeout = '2min';
  SET idle_in_transaction_session_timeout = '5min'`

/**
 * Opens the pool and makes one connection, so that what is wrong is told now.
 *
 * float8 comes back as the same bits, int8 as a number where that is exact (else as text), timestamptz as ISO 8601 in
 * UTC.
 *
 * @throws LQ_DATABASE if the server cannot be reached, refuses, or is older than PostgreSQL 15
 */
export async function openPool(address: PoolConfig, target: Target, signal?: AbortSignal): Promise<Database> {
  const pool = new pg.Pool({
    ...address,
    application_name: APPLICATION_NAME,
    max: POOL_MAX,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    types: { getTypeParser },
    onConnect: prepareSession,
  })
  // An idle connection that breaks is replaced at the next query, which then tells what is wrong.
  pool.on('error', () => {})

  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw databaseError(error, target)
    }
  }
  const queryAlways = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
    told(async () => (await pool.query<Row>(text, values)).rows)
  const query = async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => {
    throwIfAborted(signal)
    return queryAlways<Row>(text, values)
  }

  try {
    const [{ version, number }] = await query<{ version: string; number: number }>(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number`,
    )
    requireVersion({ version, number }, target)
    return {
      dsn: target.dsn,
      version: version.split(' ')[0],
      signal,
      query,
      queryAlways,
      async transaction(work) {
        throwIfAborted(signal)
        return told(() => transaction(pool, work))
      },
      close: () => pool.end(),
    }
  } catch (error) {
    await pool.end()
    throw error
  }
}

/** @throws LQ_DATABASE if the server is older than PostgreSQL 15 */
export function requireVersion(server: { version: string; number: number }, target: Pick<Target, 'dsn'>): void {
  if (server.number >= SERVER_VERSION_MIN * 10_000) return
  throw new LqError(
    'LQ_DATABASE',
    `${target.dsn}: expected PostgreSQL ${SERVER_VERSION_MIN} or newer, found ${server.version}`,
    {
      hint: 'point LQ_POSTGRES_DSN at a newer server, or unset it to use the embedded one',
    },
  )
}

async function transaction<T>(pool: pg.Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // While checked out, a connection that breaks also emits 'error'; the statement under way rejects with it.
  const ignore = () => {}
  client.on('error', ignore)
  let broken = false
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.off('error', ignore)
    client.release(broken)
  }
}

async function prepareSession(client: ClientBase): Promise<void> {
  await client.query(SESSION)
}

const INT8 = 20
const TIMESTAMPTZ = 1184

const getTypeParser: typeof pg.types.getTypeParser = ((oid: number, format?: 'text') => {
  if (format === undefined || format === 'text') {
    if (oid === INT8) return parseInt8
    if (oid === TIMESTAMPTZ) return parseTimestamp
  }
  return pg.types.getTypeParser(oid, format)
}) as typeof pg.types.getTypeParser

function parseInt8(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}

/** `2026-01-02 03:04:05.678+00` → `2026-01-02T03:04:05.678Z`; the session's zone is UTC. */
function parseTimestamp(text: string): string {
  return text.replace(' ', 'T').replace(/\+00$/, 'Z')
}
