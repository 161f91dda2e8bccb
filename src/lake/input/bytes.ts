import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { LqError, messageOf, throwIfAborted } from '../../errors.js'
import { unzstd } from './zstd.js'

/** What is in a file, by its first bytes and, for text, by its name. */
export type Format = 'csv' | 'json' | 'ndjson' | 'parquet' | 'sqlite'

export interface Opened {
  format: Format
  /** of the bytes on disk */
  compression: 'none' | 'gzip' | 'zstd'
}

const HEAD_BYTES = 64 * 1024
const READ_BYTES = 1 << 20
const MAGIC = {
  parquet: 'PAR1',
  sqlite: 'SQLite format 3\0',
  arrow: 'ARROW1',
  gzip: '\x1f\x8b',
  zstd: '\x28\xb5\x2f\xfd',
}

/**
 * Tells the format of a file of bars.
 *
 * @throws LQ_INPUT_MISSING; LQ_INPUT_INVALID for an empty file, and for what is no format of bars
 */
export async function detectFormat(path: string): Promise<Opened> {
  const head = await readHead(path)
  if (head.length === 0) throw invalidInput(path, 'nothing: the file is empty')
  const starts = (magic: string) => head.toString('latin1', 0, magic.length) === magic
  if (starts(MAGIC.parquet)) return { format: 'parquet', compression: 'none' }
  if (starts(MAGIC.sqlite)) return { format: 'sqlite', compression: 'none' }
  if (starts(MAGIC.arrow)) throw invalidInput(path, 'an Arrow IPC file', 'write it as Parquet')
  const compression = starts(MAGIC.gzip) ? 'gzip' : starts(MAGIC.zstd) ? 'zstd' : 'none'
  return { format: await textFormat(path, compression), compression }
}

export function invalidInput(path: string, found: string, hint = '', cause?: unknown): LqError {
  return new LqError(
    'LQ_INPUT_INVALID',
    `${path}: expected CSV, JSON, NDJSON, Parquet or SQLite bars, found ${found}`,
    { hint: hint || 'check that the file is whole and holds bars', cause },
  )
}

async function readHead(path: string): Promise<Buffer> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const buffer = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    throw new LqError('LQ_INPUT_MISSING', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'check the path and its permissions',
    })
  } finally {
    await file?.close()
  }
}

async function textFormat(path: string, compression: Opened['compression']): Promise<Format> {
  const name = path.toLowerCase().replace(/\.(gz|zst|zstd)$/, '')
  let head = ''
  for await (const text of readText(path, { compression })) {
    head += text
    if (head.length >= HEAD_BYTES) break
  }
  const first = head.trimStart()
  if (first === '') throw invalidInput(path, 'nothing but blanks')
  if (head.includes('\0')) throw invalidInput(path, 'binary data')
  if (/\.(ndjson|jsonl)$/.test(name)) return 'ndjson'
  if (first[0] !== '[' && first[0] !== '{') return 'csv'
  return isLineOfMany(first) ? 'ndjson' : 'json'
}

/** NDJSON: the first line is a whole value, and another follows. */
function isLineOfMany(text: string): boolean {
  const end = text.indexOf('\n')
  if (end < 0 || text.slice(end).trim() === '') return false
  try {
    JSON.parse(text.slice(0, end))
    return true
  } catch {
    // A value over several lines: one document.
    return false
  }
}

export interface ReadTextOptions {
  compression: Opened['compression']
  signal?: AbortSignal
  /** called with the bytes of the file read since the last call */
  onBytes?: (count: number) => void
}

/**
 * The text of a file, decompressed, piece by piece. UTF-8; UTF-16 where a byte order mark says so.
 *
 * @throws LQ_INPUT_INVALID if the compressed data is damaged or ends too early
 */
export async function* readText(path: string, options: ReadTextOptions): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null
  try {
    for await (const bytes of decompress(readBytes(path, options), options.compression)) {
      decoder ??= new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8')
      const text = decoder.decode(bytes, { stream: true })
      if (text) yield text
    }
    const rest = decoder?.decode()
    if (rest) yield rest
  } catch (cause) {
    throw cause instanceof LqError
      ? cause
      : invalidInput(path, `damaged ${options.compression} data (${messageOf(cause)})`, '', cause)
  }
}

async function* readBytes(path: string, { signal, onBytes }: ReadTextOptions): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    for (;;) {
      throwIfAborted(signal)
      const buffer = Buffer.allocUnsafe(READ_BYTES)
      const { bytesRead } = await file.read(buffer, 0, READ_BYTES, null)
      if (bytesRead === 0) return
      onBytes?.(bytesRead)
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function* decompress(
  bytes: AsyncIterable<Uint8Array>,
  compression: Opened['compression'],
): AsyncGenerator<Uint8Array> {
  if (compression === 'gzip') {
    const gunzip = createGunzip({ chunkSize: READ_BYTES })
    // A member that follows the first is decompressed as well; an early end is an error of the stream.
    const source = Readable.from(bytes)
    source.on('error', (error) => gunzip.destroy(error))
    yield* source.pipe(gunzip)
  } else if (compression === 'zstd') yield* unzstd(bytes)
  else yield* bytes
}
