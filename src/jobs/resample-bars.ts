import type { Config } from '../config.js'
import { LqError, throwIfAborted } from '../errors.js'
import type { BarStore, SeriesFile, SeriesInfo } from '../lake/series.js'
import type { BucketRule } from '../resample/buckets.js'
import { BUCKETS_MAX } from '../resample/fold.js'
import { createGapFiller, type FoldedBars, type Gaps } from '../resample/gaps.js'
import { closeScanPool, type ScanPool, SHARDS_PER_THREAD, scanPool } from '../resample/pool.js'
import { openRule, type RuleText } from '../resample/rule.js'
import { barsSource } from '../resample/scan.js'
import { type FoldOptions, foldSeries, type TargetBars } from '../resample/series.js'
import { planShards, type Shard } from '../resample/shards.js'
import type { ScanShard } from '../resample/worker.js'
import { barEnd, parseTimeframe } from '../timeframe.js'

/** What is folded, and how. */
export interface ResampleOptions {
  /** timeframe of the series */
  from: string
  /** one rule per target, in the order of the output */
  rules: RuleText[]
  gaps: Gaps
  turnover: boolean
  vwap: boolean
  /** ms UTC, inclusive: bars before are not read */
  fromMs?: number
  /** ms UTC, exclusive: bars from here on are not read, and the series are taken as known up to here */
  toMs?: number
}

/** Some rows of the output, of one series by one target, in order. */
export interface ResampledChunk {
  series: SeriesInfo
  /** index of the rule */
  target: number
  chunk: FoldedBars
}

/** What was read; complete when the last chunk is taken. */
export interface ResampleCounts {
  rowsIn: number
  /** rows that lie in no bucket: outside the session */
  dropped: number
  /** shards that the store read instead of a scan, by reason */
  unscanned: Record<string, number>
}

export interface ResampleContext {
  config: Pick<Config, 'threads' | 'parquetReader' | 'memoryLimitMb'>
  signal?: AbortSignal
}

/** Share of the budget that the DuckDBs of the workers may use together; the rest is this process. */
const SCAN_SHARE = 0.5
const SCAN_MB_MIN = 64
/** Buckets of shards that wait for their turn to be written, beyond one shard per thread: 12 MB. */
const WAITING_BUCKETS_MAX = 2 * BUCKETS_MAX

/**
 * Folds series into bars of wider timeframes, in the order series, target, time. Workers scan what DuckDB can read as
 * it lies; the store reads the rest (unsorted files, duplicates, no DuckDB, no addon). Both give the same bits, and so
 * do all numbers of threads, as every bucket is folded in the order of time.
 *
 * @throws LQ_INTERRUPTED, and what the store and the calendar throw
 */
export async function* resampleBars(
  store: BarStore,
  series: SeriesInfo[],
  options: ResampleOptions,
  { config, signal, counts }: ResampleContext & { counts: ResampleCounts },
): AsyncGenerator<ResampledChunk> {
  const rules = options.rules.map(openRule)
  const cancel = new Int32Array(new SharedArrayBuffer(4))
  const stop = () => Atomics.store(cancel, 0, 1)
  signal?.addEventListener('abort', stop, { once: true })
  const pool = config.parquetReader === 'wasm' ? null : openPool(config)
  try {
    const work: Work = { store, rules, options, pool, cancel, signal, counts, turn: Promise.resolve() }
    const shards = planShards(series, { rules, threads: config.threads, fromMs: options.fromMs, toMs: options.toMs })
    let filler = openFiller(series[0], 0, work)
    for await (const { shard, bars } of inOrder(shards, config.threads, (shard) => foldShard(work, shard))) {
      for (const [i, target] of shard.targets.entries()) {
        if (target === 0) count(counts, bars[i])
        if (filler.series !== shard.series || filler.target !== target) filler = openFiller(shard.series, target, work)
        for (const chunk of filler.fill(bars[i])) yield { series: shard.series, target, chunk }
      }
    }
  } finally {
    stop()
    signal?.removeEventListener('abort', stop)
    if (signal?.aborted) await closeScanPool()
  }
}

interface Work {
  store: BarStore
  rules: BucketRule[]
  options: ResampleOptions
  pool: ScanPool | null
  cancel: Int32Array
  signal?: AbortSignal
  counts: ResampleCounts
  /** settles when the store may read the next shard */
  turn: Promise<void>
}

interface Filler {
  series: SeriesInfo
  target: number
  fill: (chunk: FoldedBars) => Iterable<FoldedBars>
}

function openFiller(series: SeriesInfo, target: number, { rules, options }: Work): Filler {
  return { series, target, fill: createGapFiller({ rule: rules[target], gaps: options.gaps }) }
}

function openPool({ threads, memoryLimitMb }: ResampleContext['config']): ScanPool {
  return scanPool({ threads, memoryLimitMb: Math.max(SCAN_MB_MIN, Math.floor((memoryLimitMb * SCAN_SHARE) / threads)) })
}

