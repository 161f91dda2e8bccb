import { LqError } from '../errors.js'
import { runIdOf } from '../state/fingerprint.js'

const LENGTH_MAX = 128

/**
 * The identity that is asked for, or that of the inputs.
 *
 * @throws LQ_USAGE if it is no name of a folder
 */
export function settledRunId(asked: string | undefined, spec: unknown): string {
  checkRunId(asked)
  return asked ?? runIdOf(spec)
}

/** @throws LQ_USAGE if an identity is asked for that is empty, or too long to be the name of a folder */
export function checkRunId(asked: string | undefined): void {
  if (asked === undefined || (asked.trim() !== '' && encodeURIComponent(asked).length <= LENGTH_MAX)) return
  throw new LqError('LQ_USAGE', `expected --run-id of 1 … ${LENGTH_MAX} characters, got ${asked.trim().length}`, {
    hint: 'leave it out: it is then made of the inputs, and equal on every replay',
  })
}
