import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SeriesKey } from '../types.js'
import type { StagedPartition } from './commit.js'
import { diskError } from './disk.js'
import { metadataFolder, type PartitionSpan, partitionOf } from './layout.js'
import { concatRows, EMPTY_ROWS, type Rows } from './rows.js'

/** Rows of one batch that belong to one series, [from, to). */
export interface StagedRun {
  key: SeriesKey
  timestamp: Float64Array
  columns: Record<string, Float64Array>
  from: number
  to: number
  /** place of row 0 of the arrays in the input: later rows win */
  firstSequence: number
}

/** Collects the rows of an input by partition, in memory up to a budget, beyond it on disk. */
export interface Staging {
  add(run: StagedRun): void
  /** Writes what is in memory to disk if it is more than the budget. */
  spillIfLarge(): Promise<void>
  /** @param columns those to keep */
  partitions(columns: ReadonlySet<string>): StagedPartition[]
  close(): Promise<void>
}

interface Part {
  key: SeriesKey
  span: PartitionSpan
  buffer: Growing
  /** on disk: [timestamp, sequence, columns…] one after the other */
  spilled: { offset: number; rows: number; names: string[] }[]
}

/** Arrays that grow. */
interface Growing {
  rows: number
  timestamp: Float64Array
  sequence: Float64Array
  columns: Record<string, Float64Array>
}

const ROWS_FIRST = 64
const BYTES = Float64Array.BYTES_PER_ELEMENT

export function openStaging({ lakeDir, budgetBytes }: { lakeDir: string; budgetBytes: number }): Staging {
  const parts = new Map<string, Part>()
  /** of each series the part that its last row went to */
  const series = new Map<string, Part>()
  let bytes = 0
  let spill: { file: FileHandle; end: number } | null = null

  function partOf(key: SeriesKey, ms: number): Part {
    const id = `${key.exchange}\0${key.symbol}\0${key.timeframe}`
    const latest = series.get(id)
    if (latest && ms >= latest.span.fromMs && ms < latest.span.toMs) return latest
    const span = partitionOf(key.timeframe, ms)
    const partId = `${id}\0${span.name}`
    const part = parts.get(partId) ?? { key, span, buffer: emptyBuffer(), spilled: [] }
    parts.set(partId, part)
    series.set(id, part)
    return part
  }

  return {
    add(run) {
      const { timestamp } = run
      for (let from = run.from; from < run.to; ) {
        const part = partOf(run.key, timestamp[from])
        const { fromMs, toMs } = part.span
        let to = from + 1
        while (to < run.to && timestamp[to] >= fromMs && timestamp[to] < toMs) to++
        bytes += append(part.buffer, { ...run, from, to })
        from = to
      }
    },
    async spillIfLarge() {
      if (bytes <= budgetBytes) return
      spill ??= { file: await openUnnamed(lakeDir), end: 0 }
      for (const part of parts.values()) if (part.buffer.rows > 0) await writeOut(part, spill)
      bytes = 0
    },
    partitions(columns) {
      return [...parts.values()].map((part) => ({
        key: part.key,
        name: part.span.name,
        load: async () => keepColumns(await load(part, spill?.file), columns),
      }))
    },
    async close() {
      await spill?.file.close()
    },
  }
}

