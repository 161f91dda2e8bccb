import { EXIT, messageOf } from '../errors.js'

/**
 * Tells what is wrong with stdout, if anybody can be told. A reader that has gone, as `head` does, wants no more: the
 * work that was done stays done, and the exit code is that of the work.
 */
export function listenToStreams(): void {
  process.stdout.once('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') return
    process.stderr.write(
      `lq: cannot write the answer: ${messageOf(cause)}\n    the work is done; send stdout elsewhere\n`,
    )
    process.exitCode = EXIT.CONFIG
  })
  process.stderr.on('error', () => {}) // nobody is left to be told
}
