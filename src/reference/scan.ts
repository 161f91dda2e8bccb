import { finiteOrMissing, missingTable, type ReferenceKernel, type Shape } from './kernel.js'
import { mean } from './statistics.js'

/** Recursive kernels: a row with a missing input leaves the state as it was and gives missing. */
export const SCAN: Record<string, ReferenceKernel> = {
  ema: scan(({ window }) => smoother(window, { weight: 2, whole: window + 1 })),
  wilder_mean: scan(({ window }) => wilder(window)),
  rsi: scan(({ window }) => rsi(window)),
  atr: scan(({ window }) => atr(window)),
  ewm: scan(({ window }) => weighted(window)),
  cumulative_sum: scan(total),
  cumulative_product: scan(() => {
    let product = 1
    return (x) => (product *= x)
  }),
  previous: scan(() => {
    let last = Number.NaN
    return (x) => {
      const before = last
      last = x
      return before
    }
  }),
  adaptive_mean: adaptiveMean,
  fisher: scan(fisher),
  sar: scan(parabolicStop),
  supertrend: scan(supertrend),
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

/** Weights (1 − α)^i of all values so far, their sum divided out. */
function weighted(n: number): Step {
  const keep = (n - 1) / (n + 1)
  let values = 0
  let weights = 0
  return (x) => {
    values = x + keep * values
    weights = 1 + keep * weights
    return values / weights
  }
}

/** @see Neumaier 1974, doi:10.1002/zamm.19740540106 */
function total(): Step {
  let sum = 0
  let lost = 0
  return (x) => {
    const next = sum + x
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum
    sum = next
    return sum + lost
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

/** α may be missing where x is not: until the first α the mean is the newest value. */
function adaptiveMean([x, alpha]: Float64Array[], _options: Record<string, number>, shape: Shape): Float64Array[] {
  const out = missingTable(shape)
  for (let n = 0; n < shape.cols; n++) {
    let mean = Number.NaN
    let moved = false
    for (let i = n; i < out.length; i += shape.cols) {
      if (!Number.isFinite(x[i])) continue
      if (Number.isFinite(alpha[i])) {
        const share = Math.min(Math.max(alpha[i], 0), 1)
        mean = Number.isNaN(mean) ? x[i] : (1 - share) * mean + share * x[i]
        moved = true
        out[i] = finiteOrMissing(mean)
      } else if (!moved) mean = x[i]
    }
  }
  return [out]
}

/** @see Ehlers 2002, Using the Fisher Transform, Stocks & Commodities 20 */
function fisher(): Step {
  let position = 0
  let value = 0
  return (x) => {
    position = 0.33 * x + 0.67 * position
    if (Math.abs(position) > 0.99) position = 0.999 * Math.sign(position)
    value = 0.5 * Math.log((1 + position) / (1 - position)) + 0.5 * value
    return value
  }
}

interface Bar {
  high: number
  low: number
}

/** @see Wilder 1978, New Concepts in Technical Trading Systems, Parabolic Time/Price System */
function parabolicStop({ acceleration, maximum }: Record<string, number>): Step {
  const slowest = Math.min(acceleration, maximum)
  let before: Bar | null = null
  let trend: { up: boolean; stop: number; extreme: number; pace: number } | null = null
  return (high, low) => {
    const bar = { high, low }
    if (before === null) {
      before = bar
      return Number.NaN
    }
    if (trend === null) {
      const down = before.low - low > Math.max(high - before.high, 0)
      const [stop, extreme] = down ? [before.high, low] : [before.low, high]
      trend = { up: !down, stop, extreme, pace: slowest }
      before = bar
    }
    const top = Math.max(before.high, high)
    const bottom = Math.min(before.low, low)
    let stop: number
    if (trend.up ? low <= trend.stop : high >= trend.stop) {
      stop = trend.up ? Math.max(trend.extreme, top) : Math.min(trend.extreme, bottom)
      trend = { up: !trend.up, stop, extreme: trend.up ? low : high, pace: slowest }
    } else {
      stop = trend.stop
      if (trend.up ? high > trend.extreme : low < trend.extreme) {
        trend.extreme = trend.up ? high : low
        trend.pace = Math.min(trend.pace + slowest, maximum)
      }
    }
    const next = stop + trend.pace * (trend.extreme - stop)
    trend.stop = trend.up ? Math.min(next, bottom) : Math.max(next, top)
    before = bar
    return stop
  }
}

/** Bands that only close in, but where the close before broke them. */
function supertrend(): Step {
  let upper = Number.NaN
  let lower = Number.NaN
  let previous = Number.NaN
  let up = false
  return (high, low, close) => {
    const started = !Number.isNaN(upper)
    if (!started || high < upper || previous > upper) upper = high
    if (!started || low > lower || previous < lower) lower = low
    if (started) up = up ? close >= lower : close > upper
    previous = close
    return up ? lower : upper
  }
}
