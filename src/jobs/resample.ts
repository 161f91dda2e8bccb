import { chooseBackend, cpuInstead } from '../compute/backend.js'
import { LqError, throwIfAborted } from '../errors.js'
import { commitGold, goldFile } from '../lake/gold.js'
import type { BarStore, SeriesInfo } from '../lake/series.js'
import type { ColumnSchema } from '../lake/writer.js'
import { assertRule } from '../resample/buckets.js'
import type { Gaps } from '../resample/gaps.js'
import { identityOfRule, openRule, type RuleText } from '../resample/rule.js'
import { assertNotNarrower, parseTimeframe } from '../timeframe.js'
import type { BackendChoice, Fallback } from '../types.js'
import { createChecksum } from './checksum.js'
import type { RunContext } from './job.js'
import { recordRun } from './record.js'
import { type ResampleCounts, type ResampleOptions, resampleBars } from './resample-bars.js'
import { type OutputFile, openOutput } from './resample-output.js'
import { settledRunId } from './run-id.js'

/** Rises when the same input and options give other bits. */
const SEMANTIC_VERSION = '1'
const DATASET = 'resample'

export interface ResampleRequest {
  exchange?: string
  symbols: string[] | 'all'
  /** source timeframe */
  from: string
  /** targets, in the order of the output */
  to: string[]
  timeZone: string
  /** 1 = Monday … 7 = Sunday */
  weekStart: number
  calendar: 'civil' | 'fixed'
  session: string | null
  gaps: Gaps
  vwap: boolean
  /** ms UTC, inclusive */
  fromMs?: number
  /** ms UTC, exclusive */
  toMs?: number
  /** a .parquet file or a folder; without it, the lake's gold layer */
  out?: string
  runId?: string
}

export interface ResampleResult {
  run_id: string
  backend: BackendChoice
  fallbacks: Fallback[]
  rows_in: number
  rows_out: number
  symbols: number
  /** buckets */
  cells: number
  /** source rows outside the session */
  dropped: number
  checksum: string
  seconds: { read: number; pivot: number; compute: number; write: number; total: number }
  outputs: OutputFile[]
  /** shards that were read by the store instead of scanned, by reason */
  unscanned: Record<string, number>
}

/**
 * Makes bars of wider timeframes and writes them, sorted by symbol, timeframe (as asked) and timestamp.
 *
 * @throws LQ_TIMEFRAME, LQ_TIMEZONE, LQ_CALENDAR, LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_GPU_UNAVAILABLE,
 *         LQ_GPU_UNSUPPORTED, LQ_DISK, LQ_INTERRUPTED; then there is no output
 */
export async function runResample(request: ResampleRequest, context: RunContext): Promise<ResampleResult> {
  const clock = createClock()
  const { rules, options } = planResample(request)
  const backend = await chooseBackend(context.config)
  const fallbacks = backend.resolved === 'cuda' ? [cpuInstead(backend, NO_DEVICE_FORM)] : []
  const { store, signal } = context
  const series = await clock.time('read', () =>
    store.list({ exchange: request.exchange, symbols: request.symbols, timeframe: options.from }),
  )
  const spec = await clock.time('read', () => identify(request, { rules, series, store, signal }))
  const runId = settledRunId(request.runId, spec)
  const turnover = series.some(({ columns }) => columns.includes('turnover'))
  const made = await make(series, { ...options, turnover }, { ...context, request, runId, clock })
  const result = {
    run_id: runId,
    backend,
    fallbacks,
    rows_in: made.counts.rowsIn,
    rows_out: made.rows,
    symbols: series.length,
    cells: made.rows,
    dropped: made.counts.dropped,
    checksum: made.checksum,
    seconds: clock.seconds(),
    outputs: made.outputs,
    unscanned: made.counts.unscanned,
  }
  if (request.out === undefined) {
    const { rows, checksum, minMs, maxMs } = made
    await commitGold(context.config.lakeDir, { dataset: DATASET, runId, rows, checksum, minMs, maxMs, signal })
  }
  if (context.state) await recordRun(context.state, spec, result)
  return result
}

const NO_DEVICE_FORM = { step: 'ohlcv', reason: 'bars are folded while they are decoded; there is no device form' }

/**
 * What a request asks for, checked before anything is opened.
 *
 * @throws LQ_USAGE, LQ_TIMEFRAME, LQ_TIMEZONE, LQ_CALENDAR, LQ_OPTION_RANGE
 */
