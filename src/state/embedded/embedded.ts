import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../config.js'
import { LqError, messageOf, throwIfAborted } from '../../errors.js'
import type { Log } from '../log.js'
import { chooseAccount } from './account.js'
import { type Binaries, findBinaries, REMEDIES } from './binaries.js'
import { clusterOwner, DATABASE, giveCluster, initCluster, readPassword, USER } from './cluster.js'
import { acquireLock } from './lock.js'
import { type Address, becomePresent, type Presence } from './presence.js'
import { HOST, runningServer, type Server, startServer, stopServer, whenReady } from './server.js'

export interface EmbeddedServer {
  address: Address
  /** Leaves; the last command to leave stops the server. */
  leave(): Promise<void>
}

export interface EmbeddedOptions {
  log: Log
  signal?: AbortSignal
  /** false: as where user namespaces are not allowed */
  namespaces?: boolean
}

/**
 * Joins the embedded server of a data directory: makes its cluster at first use, starts it unless another command has,
 * or has left it running when it was killed.
 *
 * @throws LQ_DATABASE_EMBEDDED, LQ_BUSY, LQ_INTERRUPTED
 */
export async function joinEmbedded(config: Pick<Config, 'dataDir'>, options: EmbeddedOptions): Promise<EmbeddedServer> {
  const binaries = await findBinaries()
  const directory = clusterDirectory({ dataDir: await makeDataDir(config.dataDir) })
  const lockPath = `${directory}.lock`
  try {
    const release = await acquireLock(lockPath, options)
    try {
      const { server, started } = await ensureServer(directory, binaries, options)
      try {
        const password = await readPassword(directory)
        const address = { host: HOST, port: server.port, user: USER, password, database: DATABASE }
        const presence = await becomePresent(address)
        return { address, leave: () => leave(directory, lockPath, presence, options) }
      } catch (error) {
        if (started) await stopServer(directory, server)
        throw error
      }
    } finally {
      await release()
    }
  } catch (error) {
    // Ctrl-C reaches initdb too, whose complaint is then not what matters.
    throwIfAborted(options.signal)
    if (error instanceof LqError) throw error
    throw new LqError(
      'LQ_DATABASE_EMBEDDED',
      `the embedded database in ${directory} cannot be used: ${messageOf(error)}`,
      {
        hint: `make the directory writable, use another LQ_DATA_DIR, or ${REMEDIES}`,
        cause: error,
      },
    )
  }
}

/** @returns where the cluster of a data directory is, or will be */
export function clusterDirectory({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'postgres')
}

async function ensureServer(
  directory: string,
  binaries: Binaries,
  { log, signal, namespaces }: EmbeddedOptions,
): Promise<{ server: Server; started: boolean }> {
  const owner = await clusterOwner(directory)
  const account = await chooseAccount(directory, owner, { namespaces })
  if (!owner) {
    log.debug(`making the embedded database in ${directory}`)
    await initCluster(directory, binaries, account)
  } else if (account.switchTo && owner.uid !== account.uid) await giveCluster(directory, account)
  const running = await whenReady(directory, signal)
  const server = running ?? (await startServer(directory, binaries, account, signal))
  log.debug(`${running ? 'joined' : 'started'} the embedded database: process ${server.pid}, port ${server.port}`)
  return { server, started: running === undefined }
}

/** Under the lock, so that of two commands that end at once the second sees that the first is gone. */
async function leave(directory: string, lockPath: string, presence: Presence, { log }: EmbeddedOptions): Promise<void> {
  let release = async () => {}
  try {
    release = await acquireLock(lockPath, { log })
    // Where that cannot be asked the server stays as it is: gone, or for the next command to stop.
    const others = await presence.others().catch(() => undefined)
    const server = await runningServer(directory)
    if (others !== 0 || !server) return
    await stopServer(directory, server)
    log.debug(`stopped the embedded database: process ${server.pid}`)
  } finally {
    await presence.leave().catch(() => {}) // the server may be gone: then so is the connection
    await release()
  }
}

async function makeDataDir(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true })
    return await realpath(dataDir)
  } catch (error) {
    throw new LqError('LQ_DATABASE_EMBEDDED', `the data directory ${dataDir} cannot be made: ${messageOf(error)}`, {
      hint: `set LQ_DATA_DIR to a directory that can be written, or ${REMEDIES}`,
      cause: error,
    })
  }
}
