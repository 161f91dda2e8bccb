import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import { upsertRun } from '../src/state/runs.js'
import type { ScoreRows } from '../src/state/score-rows.js'
import { writeScores } from '../src/state/scores.js'
import { openState, type State } from '../src/state/state.js'

export interface WriteScoresBench {
  rows: number
  /** `writeScores` into a slice that is empty */
  ours_s: number
  /** the same rows again: nothing to change */
  replay_s: number
  /**
   * plain COPY of the same rows, as text printed before and in the order given, into an empty table with the same
   * primary key
   */
  copy_s: number
  /** rate of ours ÷ rate of COPY */
  ratio: number
}

const RUN_ID = 'f'.repeat(32)
const SYMBOLS = 500
const LINES_PER_CHUNK = 2000
const SILENT = { info() {}, warn() {}, debug() {} }

/** Measures the bulk writer beside a plain COPY, each the median of `repeats`, taken in turns in one server. */
export async function benchWriteScores({ rows = 1_000_000, repeats = 3 } = {}): Promise<WriteScoresBench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lq-bench-db-'))
  try {
    const state = (await openState({ postgresDsn: 'embedded', dataDir }, { log: SILENT })) as State
    try {
      await upsertRun(state, { runId: RUN_ID, mode: 'bench' })
      const scores = makeScores(rows)
      const bytes = textOf(scores)
      const times = { ours: [] as number[], replay: [] as number[], copy: [] as number[] }
      for (let repeat = 0; repeat < repeats; repeat++) {
        times.copy.push(await secondsOf(() => plainCopy(state, bytes)))
        await state.query('TRUNCATE factor_scores')
        const ours = () => writeScores(state, { runId: RUN_ID, factor: 'f' }, [scores])
        times.ours.push(await secondsOf(ours))
        times.replay.push(await secondsOf(ours))
      }
      const [ours_s, replay_s, copy_s] = [times.ours, times.replay, times.copy].map(median)
      return { rows, ours_s, replay_s, copy_s, ratio: copy_s / ours_s }
    } finally {
      await state.close()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

function makeScores(rows: number): Required<ScoreRows> {
  const symbols = Array.from({ length: rows }, (_, row) => `SYM${row % SYMBOLS}`)
  const timestamps = Float64Array.from(
    { length: rows },
    (_, row) => Date.UTC(2020, 0, 1) + Math.floor(row / SYMBOLS) * 60_000,
  )
  const raw = Float64Array.from({ length: rows }, (_, row) => Math.sin(row))
  return { rows, symbols, timestamps, raw, zscore: raw.map((v) => v * 1.5), percentile: raw.map((v) => 50 + 50 * v) }
}

/** The rows as `COPY … FROM STDIN` reads them. */
function textOf({ rows, symbols, timestamps, raw, zscore, percentile }: Required<ScoreRows>): Buffer[] {
  const chunks: Buffer[] = []
  for (let from = 0; from < rows; from += LINES_PER_CHUNK) {
    const lines = Array.from({ length: Math.min(LINES_PER_CHUNK, rows - from) }, (_, index) => {
      const row = from + index
      const time = new Date(timestamps[row]).toISOString()
      return `${RUN_ID}\tf\t${symbols[row]}\t${time}\t${raw[row]}\t${zscore[row]}\t${percentile[row]}\n`
    })
    chunks.push(Buffer.from(lines.join('')))
  }
  return chunks
}

async function plainCopy(state: State, bytes: Buffer[]): Promise<void> {
  await state.query('CREATE TABLE IF NOT EXISTS plain_scores (LIKE factor_scores INCLUDING ALL)')
  await state.query('TRUNCATE plain_scores')
  await state.transaction(async (client) => {
    await pipeline(Readable.from(bytes), client.query(copyFrom('COPY plain_scores FROM STDIN')))
  })
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const sinceMs = performance.now()
  await work()
  return (performance.now() - sinceMs) / 1000
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]
