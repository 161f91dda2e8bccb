import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Folder of real market data, or null: tests that need it skip. */
export const DATA: string | null = process.env.LQ_TEST_DATA ?? null
export const NO_DATA = 'LQ_TEST_DATA is not set'

/** Rows of a query; `$DATA` in it stands for the data folder. */
export async function query(sql: string): Promise<unknown[][]> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql.replaceAll('$DATA', DATA ?? ''))).getRowsJS()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** The first column of a query, as text. */
export async function queryTexts(sql: string): Promise<string[]> {
  return (await query(sql)).map((row) => String(row[0]))
}

/** The dates (first ten characters) of the lines of a gzipped CSV file with a header. */
export function datesOfCsv(path: string): string[] {
  const lines = gunzipSync(readFileSync(join(DATA ?? '', path)))
    .toString('utf8')
    .trim()
    .split('\n')
  return lines.slice(1).map((line) => line.slice(0, 10))
}
