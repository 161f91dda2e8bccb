import { createRequire } from 'node:module'
import { LqError, messageOf } from '../errors.js'

export type ParquetWasm = typeof import('parquet-wasm')

const MEMORY_BYTES_MAX = 768 * 2 ** 20
const require = createRequire(import.meta.url)
let instance: ParquetWasm | null = null

/**
 * Runs `use` with the WebAssembly Parquet library.
 *
 * Only its synchronous functions are safe: a panic in an asynchronous one escapes as an uncaught exception of the
 * process. A panic leaves the module's memory undefined, so the instance is thrown away and the next call gets a
 * fresh one; so is an instance whose memory grew large, since WebAssembly memory never shrinks.
 */
export function withParquetWasm<T>(use: (wasm: ParquetWasm) => T): T {
  const wasm = instance ?? load()
  instance = wasm
  try {
    return use(wasm)
  } catch (error) {
    if (error instanceof Error && /^(Runtime|Range)Error$/.test(error.name)) instance = null
    throw error
  } finally {
    if (instance && (instance.wasmMemory() as { buffer: ArrayBuffer }).buffer.byteLength > MEMORY_BYTES_MAX)
      instance = null
  }
}

function load(): ParquetWasm {
  try {
    const path = require.resolve('parquet-wasm')
    delete require.cache[path]
    return require(path)
  } catch (cause) {
    throw new LqError('LQ_INTERNAL', `parquet-wasm does not load: ${messageOf(cause)}`, {
      cause,
      hint: 'run npm install again',
    })
  }
}
