import { LqError } from '../errors.js'

/** @throws LQ_USAGE for a text that is no finite number */
export function numberOf(text: string, option: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new LqError('LQ_USAGE', `expected a number for ${option}, got ${JSON.stringify(text)}`)
}
