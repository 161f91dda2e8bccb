import type { Config } from '../config.js'
import { LqError, throwIfAborted } from '../errors.js'
import { commitBars } from '../lake/commit.js'
import { hashFile } from '../lake/disk.js'
import { type BarBatch, type BarOptions, barMaker, FATE, runsOf } from '../lake/input/bars.js'
import type { InputBatch } from '../lake/input/batch.js'
import { openInput } from '../lake/input/input.js'
import { PRICE_COLUMNS, symbolName } from '../lake/layout.js'
import { openQuarantine, type Quarantine } from '../lake/quarantine.js'
import type { WriteMode } from '../lake/rows.js'
import { openParquetSource } from '../lake/source.js'
import { openStaging, type Staging } from '../lake/staging.js'
import { openZone } from '../resample/zone.js'
import { canonicalJson, runIdOf, sha256 } from '../state/fingerprint.js'
import { parseTimeframe } from '../timeframe.js'

/** What to take in, and how it is to be read. */
export interface IngestRequest extends Omit<BarOptions, 'clock' | 'fallback'> {
  files: string[]
  /** IANA name or offset, for times that name no zone; default UTC */
  timeZone?: string
  /** what becomes of bars that are there, default `upsert` */
  mode?: WriteMode
}

export interface IngestResult {
  /** inserted + updated + skipped + quarantined */
  rows: number
  inserted: number
  updated: number
  skipped: number
  quarantined: number
  /** kept, but hardly right */
  suspect: number
  /** rows that `overwrite` let go */
  removed: number
  /** rows of other timeframes than --timeframe, which are not counted above */
  passed_over: number
  /** null if nothing changed */
  commit: string | null
  run_id: string
  partitions: string[]
  /** where the quarantined rows are, if there are any */
  quarantine: string | null
  seconds: { read: number; write: number; total: number }
}

export interface IngestContext {
  config: Config
  signal?: AbortSignal
  onStart?: (bytes: number) => void
  onBytes?: (count: number) => void
}

/** Share of the memory budget that staged rows may take: merging a partition takes as much again. */
const STAGING_SHARE = 0.25

/**
 * Takes files of bars into the lake as one commit: all of them or none.
 *
 * @throws LQ_USAGE, LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_DISK, LQ_BUSY, LQ_INTERRUPTED
 */
export async function ingest(request: IngestRequest, context: IngestContext): Promise<IngestResult> {
  const { config, signal } = context
  const options = optionsOf(request)
  const startedMs = performance.now()
  const source = await openParquetSource(config)
  const spec = await specOf(request, options)
  const idempotencyKey = sha256(canonicalJson(spec))
  const staging = openStaging({ lakeDir: config.lakeDir, budgetBytes: config.memoryLimitMb * 2 ** 20 * STAGING_SHARE })
  const quarantine = openQuarantine(config.lakeDir, idempotencyKey.slice(0, 32))
  try {
    const intake: Intake = {
      staging,
      quarantine,
      sequence: 0,
      rows: 0,
      quarantined: 0,
      suspect: 0,
      passedOver: 0,
      filled: new Set(PRICE_COLUMNS),
    }
    for (const path of request.files) {
      const input = await openInput(path, { ...options, source, signal, onBytes: context.onBytes })
      const toBars = barMaker(input, options)
      let row = 0
      for await (const batch of input.batches()) {
        throwIfAborted(signal)
        takeIn(intake, toBars(batch), { path, batch, row })
        row += batch.rows
        await staging.spillIfLarge()
        await quarantine.flush()
      }
    }
    assertRows(request, intake)
    const readMs = performance.now()
    const quarantinePath = await quarantine.close()
    const input = { rows: intake.rows, quarantined: intake.quarantined, suspect: intake.suspect }
    const runId = runIdOf(spec)
    const result = await commitBars(staging.partitions(intake.filled), {
      lakeDir: config.lakeDir,
      source,
      mode: request.mode ?? 'upsert',
      runId,
      idempotencyKey,
      input,
      sequenceCount: intake.sequence,
      signal,
    })
    const endMs = performance.now()
    const seconds = (from: number, to: number) => Math.round(to - from) / 1000
    return {
      ...input,
      inserted: result.inserted,
      updated: result.updated,
      skipped: result.skipped,
      removed: result.removed,
      passed_over: intake.passedOver,
      commit: result.commit,
      run_id: runId,
      partitions: result.partitions,
      quarantine: quarantinePath,
      seconds: { read: seconds(startedMs, readMs), write: seconds(readMs, endMs), total: seconds(startedMs, endMs) },
    }
  } catch (error) {
    await quarantine.abort()
    throw error
  } finally {
    await staging.close()
  }
}

