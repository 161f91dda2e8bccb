import type { FactorPlan } from '../factors/plan.js'
import { type Anchor, readAnchors } from '../lake/anchors.js'
import type { BarStore, SeriesInfo } from '../lake/series.js'

/** An anchor to go on from, or why there is none. */
export type Resumption = { anchor: Anchor; reason: '' } | { anchor: null; reason: string }

export interface SinceOptions {
  lakeDir: string
  /** of what decides the rows and their bits, but for the bars */
  key: string
  plan: FactorPlan
  /** first instant of the result; 'last': the end of the latest anchor */
  since: number | 'last'
  store: BarStore
  series: SeriesInfo[]
}

/**
 * Finds the latest anchor that a run may go on from: the bars before its end are those it saw, and, where states are
 * carried, it ended before the result begins.
 */
export async function resumptionOf({ lakeDir, key, plan, since, store, series }: SinceOptions): Promise<Resumption> {
  const recursive = plan.scans.length > 0
  let reason = 'no earlier run of the same factors, symbols and options left its state here'
  for await (const anchor of readAnchors(lakeDir, key)) {
    if (recursive && since !== 'last' && anchor.endMs > since) {
      reason = `the earliest state that is kept is of ${new Date(anchor.endMs).toISOString()}, after the start`
      continue
    }
    if (await isUnchanged(anchor, { store, series })) return { anchor, reason: '' }
    reason = 'bars that the earlier run saw were changed, removed or added to'
  }
  return { anchor: null, reason }
}

async function isUnchanged(
  { identity, endMs }: Anchor,
  { store, series }: { store: BarStore; series: SeriesInfo[] },
): Promise<boolean> {
  const now = await identityBefore(store, series, endMs)
  const names = Object.keys(identity)
  return names.length === Object.keys(now).length && names.every((name) => identity[name] === now[name])
}

/** Partition → checksum of its content before an instant, of all series. */
export async function identityBefore(
  store: BarStore,
  series: SeriesInfo[],
  toMs: number,
): Promise<Record<string, string>> {
  const identity: Record<string, string> = {}
  for (const one of series) Object.assign(identity, await store.identityBefore(one, toMs))
  return identity
}
