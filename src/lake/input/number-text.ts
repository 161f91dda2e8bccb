/** What a text means where a number is due, as one double. */
export const NOT_A_NUMBER = Number.NEGATIVE_INFINITY
/** NaN or ±infinity was written: it becomes NULL, and makes the row suspect. */
export const NOT_FINITE = Number.POSITIVE_INFINITY
export const MISSING = Number.NaN

const MISSING_TEXT = /^(null|\\n)?$/i
const NOT_FINITE_TEXT = /^[+-]?(nan|inf|infinity)$/i
const NINE = 57
const BLANK = 32

/**
 * Reads a decimal number exactly as written: the nearest double of its digits.
 *
 * @returns the number; MISSING for an empty text or `null`; NOT_FINITE for NaN and infinities; else NOT_A_NUMBER.
 * Hexadecimal
 *          and the like, thousands separators and units are not numbers
 */
export function parseNumber(text: string | null): number {
  if (text === null || text === '') return MISSING
  const value = Number(text)
  // Number() also takes `0x10`, `0b1` and blanks: their second sign is a letter, their first a blank.
  if (Number.isFinite(value) && !(text.charCodeAt(1) > NINE) && text.charCodeAt(0) > BLANK) return value
  return parseOther(text.trim(), value)
}

function parseOther(text: string, value: number): number {
  if (MISSING_TEXT.test(text)) return MISSING
  if (NOT_FINITE_TEXT.test(text)) return NOT_FINITE
  // Digits beyond the range of doubles are no number that could be kept.
  return Number.isFinite(value) && !/^0[xbo]/i.test(text) ? value : NOT_A_NUMBER
}
