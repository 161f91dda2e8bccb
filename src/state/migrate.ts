import { LqError } from '../errors.js'
import { MIGRATIONS, type Migration } from './migrations/list.js'
import type { Database } from './pool.js'

const SCHEMA_VERSION_SQL = /* sql */ `
CREATE TABLE IF NOT EXISTS schema_version (
  version    INT PRIMARY KEY,
  title      TEXT NOT NULL,
  checksum   TEXT NOT NULL,
  applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
`

/** The tables, in an order in which what is referred to comes first. `lq db` counts, saves and exports these. */
export const TABLES = [
  'runs',
  'equity',
  'orders',
  'fills',
  'positions',
  'risk_events',
  'heartbeats',
  'order_state_events',
  'optimization_results',
  'workflow_jobs',
  'factor_scores',
] as const

/**
 * Brings the schema up to date, one transaction per migration, under a lock, so that two commands may try at once. A
 * schema that is up to date costs one read.
 *
 * @returns the versions that were applied now
 * @throws LQ_DATABASE if an applied migration is not the one this program has, or is newer than it
 */
export async function migrate(database: Database, migrations: readonly Migration[] = MIGRATIONS): Promise<number[]> {
  if ((await schemaVersion(database, migrations)) === migrations.length) return []
  const done: number[] = []
  for (const migration of migrations) if (await apply(database, migration)) done.push(migration.version)
  await schemaVersion(database, migrations)
  return done
}

/** @returns the newest version applied, 0 for a database without tables. @throws as `migrate` */
export async function schemaVersion(
  database: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<number> {
  const [{ exists, columns }] = await database.query<{ exists: boolean; columns: number }>(
    `SELECT to_regclass('schema_version') IS NOT NULL AS exists, count(*)::int AS columns FROM pg_attribute
     WHERE attrelid = to_regclass('schema_version') AND attname IN ('version', 'title', 'checksum', 'applied_at')`,
  )
  if (!exists) return 0
  if (columns < 4) throw notOurs(database)
  const applied = await database.query<Applied>('SELECT version, title, checksum FROM schema_version ORDER BY version')
  for (const row of applied) requireSame(row, migrations[row.version - 1], database.dsn)
  return applied.at(-1)?.version ?? 0
}

/** @returns every statement that `migrate` would run on an empty database */
export function ddl(): string {
  const parts = MIGRATIONS.map(
    ({ version, title, sql }) => `-- ${String(version).padStart(4, '0')} ${title}\n${sql.trim()}\n`,
  )
  return [`-- schema_version\n${SCHEMA_VERSION_SQL.trim()}\n`, ...parts].join('\n')
}

interface Applied {
  version: number
  title: string
  checksum: string
}

/** @returns false if another command has applied it meanwhile */
async function apply(database: Database, { version, title, sql, checksum }: Migration): Promise<boolean> {
  return database.transaction(async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('lq schema', 0))`)
    await client.query(SCHEMA_VERSION_SQL)
    const present = await client.query('SELECT FROM schema_version WHERE version = $1', [version])
    if (present.rowCount) return false
    await client.query(sql)
    await client.query('INSERT INTO schema_version (version, title, checksum) VALUES ($1, $2, $3)', [
      version,
      title,
      checksum,
    ])
    return true
  })
}

function requireSame(applied: Applied, known: Migration | undefined, dsn: string): void {
  if (known?.checksum === applied.checksum) return
  const short = (checksum: string) => `SHA-256 ${checksum.slice(0, 12)}…`
  const what = known
    ? `was applied with another text: expected ${short(known.checksum)}, found ${short(applied.checksum)}`
    : 'is not known to this program, which is older'
  throw new LqError('LQ_DATABASE', `${dsn}: migration ${applied.version} (${applied.title}) ${what}`, {
    hint: 'use the version of lq that made this schema, or another database',
  })
}

function notOurs({ dsn }: Database): LqError {
  return new LqError('LQ_DATABASE', `${dsn}: the table schema_version there belongs to another program`, {
    hint: 'give lq a database, or a schema (?options=-csearch_path%3Dlq), of its own',
  })
}
