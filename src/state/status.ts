import { schemaVersion, TABLES } from './migrate.js'
import type { Database } from './pool.js'

export interface StateStatus {
  schemaVersion: number
  /** table → rows; only tables that are there */
  tables: Record<string, number>
}

/** What the database holds. Changes nothing. */
export async function stateStatus(database: Database): Promise<StateStatus> {
  const tables: Record<string, number> = {}
  for (const table of TABLES) {
    const [{ exists }] = await database.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
      table,
    ])
    if (!exists) continue
    const [{ count }] = await database.query<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)
    tables[table] = count
  }
  return { schemaVersion: await schemaVersion(database), tables }
}
