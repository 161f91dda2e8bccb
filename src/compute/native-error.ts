import { type ErrorCode, LqError } from '../errors.js'

const HINTS: Partial<Record<ErrorCode, string>> = {
  LQ_GPU_MEMORY: 'take fewer symbols, results or rows at a time, or set LQ_GPU_MODE=auto',
  LQ_GPU_UNAVAILABLE: 'see lq doctor, or set LQ_GPU_MODE=auto',
}

/** Gives an error of the native side, which has a code and a message, its class. Unknown codes are faults of ours. */
export function errorFromNative(error: { code?: unknown; message: string; stack?: string }): LqError {
  const code = error.code === 'LQ_GPU_MEMORY' || error.code === 'LQ_GPU_UNAVAILABLE' ? error.code : 'LQ_INTERNAL'
  return new LqError(code, error.message, { hint: HINTS[code] ?? '', cause: error })
}
