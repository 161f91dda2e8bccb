import { LqError } from '../errors.js'
import { parseTimeframe } from '../timeframe.js'

/**
 * A length: bars, or calendar time as months and ms. Lengths of one kind add up before they are laid on the calendar,
 * so that 1M + 1M from 31 January is 2M from 31 January, not a month after the end of February.
 */
export type Span = { kind: 'bars'; bars: number } | { kind: 'calendar'; months: number; ms: number }

/**
 * Reads `12M` (calendar months, also `1w`, `30d`, `6h` …) or `500` (bars).
 *
 * @throws LQ_USAGE where the text is neither
 */
export function parseSpan(text: string): Span {
  const word = text.trim()
  if (/^\d{1,10}$/.test(word)) return { kind: 'bars', bars: Number(word) }
  if (!/^\d+[smhdwM]$/i.test(word)) {
    throw new LqError('LQ_USAGE', `expected a count of bars or a calendar length, got ${JSON.stringify(text)}`, {
      hint: 'such as 500 (bars), 30d, 8w or 12M (calendar months)',
    })
  }
  const { count, widthMs } = parseTimeframe(word)
  return { kind: 'calendar', months: widthMs === null ? count : 0, ms: widthMs ?? 0 }
}

/** a + times · b, of one kind. @throws LQ_USAGE where one counts bars and the other does not */
export function plus(a: Span, b: Span, times = 1): Span {
  if (a.kind === 'bars' && b.kind === 'bars') return { kind: 'bars', bars: a.bars + times * b.bars }
  if (a.kind === 'calendar' && b.kind === 'calendar') {
    return { kind: 'calendar', months: a.months + times * b.months, ms: a.ms + times * b.ms }
  }
  throw new LqError('LQ_USAGE', 'expected all lengths in bars, or all in calendar time, got both', {
    hint: 'such as --train 12M --test 6M --step 6M, or --train 500 --test 100 --step 100',
  })
}

/** Whether a length is nothing. */
export function isEmpty(span: Span): boolean {
  return span.kind === 'bars' ? span.bars === 0 : span.months === 0 && span.ms === 0
}

/**
 * The instant a calendar length after another: months first, on the same day of the month or the last one there is,
 * then ms. The time of day stays.
 *
 * @param ms since epoch, UTC
 * @example addCalendar(Date.UTC(2024, 0, 31), { months: 1, ms: 0 })   // 29 February
 */
export function addCalendar(ms: number, { months, ms: more }: { months: number; ms: number }): number {
  const from = new Date(ms)
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months]
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const midnight = Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate())
  return Date.UTC(year, month, Math.min(from.getUTCDate(), lastDay)) + (ms - midnight) + more
}
