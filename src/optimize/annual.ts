import { MS_PER_DAY, type Timeframe } from '../timeframe.js'

/** Sessions in a year of an exchange that has them. */
const SESSIONS_PER_YEAR = 252
const DAYS_PER_YEAR = 365
const MONTHS_PER_YEAR = 12

/**
 * Bars in a year: what per-bar figures are annualised with.
 *
 * @param options.annual     what the user says: it wins
 * @param options.sessionMs  length of a whole session without its breaks, where the exchange has sessions. Their bars
 *                           of less than a day are counted session by session, the last one cut short included
 * @returns annual, else bars of a session × 252 (252 for 1d), else those of 365 days of 24 hours; 12 for 1M
 * @example periodsPerYear(parseTimeframe('1m'))   // 525600
 */
export function periodsPerYear(
  { count, unit, widthMs }: Pick<Timeframe, 'count' | 'unit' | 'widthMs'>,
  { annual, sessionMs }: { annual?: number; sessionMs?: number } = {},
): number {
  if (annual !== undefined) return annual
  if (widthMs === null) return MONTHS_PER_YEAR / count
  if (sessionMs === undefined || unit === 'w') return (DAYS_PER_YEAR * MS_PER_DAY) / widthMs
  if (unit === 'd') return SESSIONS_PER_YEAR / count
  return SESSIONS_PER_YEAR * Math.ceil(sessionMs / widthMs)
}

/**
 * Whether daily bars are those of an exchange with sessions: none of them lies on a Saturday or a Sunday.
 *
 * @param timestamps ms since epoch, UTC, of bars labelled by date; at least one
 */
export function restsOnWeekends(timestamps: Float64Array): boolean {
  // 1970-01-01 was a Thursday: Saturdays and Sundays are days 2 and 3 of a week counted from it.
  return timestamps.every((ms) => {
    const day = ((Math.floor(ms / MS_PER_DAY) % 7) + 7) % 7
    return day !== 2 && day !== 3
  })
}
