import type { Config } from '../config.js'
import { targetOf } from './dsn.js'
import { joinEmbedded } from './embedded/embedded.js'
import type { Log } from './log.js'
import { migrate } from './migrate.js'
import { type Database, openPool } from './pool.js'

/** The database that remembers runs, jobs and results. */
export interface State extends Database {
  kind: 'embedded' | 'external'
}

export interface StateOptions {
  log: Log
  signal?: AbortSignal
  /** false: leave the schema as it is */
  migrate?: boolean
}

type StateConfig = Pick<Config, 'postgresDsn' | 'dataDir'>

/**
 * Opens the state with its schema up to date: the server of LQ_POSTGRES_DSN, or the embedded one of the data directory,
 * which is made at first use and shared by all commands that run at a time.
 *
 * @returns null for LQ_POSTGRES_DSN=none
 * @throws LQ_DATABASE, LQ_DATABASE_EMBEDDED, LQ_BUSY, LQ_INTERRUPTED
 */
export async function openState(config: StateConfig, options: StateOptions): Promise<State | null> {
  if (config.postgresDsn === 'none') return null
  const state = await (config.postgresDsn === 'embedded'
    ? openEmbedded(config, options)
    : openExternal(config, options))
  try {
    if (options.migrate !== false) await migrate(state)
    return state
  } catch (error) {
    await state.close()
    throw error
  }
}

async function openExternal({ postgresDsn }: StateConfig, { signal }: StateOptions): Promise<State> {
  const database = await openPool({ connectionString: postgresDsn }, targetOf(postgresDsn), signal)
  return { ...database, kind: 'external' }
}

async function openEmbedded(config: StateConfig, options: StateOptions): Promise<State> {
  const server = await joinEmbedded(config, options)
  const { user, password, host, port, database: name } = server.address
  const target = { dsn: `postgres://${user}:***@${host}:${port}/${name}`, secrets: [password] }
  try {
    const database = await openPool({ ...server.address, ssl: false }, target, options.signal)
    const close = async () => {
      await database.close()
      await server.leave()
    }
    return { ...database, close, kind: 'embedded' }
  } catch (error) {
    await server.leave()
    throw error
  }
}
