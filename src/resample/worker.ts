import { workerData } from 'node:worker_threads'
import { messageOf } from '../errors.js'
import { openRule, type RuleText } from './rule.js'
import { openScanner, type ScanQuery } from './scan.js'
import { type FoldOptions, foldSeries, type TargetBars } from './series.js'

/** What all shards of a job share. */
export interface ScanWorkerData {
  rules: RuleText[]
  /** budget of one worker's DuckDB */
  memoryLimitMb: number
  /** over a SharedArrayBuffer: 1 ends every scan at its next chunk */
  cancel: Int32Array
}

/** A series, or a span of one, that DuckDB can scan as it lies. */
export interface ScanShard {
  query: ScanQuery
  /** indices of the rules to fold it by */
  targets: number[]
  options: FoldOptions
}

/** The buckets of each target, or why the store must read the shard. */
export type ScanResult = { targets: TargetBars[]; reason: '' } | { targets: null; reason: string }

const { rules, memoryLimitMb, cancel } = workerData as ScanWorkerData
const bucketRules = rules.map(openRule)
const scanner = openScanner({ memoryLimitMb })

/** Folds one shard. Every failure is a reason: the store reads such a shard again, and what it says is final. */
export default async function scanShard({ query, targets, options }: ScanShard): Promise<ScanResult> {
  if (!scanner) return { targets: null, reason: 'no addon, or no DuckDB library' }
  try {
    const source = scanner.scan(query, cancel)
    const folded = await foldSeries(
      source,
      targets.map((target) => bucketRules[target]),
      options,
    )
    return typeof folded === 'string' ? { targets: null, reason: folded } : { targets: folded, reason: '' }
  } catch (error) {
    return { targets: null, reason: messageOf(error) }
  }
}
