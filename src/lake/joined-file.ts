import { LqError } from '../errors.js'

/**
 * Reads from a file that is joined to bars with what reads bars too: there flags say how columns are to be read, here
 * the file must.
 *
 * @param hint how such a file is written
 * @throws LQ_INPUT_INVALID in place of advice on flags
 */
export function ofJoined<T>(hint: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof LqError) || (cause.code !== 'LQ_USAGE' && cause.code !== 'LQ_INPUT_INVALID')) throw cause
    throw new LqError('LQ_INPUT_INVALID', cause.message, { hint, cause })
  }
}
