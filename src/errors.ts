/**
 * Every error a user or the world can cause: code → exit code, one table. The message says what was expected, what was
 * found and in which unit; the hint says what to do about it.
 */
export const EXIT = {
  OK: 0,
  FAILED: 1,
  USAGE: 2,
  CONFIG: 3,
  INPUT: 4,
  GPU: 5,
  TRY_LATER: 75,
  INTERRUPTED: 130,
} as const

const EXIT_OF = {
  LQ_FAILED: EXIT.FAILED,
  LQ_DIFFERENCE: EXIT.FAILED,
  LQ_INTERNAL: EXIT.FAILED,
  LQ_USAGE: EXIT.USAGE,
  LQ_OPTION_RANGE: EXIT.USAGE,
  LQ_EXPRESSION: EXIT.USAGE,
  LQ_TIMEFRAME: EXIT.USAGE,
  LQ_TIMEZONE: EXIT.USAGE,
  LQ_CALENDAR: EXIT.USAGE,
  LQ_CONFIG: EXIT.CONFIG,
  LQ_DATABASE: EXIT.CONFIG,
  LQ_DATABASE_EMBEDDED: EXIT.CONFIG,
  LQ_DISK: EXIT.CONFIG,
  LQ_MEMORY: EXIT.CONFIG,
  LQ_INPUT_MISSING: EXIT.INPUT,
  LQ_INPUT_INVALID: EXIT.INPUT,
  LQ_LAKE_CORRUPT: EXIT.INPUT,
  LQ_GPU_UNAVAILABLE: EXIT.GPU,
  LQ_GPU_UNSUPPORTED: EXIT.GPU,
  LQ_GPU_MEMORY: EXIT.GPU,
  LQ_BUSY: EXIT.TRY_LATER,
  LQ_INTERRUPTED: EXIT.INTERRUPTED,
} as const

export type ErrorCode = keyof typeof EXIT_OF

/** An error with a code from the table above. Anything else that is thrown is a fault of ours (exit 1). */
export class LqError extends Error {
  override readonly name = 'LqError'
  readonly code: ErrorCode
  readonly hint: string

  /**
   * @param code    one of the table's codes; decides the exit code
   * @param message expected, found, unit: `window must be 2 … 4096 steps, got 1`
   * @param options.hint  what the user can do about it
   * @param options.cause the error underneath, shown with LQ_LOG_LEVEL=debug
   */
  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.hint = options.hint ?? ''
  }

  get exitCode(): number {
    return EXIT_OF[this.code]
  }
}

/** Hides the password of every connection string in a text: `postgres://user:***@host/db`. */
export function maskSecrets(text: string): string {
  return text
    .replace(/(postgres(?:ql)?:\/\/[^:@/\s]*):\S*@/gi, '$1:***@')
    .replace(/(password=)('[^']*'|[^\s&]*)/gi, '$1***')
}

/** @throws LQ_INTERRUPTED if the signal is aborted */
export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted)
    throw new LqError('LQ_INTERRUPTED', 'interrupted', {
      hint: 'run the same command again: it goes on where it is safe',
    })
}

/** Narrows an unknown throwable to its message, without secrets. */
export function messageOf(error: unknown): string {
  return maskSecrets(error instanceof Error ? error.message : String(error))
}
