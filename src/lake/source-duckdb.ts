import { createRequire } from 'node:module'
import type { DataChunk, Vector } from '@duckdb/node-bindings'
import type { Config } from '../config.js'
import { LqError, messageOf, throwIfAborted } from '../errors.js'
import { type Footer, type FooterColumn, invalid, readFooter, structAt } from './footer.js'
import {
  assertExact,
  BATCH_ROWS,
  type Batch,
  type Column,
  describeFooter,
  isWide,
  type ParquetSource,
  type ReadOptions,
  selectColumns,
} from './parquet.js'
import { openWasmSource } from './source-wasm.js'
import type { Struct } from './thrift.js'

type Duckdb = typeof import('@duckdb/node-bindings')

/** DuckDB keeps the file's pages and hash tables within this share of the command's budget; the rest is ours. */
const MEMORY_SHARE = 0.5
const STRING_BYTES = 16
const STRING_INLINE_BYTES_MAX = 12

/**
 * The quick reader: DuckDB, through its low-level bindings, whose vectors are copied as they lie.
 *
 * @returns the source, or why it cannot be loaded
 */
export async function openDuckdbSource(
  config: Pick<Config, 'threads' | 'memoryLimitMb'>,
): Promise<{ source: ParquetSource } | { reason: string }> {
  let duckdb: Duckdb
  let database: Awaited<ReturnType<Duckdb['open']>>
  try {
    duckdb = load()
    const settings = duckdb.create_config()
    duckdb.set_config(settings, 'threads', String(config.threads))
    duckdb.set_config(settings, 'memory_limit', `${Math.max(64, Math.floor(config.memoryLimitMb * MEMORY_SHARE))}MiB`)
    // Nothing is written to the working directory and nothing is fetched from a network.
    for (const [name, value] of Object.entries({
      temp_directory: '',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    }))
      duckdb.set_config(settings, name, value)
    database = await duckdb.open(':memory:', settings)
  } catch (cause) {
    return { reason: messageOf(cause) }
  }
  const wasm = openWasmSource(config)
  const source: ParquetSource = {
    name: 'duckdb',
    describe: async (path) => describeFooter(await readFooter(path)),
    async *read(path, options = {}) {
      const footer = await readFooter(path)
      const { wanted, read } = selectColumns(path, footer, options)
      throwIfAborted(options.signal)
      if (read.some((column) => isBeyondDuckdb(column, footer))) return yield* wasm.read(path, options)
      const connection = await duckdb.connect(database)
      const interrupt = () => duckdb.interrupt(connection)
      options.signal?.addEventListener('abort', interrupt)
      try {
        const statement = await duckdb.prepare(connection, query(path, { footer, wanted, read, options }))
        const result = await duckdb.execute_prepared_streaming(statement)
        yield* batches({ duckdb, path, wanted, next: () => duckdb.fetch_chunk(result), signal: options.signal })
      } catch (cause) {
        throwIfAborted(options.signal)
        throw cause instanceof LqError ? cause : failure(path, cause)
      } finally {
        options.signal?.removeEventListener('abort', interrupt)
        duckdb.disconnect_sync(connection)
      }
    },
  }
  return { source }
}

function load(): Duckdb {
  const require = createRequire(import.meta.url)
  return createRequire(require.resolve('@duckdb/node-api'))('@duckdb/node-bindings')
}

const CODEC_LZ4_HADOOP = 5

/** DuckDB 1.5 wraps INT96 times beyond the years its 64-bit µs reach, silently, and does not know the older LZ4. */
function isBeyondDuckdb({ detail, leaf }: FooterColumn, footer: Footer): boolean {
  const codec = (chunk: Struct) => structAt(chunk, 3, 'column metadata').get(4)?.value
  return (
    detail === 'int96' || footer.groups.some(({ rows, chunks }) => rows > 0 && codec(chunks[leaf]) === CODEC_LZ4_HADOOP)
  )
}

function failure(path: string, cause: unknown): LqError {
  const message = messageOf(cause).split('\n')[0]
  if (/^Out of Memory/i.test(message) && !/failed to allocate data of size/.test(message))
    return new LqError('LQ_MEMORY', `${path}: ${message}`, { cause, hint: 'raise LQ_MEMORY_LIMIT_MB' })
  return invalid(path, message, cause)
}

interface Request {
  footer: { columns: FooterColumn[]; topCount: number }
  wanted: FooterColumn[]
  read: FooterColumn[]
  options: ReadOptions
}

/**
 * Columns are aliased by position: DuckDB folds case, so that `a` and `A` of one file could not be told apart by name.
 */
