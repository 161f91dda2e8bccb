import { LqError } from './errors.js'

export const MS_PER_SECOND = 1000
export const MS_PER_MINUTE = 60 * MS_PER_SECOND
export const MS_PER_HOUR = 60 * MS_PER_MINUTE
export const MS_PER_DAY = 24 * MS_PER_HOUR

/** Widest timeframe: ten years, so that a bucket's sessions always fit in memory. */
const TIMEFRAME_DAYS_MAX = 3660
/** Days of a mean Gregorian month (146,097 days in 4,800 months): only ever used to compare widths. */
const MONTH_DAYS_MEAN = 30.436875

const UNIT_MS = {
  s: MS_PER_SECOND,
  m: MS_PER_MINUTE,
  h: MS_PER_HOUR,
  d: MS_PER_DAY,
  w: 7 * MS_PER_DAY,
  M: null,
} as const

export type TimeframeUnit = keyof typeof UNIT_MS

/** A parsed timeframe. `m` is minute, `M` is month. */
export interface Timeframe {
  /** normalised: `5H` → `5h` */
  text: string
  count: number
  unit: TimeframeUnit
  /** ms of civil time, or null for months */
  widthMs: number | null
  /** true for `d w M`: their bars are labelled by date */
  dated: boolean
}

/**
 * Reads a timeframe, `^[1-9][0-9]*[smhdwM]$`; `S H D W` are read as `s h d w`, but `M` is month and `m` minute.
 *
 * @throws LQ_TIMEFRAME naming the form, or if it is wider than ten years
 * @see definition
 * @example parseTimeframe('5H').text   // '5h'
 */
export function parseTimeframe(text: string): Timeframe {
  const found = /^([1-9][0-9]{0,9})([smhdwM])$/.exec(text.trim().replace(/[SHDW]$/, (unit) => unit.toLowerCase()))
  if (!found) {
    throw new LqError(
      'LQ_TIMEFRAME',
      `expected a timeframe such as 30s, 5m, 1h, 1d, 1w or 1M, got ${JSON.stringify(text)}`,
      {
        hint: 'a timeframe is a count from 1 and a unit: s second, m minute, h hour, d day, w week, M month',
      },
    )
  }
  const count = Number(found[1])
  const unit = found[2] as TimeframeUnit
  const widthMs = UNIT_MS[unit] === null ? null : count * UNIT_MS[unit]
  const timeframe = { text: found[0], count, unit, widthMs, dated: unit === 'd' || unit === 'w' || unit === 'M' }
  if (meanWidthMs(timeframe) > TIMEFRAME_DAYS_MAX * MS_PER_DAY) {
    throw new LqError('LQ_TIMEFRAME', `expected a timeframe of at most ${TIMEFRAME_DAYS_MAX} days, got ${found[0]}`, {
      hint: 'take a narrower timeframe',
    })
  }
  return timeframe
}

/**
 * Checks that `to` can be made of bars of `from`. Bars are folded whole, by their open time, so a target that is
 * narrower than its source has no meaning.
 *
 * @throws LQ_TIMEFRAME if `to` is narrower than `from`
 */
export function assertNotNarrower(from: Timeframe, to: Timeframe): void {
  if (meanWidthMs(to) >= meanWidthMs(from)) return
  throw new LqError('LQ_TIMEFRAME', `expected a target not narrower than the source ${from.text}, got ${to.text}`, {
    hint: `resample from a source of ${to.text} or narrower`,
  })
}

/**
 * Whether every bar of `from` lies in one bucket of `to` (given aligned edges): 1m in 5m, 4h in 1d, 1d in 1M, but not
 * 4h in 6h nor 1w in 1M. Where it does not, a bar that straddles an edge counts whole in the bucket of its open.
 */
export function nests(from: Timeframe, to: Timeframe): boolean {
  if (from.widthMs === null) return to.widthMs === null && to.count % from.count === 0
  return (to.widthMs ?? MS_PER_DAY) % from.widthMs === 0
}

/** Orders timeframes by width, narrowest first. */
export function compareTimeframes(a: Timeframe, b: Timeframe): number {
  return meanWidthMs(a) - meanWidthMs(b)
}

/**
 * End of a bar that opens at `openMs`, in UTC: a fixed width, or whole months. The watermark of a series is the end of
 * its last bar.
 *
 * @param openMs ms since epoch, UTC
 */
export function barEnd(timeframe: Timeframe, openMs: number): number {
  return stepBars(timeframe, openMs, 1)
}

/** The open of the bar that is `bars` bars later, or earlier where that is negative; ms since epoch, UTC. */
export function stepBars({ widthMs, count }: Timeframe, openMs: number, bars: number): number {
  if (widthMs !== null) return openMs + bars * widthMs
  const open = new Date(openMs)
  const month = (n: number) => Date.UTC(open.getUTCFullYear(), open.getUTCMonth() + n, 1)
  return openMs - month(0) + month(bars * count)
}

function meanWidthMs(timeframe: Pick<Timeframe, 'widthMs' | 'count'>): number {
  return timeframe.widthMs ?? timeframe.count * MONTH_DAYS_MEAN * MS_PER_DAY
}
