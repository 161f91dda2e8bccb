import { LqError } from '../errors.js'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../timeframe.js'

/** Civil time of one place: a step function from instants to offsets. */
export interface Zone {
  /** canonical name: `UTC`, `+05:30`, `America/New_York` */
  name: string
  /** ms to add to UTC to get the wall clock at an instant */
  offset(utcMs: number): number
  /**
   * The first instant at which the wall clock has reached a local time. A local time that a clock change skips is
   * reached at the change; one that comes twice is reached the first time. Monotone: a later local time is never
   * reached earlier. So edges made with it never overlap and leave nothing out.
   *
   * @param localMs the wall clock, as ms since 1970-01-01T00:00 local
   */
  reach(localMs: number): number
}

/** Instants that calendars answer for: clock changes are looked up, not computed, so the span must have an end. */
export const TIME_MIN_MS = Date.UTC(1800, 0, 1)
export const TIME_MAX_MS = Date.UTC(2200, 0, 1)

/** More than any offset, and than any clock change, is wide: local times this far apart are in order. */
const OFFSET_BOUND_MS = 2 * MS_PER_DAY
/** No zone changes its clocks and changes them back within a day: probing daily misses no change. */
const PROBE_STEP_MS = MS_PER_DAY
/** Span that is probed at once, in days: about 0.5 ms of work. */
const PROBE_BLOCK_DAYS = 400

const zones = new Map<string, Zone>()

/**
 * Opens a time zone by its IANA name (any case) or by a fixed offset such as `+05:30`.
 *
 * @throws LQ_TIMEZONE if the name is not known
 * @see IANA time zone database, as Node's ICU has it (`process.versions.tz`)
 */
export function openZone(text: string): Zone {
  const known = zones.get(text)
  if (known) return known
  const zone = fixedZone(text.trim()) ?? namedZone(text.trim())
  zones.set(text, zone)
  return zone
}

function fixedZone(text: string): Zone | null {
  if (/^(utc|gmt|z)$/i.test(text)) return constantZone('UTC', 0)
  const found = /^([+-])(\d{2}):?([0-5]\d)?$/.exec(text)
  if (!found || Number(found[2]) > 23) return null
  const size = Number(found[2]) * MS_PER_HOUR + Number(found[3] ?? 0) * MS_PER_MINUTE
  const name = size === 0 ? 'UTC' : `${found[1]}${found[2]}:${found[3] ?? '00'}`
  return constantZone(name, found[1] === '-' ? -size : size)
}

function constantZone(name: string, offsetMs: number): Zone {
  return { name, offset: () => offsetMs, reach: (localMs) => localMs - offsetMs }
}

/**
 * Offsets are cached as segments between clock changes, so a look-up is a comparison or two. They are found by probing
 * `Intl`, which knows the rules without end; Temporal's transition search stops ten years after today, so its answers
 * would depend on the day they were asked for.
 */
function namedZone(text: string): Zone {
  const probe = openProbe(text)
  /** segment i is [starts[i], starts[i + 1]) with one offset; the last ends at `until` */
  const starts: number[] = []
  const offsets: number[] = []
  let until = 0
  let current = 0

  function cover(fromMs: number, toMs: number): void {
    if (starts.length === 0) {
      until = floorDay(fromMs)
      starts.push(until)
      offsets.push(probe.offset(until))
    }
    while (until <= toMs) extendForward()
    while (starts[0] > fromMs) extendBackward()
  }

  function extendForward(): void {
    for (let day = 0; day < PROBE_BLOCK_DAYS; day += 1) {
      const next = until + PROBE_STEP_MS
      const offset = probe.offset(next)
      if (offset !== offsets[offsets.length - 1]) {
        starts.push(changeBetween(probe, until, next))
        offsets.push(offset)
      }
      until = next
    }
  }

  function extendBackward(): void {
    for (let day = 0; day < PROBE_BLOCK_DAYS; day += 1) {
      const first = starts[0]
      const offset = probe.offset(first - PROBE_STEP_MS)
      if (offset === offsets[0]) {
        starts[0] = first - PROBE_STEP_MS
        continue
      }
      starts[0] = changeBetween(probe, first - PROBE_STEP_MS, first)
      starts.unshift(first - PROBE_STEP_MS)
      offsets.unshift(offset)
      current += 1
    }
  }

  /** Index of the segment that holds an instant; the last answer is tried first, as callers walk through time. */
  function segmentOf(utcMs: number): number {
    if (utcMs < starts[0] || utcMs >= until || starts.length === 0) cover(utcMs, utcMs)
    if (utcMs >= starts[current] && utcMs < segmentEnd(current)) return current
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle] <= utcMs) low = middle
      else high = middle - 1
    }
    current = low
    return low
  }

  function segmentEnd(index: number): number {
    return index + 1 < starts.length ? starts[index + 1] : until
  }

  function reach(localMs: number): number {
    let index = segmentOf(clampTime(localMs - OFFSET_BOUND_MS))
    for (;;) {
      const instant = localMs - offsets[index]
      if (instant < segmentEnd(index)) return Math.max(instant, starts[index])
      if (index + 1 === starts.length) cover(until, instant)
      else index += 1
    }
  }

  return { name: probe.name, offset: (utcMs) => offsets[segmentOf(clampTime(utcMs))], reach }
}

interface Probe {
  name: string
  offset(utcMs: number): number
}

function openProbe(text: string): Probe {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: text, timeZoneName: 'longOffset' })
  } catch (cause) {
    throw new LqError(
      'LQ_TIMEZONE',
      `expected a time zone such as UTC, America/New_York or +05:30, got ${JSON.stringify(text)}`,
      {
        hint: 'take a name of the IANA time zone database',
        cause,
      },
    )
  }
  return { name: format.resolvedOptions().timeZone, offset: (utcMs) => parseOffset(format.format(utcMs)) }
}

/** Reads the offset at the end of `7/1/2024, GMT-04:00`; `GMT` alone is 0, and old local times carry seconds. */
function parseOffset(text: string): number {
  const found = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text)
  if (!found) throw new Error(`no offset in ${JSON.stringify(text)}`)
  if (!found[1]) return 0
  const size = Number(found[2]) * MS_PER_HOUR + Number(found[3]) * MS_PER_MINUTE + Number(found[4] ?? 0) * MS_PER_SECOND
  return found[1] === '-' ? -size : size
}

/** The instant in (before, after] at which the offset changes, to the second: changes are at whole seconds. */
function changeBetween(probe: Probe, before: number, after: number): number {
  const offset = probe.offset(after)
  let low = before / MS_PER_SECOND
  let high = after / MS_PER_SECOND
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (probe.offset(middle * MS_PER_SECOND) === offset) high = middle
    else low = middle
  }
  return high * MS_PER_SECOND
}

function floorDay(ms: number): number {
  return Math.floor(ms / MS_PER_DAY) * MS_PER_DAY
}

function clampTime(ms: number): number {
  return Math.min(Math.max(ms, TIME_MIN_MS - OFFSET_BOUND_MS), TIME_MAX_MS + OFFSET_BOUND_MS)
}
