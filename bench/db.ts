import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { upsertRun } from 'luminaquant/state/runs.js'
import { COPY_HEADER, COPY_TRAILER, encodeScores, type ScoreRows } from 'luminaquant/state/score-rows.js'
import { writeScores } from 'luminaquant/state/scores.js'
import { openState, type State } from 'luminaquant/state/state.js'
import { from as copyFrom } from 'pg-copy-streams'
import { type BenchCase, type CaseOptions, type CaseResult, timingOf } from './case.js'

const ROWS = 1_000_000
const REPEATS = 3
const RUN_ID = 'f'.repeat(32)
const SYMBOLS = 500
const LINES_PER_CHUNK = 2000
const SILENT = { info() {}, warn() {}, debug() {} }

export const databaseCases: BenchCase[] = [{ suite: 'db', name: 'write-scores-1m', run: benchScores }]

/**
 * The bulk writer into an empty slice, and again where nothing is to change; beside them, in turns and in one server,
 * COPY of the same rows into an empty table with the same primary key: as text in the order of time, as most tools
 * write them, and already encoded and sorted by key, which is all that COPY can be.
 */
async function benchScores({ backend }: CaseOptions): Promise<CaseResult[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lq-bench-db-'))
  await chmod(dataDir, 0o755) // as root the server runs as another user
  try {
    const state = (await openState({ postgresDsn: 'embedded', dataDir }, { log: SILENT })) as State
    try {
      await upsertRun(state, { runId: RUN_ID, mode: 'bench' })
      const times = await measureInTurns(state, makeScores(ROWS))
      const [ours, replay, text, binary] = [times.ours, times.replay, times.text, times.binary].map(timingOf)
      const peer = ({ median_s }: { median_s: number }) => ({ median_s, ratio: ours.median_s / median_s })
      const fixed = { suite: 'db', backend, threads: 1, size: `${ROWS} rows`, unit: 'rows/s', bandwidth_share: null }
      const rateOf = ({ median_s }: { median_s: number }) => ROWS / median_s
      const peers = { copy_text: peer(text), copy_sorted_binary: peer(binary) }
      return [
        { ...fixed, name: 'write-scores-1m', ...ours, rate: rateOf(ours), peers },
        { ...fixed, name: 'replay-scores-1m', ...replay, rate: rateOf(replay), peers: {} },
      ]
    } finally {
      await state.close()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function measureInTurns(state: State, scores: Required<ScoreRows>) {
  const text = textOf(scores)
  const binary = [COPY_HEADER, ...encodeScores({ runId: RUN_ID, factor: 'f' }, scores), COPY_TRAILER]
  const ours = () => writeScores(state, { runId: RUN_ID, factor: 'f' }, [scores])
  const times = { ours: [] as number[], replay: [] as number[], text: [] as number[], binary: [] as number[] }
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    times.text.push(await secondsOf(() => plainCopy(state, text, '')))
    times.binary.push(await secondsOf(() => plainCopy(state, binary, '(FORMAT binary)')))
    await state.query('TRUNCATE factor_scores')
    times.ours.push(await secondsOf(ours))
    times.replay.push(await secondsOf(ours))
  }
  return times
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

async function plainCopy(state: State, bytes: Buffer[], format: '' | '(FORMAT binary)'): Promise<void> {
  await state.query('CREATE TABLE IF NOT EXISTS plain_scores (LIKE factor_scores INCLUDING ALL)')
  await state.query('TRUNCATE plain_scores')
  await state.transaction(async (client) => {
    await pipeline(Readable.from(bytes), client.query(copyFrom(`COPY plain_scores FROM STDIN ${format}`)))
  })
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const sinceMs = performance.now()
  await work()
  return (performance.now() - sinceMs) / 1000
}
