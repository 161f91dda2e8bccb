import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openAtomicFile, TEMPORARY_PREFIX } from './disk.js'

/** Where a run ended, and what the next one needs in order to go on from there with the same bits. */
export interface Anchor {
  /** panel rows from the first bar to the end of the run */
  rows: number
  /** first instant after its bars, ms */
  endMs: number
  /** the row from which windows are read again, and the instant from which bars are read for it */
  resume: { row: number; timestamp: number; readFromMs: number }
  /** partition → checksum of its content before `endMs` */
  identity: Record<string, string>
  /** what the recursive steps carry, by what they are: where in `states` it lies */
  scans: Record<string, { at: number; length: number }>
  states: Float64Array
}

/** Anchors that are kept of one key: later runs may begin earlier than the last one ended. */
const KEPT = 8

const folderOf = (lakeDir: string, key: string): string => join(lakeDir, 'gold', 'score', 'anchors', `key=${key}`)
const nameOf = (rows: number): string => `rows=${String(rows).padStart(12, '0')}.anchor`

/**
 * Puts an anchor beside the scores: a line of JSON, then the states as little-endian doubles. It is worth its time
 * only: a run without one is the same, and slower.
 *
 * @param key of what decides the rows and their bits, but for the bars
 */
export async function writeAnchor(lakeDir: string, key: string, { states, ...head }: Anchor): Promise<void> {
  const folder = folderOf(lakeDir, key)
  const file = await openAtomicFile(join(folder, nameOf(head.rows)))
  await file.write(Buffer.from(`${JSON.stringify({ ...head, states: states.length })}\n`))
  await file.write(new Uint8Array(states.buffer, states.byteOffset, states.byteLength))
  await file.commit()
  for (const name of (await anchorNames(folder)).slice(KEPT)) await rm(join(folder, name), { force: true })
}

/** The anchors of a key, the latest first; one that is not whole is none. */
export async function* readAnchors(lakeDir: string, key: string): AsyncGenerator<Anchor> {
  const folder = folderOf(lakeDir, key)
  for (const name of await anchorNames(folder)) {
    const anchor = anchorOf(await readFile(join(folder, name)))
    if (anchor) yield anchor
  }
}

function anchorOf(bytes: Buffer): Anchor | null {
  const end = bytes.indexOf('\n')
  const head =
    end < 0 ? null : (JSON.parse(bytes.toString('utf8', 0, end)) as Omit<Anchor, 'states'> & { states: number })
  const body = bytes.subarray(end + 1)
  if (!head || body.length !== head.states * Float64Array.BYTES_PER_ELEMENT) return null
  const states = new Float64Array(head.states)
  new Uint8Array(states.buffer).set(body)
  return { ...head, states }
}

async function anchorNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause) => {
    if (cause.code === 'ENOENT') return []
    throw cause
  })
  return names
    .filter((name) => name.endsWith('.anchor') && !name.startsWith(TEMPORARY_PREFIX))
    .sort()
    .reverse()
}
