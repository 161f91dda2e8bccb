import { workerData } from 'node:worker_threads'
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { messageOf } from '../errors.js'
import type { BucketRule } from './buckets.js'
import { openRule, type RuleText } from './rule.js'
import { openScanner, type ScanQuery } from './scan.js'
import { type FoldOptions, type FoldStore, foldSeries, type TargetBars } from './series.js'

/** What all shards of a thread share. */
export interface ScanWorkerData {
  memoryLimitMb: number
}

/** A series, or a span of one, that DuckDB can scan as it lies. */
export interface ScanShard {
  query: ScanQuery
  rules: RuleText[]
  options: FoldOptions
  /** over a SharedArrayBuffer: 1 ends the scan at its next chunk */
  cancel: Int32Array
}

/** The buckets of each rule, or why the store must read the shard. */
export type ScanResult = { targets: TargetBars[]; reason: '' } | { targets: null; reason: string }

const scanner = openScanner(workerData as ScanWorkerData)
const folds: FoldStore = []
const rulesOpen = new Map<string, BucketRule>()
let turn = Promise.resolve<ScanResult>({ targets: null, reason: '' })

/**
 * Folds one shard, after those that came before it: they share a DuckDB. Every failure is a reason: the store reads
 * such a shard again, and what it says is final.
 */
export function scanShard(shard: ScanShard): Promise<ScanResult> {
  turn = turn.then(() => fold(shard))
  return turn
}

async function fold({ query, rules, options, cancel }: ScanShard): Promise<ScanResult> {
  if (!scanner) return { targets: null, reason: 'no addon, or no DuckDB library' }
  try {
    const folded = await foldSeries(scanner.scan(query, cancel), rules.map(ruleOf), options, folds)
    return typeof folded === 'string' ? { targets: null, reason: folded } : moved(folded)
  } catch (error) {
    return { targets: null, reason: messageOf(error) }
  }
}

/** The buckets on their way to the other thread without a copy. */
function moved(targets: TargetBars[]): ScanResult {
  const arrays = targets.flatMap(({ timestamp, end, columns }) => [timestamp, end, ...Object.values(columns)])
  const result: ScanResult = { targets, reason: '' }
  const transfer = { [transferableSymbol]: arrays.map(({ buffer }) => buffer), [valueSymbol]: result }
  return move(transfer as never) as unknown as ScanResult
}

/** The same object for the same rule: bucket tables are remembered by it. */
function ruleOf(text: RuleText): BucketRule {
  const key = JSON.stringify(text)
  const rule = rulesOpen.get(key) ?? openRule(text)
  rulesOpen.set(key, rule)
  return rule
}
