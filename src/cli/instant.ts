import { LqError } from '../errors.js'
import { openZone } from '../resample/zone.js'

const FORM = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * Reads a time of the command line: ISO 8601, a date alone is its midnight. Without an offset it is local time of the
 * zone; of a local time that comes twice, the first.
 *
 * @returns ms since epoch, UTC
 * @throws LQ_USAGE naming the option and the form
 */
export function parseInstant(text: string, { option, timeZone }: { option: string; timeZone: string }): number {
  const found = FORM.exec(text.trim())
  const localMs = found ? Date.parse(`${found[1]}T${found[2] ?? '00:00'}Z`) : Number.NaN
  if (!found || Number.isNaN(localMs) || new Date(localMs).toISOString().slice(0, 10) !== found[1]) {
    throw new LqError(
      'LQ_USAGE',
      `expected ${option} to be a time such as 2024-03-01 or 2024-03-01T09:30:00Z, got ${JSON.stringify(text)}`,
      {
        hint: 'ISO 8601; UTC unless --tz or an offset says otherwise',
      },
    )
  }
  const zone = found[3] ?? timeZone
  return openZone(/^z$/i.test(zone) ? 'UTC' : zone).reach(localMs)
}
