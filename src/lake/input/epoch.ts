import type { TimeUnit } from './options.js'

/** Times before 1973 and after 2286 are not guessed: in that span the four units cannot be mistaken for each other. */
const UNIT_RANGES: [TimeUnit, number, number][] = [
  ['s', 1e8, 1e10],
  ['ms', 1e11, 1e13],
  ['us', 1e14, 1e16],
  ['ns', 1e17, 1e19],
]

/** The unit in which most of the numbers are plausible times, or null. Single bad rows do not hide it. */
export function guessUnit(values: number[]): TimeUnit | null {
  const found = UNIT_RANGES.find(([unit]) => isMost(values, (value) => isPlausible(value, unit)))
  return found ? found[0] : null
}

/** Whether more than half of the items pass. */
export function isMost<T>(items: T[], passes: (item: T) => boolean): boolean {
  return 2 * items.filter(passes).length > items.length
}

/** Whether a number is a plausible time in a unit that was guessed. */
export function isPlausible(value: number, unit: TimeUnit): boolean {
  const [, from, to] = UNIT_RANGES.find(([name]) => name === unit)!
  return value >= from && value < to
}

/** Ms since epoch, floored. */
export function toMs(value: number, unit: TimeUnit): number {
  if (unit === 'ms') return Math.floor(value)
  if (unit === 's') return Number.isInteger(value) ? value * 1000 : Math.floor(value * 1000 + SECONDS_DUST)
  return Math.floor(unit === 'us' ? value / 1000 : (value + NANOSECONDS_DUST) / 1e6)
}

/** A double of seconds with decimals lies up to 2⁻²² s beside its text: 1589740606.868 must not become …867 ms. */
const SECONDS_DUST = 1e-3
/** Nanoseconds of this century are multiples of 256 as doubles: half of it makes a whole millisecond stay one. */
const NANOSECONDS_DUST = 128

/** The same for a text of digits; nanoseconds are cut as text, since a double cannot hold all their digits. */
export function textToMs(text: string, unit: TimeUnit): number {
  const digits = unit === 'ns' ? /^\s*(\d{13,})\s*$/.exec(text) : null
  if (digits) return Number(digits[1].slice(0, -6))
  return toMs(Number(text), unit)
}