/** The buckets of a shard, one chunk per target: by a worker where DuckDB can scan it, else by way of the store. */
async function foldShard(work: Work, shard: Shard): Promise<TargetBars[]> {
  const { options, pool, signal, counts } = work
  throwIfAborted(signal)
  const fold = foldOptions(shard.series, options)
  const reason = pool ? whyNotScanned(shard) : 'LQ_PARQUET_READER=wasm'
  const scanned = pool && !reason ? await pool.scan(scanShard(work, shard, fold)) : { targets: null, reason }
  throwIfAborted(signal)
  if (scanned.targets) return scanned.targets
  counts.unscanned[scanned.reason] = (counts.unscanned[scanned.reason] ?? 0) + 1
  // One at a time: the store decodes in this thread, so more would only take more memory.
  const turn = work.turn.then(() => foldFromStore(work, shard, fold))
  work.turn = turn.then(
    () => {},
    () => {},
  )
  return turn
}

async function foldFromStore(work: Work, shard: Shard, fold: FoldOptions): Promise<TargetBars[]> {
  const { store, rules, options, cancel, signal } = work
  throwIfAborted(signal)
  const optional = [...(options.turnover ? ['turnover'] : []), ...(options.vwap ? ['vwap'] : [])]
  const columns = ['open', 'high', 'low', 'close', 'volume', ...optional]
  const bars = store.read(shard.series, { columns, fromMs: shard.fromMs, toMs: shard.toMs, signal })
  const source = barsSource(bars, cancel)
  try {
    const wanted = shard.targets.map((target) => rules[target])
    const folded = await foldSeries(source, wanted, fold)
    throwIfAborted(signal)
    if (typeof folded !== 'string') return folded
    throw new LqError('LQ_INTERNAL', `expected the bars of ${shard.series.key.symbol} in time order, got ${folded}`)
  } finally {
    await source.close()
  }
}

function foldOptions({ key, lastMs }: SeriesInfo, { from, turnover, vwap, toMs }: ResampleOptions): FoldOptions {
  const known = barEnd(parseTimeframe(key.timeframe || from), lastMs)
  return { turnover, vwap, lastMs, watermarkMs: Math.min(known, toMs ?? Number.POSITIVE_INFINITY) }
}

/** Why DuckDB cannot scan a shard as it lies, or ''. */
function whyNotScanned(shard: Shard): string {
  const files = shard.series.files.filter((file) => meets(file, shard))
  if (files.length === 0) return 'no file in the span'
  if (files.some((file) => !file.sorted)) return 'a file is not sorted, or holds several series'
  const columns = new Set(files.map((file) => file.timestampColumn))
  if (columns.size > 1) return 'files name their time column differently'
  const overlap = inTime(files).some((file, i, all) => i > 0 && file.minMs <= all[i - 1].maxMs)
  return overlap ? 'files overlap in time' : ''
}

function scanShard({ options, cancel }: Work, shard: Shard, fold: FoldOptions): ScanShard {
  const { series, targets, fromMs, toMs } = shard
  const files = inTime(series.files).filter((file) => meets(file, shard))
  const [{ timestampColumn }] = files
  const query = {
    files: files.map((file) => file.path),
    timestampColumn,
    turnover: fold.turnover && series.columns.includes('turnover'),
    vwap: fold.vwap && series.columns.includes('vwap'),
    fromMs,
    toMs,
  }
  return { query, rules: targets.map((target) => options.rules[target]), options: fold, cancel }
}

function meets(file: SeriesFile, { fromMs, toMs }: Shard): boolean {
  return file.maxMs >= (fromMs ?? Number.NEGATIVE_INFINITY) && file.minMs < (toMs ?? Number.POSITIVE_INFINITY)
}

const inTime = (files: SeriesFile[]): SeriesFile[] => files.toSorted((a, b) => a.minMs - b.minMs)

function count(counts: ResampleCounts, { columns, dropped }: TargetBars): void {
  counts.dropped += dropped
  counts.rowsIn += dropped
  for (const bars of columns.bars ?? []) counts.rowsIn += bars
}

/**
 * Runs shards and gives their results in order. Under way or waiting for their turn are one per thread, and as many
 * more as are small: they keep threads busy while this one writes.
 */
async function* inOrder(
  shards: Iterable<Shard>,
  threads: number,
  run: (shard: Shard) => Promise<TargetBars[]>,
): AsyncGenerator<{ shard: Shard; bars: TargetBars[] }> {
  const iterator = shards[Symbol.iterator]()
  const waiting: { shard: Shard; result: Promise<TargetBars[]> }[] = []
  let buckets = 0
  const hasRoom = () =>
    waiting.length < threads || (waiting.length < threads * SHARDS_PER_THREAD && buckets < WAITING_BUCKETS_MAX)
  for (;;) {
    while (hasRoom()) {
      const next = iterator.next()
      if (next.done) break
      const result = run(next.value)
      result.catch(() => {}) // seen when its turn comes; until then it must not count as unhandled
      waiting.push({ shard: next.value, result })
      buckets += next.value.size
    }
    const first = waiting.shift()
    if (!first) return
    buckets -= first.shard.size
    yield { shard: first.shard, bars: await first.result }
  }
}
