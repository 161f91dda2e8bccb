import { createRequire } from 'node:module'
import { LqError, messageOf, throwIfAborted } from '../../errors.js'
import { ARRAY_COLUMNS, type Cell, fromArrays, type InputBatch, toColumn } from './batch.js'
import { invalidInput } from './bytes.js'

type Sqlite = typeof import('node-sqlite3-wasm')
type Database = InstanceType<Sqlite['Database']>

const ROWS_PER_BATCH = 20_000

/**
 * A table of a SQLite file, read in place. A text column whose values are JSON arrays is taken apart: its places become
 * columns (`names`, else `timestamp open high low close volume`), which win over columns of the table.
 *
 * @throws LQ_USAGE if the file has several tables with rows and none is named; LQ_INPUT_INVALID if it is damaged
 */
export async function* readSqlite(
  path: string,
  options: { table?: string; columns?: string[]; signal?: AbortSignal },
): AsyncGenerator<InputBatch> {
  const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm') as Sqlite
  let database: Database | null = null
  try {
    database = new Database(path, { readOnly: true, fileMustExist: true })
    const table = chooseTable(database, path, options.table)
    const statement = database.prepare(`SELECT * FROM ${quote(table)}`)
    try {
      let rows: Record<string, Cell>[] = []
      for (const row of statement.iterate()) {
        rows.push(row as Record<string, Cell>)
        if (rows.length < ROWS_PER_BATCH) continue
        throwIfAborted(options.signal)
        yield toBatch(rows, options.columns)
        rows = []
      }
      if (rows.length > 0) yield toBatch(rows, options.columns)
    } finally {
      statement.finalize()
    }
  } catch (cause) {
    throw cause instanceof LqError
      ? cause
      : invalidInput(path, `a SQLite file that cannot be read (${messageOf(cause)})`, '', cause)
  } finally {
    database?.close()
  }
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

function chooseTable(database: Database, path: string, wanted?: string): string {
  const names = database
    .all("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .map(({ name }) => String(name))
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted
    throw new LqError('LQ_USAGE', `${path}: expected a table ${wanted}, found ${names.join(', ') || 'none'}`, {
      hint: '--table names the one to read',
    })
  }
  const candidates = names.filter((name) => hasPrices(database, name))
  if (candidates.length === 1) return candidates[0]
  if (candidates.length > 1 || names.length > 1) {
    throw new LqError('LQ_USAGE', `${path}: which table holds the bars? It has ${names.join(', ')}`, {
      hint: '--table names the one to read',
    })
  }
  if (names.length === 0) throw invalidInput(path, 'a SQLite file without tables')
  return names[0]
}

const PRICE_NAME = /^(open|high|low|close|adj close|candle|.*_close)$/i

/** Whether a table has rows, and a column that looks like a price or a bar. */
function hasPrices(database: Database, table: string): boolean {
  const columns = database.all(`SELECT name FROM pragma_table_info(?)`, [table]).map(({ name }) => String(name))
  return columns.some((name) => PRICE_NAME.test(name)) && database.get(`SELECT 1 FROM ${quote(table)} LIMIT 1`) !== null
}

function toBatch(rows: Record<string, Cell>[], names?: string[]): InputBatch {
  const batch: InputBatch = { rows: rows.length, columns: {}, faults: new Map() }
  const arrays: string[] = []
  for (const name of Object.keys(rows[0])) {
    const cells = rows.map((row) => row[name])
    if (isArrayText(cells[0])) arrays.push(name)
    else if (!cells.some((cell) => (cell as unknown) instanceof Uint8Array)) batch.columns[name] = toColumn(cells)
  }
  for (const name of arrays) {
    const inner = fromArrays(
      rows.map((row) => parseArray(row[name])),
      names ?? ARRAY_COLUMNS,
    )
    Object.assign(batch.columns, inner.columns)
    for (const [row, fault] of inner.faults ?? []) batch.faults?.set(row, `column ${name}: ${fault}`)
  }
  return batch
}

const isArrayText = (cell: Cell): boolean =>
  typeof cell === 'string' && cell.startsWith('[') && Array.isArray(parseArray(cell))

function parseArray(cell: Cell): unknown {
  try {
    return JSON.parse(String(cell))
  } catch {
    // No array: the row is a fault, which names the column.
    return null
  }
}
