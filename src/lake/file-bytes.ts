import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { LqError, messageOf } from '../errors.js'

/** Bytes of a file, wherever they are asked for. */
export interface FileBytes {
  path: string
  size: number
  /** @throws Error if the file ends too early */
  at(offset: number, count: number): Promise<Uint8Array>
  close(): Promise<void>
}

/**
 * A file of this size is read at once and on the spot: a lake has them by the thousand, and every call that is waited
 * for costs some 0.1 ms. A file of 300 rows takes 0.6 ms this way, and took 2.1 ms.
 */
const AT_ONCE_BYTES_MAX = 1 << 20

/** @throws LQ_INPUT_MISSING */
export async function openBytes(path: string): Promise<FileBytes> {
  try {
    const whole = readSmall(path)
    return whole ? inMemory(path, whole) : await onDisk(path)
  } catch (cause) {
    throw new LqError('LQ_INPUT_MISSING', `expected a Parquet file at ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'check the path',
    })
  }
}

function readSmall(path: string): Uint8Array | null {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    if (size > AT_ONCE_BYTES_MAX) return null
    const bytes = new Uint8Array(size)
    let done = 0
    for (let count = 1; done < size && count > 0; done += count) count = readSync(file, bytes, done, size - done, done)
    return bytes.subarray(0, done)
  } finally {
    closeSync(file)
  }
}

function inMemory(path: string, bytes: Uint8Array): FileBytes {
  return {
    path,
    size: bytes.length,
    async at(offset, count) {
      if (offset + count > bytes.length) throw new Error(`its end at byte ${bytes.length}`)
      return bytes.subarray(offset, offset + count)
    },
    async close() {},
  }
}

async function onDisk(path: string): Promise<FileBytes> {
  const file = await open(path)
  const { size } = await file.stat()
  return {
    path,
    size,
    async at(offset, count) {
      const buffer = new Uint8Array(count)
      for (let done = 0; done < count; ) {
        const { bytesRead } = await file.read(buffer, done, count - done, offset + done)
        if (bytesRead === 0) throw new Error(`its end at byte ${offset + done}, ${count - done} bytes too early`)
        done += bytesRead
      }
      return buffer
    },
    close: () => file.close(),
  }
}
