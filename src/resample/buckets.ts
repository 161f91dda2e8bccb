import assert from 'node:assert/strict'
import { LqError } from '../errors.js'
import { MS_PER_DAY, MS_PER_HOUR, parseTimeframe } from '../timeframe.js'
import { type BucketTable, createTable, type TableBuilder } from './bucket-table.js'
import { civilEdges, dayAt, type Edges, fixedEdges, indexAt } from './edges.js'
import type { Session } from './session.js'
import { layDates, layTrading } from './session-buckets.js'
import { openZone, TIME_MAX_MS, TIME_MIN_MS, type Zone } from './zone.js'

/** How time is cut into buckets. */
export interface BucketRule {
  /** of the buckets */
  timeframe: string
  /** civil time of the edges; a session has its own and this one is not looked at */
  timeZone: string
  /** 1 = Monday … 7 = Sunday */
  weekStart: number
  calendar: 'civil' | 'fixed'
  session: Session | null
  /**
   * True where the source's timeframe is `d w M`: its bars are stamped 00:00 UTC of a local date, not with an instant.
   * With a session such bars are placed by that date. Default false.
   */
  sourceDated?: boolean
}

/** One bucket: `label` is its bar's timestamp; its pieces are `[start, end, …]`. All in ms UTC. */
export interface Bucket {
  label: number
  end: number
  pieces: number[]
}

/** s, m and h up to this wide are elapsed time since local midnight; wider ones are cut by the wall clock. */
const ELAPSED_MS_MAX = MS_PER_HOUR

/**
 * Up to `limit` consecutive buckets; the first is the first that is not over at `fromMs`. So it holds `fromMs`, or else
 * (between sessions) comes next after it. A table begins with a whole bucket and ends with one, so tables that are
 * asked for piecewise are cut from the same cloth: the next one starts at the last `bucketEnd`.
 *
 * Fewer come back where a calendar ends, or where the pieces of more would be more than PIECES_MAX.
 *
 * @param fromMs ms UTC, 1800 … 2199
 * @throws LQ_TIMEFRAME, LQ_TIMEZONE, LQ_OPTION_RANGE if the rule is not one
 * @throws LQ_CALENDAR if `fromMs` is a time the session's calendar does not know, or the fixed calendar is asked for
 *   with a zone or session
 * @throws LQ_INPUT_INVALID if `fromMs` is out of range
 * @see definition: left-closed, left-labelled, in civil time
 */
export function bucketTable(rule: BucketRule, fromMs: number, limit: number): BucketTable {
  assert(Number.isInteger(limit) && limit > 0)
  assertTime(fromMs)
  const table = createTable(limit)
  layout(rule)(fromMs, table)
  return table.finish()
}

/**
 * Checks that a rule is one, before any time is asked for.
 *
 * @throws LQ_TIMEFRAME, LQ_TIMEZONE, LQ_OPTION_RANGE, LQ_CALENDAR as `bucketTable` does
 */
export function assertRule(rule: BucketRule): void {
  layout(rule)
}

/** The bucket that holds an instant, or null where it lies outside the session. Throws as `bucketTable` does. */
export function bucketOf(rule: BucketRule, ms: number): Bucket | null {
  const table = bucketTable(rule, ms, 1)
  const pieces = Array.from({ length: table.count }, (_, i) => [table.start[i], table.end[i]])
  const holds = pieces.some(([start, end]) => start <= ms && ms < end)
  return holds ? { label: table.label[0], end: table.bucketEnd[0], pieces: pieces.flat() } : null
}

/**
 * Whether a bucket is closed: nothing that belongs to it can still come.
 *
 * @param watermarkMs greatest timestamp of the series + width of the source
 */
export function isComplete(bucketEndMs: number, watermarkMs: number): boolean {
  return bucketEndMs <= watermarkMs
}

type Layout = (fromMs: number, table: TableBuilder) => void

function layout(rule: BucketRule): Layout {
  if (!(Number.isInteger(rule.weekStart) && rule.weekStart >= 1 && rule.weekStart <= 7)) {
    throw new LqError('LQ_OPTION_RANGE', `expected a week start of 1 (Monday) … 7 (Sunday), got ${rule.weekStart}`)
  }
  const { session } = rule
  const timeframe = parseTimeframe(rule.timeframe)
  const zone = openZone(rule.timeZone)
  if (rule.calendar === 'fixed') {
    assertFixedAlone(zone, session)
    return layEdges(fixedEdges(timeframe), zone)
  }
  const edges = civilEdges(timeframe, rule.weekStart)
  if (session && timeframe.dated) return layDates({ session, edges, sourceDated: rule.sourceDated ?? false })
  if (session) return layTrading(session, timeframe.widthMs!)
  if (!timeframe.dated && timeframe.widthMs! <= ELAPSED_MS_MAX) return layElapsed(timeframe.widthMs!, zone)
  return layEdges(edges, zone)
}

/** Buckets of equal elapsed time since local midnight; the last of a day ends with it. */
function layElapsed(widthMs: number, zone: Zone): Layout {
  return (fromMs, table) => {
    let day = dayAt(zone, fromMs)
    let midnight = zone.reach(day * MS_PER_DAY)
    let start = midnight + Math.floor((fromMs - midnight) / widthMs) * widthMs
    while (table.hasRoom() && midnight < TIME_MAX_MS) {
      day += 1
      midnight = zone.reach(day * MS_PER_DAY)
      for (; start < midnight && table.hasRoom(); start += widthMs)
        table.add(start, Math.min(start + widthMs, midnight))
      start = midnight
    }
  }
}

/** Buckets between edges of the wall clock. One that a clock change skips whole has no time and is left out. */
function layEdges(edges: Edges, zone: Zone): Layout {
  return (fromMs, table) => {
    let index = indexAt(edges, zone, fromMs)
    let start = zone.reach(edges.localMs(index))
    while (table.hasRoom() && start < TIME_MAX_MS) {
      index += 1
      const end = zone.reach(edges.localMs(index))
      if (start < end) table.add(start, end)
      start = end
    }
  }
}

function assertTime(ms: number): void {
  if (ms >= TIME_MIN_MS && ms < TIME_MAX_MS) return
  throw new LqError('LQ_INPUT_INVALID', `expected times from 1800 to 2199 (ms since 1970, UTC), got ${ms}`, {
    hint: 'check the unit of the timestamps (--ts-unit s|ms|us|ns)',
  })
}

function assertFixedAlone(zone: Zone, session: Session | null): void {
  if (session === null && zone.name === 'UTC') return
  throw new LqError(
    'LQ_CALENDAR',
    `expected the fixed calendar alone, in UTC, got it with ${session?.name ?? zone.name}`,
    {
      hint: 'leave out --calendar fixed, or --session and --tz',
    },
  )
}
