import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** A process that cannot be mistaken for a later one that was given the same id. */
export interface ProcessIdentity {
  pid: number
  /** boot and start time; empty where the system does not tell */
  start: string
  /** pid namespace: an id of another one says nothing here */
  namespace: string
}

/** @returns who runs this code */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) ?? '', namespace: namespace() }
}

/** @returns whether that very process runs; undefined where it cannot be seen from here */
export function isRunning({ pid, start, namespace: itsNamespace }: ProcessIdentity): boolean | undefined {
  if (itsNamespace !== namespace()) return undefined
  if (!isAlive(pid)) return false
  const now = startOf(pid)
  return now === undefined || start === '' || now === start
}

/** A short name of this process for the names of its drafts: where it runs, its id, when it started. */
export function processTag(): string {
  return tagOf(process.pid)
}

/** @returns whether a tag is of a process of this host and namespace that runs no more */
export function hasEnded(tag: string): boolean {
  const [place, pid] = tag.split('.')
  return place === placeTag() && !(isAlive(Number(pid)) && tagOf(Number(pid)) === tag)
}

const tagOf = (pid: number): string => [placeTag(), pid, shortHash(startOf(pid) ?? '')].join('.')
const placeTag = (): string => shortHash(`${hostname()} ${namespace()}`)
const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

/** @returns whether some process has this id and is no zombie */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return stateOf(pid) !== 'Z'
}

/** @returns the directory a process works in, undefined where the system does not tell */
export function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

/** Resolves when a file that may not exist has been read. @returns undefined if it does not exist */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function startOf(pid: number): string | undefined {
  const ticks = fields(pid)?.[19]
  return ticks && `${readOr('/proc/sys/kernel/random/boot_id', '').trim()}/${ticks}`
}

const stateOf = (pid: number) => fields(pid)?.[0]

/** Fields 3 … of /proc/PID/stat; the name before them is in brackets and may hold anything. @see proc_pid_stat(5) */
function fields(pid: number): string[] | undefined {
  const text = readOr(`/proc/${pid}/stat`, '')
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return fallback
  }
}