/** A file that has no name any more: it vanishes with the process, however that ends. */
async function openUnnamed(lakeDir: string): Promise<FileHandle> {
  const path = join(metadataFolder(lakeDir), `.staging-${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(metadataFolder(lakeDir), { recursive: true })
    const file = await open(path, 'wx+')
    await rm(path)
    return file
  } catch (cause) {
    throw diskError(path, cause)
  }
}

function emptyBuffer(): Growing {
  return { rows: 0, timestamp: new Float64Array(ROWS_FIRST), sequence: new Float64Array(ROWS_FIRST), columns: {} }
}

/** @returns bytes that were added */
function append(buffer: Growing, { timestamp, columns, from, to, firstSequence }: StagedRun): number {
  const rows = buffer.rows + to - from
  const capacity = buffer.timestamp.length
  if (rows > capacity) grow(buffer, Math.max(rows, 2 * capacity))
  copy(buffer.timestamp, timestamp, { at: buffer.rows, from, to })
  for (let row = from, at = buffer.rows; row < to; row++, at++) buffer.sequence[at] = firstSequence + row
  for (const name in columns) {
    buffer.columns[name] ??= new Float64Array(buffer.timestamp.length).fill(Number.NaN)
    copy(buffer.columns[name], columns[name], { at: buffer.rows, from, to })
  }
  for (const name in buffer.columns) if (!columns[name]) buffer.columns[name].fill(Number.NaN, buffer.rows, rows)
  buffer.rows = rows
  return (to - from) * BYTES * (2 + Object.keys(columns).length)
}

/** A loop beats `set(subarray)` for a few rows, as inputs sorted by time have of each symbol. */
function copy(
  into: Float64Array,
  values: Float64Array,
  { at, from, to }: { at: number; from: number; to: number },
): void {
  if (to - from > 16) into.set(values.subarray(from, to), at)
  else for (let row = from, i = at; row < to; row++, i++) into[i] = values[row]
}

function grow(buffer: Growing, capacity: number): void {
  const larger = (values: Float64Array) => {
    const out = new Float64Array(capacity)
    out.set(values.subarray(0, buffer.rows))
    return out
  }
  buffer.timestamp = larger(buffer.timestamp)
  buffer.sequence = larger(buffer.sequence)
  for (const name in buffer.columns) buffer.columns[name] = larger(buffer.columns[name])
}

function inMemory({ rows, timestamp, sequence, columns }: Growing): Rows {
  const cut = (values: Float64Array) => values.subarray(0, rows)
  return { rows, timestamp: cut(timestamp), sequence: cut(sequence), columns: mapValues(columns, cut) }
}

async function writeOut(part: Part, spill: { file: FileHandle; end: number }): Promise<void> {
  const { rows, timestamp, sequence, columns } = inMemory(part.buffer)
  const names = Object.keys(columns)
  part.spilled.push({ offset: spill.end, rows, names })
  for (const values of [timestamp, sequence, ...names.map((name) => columns[name])]) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    for (let done = 0; done < bytes.length; ) {
      const written = await spill.file.write(bytes, done, bytes.length - done, spill.end).catch((cause) => {
        throw diskError('the staging file of the lake', cause)
      })
      done += written.bytesWritten
      spill.end += written.bytesWritten
    }
  }
  part.buffer = emptyBuffer()
}

async function load({ buffer, spilled }: Part, file: FileHandle | undefined): Promise<Rows> {
  const blocks: Rows[] = []
  for (const { offset, rows, names } of spilled) {
    const bytes = await readBlock(file!, offset, rows * BYTES * (2 + names.length))
    const column = (place: number) => new Float64Array(bytes.buffer, place * rows * BYTES, rows)
    blocks.push({
      rows,
      timestamp: column(0),
      sequence: column(1),
      columns: Object.fromEntries(names.map((name, i) => [name, column(i + 2)])),
    })
  }
  if (buffer.rows > 0) blocks.push(inMemory(buffer))
  return blocks.length ? concatRows(blocks) : EMPTY_ROWS
}

async function readBlock(file: FileHandle, offset: number, bytes: number): Promise<Uint8Array> {
  const block = new Uint8Array(bytes)
  for (let done = 0; done < bytes; ) done += (await file.read(block, done, bytes - done, offset + done)).bytesRead
  return block
}

function keepColumns(rows: Rows, columns: ReadonlySet<string>): Rows {
  return { ...rows, columns: Object.fromEntries(Object.entries(rows.columns).filter(([name]) => columns.has(name))) }
}

function mapValues<T, R>(record: Record<string, T>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
