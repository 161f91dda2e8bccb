import { LqError } from '../../errors.js'
import type { ParameterSpec } from '../types.js'

const FORM = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(.+)$/

/**
 * Reads a parameter from text: `fast=5:50:5` (both ends), `slow=20,60,200`, `share=0.1:0.9` (any number between),
 * `n=20`.
 *
 * @throws LQ_USAGE where the text has another form
 * @example parseParameter('slow=20,60,200').values   // [20, 60, 200]
 */
export function parseParameter(text: string): ParameterSpec {
  const [, name, rest] = FORM.exec(text) ?? []
  if (name === undefined) throw formError(text)
  const parts = rest.split(':')
  if (parts.length === 1) return { name, values: rest.split(',').map((value) => numberOf(value, text)) }
  if (parts.length > 3) throw formError(text)
  const [from, to, step] = parts.map((part) => numberOf(part, text))
  return step === undefined ? { name, from, to } : { name, from, to, step }
}

function numberOf(word: string, text: string): number {
  const value = word.trim() === '' ? Number.NaN : Number(word)
  if (!Number.isFinite(value)) throw formError(text)
  return value
}

function formError(text: string): LqError {
  return new LqError('LQ_USAGE', `expected a parameter NAME=FROM:TO:STEP or NAME=A,B,…, got ${JSON.stringify(text)}`, {
    hint: 'such as --param fast=5:50:5 --param slow=20,60,200; FROM:TO without a step is any number between',
  })
}
