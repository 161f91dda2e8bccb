import type { PoolClient } from 'pg'
import type { Database } from './pool.js'

/** How rows of one table are written. Names and expressions come from code, values from the caller. */
export interface UpsertTable {
  table: string
  /** column → type, all that a caller gives */
  columns: Record<string, string>
  key: string[]
  /** column → value it takes where the row exists (`old`, `EXCLUDED`), if not simply the new one */
  merge?: Record<string, string>
  /** a column that says when the row last changed */
  stamp?: string
}

/** What became of the rows; `unchanged` ones keep every byte. */
export interface Outcome {
  inserted: number
  updated: number
  unchanged: number
}

export type Row = Record<string, unknown>

const ROWS_MAX = 10_000

/**
 * Writes rows, all or none, one statement per batch: inserted, or merged into the row of the same key, or left alone
 * where the merge would change nothing. Of two rows with one key the later one counts.
 *
 * @param after runs in the same transaction, when the rows are written
 */
export async function upsertRows(
  database: Database,
  to: UpsertTable,
  rows: Row[],
  after?: (client: PoolClient) => Promise<unknown>,
): Promise<Outcome> {
  const outcome = { inserted: 0, updated: 0, unchanged: 0 }
  if (rows.length === 0) return outcome
  const statement = upsertStatement(to)
  await database.transaction(async (client) => {
    const unique = lastOfEachKey(rows, to.key)
    for (let from = 0; from < unique.length; from += ROWS_MAX) {
      const batch = unique.slice(from, from + ROWS_MAX)
      const written = await client.query<{ inserted: boolean }>(statement, [JSON.stringify(batch)])
      const inserted = written.rows.filter((row) => row.inserted).length
      outcome.inserted += inserted
      outcome.updated += written.rows.length - inserted
      outcome.unchanged += batch.length - written.rows.length
    }
    await after?.(client)
  })
  return outcome
}

/** One JSON parameter however many rows: no limit of 65,535 parameters, and one text to parse for the server. */
export function upsertStatement({ table, columns, key, merge = {}, stamp }: UpsertTable): string {
  const names = Object.keys(columns)
  const types = names.map((name) => `${name} ${columns[name]}`)
  const others = names.filter((name) => !key.includes(name))
  const merged = others.map((name) => merge[name] ?? `EXCLUDED.${name}`)
  const assignments = others.map((name, index) => `${name} = ${merged[index]}`)
  if (stamp) assignments.push(`${stamp} = now()`)
  // xmax is 0 in a row this statement made, and its transaction's id in one that it changed.
  return `INSERT INTO ${table} AS old (${names.join(', ')})
    SELECT ${names.join(', ')} FROM json_to_recordset($1) AS new(${types.join(', ')})
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${assignments.join(', ')}
    WHERE ROW(${others.map((name) => `old.${name}`).join(', ')}) IS DISTINCT FROM ROW(${merged.join(', ')})
    RETURNING (xmax = 0) AS inserted`
}

/** In the order of the keys, so that two writers of the same rows wait for each other and never for ever. */
function lastOfEachKey(rows: Row[], key: string[]): Row[] {
  const byKey = new Map(rows.map((row) => [JSON.stringify(key.map((name) => row[name])), row]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}
