import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { LqError } from '../../errors.js'
import { readIfThere } from '../../process.js'
import { REMEDIES } from './binaries.js'

/** As whom the server runs: it refuses to run as root. */
export interface Account {
  /** owner of its files, as seen from here */
  uid: number
  gid: number
  /** words before the program: nothing, or `unshare …` */
  wrapper: string[]
  /** what `spawn` is to switch to; undefined: nothing */
  switchTo: { uid: number; gid: number } | undefined
}

/**
 * Words a program is started with, and as whom. The environment is bare: PG* variables of the user must not leak in.
 */
export interface Launch {
  file: string
  args: string[]
  options: { env: Record<string, string>; cwd: string; uid?: number; gid?: number }
}

const run = promisify(execFile)
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' }
const NOBODY = 65_534
/** In a user namespace of its own root is called nobody, and the files stay root's: nothing has to be handed over. */
const UNSHARE = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--']

/**
 * Who is to run the server of a directory: whoever runs this, and for root somebody else.
 *
 * @param clusterOwner of the cluster directory, undefined before it exists
 * @param options.namespaces false: as where user namespaces are not allowed
 * @throws LQ_DATABASE_EMBEDDED where root can become nobody else, or another user's cluster was met
 */
export async function chooseAccount(
  directory: string,
  clusterOwner: { uid: number; gid: number } | undefined,
  options: { namespaces?: boolean } = {},
): Promise<Account> {
  const uid = process.getuid?.() ?? -1
  const here = { uid, gid: process.getgid?.() ?? -1, wrapper: [], switchTo: undefined }
  const inNamespace = { ...here, wrapper: UNSHARE }
  const mayUnshare = async () => options.namespaces !== false && (await works([...UNSHARE, 'true']))
  if (uid === 0) {
    if (clusterOwner && clusterOwner.uid !== 0) return otherUser(clusterOwner)
    return (await mayUnshare()) ? inNamespace : systemAccount(directory)
  }
  if (clusterOwner && uid > 0 && clusterOwner.uid !== uid) throw notOurs(directory, clusterOwner.uid, uid)
  // initdb refuses a user without a name, as containers run with; in a namespace he has nobody's.
  const hasName = (await users()).some((user) => user.uid === uid)
  return !hasName && (await mayUnshare()) ? inNamespace : here
}

/** How to start one of the server's programs as the account. */
export function launch({ wrapper, switchTo }: Account, program: string, args: string[]): Launch {
  const [file, ...rest] = [...wrapper, program, ...args]
  return { file, args: rest, options: { env: ENVIRONMENT, cwd: '/', ...switchTo } }
}

/**
 * @param path a directory the account must be able to enter, with everything above it
 * @throws LQ_DATABASE_EMBEDDED naming the directory that bars the way
 */
export async function requireReach(account: Account, path: string): Promise<void> {
  if (account.wrapper.length === 0 && !account.switchTo) return
  for (let directory = path; ; directory = dirname(directory)) {
    const { uid, gid, mode } = await stat(directory)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) {
      const rights = `mode ${(mode & 0o777).toString(8)}, owner ${uid}`
      const who = `user ${account.uid}, who cannot enter ${directory} (${rights})`
      throw new LqError('LQ_DATABASE_EMBEDDED', `the embedded database runs as ${who}, needed for ${path}`, {
        hint: `chmod o+x ${directory}, or put LQ_DATA_DIR elsewhere, or ${REMEDIES}`,
      })
    }
    if (directory === dirname(directory)) return
  }
}

/** Runs a program as the account to its end. @throws as execFile: with `stderr`, `code` */
export async function runAs(account: Account, program: string, args: string[]): Promise<void> {
  const { file, args: words, options } = launch(account, program, args)
  await run(file, words, options)
}

const otherUser = ({ uid, gid }: { uid: number; gid: number }): Account => ({
  uid,
  gid,
  wrapper: [],
  switchTo: { uid, gid },
})

async function works([file, ...args]: string[], switchTo: { uid?: number; gid?: number } = {}): Promise<boolean> {
  try {
    await run(file, args, { env: ENVIRONMENT, cwd: '/', ...switchTo })
    return true
  } catch {
    return false
  }
}

/** `postgres` where the system has it, else `nobody`. @throws LQ_DATABASE_EMBEDDED where root may not become either */
async function systemAccount(directory: string): Promise<Account> {
  const known = await users()
  const found = known.find(({ name }) => name === 'postgres') ?? known.find(({ name }) => name === 'nobody')
  const account = otherUser(found ?? { uid: NOBODY, gid: NOBODY })
  if (await works(['true'], account.switchTo)) return account
  const message = 'cannot run as root, and neither a user namespace (unshare --user) nor another user is allowed here'
  throw new LqError('LQ_DATABASE_EMBEDDED', `the embedded database in ${directory} ${message}`, {
    hint: `run lq as an ordinary user, or ${REMEDIES}`,
  })
}

async function users(): Promise<{ name: string; uid: number; gid: number }[]> {
  const lines = (await readIfThere('/etc/passwd'))?.split('\n') ?? []
  return lines
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
}

function notOurs(directory: string, owner: number, uid: number): LqError {
  return new LqError(
    'LQ_DATABASE_EMBEDDED',
    `the embedded database in ${directory} belongs to user ${owner}, this command runs as user ${uid}`,
    {
      hint: `run lq as that user, use another LQ_DATA_DIR, or ${REMEDIES}`,
    },
  )
}
