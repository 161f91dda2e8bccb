import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { PoolClient } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { z } from 'zod'
import { LqError, messageOf } from '../errors.js'
import { appear, diskError, sync } from './disk.js'
import { schemaVersion, TABLES } from './migrate.js'
import type { Database } from './pool.js'

const MANIFEST_FILE = 'manifest.json'
const MANIFEST = z.object({
  format: z.literal(1),
  server: z.string(),
  schema_version: z.number().int(),
  created_at: z.string(),
  tables: z.record(z.string(), z.number().int()),
})

/** What a backup says of itself, in `manifest.json`; beside it lie `<table>.copy`, text as COPY writes it. */
export type BackupManifest = z.infer<typeof MANIFEST>

/**
 * Saves every table, as of one moment, in a new directory.
 *
 * @throws LQ_DISK if the directory exists or cannot be written; LQ_DATABASE
 */
export async function backup(database: Database, directory: string): Promise<BackupManifest> {
  if (existsSync(directory)) {
    throw new LqError('LQ_DISK', `${directory}: expected a directory that does not exist yet`, {
      hint: 'give another name',
    })
  }
  const schema = await schemaVersion(database)
  return appear(directory, async (draft) => {
    await mkdir(draft, { recursive: true })
    const tables = await database.transaction((client) => saveTables(client, draft))
    const manifest = {
      format: 1 as const,
      server: database.version,
      schema_version: schema,
      created_at: new Date().toISOString(),
      tables,
    }
    await writeFile(join(draft, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)
    for (const name of [MANIFEST_FILE, ...TABLES.map(fileOf)]) await sync(join(draft, name))
    await sync(draft)
    return manifest
  })
}

/**
 * Loads a backup into a database whose tables are empty: all of it, or nothing.
 *
 * @throws LQ_INPUT_MISSING, LQ_INPUT_INVALID for the directory; LQ_DATABASE if a table has rows
 */
export async function restore(database: Database, directory: string): Promise<BackupManifest> {
  const manifest = await readManifest(directory)
  const schema = await schemaVersion(database)
  if (manifest.schema_version !== schema) {
    throw invalid(directory, `expected a backup of schema version ${schema}, found ${manifest.schema_version}`)
  }
  try {
    await database.transaction(async (client) => {
      for (const table of TABLES) await requireEmpty(client, table, database.dsn)
      for (const table of TABLES) {
        const rows = await load(client, table, join(directory, fileOf(table)))
        const expected = manifest.tables[table] ?? 0
        if (rows !== expected) throw invalid(directory, `expected ${expected} rows of ${table}, found ${rows}`)
      }
    })
  } catch (error) {
    throw diskError(error, directory)
  }
  return manifest
}

type Table = (typeof TABLES)[number]

const HAS_ID = new Set<Table>([
  'equity',
  'orders',
  'fills',
  'positions',
  'risk_events',
  'heartbeats',
  'order_state_events',
  'optimization_results',
])

const fileOf = (table: Table) => `${table}.copy`

async function saveTables(client: PoolClient, directory: string): Promise<Record<string, number>> {
  await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  const tables: Record<string, number> = {}
  for (const table of TABLES) {
    const rows = client.query(copyTo(`COPY ${table} TO STDOUT`))
    await pipeline(rows, createWriteStream(join(directory, fileOf(table))))
    tables[table] = rows.rowCount
  }
  return tables
}

async function load(client: PoolClient, table: Table, path: string): Promise<number> {
  const rows = client.query(copyFrom(`COPY ${table} FROM STDIN`))
  await pipeline(createReadStream(path), rows)
  if (HAS_ID.has(table)) await client.query(continueIds(table))
  return rows.rowCount
}

/** New rows get ids after those that were loaded. */
const continueIds = (table: Table) =>
  `SELECT setval(pg_get_serial_sequence('${table}', 'id'), max(id)) FROM ${table} HAVING max(id) IS NOT NULL`

async function requireEmpty(client: PoolClient, table: Table, dsn: string): Promise<void> {
  const { rowCount } = await client.query(`SELECT FROM ${table} LIMIT 1`)
  if (rowCount === 0) return
  throw new LqError('LQ_DATABASE', `${dsn}: expected empty tables, found rows in ${table}`, {
    hint: 'restore into another database, or another LQ_DATA_DIR: nothing is ever overwritten',
  })
}

async function readManifest(directory: string): Promise<BackupManifest> {
  const path = join(directory, MANIFEST_FILE)
  if (!existsSync(path)) {
    throw new LqError(
      'LQ_INPUT_MISSING',
      `${directory}: expected a directory made by lq db backup, found no ${MANIFEST_FILE}`,
      {
        hint: 'give the directory that was named with --out',
      },
    )
  }
  try {
    return MANIFEST.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    throw invalid(path, messageOf(error))
  }
}

function invalid(path: string, what: string): LqError {
  return new LqError('LQ_INPUT_INVALID', `${path}: ${what}`, {
    hint: 'use the directory as lq db backup made it, with the same version of lq',
  })
}
