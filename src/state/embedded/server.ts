import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LqError, throwIfAborted } from '../../errors.js'
import { isAlive, readIfThere, workingDirectory } from '../../process.js'
import { type Account, launch, requireReach } from './account.js'
import { type Binaries, REMEDIES } from './binaries.js'

export const HOST = '127.0.0.1'

/** A server that runs on a cluster directory. */
export interface Server {
  pid: number
  port: number
}

const POLL_MS = 5
/** Recovery after a crash, and the checkpoint before the end, may take minutes on a slow disk. */
const CHANGE_MS_MAX = 300_000
const ATTEMPTS_MAX = 5
const LOG_FILE = 'lq.log'
const LOG_BYTES_MAX = 4_000_000
/** No process has an id as great as this (Linux allows 2^22). */
const NO_PID = '99999999'

/** @returns the server that runs on the directory, ready or not yet; undefined if none does */
export async function runningServer(directory: string): Promise<(Server & { ready: boolean }) | undefined> {
  const state = await readPidFile(directory)
  return state && isServer(state.pid, directory) ? state : undefined
}

/**
 * Starts a server on the cluster: loopback only, a free port, durable commits, its own session so that no Ctrl-C of the
 * terminal reaches it. Survives what a crashed server left behind.
 *
 * @throws LQ_DATABASE_EMBEDDED with the server's own words
 */
export async function startServer(
  directory: string,
  binaries: Binaries,
  account: Account,
  signal?: AbortSignal,
): Promise<Server> {
  await requireReach(account, directory)
  await requireReach(account, join(binaries.postgres, '..'))
  let words = ''
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    throwIfAborted(signal)
    await disownPidFile(directory)
    const port = await freePort()
    const { child, said } = await launchServer(directory, binaries, account, port)
    if (await becomesReady(directory, child)) return { pid: child.pid as number, port }
    words = await said()
    // Taken meanwhile: another port will do. Remains of a killed server: its last processes are just ending.
    if (!/Address already in use|still in use|could not bind/i.test(words)) break
    await delay(POLL_MS * 2 ** (attempt + 3))
  }
  throw new LqError(
    'LQ_DATABASE_EMBEDDED',
    `the embedded database in ${directory} does not start: ${lastWords(words)}`,
    {
      hint: `look into ${join(directory, LOG_FILE)}; use another LQ_DATA_DIR, or ${REMEDIES}`,
    },
  )
}

/** Waits for a server that another command has just started. @returns it, or undefined if it ended instead */
export async function whenReady(directory: string, signal?: AbortSignal): Promise<Server | undefined> {
  const untilMs = performance.now() + CHANGE_MS_MAX
  for (;;) {
    throwIfAborted(signal)
    const server = await runningServer(directory)
    if (!server || server.ready) return server
    if (performance.now() > untilMs) throw tooSlow(directory, 'become ready')
    await delay(POLL_MS)
  }
}

/** Shuts the server down: open transactions are rolled back, everything committed is on disk. */
export async function stopServer(directory: string, { pid }: Server): Promise<void> {
  const untilMs = performance.now() + CHANGE_MS_MAX
  signalServer(pid, 'SIGINT')
  while ((await readPidFile(directory))?.pid === pid && isAlive(pid)) {
    if (performance.now() > untilMs) throw tooSlow(directory, 'stop')
    await delay(POLL_MS)
  }
}

/** Lines of postmaster.pid: pid, directory, start, port, socket directory, address, shared memory, state. */
async function readPidFile(directory: string): Promise<(Server & { ready: boolean }) | undefined> {
  const lines = (await readIfThere(join(directory, 'postmaster.pid')))?.split('\n')
  if (!lines || !/^\d+$/.test(lines[0])) return undefined
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/** A server works in its cluster directory; a later process that was given its id does not. */
function isServer(pid: number, directory: string): boolean {
  if (!isAlive(pid)) return false
  const working = workingDirectory(pid)
  return working === undefined || working === directory
}

/**
 * The pid file of a server that is gone can name a process that lives: the id was given again, and the new server would
 * refuse to start. The file then gets an id that nobody has; what else it says the server needs, to look for remains.
 */
async function disownPidFile(directory: string): Promise<void> {
  const path = join(directory, 'postmaster.pid')
  const text = await readIfThere(path)
  if (text === undefined || !isAlive(Number.parseInt(text, 10))) return
  await writeFile(path, text.replace(/^\d+/, NO_PID))
}

async function launchServer(directory: string, binaries: Binaries, account: Account, port: number) {
  const logPath = join(directory, LOG_FILE)
  const log = await open(logPath, 'a', 0o600)
  if ((await log.stat()).size > LOG_BYTES_MAX) await log.truncate()
  if (account.switchTo) await log.chown(account.uid, account.gid)
  const from = (await log.stat()).size
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
  ]
  const { file, args, options } = launch(account, binaries.postgres, [
    '-D',
    directory,
    ...settings.flatMap((s) => ['-c', s]),
  ])
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', log.fd, log.fd] })
  child.unref()
  const failed = new Promise<Error>((resolve) => child.once('error', resolve))
  await log.close()
  return { child, said: async () => (child.pid ? readFrom(logPath, from) : (await failed).message) }
}

/** @returns false if the server ended instead */
async function becomesReady(directory: string, child: ChildProcess): Promise<boolean> {
  const untilMs = performance.now() + CHANGE_MS_MAX
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const state = await readPidFile(directory)
    if (state?.pid === child.pid && state.ready) return true
    if (performance.now() > untilMs) {
      signalServer(child.pid, 'SIGQUIT')
      throw tooSlow(directory, 'start')
    }
    await delay(POLL_MS)
  }
  return false
}

function signalServer(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, HOST, resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function readFrom(path: string, from: number): Promise<string> {
  return (await readFile(path)).subarray(from).toString('utf8')
}

/** What the server said was fatal, else its last line. */
function lastWords(text: string): string {
  const lines = text.trim().split('\n')
  return lines.findLast((line) => /FATAL|PANIC|error/.test(line)) ?? lines.at(-1) ?? ''
}

function tooSlow(directory: string, what: string): LqError {
  return new LqError(
    'LQ_DATABASE_EMBEDDED',
    `the embedded database in ${directory} did not ${what} within ${CHANGE_MS_MAX / 1000} s`,
    {
      hint: `look into ${join(directory, LOG_FILE)}, then run the command again`,
    },
  )
}
