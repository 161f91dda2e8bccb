import { LqError } from '../../errors.js'
import type { Session } from '../session.js'
import { clockSession } from './clock.js'
import { fileSession } from './file.js'
import { koreaSession } from './korea.js'
import { usEquitiesSession } from './us-equities.js'

const EXCHANGES: Record<string, () => Session> = {
  XKRX: koreaSession,
  XNAS: () => usEquitiesSession('XNAS'),
  XNYS: () => usEquitiesSession('XNYS'),
}

/** The exchanges whose calendars are built in. */
export const SESSION_NAMES = Object.keys(EXCHANGES)

/**
 * Opens a session by name (`XNYS`, `XNAS`, `XKRX`, `24/7`), by the clock (`09:30-16:00@America/New_York`) or from a
 * calendar file (`FILE.csv@ZONE`).
 *
 * @throws LQ_CALENDAR if the text names no session that is known
 * @throws LQ_TIMEZONE if its zone is not known
 * @throws LQ_INPUT_MISSING if its file cannot be read
 */
export function openSession(text: string): Session {
  const name = text.trim()
  const exchange = EXCHANGES[name.toUpperCase()]
  if (exchange) return exchange()
  const file = /^(.+\.csv)(?:@([^@]+))?$/i.exec(name)
  if (file?.[2]) return fileSession(file[1], file[2])
  if (/^\d/.test(name)) return clockSession(name)
  throw new LqError(
    'LQ_CALENDAR',
    file ? `expected a time zone after ${name}` : `expected a known session, got ${JSON.stringify(text)}`,
    { hint: `take ${SESSION_NAMES.join(', ')}, 24/7, HH:MM-HH:MM@ZONE or FILE.csv@ZONE (docs/calendars.md)` },
  )
}
