import { MS_PER_DAY, type Timeframe } from '../timeframe.js'
import { civilMonth } from './civil.js'
import type { Zone } from './zone.js'

/** Where buckets begin on the wall clock, numbered from 1970: bucket i is [localMs(i), localMs(i + 1)). */
export interface Edges {
  /** the wall clock at edge i, as ms since 1970-01-01T00:00 local; ascending */
  localMs(index: number): number
  /** the bucket that holds a local time */
  indexOf(localMs: number): number
}

const FIXED_MONTH_DAYS = 30
/** 1970-01-05, from which weeks are counted, was a Monday. */
const FIRST_MONDAY = 4

/**
 * Edges of civil time: months from 1970-01, weeks from the first `weekStart` on or after Monday 1970-01-05, everything
 * else from 1970-01-01T00:00.
 *
 * @param weekStart 1 = Monday … 7 = Sunday
 */
export function civilEdges(timeframe: Timeframe, weekStart: number): Edges {
  const { count, unit, widthMs } = timeframe
  if (widthMs === null) {
    return {
      localMs: (index) => Date.UTC(1970, index * count, 1),
      indexOf: (localMs) => Math.floor(civilMonth(Math.floor(localMs / MS_PER_DAY)) / count),
    }
  }
  return evenEdges(widthMs, unit === 'w' ? (FIRST_MONDAY + weekStart - 1) * MS_PER_DAY : 0)
}

/** Edges of `--calendar fixed`: multiples of one width since the epoch, so weeks start on Thursday; 30-day months. */
export function fixedEdges(timeframe: Timeframe): Edges {
  return evenEdges(timeframe.widthMs ?? timeframe.count * FIXED_MONTH_DAYS * MS_PER_DAY, 0)
}

/** The last bucket that begins at or before an instant: it holds it, as empty buckets come before full ones. */
export function indexAt(edges: Edges, zone: Zone, utcMs: number): number {
  let index = edges.indexOf(utcMs + zone.offset(utcMs))
  // A clock set back may show a local time of a bucket that is over, or of one not yet begun the first time.
  while (zone.reach(edges.localMs(index)) > utcMs) index -= 1
  while (zone.reach(edges.localMs(index + 1)) <= utcMs) index += 1
  return index
}

/** The civil day at an instant, in days since 1970-01-01; days begin when the wall clock first reaches midnight. */
export function dayAt(zone: Zone, utcMs: number): number {
  return indexAt(DAYS, zone, utcMs)
}

const DAYS = evenEdges(MS_PER_DAY, 0)

function evenEdges(widthMs: number, anchorMs: number): Edges {
  return {
    localMs: (index) => anchorMs + index * widthMs,
    indexOf: (localMs) => Math.floor((localMs - anchorMs) / widthMs),
  }
}
