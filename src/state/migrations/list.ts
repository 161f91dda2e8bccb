import { sha256 } from '../fingerprint.js'
import * as runsAndResults from './0001-runs-and-results.js'
import * as factorScores from './0002-factor-scores.js'

/** One step of the schema. Once released it never changes: a correction is a new migration. */
export interface Migration {
  version: number
  title: string
  sql: string
  /** SHA-256 of `sql` */
  checksum: string
}

/**
 * Every migration, oldest first. They are modules and not .sql files because the compiler copies no .sql, so they are
 * found wherever the package runs from.
 */
export const MIGRATIONS: readonly Migration[] = [runsAndResults, factorScores].map(({ title, sql }, index) => ({
  version: index + 1,
  title,
  sql,
  checksum: sha256(sql),
}))