function query(path: string, { footer, wanted, read, options }: Request): string {
  const aliases = Array.from({ length: footer.topCount }, (_, i) => `c${i}`).join(', ')
  const file = literal(path.replace(/[[*?]/g, '[$&]'))
  const find = (name: string) => read.find((column) => column.name === name)!
  const conditions: string[] = []
  if (options.range) conditions.push(...rangeConditions(find(options.range.column), options.range))
  if (options.equals) conditions.push(`c${find(options.equals.column).top} = ${literal(options.equals.text)}`)
  const select = wanted.length ? wanted.map((column) => expression(column, options.nan)).join(', ') : 'NULL::BOOLEAN'
  const where = conditions.length ? ` WHERE ${conditions.join(' AND ')}` : ''
  return `SELECT ${select} FROM read_parquet(${file}, hive_partitioning = false) AS t(${aliases})${where}`
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Floor division, which SQL's `//` is not below zero. */
const floorDivide = (value: string, divisor: number): string =>
  `((${value}) - (((${value}) % ${divisor}) + ${divisor}) % ${divisor}) // ${divisor}`

/** A column as DOUBLE with NaN for NULL, so that its vector needs no look at validity; a text as it is. */
function expression(column: FooterColumn, nan = Number.NaN): string {
  if (column.kind === 'text') return `CAST(c${column.top} AS VARCHAR)`
  const double = `CAST(${value(column)} AS DOUBLE)`
  const marked =
    column.kind === 'number' && !Number.isNaN(nan)
      ? `CASE WHEN isnan(${double}) THEN '${nan}'::DOUBLE ELSE ${double} END`
      : double
  return `coalesce(${marked}, 'NaN'::DOUBLE)`
}

function value({ kind, detail, top }: FooterColumn): string {
  if (kind === 'number') return detail === 'decimal' ? `CAST(c${top} AS VARCHAR)` : `c${top}`
  if (kind === 'bool') return `CAST(c${top} AS TINYINT)`
  if (detail === 'date') return `(c${top} - DATE '1970-01-01') * 86400000`
  return detail === 'ns' ? floorDivide(`epoch_ns(c${top})`, 1_000_000) : floorDivide(`epoch_us(c${top})`, 1000)
}

/**
 * A bound is compared with the column itself, not with the converted value, since only then row groups are pruned.
 * floor(x) ≥ from is x ≥ ⌈from⌉, so the bound in ms can be written as a time.
 */
function rangeConditions(column: FooterColumn, { from, to }: { from: number; to: number }): string[] {
  const bound = (at: number): string => {
    if (column.kind !== 'timestamp') return Number.isFinite(at) ? `${at}::DOUBLE` : `'${at}'::DOUBLE`
    const micros = BigInt(Math.min(Math.max(Math.ceil(at), -TIME_MS_MAX), TIME_MS_MAX)) * 1000n
    return `${column.naive ? 'make_timestamp' : 'make_timestamptz'}(${micros})`
  }
  const x = column.kind === 'bool' ? `CAST(c${column.top} AS TINYINT)` : `c${column.top}`
  return [`${x} >= ${bound(from)}`, `${x} < ${bound(to)}`]
}

/** A time in µs must fit 64 bits. */
const TIME_MS_MAX = 9e15

interface Stream {
  duckdb: Duckdb
  path: string
  wanted: FooterColumn[]
  next: () => Promise<DataChunk | null>
  signal?: AbortSignal
}

/** Gathers vectors of 2,048 rows into batches. */
async function* batches({ duckdb, path, wanted, next, signal }: Stream): AsyncGenerator<Batch> {
  let batch: Batch | null = null
  for (;;) {
    throwIfAborted(signal)
    const chunk = await next()
    const rows = chunk ? duckdb.data_chunk_get_size(chunk) : 0
    if (batch && (rows === 0 || batch.rows + rows > BATCH_ROWS)) {
      yield finish(path, batch, wanted)
      batch = null
    }
    if (!chunk || rows === 0) return
    batch ??= emptyBatch(wanted)
    for (const [i, column] of wanted.entries()) {
      const vector = duckdb.data_chunk_get_vector(chunk, i)
      const into = batch.columns[column.name]
      if (into.kind === 'text') appendTexts(duckdb, vector, { rows, into: into.values })
      else into.values.set(doubles(duckdb.vector_get_data(vector, rows * 8), rows), batch.rows)
    }
    batch.rows += rows
  }
}

function emptyBatch(wanted: FooterColumn[]): Batch {
  const columns = wanted.map(({ name, kind }): [string, Column] => [
    name,
    kind === 'text' ? { kind, values: [] } : { kind, values: new Float64Array(BATCH_ROWS) },
  ])
  return { rows: 0, columns: Object.fromEntries(columns) }
}

function finish(path: string, batch: Batch, wanted: FooterColumn[]): Batch {
  for (const column of wanted) {
    const into = batch.columns[column.name]
    if (into.kind === 'text') continue
    into.values = into.values.subarray(0, batch.rows)
    if (isWide(column)) assertExact(path, column.name, into.values)
  }
  return batch
}

const doubles = (bytes: Uint8Array, rows: number): Float64Array =>
  new Float64Array(bytes.buffer, bytes.byteOffset, rows)

/**
 * A string is 16 bytes: its length, then up to 12 bytes of text, or a prefix and a pointer. Equal neighbours share one.
 */
function appendTexts(duckdb: Duckdb, vector: Vector, { rows, into }: { rows: number; into: (string | null)[] }): void {
  const bytes = duckdb.vector_get_data(vector, rows * STRING_BYTES)
  const validity = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, rows * 2)
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let previous = -1
  let text = ''
  for (let row = 0; row < rows; row++) {
    if (validity && !(validity[row >> 3] & (1 << (row & 7)))) {
      into.push(null)
      continue
    }
    if (previous < 0 || words[2 * row] !== words[2 * previous] || words[2 * row + 1] !== words[2 * previous + 1]) {
      const at = row * STRING_BYTES
      const length = view.readUInt32LE(at)
      if (length <= STRING_INLINE_BYTES_MAX) text = view.toString('utf8', at + 4, at + 4 + length)
      else
        text = Buffer.from(
          duckdb.get_data_from_pointer(bytes.buffer as ArrayBuffer, bytes.byteOffset + at + 8, length),
        ).toString('utf8')
    }
    previous = row
    into.push(text)
  }
}
