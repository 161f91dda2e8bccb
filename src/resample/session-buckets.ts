import { LqError } from '../errors.js'
import { MS_PER_DAY } from '../timeframe.js'
import type { TableBuilder } from './bucket-table.js'
import { formatDay } from './civil.js'
import { dayAt, type Edges } from './edges.js'
import type { Session } from './session.js'

/** A session's ranges lie within two days of its date: looking from so many days before an instant misses none. */
const REACH_DAYS = 2

/**
 * Intraday buckets: equal elapsed time from the opening of each trading range, the last cut at its close. So nothing
 * spans a break, a half day's close or two sessions.
 */
export function layTrading(session: Session, widthMs: number) {
  return (fromMs: number, table: TableBuilder): void => {
    const today = knownDay(session, fromMs)
    for (
      let day = Math.max(today - REACH_DAYS, session.firstDay);
      day <= session.lastDay && table.hasRoom();
      day += 1
    ) {
      const ranges = session.ranges(day) ?? []
      for (let i = 0; i < ranges.length; i += 2) {
        const [open, close] = [ranges[i], ranges[i + 1]]
        if (close <= fromMs) continue
        const passed = Math.max(0, Math.floor((fromMs - open) / widthMs))
        for (let start = open + passed * widthMs; start < close && table.hasRoom(); start += widthMs) {
          table.add(start, Math.min(start + widthMs, close))
        }
      }
    }
  }
}

/**
 * Buckets of whole sessions (`d w M`), labelled 00:00 UTC of the first session's date. Their pieces are the trading
 * ranges or, where the source's own bars are labelled by date, the UTC days of the session dates.
 */
export function layDates({ session, edges, sourceDated }: { session: Session; edges: Edges; sourceDated: boolean }) {
  const rangesOf = (day: number): readonly number[] | null => {
    const ranges = session.ranges(day)
    return ranges && sourceDated ? [day * MS_PER_DAY, (day + 1) * MS_PER_DAY] : ranges
  }
  return (fromMs: number, table: TableBuilder): void => {
    const today = sourceDated ? knownDate(session, fromMs) : knownDay(session, fromMs)
    for (let index = edges.indexOf((today - REACH_DAYS) * MS_PER_DAY); table.hasRoom(); index += 1) {
      const first = edges.localMs(index) / MS_PER_DAY
      const next = edges.localMs(index + 1) / MS_PER_DAY
      if (first > session.lastDay) return
      const { pieces, label } = gather(rangesOf, Math.max(first, session.firstDay), Math.min(next, session.lastDay + 1))
      if (pieces.length === 0) continue
      const close = pieces[pieces.length - 1]
      // Sessions after the calendar's last day are not known: the bucket is surely over when its last civil day is.
      const over = sourceDated ? next * MS_PER_DAY : session.zone.reach(next * MS_PER_DAY)
      const end = next > session.lastDay + 1 ? Math.max(close, over) : close
      if (end > fromMs) table.addPieces(label * MS_PER_DAY, pieces, end)
    }
  }
}

/** The pieces of the days [first, next), those that touch joined; `label` is the first day with a session. */
function gather(rangesOf: (day: number) => readonly number[] | null, first: number, next: number) {
  const pieces: number[] = []
  let label = Number.NaN
  for (let day = first; day < next; day += 1) {
    const ranges = rangesOf(day)
    if (!ranges) continue
    if (pieces.length === 0) label = day
    for (let i = 0; i < ranges.length; i += 2) {
      if (pieces[pieces.length - 1] === ranges[i]) pieces[pieces.length - 1] = ranges[i + 1]
      else pieces.push(ranges[i], ranges[i + 1])
    }
  }
  return { pieces, label }
}

/** The civil day of an instant the calendar can speak of. */
function knownDay(session: Session, ms: number): number {
  const day = dayAt(session.zone, ms)
  const early =
    day < session.firstDay &&
    !(day === session.firstDay - 1 && ms >= (session.ranges(day + 1)?.[0] ?? Number.POSITIVE_INFINITY))
  const late = day > session.lastDay && !(day === session.lastDay + 1 && ms < (session.ranges(day - 1)?.at(-1) ?? 0))
  if (early || late) unknown(session, formatDay(day))
  return day
}

/** The date a daily bar is labelled with. */
function knownDate(session: Session, ms: number): number {
  const day = Math.floor(ms / MS_PER_DAY)
  if (day < session.firstDay || day > session.lastDay) unknown(session, formatDay(day))
  return day
}

function unknown(session: Session, date: string): never {
  const span = `${formatDay(session.firstDay)} … ${formatDay(session.lastDay)}`
  throw new LqError('LQ_CALENDAR', `expected a date that the calendar ${session.name} knows (${span}), got ${date}`, {
    hint: 'narrow the span with --start and --end, or give a calendar: --session FILE.csv@ZONE (docs/calendars.md)',
  })
}
