import { LqError } from '../../errors.js'
import { weekday } from '../civil.js'
import { DAY_MAX, DAY_MIN, localRanges, parseMinutes, type Session } from '../session.js'
import { openZone } from '../zone.js'

const MINUTES_PER_DAY = 24 * 60
const DAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const EVERY_DAY = 'mon-sun'
/** Exchanges rest at weekends; `24/7` and `/Mon-Sun` say otherwise. */
const DAYS_DEFAULT = 'mon-fri'

/**
 * A session by the clock alone: `HH:MM-HH:MM[,HH:MM-HH:MM…][/DAYS]@ZONE`, or `24/7[@ZONE]`. It knows no holidays.
 *
 * Times are read backwards from the last end, which lies on the session's date; a time that is not before its
 * successor lies on the day before. So `18:00-17:00` ends on its date, and `17:00-17:00` is a whole day.
 *
 * @throws LQ_CALENDAR if the text is not of that form, or its ranges overlap
 * @throws LQ_TIMEZONE if the zone is not known
 * @example clockSession('09:30-11:30,13:00-16:00@Asia/Hong_Kong')
 * @example clockSession('17:00-17:00/Mon-Fri@America/New_York')   // foreign exchange: Sunday evening is Monday's
 */
export function clockSession(text: string): Session {
  const [, all, hours, days, zoneText] =
    /^(?:(24\/7)|([\d:,\s-]+?)(?:\/([a-z,\s-]+))?)(?:@(.+))?$/i.exec(text.trim()) ?? fail(text, 'is not of that form')
  if (!all && !zoneText) fail(text, 'names no time zone')
  const zone = openZone(zoneText ?? 'UTC')
  const minutes = all ? [0, MINUTES_PER_DAY] : parseHours(hours.replace(/\s/g, ''), text)
  const open = parseDays((all ? EVERY_DAY : (days ?? DAYS_DEFAULT)).replace(/\s/g, '').toLowerCase(), text)
  return {
    name: all ? `24/7@${zone.name}` : `${formatHours(minutes)}/${formatDays(open)}@${zone.name}`,
    zone,
    firstDay: DAY_MIN,
    lastDay: DAY_MAX,
    ranges: (day) => (open[weekday(day) - 1] ? localRanges(zone, day, minutes) : null),
  }
}

/** Minutes of all ranges since midnight of the session's date, ascending. */
function parseHours(hours: string, text: string): number[] {
  const minutes = hours.split(/[,-]/).map(parseMinutes)
  const wellFormed = hours.split(',').every((range) => range.split('-').length === 2)
  if (!wellFormed || minutes.some(Number.isNaN)) fail(text, 'has a range that is not HH:MM-HH:MM')
  for (let i = minutes.length - 2; i >= 0; i -= 1) {
    const touches = i % 2 === 1 && minutes[i] === minutes[i + 1]
    while (minutes[i] > minutes[i + 1] || (minutes[i] === minutes[i + 1] && !touches)) minutes[i] -= MINUTES_PER_DAY
  }
  if (minutes[minutes.length - 1] - minutes[0] > MINUTES_PER_DAY) fail(text, 'has ranges that overlap')
  return minutes
}

/** [7] whether there are sessions on Monday … Sunday. */
function parseDays(days: string, text: string): boolean[] {
  const open = DAY_NAMES.map(() => false)
  for (const item of days.split(',')) {
    const ends = item.split('-').map((name) => DAY_NAMES.indexOf(name))
    if (ends.length > 2 || ends.includes(-1)) fail(text, `has days that are not of the form Mon-Fri or Mon,Wed`)
    const last = ends[ends.length - 1]
    for (let i = ends[0]; ; i = (i + 1) % 7) {
      open[i] = true
      if (i === last) break
    }
  }
  return open
}

function formatHours(minutes: number[]): string {
  const times = minutes.map((minute) => {
    const ofDay = minute < 0 ? minute + MINUTES_PER_DAY : minute
    return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`
  })
  return times.map((time, i) => (i % 2 === 0 ? time : `-${time}${i + 1 < times.length ? ',' : ''}`)).join('')
}

function formatDays(open: boolean[]): string {
  return DAY_NAMES.filter((_, i) => open[i]).join(',')
}

function fail(text: string, found: string): never {
  throw new LqError(
    'LQ_CALENDAR',
    `expected a session such as 09:30-16:00@America/New_York, but ${JSON.stringify(text)} ${found}`,
    {
      hint: 'write HH:MM-HH:MM[,HH:MM-HH:MM][/Mon-Fri]@ZONE, 24/7, XNYS, XNAS, XKRX or FILE.csv@ZONE',
    },
  )
}
