import { stat } from 'node:fs/promises'
import type { Config } from '../config.js'
import { LqError, throwIfAborted } from '../errors.js'
import { findGold } from '../lake/gold.js'
import type { ParquetInfo } from '../lake/parquet.js'
import { openParquetSource, type ParquetSource } from '../lake/source.js'
import type { State } from '../state/state.js'
import type { Span } from './score-bars.js'

/** A file of scores: `timestamp, symbol, <factor>…`, a row per symbol and timestamp, in any order. */
export interface ScoreFile {
  path: string
  source: ParquetSource
  /** columns that are evaluated, in the order of the file or as they were asked for */
  factors: string[]
  /** column of groups, if it is one of this file */
  group: string | null
  /** rows in the span */
  rows: number
  /** [dates] ms, ascending: the timestamps of the span */
  timestamps: Float64Array
  /** ascending */
  symbols: string[]
}

/**
 * Finds the file of scores that a name stands for: a path, or the run that wrote it into the gold layer or elsewhere.
 *
 * @throws LQ_INPUT_MISSING
 */
export async function locateScores(
  name: string,
  { config, state }: { config: Pick<Config, 'lakeDir'>; state: State | null },
): Promise<string> {
  if (await isFile(name)) return name
  const path =
    (await findGold(config.lakeDir, { dataset: 'score', runId: name })) ?? (await recordedOutput(name, state))
  if (path !== null && (await isFile(path))) return path
  const found = path === null ? 'neither is there' : `the run wrote ${path}, which is not there`
  throw new LqError('LQ_INPUT_MISSING', `expected --scores to be a file or the id of a run of lq score: ${found}`, {
    hint: `got ${name}`,
  })
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false, // what cannot be looked at is no file to read
  )
}

async function recordedOutput(runId: string, state: State | null): Promise<string | null> {
  const rows = await state?.query<{ path: string | null }>(
    `SELECT extra_json->'outputs'->>0 AS path FROM optimization_results WHERE run_id = $1 AND stage = 'score'`,
    [runId],
  )
  return rows?.[0]?.path ?? null
}

/**
 * Looks what a file of scores holds.
 *
 * @param options.factors names of its columns; left out, all that hold numbers
 * @param options.group a column of groups, perhaps of this file
 * @throws LQ_INPUT_INVALID, LQ_INPUT_MISSING
 */
export async function openScores(
  path: string,
  options: { factors?: string[]; group?: string; span: Span; config: Config; signal?: AbortSignal },
): Promise<ScoreFile> {
  const { span, config, signal } = options
  const source = await openParquetSource(config)
  const info = await source.describe(path)
  const group = info.columns.some(({ name }) => name === options.group) ? (options.group as string) : null
  const factors = factorsOf(path, info, { wanted: options.factors, group })
  const timestamps = new Set<number>()
  const symbols = new Set<string>()
  let rows = 0
  const range = { column: 'timestamp', from: span.fromMs, to: span.toMs }
  for await (const batch of source.read(path, { columns: ['timestamp', 'symbol'], range, signal })) {
    throwIfAborted(signal)
    rows += batch.rows
    const times = batch.columns.timestamp.values as Float64Array
    for (let i = 0; i < batch.rows; i++) timestamps.add(times[i])
    for (const symbol of batch.columns.symbol.values as (string | null)[]) symbols.add(symbol ?? '')
  }
  if (rows === 0) throw new LqError('LQ_INPUT_MISSING', `${path}: expected scores in the span, found none`)
  if (symbols.has(''))
    throw new LqError('LQ_INPUT_INVALID', `${path}: expected a symbol in every row, found none in one`)
  return {
    ...{ path, source, factors, group, rows },
    timestamps: Float64Array.from(timestamps).sort(),
    symbols: [...symbols].sort(),
  }
}

function factorsOf(
  path: string,
  { columns }: ParquetInfo,
  { wanted, group }: { wanted?: string[]; group: string | null },
): string[] {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]))
  if (kinds.get('timestamp') !== 'timestamp' || kinds.get('symbol') !== 'text') {
    const found = columns.map(({ name, kind }) => `${name} (${kind})`).join(', ')
    throw new LqError('LQ_INPUT_INVALID', `${path}: expected columns timestamp, symbol and factors, found ${found}`, {
      hint: 'give a file that lq score has written',
    })
  }
  const there = columns.filter(({ name, kind }) => kind === 'number' && name !== group).map(({ name }) => name)
  const missing = (wanted ?? []).filter((name) => !there.includes(name))
  if (missing.length > 0 || there.length === 0) {
    const what = missing.length > 0 ? `the factors ${missing.join(', ')}` : 'a factor'
    throw new LqError('LQ_INPUT_MISSING', `${path}: expected ${what}, found ${there.join(', ') || 'none'}`)
  }
  return wanted ?? there
}
