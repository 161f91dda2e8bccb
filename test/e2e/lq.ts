import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * The built command line, as a user starts it: a process of its own, its settings, its two streams and its exit code.
 */

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const MAIN = join(ROOT, 'dist/cli/main.js')
/** Why there is nothing to drive, or ''. */
export const NOT_BUILT = existsSync(MAIN) ? '' : 'dist is not built: npm run build:ts'

/** What a command left. */
export interface Ended {
  /** null if a signal ended it */
  code: number | null
  out: string
  err: string
  seconds: number
  /** greatest resident memory, MiB; NaN if the process was killed */
  peakMb: number
  // biome-ignore lint/suspicious/noExplicitAny: a document of any command, whose fields the test names
  json: any
}

export interface Running {
  process: ChildProcess
  ended: Promise<Ended>
}

export interface Start {
  /** settings over those of the test: LQ_POSTGRES_DSN=none, a small budget of memory */
  env?: Record<string, string>
  /** another build than that of this checkout */
  main?: string
  /** words for Node itself, before the program */
  node?: string[]
}

/** Tells on descriptor 3, when the process ends, how much memory it ever had. */
const TELL_PEAK = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,String(
process.resourceUsage().maxRSS)))`.replace('\n', '')

/** Starts `lq` with these words. */
export function start(words: string[], { env = {}, main = MAIN, node = [] }: Start = {}): Running {
  const begun = performance.now()
  const child = spawn(process.execPath, ['--import', TELL_PEAK, ...node, main, ...words], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LQ_POSTGRES_DSN: 'none', LQ_MEMORY_LIMIT_MB: '512', ...env },
  })
  const said = { out: '', err: '', peak: '' }
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    said.out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said.err += text
  })
  child.stdio[3]?.on('data', (bytes) => {
    said.peak += bytes
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const seconds = (performance.now() - begun) / 1000
      const peakMb = said.peak === '' ? Number.NaN : Number(said.peak) / 1024
      resolve({ code, out: said.out, err: said.err, seconds, peakMb, json: parsed(said.out) })
    })
  })
  return { process: child, ended }
}

/** Runs `lq` to its end. */
export const lq = (words: string[], options: Start = {}): Promise<Ended> => start(words, options).ended

/** Runs `lq` and sends it a signal after a time; it may have ended before. */
export async function lqSignalled(
  words: string[],
  { signal, afterS, ...options }: Start & { signal: NodeJS.Signals; afterS: number },
): Promise<Ended> {
  const running = start(words, options)
  const timer = setTimeout(() => running.process.kill(signal), afterS * 1000)
  const ended = await running.ended
  clearTimeout(timer)
  return ended
}

/** Makes a folder for the test that the user of the embedded server may enter. */
export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'lq-e2e-'))

export const removeFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true })

/** Files under a folder, relative to it, sorted. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** What an interrupted command may leave, and the next one must take away: drafts, locks, files of rows in transit. */
export async function leftovers(folder: string): Promise<string[]> {
  return (await filesIn(folder)).filter((path) => /(^|\/)\.|\.lock(\.|$)|\.break$/.test(path))
}

export const locksIn = async (folder: string): Promise<string[]> =>
  (await filesIn(folder)).filter((path) => /\.lock(\.|$)/.test(path))

export const bytesOf = (path: string): string => readFileSync(path).toString('base64')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
