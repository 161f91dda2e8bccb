import { finiteOrMissing, missingTable, type ReferenceKernel } from './kernel.js'
import { mean } from './statistics.js'

/** Recursive kernels: a row with a missing input leaves the state as it was and gives missing. */
export const SCAN: Record<string, ReferenceKernel> = {
  ema: scan(({ window }) => smoother(window, { weight: 2, whole: window + 1 })),
  wilder_mean: scan(({ window }) => wilder(window)),
  rsi: scan(({ window }) => rsi(window)),
  atr: scan(({ window }) => atr(window)),
}

type Step = (...row: number[]) => number

/** @param start makes the step of one column: it takes a row's inputs, all there, and gives the output or NaN */
function scan(start: (options: Record<string, number>) => Step): ReferenceKernel {
  return (inputs, options, shape) => {
    const out = missingTable(shape)
    for (let n = 0; n < shape.cols; n++) {
      const step = start(options)
      for (let i = n; i < out.length; i += shape.cols) {
        const row = inputs.map((input) => input[i])
        if (row.every(Number.isFinite)) out[i] = finiteOrMissing(step(...row))
      }
    }
    return [out]
  }
}

/** Mean of the first n values, then each new one counts `weight` parts of `whole`, what was before the others. */
function smoother(n: number, { weight, whole }: { weight: number; whole: number }): (x: number) => number {
  const seed: number[] = []
  let smooth = Number.NaN
  return (x) => {
    if (seed.length === n) smooth = (weight * x + (whole - weight) * smooth) / whole
    else if (seed.push(x) === n) smooth = mean(seed)
    return smooth
  }
}

const wilder = (n: number) => smoother(n, { weight: 1, whole: n })

/** @see Wilder 1978, New Concepts in Technical Trading Systems, Relative Strength Index */
function rsi(n: number): Step {
  const gains = wilder(n)
  const losses = wilder(n)
  let previous = Number.NaN
  return (x) => {
    const change = x - previous
    previous = x
    if (Number.isNaN(change)) return Number.NaN
    const gain = gains(Math.max(change, 0))
    const loss = losses(Math.max(-change, 0))
    return gain + loss === 0 ? 0 : (100 * gain) / (gain + loss)
  }
}

/** @see Wilder 1978, New Concepts in Technical Trading Systems, Average True Range */
function atr(n: number): Step {
  const average = wilder(n)
  let previous = Number.NaN
  return (high, low, close) => {
    const range = Math.max(high - low, Math.abs(high - previous), Math.abs(low - previous))
    previous = close
    return Number.isNaN(range) ? Number.NaN : average(range)
  }
}