export function planResample({
  from,
  to,
  timeZone,
  weekStart,
  calendar,
  session,
  gaps,
  vwap,
  fromMs,
  toMs,
}: ResampleRequest): {
  rules: RuleText[]
  options: Omit<ResampleOptions, 'turnover'>
} {
  const source = parseTimeframe(from)
  const targets = to.map(parseTimeframe)
  if (targets.length === 0)
    throw new LqError('LQ_USAGE', 'expected at least one target timeframe, got none', { hint: '--to 5m,1h' })
  const names = targets.map(({ text }) => text)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice)
    throw new LqError('LQ_USAGE', `expected different target timeframes, got ${twice} twice`, { hint: 'leave one out' })
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    const span = `${new Date(fromMs).toISOString()} … ${new Date(toMs).toISOString()}`
    throw new LqError('LQ_USAGE', `expected a start before the end, got ${span}`, { hint: 'the end is exclusive' })
  }
  for (const target of targets) assertNotNarrower(source, target)
  const rules = names.map((timeframe) => ({
    timeframe,
    timeZone,
    weekStart,
    calendar,
    session,
    sourceDated: source.dated,
  }))
  for (const rule of rules) assertRule(openRule(rule))
  return { rules, options: { from: source.text, rules, gaps, vwap, fromMs, toMs } }
}

interface Spec {
  kind: 'resample'
  parameters: Record<string, unknown>
  dataIdentity: Record<string, string>
  semanticVersion: string
}

/** The canonical spec: what decides the result, and nothing else. */
async function identify(
  request: ResampleRequest,
  { rules, series, store, signal }: { rules: RuleText[]; series: SeriesInfo[]; store: BarStore; signal?: AbortSignal },
): Promise<Spec> {
  const { gaps, vwap, fromMs, toMs } = request
  const dataIdentity: Record<string, string> = {}
  for (const one of series) {
    throwIfAborted(signal)
    Object.assign(dataIdentity, await store.identity(one, { fromMs, toMs }))
  }
  const symbols = series.map(({ key }) => key)
  return {
    kind: 'resample',
    parameters: { rules: rules.map(identityOfRule), symbols, gaps, vwap, fromMs, toMs },
    dataIdentity,
    semanticVersion: SEMANTIC_VERSION,
  }
}

interface Made {
  rows: number
  checksum: string
  outputs: OutputFile[]
  counts: ResampleCounts
  minMs: number
  maxMs: number
}

type Making = RunContext & { request: ResampleRequest; runId: string; clock: Clock }

/** Folds, checks and writes, chunk by chunk. */
async function make(series: SeriesInfo[], options: ResampleOptions, context: Making): Promise<Made> {
  const { config, store, signal, request, runId, clock, onProgress } = context
  const schema = outputSchema(options)
  const checksum = createChecksum(schema)
  const counts: ResampleCounts = { rowsIn: 0, dropped: 0, unscanned: {} }
  const output = await openOutput(request.out ?? goldFile(config.lakeDir, { dataset: DATASET, runId }), schema)
  const total = series.reduce((sum, one) => sum + one.rows, 0)
  let rows = 0
  let [minMs, maxMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const chunks = resampleBars(store, series, options, { config, signal, counts })
  const take = () => clock.time('compute', () => chunks.next())
  try {
    for (let next = await take(); !next.done; next = await take()) {
      const { series: one, target, chunk } = next.value
      const { exchange, symbol } = one.key
      const timeframe = options.rules[target].timeframe
      const batch = {
        rows: chunk.rows,
        columns: { exchange, symbol, timeframe, timestamp: chunk.timestamp, ...chunk.columns },
      }
      await clock.time('write', async () => {
        checksum.update(batch)
        await output.write({ exchange, symbol, timeframe }, batch)
      })
      rows += chunk.rows
      minMs = Math.min(minMs, chunk.timestamp[0])
      maxMs = Math.max(maxMs, chunk.timestamp[chunk.rows - 1])
      onProgress?.({ done: counts.rowsIn, total })
    }
    throwIfAborted(signal)
    const outputs = await clock.time('write', () => output.close())
    return { rows, checksum: checksum.digest(), outputs, counts, minMs, maxMs }
  } catch (error) {
    await chunks.return(undefined)
    await output.abort()
    throw error
  }
}

function outputSchema({ turnover, vwap }: ResampleOptions): ColumnSchema[] {
  const texts = ['exchange', 'symbol', 'timeframe'].map((name) => ({ name, type: 'text' as const }))
  const optional = [...(turnover ? ['turnover'] : []), ...(vwap ? ['vwap'] : [])]
  const doubles = ['open', 'high', 'low', 'close', 'volume', ...optional].map((name) => ({
    name,
    type: 'double' as const,
  }))
  return [
    ...texts,
    { name: 'timestamp', type: 'timestamp' },
    ...doubles,
    { name: 'bars', type: 'int64' },
    { name: 'complete', type: 'bool' },
  ]
}

type Phase = 'read' | 'compute' | 'write'
type Clock = ReturnType<typeof createClock>

/** Adds up the seconds of each phase. */
function createClock() {
  const begun = performance.now()
  const spent = { read: 0, compute: 0, write: 0 }
  return {
    async time<T>(phase: Phase, run: () => Promise<T>): Promise<T> {
      const from = performance.now()
      try {
        return await run()
      } finally {
        spent[phase] += performance.now() - from
      }
    },
    seconds: () => ({
      read: spent.read / 1000,
      pivot: 0,
      compute: spent.compute / 1000,
      write: spent.write / 1000,
      total: (performance.now() - begun) / 1000,
    }),
  }
}
