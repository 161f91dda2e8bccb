import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import type { Config } from '../config.js'
import { LqError, messageOf } from '../errors.js'
import { targetOf } from './dsn.js'
import { findBinaries, REMEDIES } from './embedded/binaries.js'
import { clusterOwner } from './embedded/cluster.js'
import { clusterDirectory } from './embedded/embedded.js'
import type { Log } from './log.js'
import { openState } from './state.js'

export interface StateDescription {
  kind: 'embedded' | 'external' | 'none'
  /** address without its password; empty where there is none yet */
  dsn: string
  ok: boolean
  /** of the server; null where none was asked */
  version: string | null
  reason: string
}

const SILENT: Log = { info() {}, warn() {}, debug() {} }

/** What the state is, without making or changing anything; an embedded cluster that exists may be started for it. */
export async function describeState(
  config: Pick<Config, 'postgresDsn' | 'dataDir'>,
  signal?: AbortSignal,
): Promise<StateDescription> {
  if (config.postgresDsn === 'none')
    return { kind: 'none', dsn: '', ok: true, version: null, reason: 'LQ_POSTGRES_DSN=none' }
  const kind = config.postgresDsn === 'embedded' ? 'embedded' : 'external'
  try {
    if (kind === 'embedded' && !(await isInitialised(config))) {
      await findBinaries()
      return { kind, dsn: '', ok: true, version: null, reason: 'created at first use' }
    }
    const state = await openState(config, { log: SILENT, signal, migrate: false })
    await state?.close()
    return { kind, dsn: state?.dsn ?? '', ok: true, version: state?.version ?? null, reason: 'answers' }
  } catch (error) {
    return { kind, dsn: shown(config.postgresDsn), ok: false, version: null, reason: messageOf(error) }
  }
}

/** @returns whether the data directory has an embedded cluster. @throws LQ_DATABASE_EMBEDDED if that cannot be seen */
export async function isInitialised(config: Pick<Config, 'dataDir'>): Promise<boolean> {
  const dataDir = existsSync(config.dataDir) ? await realpath(config.dataDir) : config.dataDir
  const directory = clusterDirectory({ dataDir })
  try {
    return (await clusterOwner(directory)) !== undefined
  } catch (error) {
    if (error instanceof LqError) throw error
    throw new LqError(
      'LQ_DATABASE_EMBEDDED',
      `the embedded database in ${directory} cannot be read: ${messageOf(error)}`,
      {
        hint: `run lq as the user who owns it, use another LQ_DATA_DIR, or ${REMEDIES}`,
        cause: error,
      },
    )
  }
}

function shown(dsn: string): string {
  try {
    return dsn === 'embedded' ? '' : targetOf(dsn).dsn
  } catch {
    return ''
  }
}
