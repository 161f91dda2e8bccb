import { join } from 'node:path'
import type { Config } from '../config.js'
import { namedExpression } from '../factors/named.js'
import { openLakeStore } from '../lake/lake-store.js'
import { openParquetSource } from '../lake/source.js'
import type { BackendChoice } from '../types.js'
import { writeDemoBars } from './demo-bars.js'
import { type IngestResult, ingest } from './ingest.js'
import { executeJob, type JobContext } from './job.js'
import { type ResampleResult, runResample } from './resample.js'
import { runScore, type ScoreResult } from './score.js'

export interface DemoResult {
  backend: BackendChoice
  /** false: there is no addon, the TypeScript reference computed */
  native: boolean
  bars: number
  ingest: IngestResult
  resample: ResampleResult
  score: ScoreResult
  /** every job run again gave the same run, the same checksum and no new row */
  replay_identical: boolean
  /** scores of the last hour */
  last: { symbol: string; [factor: string]: string | number }[]
  seconds: number
  folder: string
}

const EXCHANGE = 'demo'
const EXPRESSIONS = [
  'momentum=rank(close / delay(close, 24) - 1)',
  'reversal=-zscore(close, 20)',
  'pressure=rank(correlation(close, volume, 12))',
]

/**
 * The main job on bars made on the spot, in a folder of its own under the data directory: ingest, resample, score, and
 * all of it once more, which must change nothing.
 *
 * @throws what the jobs throw
 */
export async function runDemo(context: JobContext & { step?: (name: string) => void }): Promise<DemoResult> {
  const begun = performance.now()
  const { signal, step = () => {} } = context
  const folder = join(context.config.dataDir, 'demo')
  const postgresDsn = context.config.postgresDsn === 'none' ? 'none' : 'embedded'
  const config: Config = { ...context.config, dataDir: folder, lakeDir: join(folder, 'lake'), postgresDsn }
  step('making bars')
  const file = join(folder, 'bars.csv')
  const bars = await writeDemoBars(file)
  step('ingest')
  const ingested = await ingest(
    { files: [file], exchange: EXCHANGE, timeframe: '1m', mode: 'upsert' },
    { config, signal },
  )
  const first = await computeAll({ ...context, config })
  step('all of it again')
  const again = await computeAll({ ...context, config, step: undefined })
  return {
    backend: first.score.backend,
    native: first.score.fallbacks.every(({ to }) => to !== 'reference'),
    bars,
    ingest: ingested,
    resample: first.resample,
    score: first.score,
    replay_identical: sameRun(first.resample, again.resample) && sameRun(first.score, again.score),
    last: await lastScores(first.score, config),
    seconds: (performance.now() - begun) / 1000,
    folder,
  }
}

async function computeAll(context: JobContext & { step?: (name: string) => void }) {
  const { config, signal, step = () => {} } = context
  const store = await openLakeStore(config)
  return executeJob('demo', context, async (state) => {
    step('resample')
    const resample = await runResample(
      {
        ...{ exchange: EXCHANGE, symbols: 'all', from: '1m', to: ['5m', '1h', '1d'], timeZone: 'UTC', weekStart: 1 },
        ...{ calendar: 'civil', session: null, gaps: 'none', vwap: false, out: join(config.dataDir, 'bars.parquet') },
      },
      { config, store, state, signal },
    )
    step('score')
    const score = await runScore(
      {
        ...{ exchange: EXCHANGE, timeframe: '1m', symbols: 'all', out: join(config.dataDir, 'scores.parquet') },
        expressions: EXPRESSIONS.map((text) => namedExpression(text)),
        scoring: { winsorize: null, standardize: null },
        ...{ minBreadth: 0, windowRounding: 'floor' },
      },
      { config, store, state, signal },
    )
    const { run_id: runId, backend, fallbacks, seconds } = score
    return { runId, result: { resample, score }, ledger: { backend, fallbacks, seconds } }
  })
}

const sameRun = (a: { run_id: string; checksum: string }, b: { run_id: string; checksum: string }): boolean =>
  a.run_id === b.run_id && a.checksum === b.checksum

/** The rows of the greatest timestamp. */
async function lastScores({ outputs, factors }: ScoreResult, config: Config): Promise<DemoResult['last']> {
  const source = await openParquetSource(config)
  let last: DemoResult['last'] = []
  let lastMs = Number.NEGATIVE_INFINITY
  for await (const { rows, columns } of source.read(outputs[0].path, {})) {
    for (let row = 0; row < rows; row++) {
      const ms = columns.timestamp.values[row] as number
      if (ms > lastMs) last = []
      lastMs = ms
      const scores = factors.map((name) => [name, columns[name].values[row] as number])
      last.push({ symbol: String(columns.symbol.values[row]), ...Object.fromEntries(scores) })
    }
  }
  return last
}