/** Options with names in their normal form, checked. @throws LQ_USAGE, LQ_TIMEFRAME, LQ_TIMEZONE */
export function optionsOf({ files: _, mode: __, timeZone, ...request }: IngestRequest): BarOptions {
  const { exchange, symbol, timeframe } = request
  if (symbol !== undefined && symbolName(symbol) === '')
    throw new LqError('LQ_USAGE', `--symbol: expected a name, got ${JSON.stringify(symbol)}`)
  return {
    ...request,
    exchange: exchange?.trim().toLowerCase(),
    timeframe: timeframe === undefined ? undefined : parseTimeframe(timeframe).text,
    clock: timeZone === undefined ? undefined : openZone(timeZone),
  }
}

/** What decides the outcome: options in their normal form, and the bytes of the files; not their names. */
async function specOf({ files, mode = 'upsert' }: IngestRequest, { clock, ...options }: BarOptions): Promise<unknown> {
  const inputs: string[] = []
  for (const path of files) inputs.push(await hashFile(path))
  return { command: 'ingest', options: { ...options, mode, time_zone: clock?.name }, inputs }
}

interface Intake {
  staging: Staging
  quarantine: Quarantine
  /** rows seen, in order: the place of the next */
  sequence: number
  rows: number
  quarantined: number
  suspect: number
  passedOver: number
  /** columns with a value in some row: a column without any is as if it were not there */
  filled: Set<string>
}

interface Place {
  path: string
  batch: InputBatch
  /** rows of the file before this batch */
  row: number
}

function takeIn(intake: Intake, bars: BarBatch, place: Place): void {
  const { fate, timestamp, columns } = bars
  for (const run of runsOf(bars)) intake.staging.add({ ...run, timestamp, columns, firstSequence: intake.sequence })
  for (let row = 0; row < bars.rows; row++) {
    if (fate[row] === FATE.SUSPECT) intake.suspect++
    if (fate[row] === FATE.PASSED_OVER) intake.passedOver++
    if (fate[row] !== FATE.QUARANTINED) continue
    intake.quarantined++
    intake.quarantine.add({
      file: place.path,
      row: place.row + row + 1,
      reason: bars.reasons.get(row)!,
      values: valuesOf(place.batch, row),
    })
  }
  intake.sequence += bars.rows
  intake.rows += bars.rows - countOf(fate, FATE.PASSED_OVER)
  for (const name in bars.columns)
    if (!intake.filled.has(name) && bars.columns[name].some((value) => !Number.isNaN(value))) intake.filled.add(name)
}

const countOf = (fate: Uint8Array, wanted: number): number =>
  fate.reduce((count, one) => count + (one === wanted ? 1 : 0), 0)

/** Further from 1970 no date can be told. */
const TIME_MS_MAX = 8.64e15

function valuesOf({ columns }: InputBatch, row: number): Record<string, unknown> {
  const values = Object.entries(columns).map(([name, { kind, values }]) => {
    const value = values[row]
    if (typeof value !== 'number') return [name, value]
    if (Number.isNaN(value)) return [name, null]
    if (!Number.isFinite(value)) return [name, String(value)]
    return [name, kind === 'timestamp' && Math.abs(value) <= TIME_MS_MAX ? new Date(value).toISOString() : value]
  })
  return Object.fromEntries(values)
}

function assertRows({ files, timeframe }: IngestRequest, { rows, passedOver }: Intake): void {
  if (rows > 0) return
  const found = passedOver > 0 ? `${passedOver} of other timeframes than ${timeframe}` : 'none'
  throw new LqError('LQ_INPUT_INVALID', `${files.join(', ')}: expected rows of bars, found ${found}`, {
    hint: 'check the file and --timeframe',
  })
}
