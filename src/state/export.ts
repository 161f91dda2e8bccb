import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { to as copyTo } from 'pg-copy-streams'
import { LqError } from '../errors.js'
import { appear, sync } from './disk.js'
import { TABLES } from './migrate.js'
import type { Database } from './pool.js'

/**
 * Writes a table as NDJSON, one object per row, in the order of its primary key; doubles are written so that they read
 * back as the same bits.
 *
 * @returns rows
 * @throws LQ_USAGE for a table that is not one of lq's; LQ_DISK; LQ_DATABASE
 */
export async function exportTable(database: Database, name: string, path: string): Promise<number> {
  const table = TABLES.find((known) => known === name)
  if (table === undefined) {
    throw new LqError('LQ_USAGE', `expected a table, one of ${TABLES.join(', ')}, got ${JSON.stringify(name)}`, {
      hint: 'see lq db status',
    })
  }
  return appear(path, (draft) =>
    database.transaction(async (client) => {
      const rows = client.query(copyTo(statement(table)))
      await pipeline(rows, createWriteStream(draft))
      await sync(draft)
      return rows.rowCount
    }),
  )
}

const ORDER: Partial<Record<(typeof TABLES)[number], string>> = {
  runs: 'run_id',
  workflow_jobs: 'job_id',
  factor_scores: 'run_id, factor, symbol, timestamp',
}

/**
 * CSV with a delimiter and a quote that JSON never holds as such: nothing is quoted, so each line is the JSON itself.
 */
function statement(table: (typeof TABLES)[number]): string {
  const rows = `SELECT * FROM ${table} ORDER BY ${ORDER[table] ?? 'id'}`
  return `COPY (SELECT row_to_json(row) FROM (${rows}) row) TO STDOUT (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')`
}
