/** One measured case, as `lq bench --json` prints it. */
export interface CaseResult {
  suite: string
  name: string
  backend: string
  threads: number
  /** what was worked on, for people */
  size: string
  median_s: number
  min_s: number
  max_s: number
  /** units per second, at the median */
  rate: number
  unit: string
  /** bytes read and written once ÷ time ÷ copy bandwidth with as many threads; null where memory is not the limit */
  bandwidth_share: number | null
  /** others doing the same work in the same run; ratio = ours ÷ theirs, below 1 is faster */
  peers: Record<string, { median_s: number; ratio: number }>
  /** further figures of the case */
  detail?: Record<string, number | string>
  /** where the time goes, the greatest first */
  profile?: ProfileLine[]
}

/** A kernel's part of a case: seconds are summed over its steps and over threads. */
export interface ProfileLine {
  kernel: string
  steps: number
  seconds: number
  ns_per_cell: number
  /** bytes of inputs and outputs ÷ time ÷ copy bandwidth of one thread; above 1 where they are in cache */
  bandwidth_share: number
}

/** How a case is run. */
export interface CaseOptions {
  /** measure the peers too */
  compare: boolean
  backend: 'cpu' | 'cuda'
  /** tell where the time goes, where a case can */
  profile: boolean
}

/** A case as data; each runs in a process of its own. */
export interface BenchCase {
  suite: string
  name: string
  run: (options: CaseOptions) => Promise<CaseResult[]>
}

export interface Timing {
  median_s: number
  min_s: number
  max_s: number
}

/** Seconds of `repeats` runs, after one that is not counted. */
export async function measure(work: () => unknown, repeats = 5): Promise<Timing> {
  await work()
  const seconds: number[] = []
  for (let i = 0; i < repeats; i++) {
    const start = performance.now()
    await work()
    seconds.push((performance.now() - start) / 1000)
  }
  return timingOf(seconds)
}

/** Median, least and greatest of measured seconds. */
export function timingOf(seconds: readonly number[]): Timing {
  const sorted = [...seconds].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { median_s: median, min_s: sorted[0], max_s: sorted[sorted.length - 1] }
}
