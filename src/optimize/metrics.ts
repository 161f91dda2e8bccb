import { normalDensity, normalQuantile } from './normal.js'
import type { Metrics, TrialResult, TrialSums } from './types.js'

/** Share of the bars whose loss is at least the value at risk: a confidence of 95 %. */
export const RISK_TAIL = 0.05

/** Mean, spread and shape of one trial's returns per bar; NaN where undefined. */
export interface ReturnMoments {
  bars: number
  mean: number
  /** standard deviation, ddof 1; 0 where no return differs from the mean by more than the rounding of the sums */
  std: number
  /** mean ÷ std: the Sharpe ratio of one bar, not annualised; NaN where std is 0 or there are fewer than two returns */
  sharpe: number
  /** third and fourth central moment ÷ the second's power, ddof 0; a normal distribution has 0 and 3 */
  skewness: number
  kurtosis: number
}

/**
 * @returns the moments that the sums of a trial hold
 * @see definition; central moments from sums about 0, which is safe since a bar's mean is small beside its spread
 */
export function momentsOf({ bars: n, sum, sum2, sum3, sum4 }: TrialSums): ReturnMoments {
  const mean = sum / n
  const second = Math.max(0, sum2 / n - mean * mean)
  // The sums of n terms are good to n ε: what is left of Σr² below that is rounding, and its Sharpe ratio would be 1e6.
  const varies = n > 1 && second > n * Number.EPSILON * (sum2 / n)
  const std = n > 1 ? (varies ? Math.sqrt((second * n) / (n - 1)) : 0) : Number.NaN
  const third = sum3 / n - 3 * mean * (sum2 / n) + 2 * mean ** 3
  const fourth = sum4 / n - 4 * mean * (sum3 / n) + 6 * mean * mean * (sum2 / n) - 3 * mean ** 4
  return {
    bars: n,
    mean,
    std,
    sharpe: varies ? mean / std : Number.NaN,
    skewness: varies ? third / (second * Math.sqrt(second)) : Number.NaN,
    kurtosis: varies ? fourth / (second * second) : Number.NaN,
  }
}

/**
 * Every figure of a trial, one definition each (docs/optimizer.md has formulas and sources).
 *
 * @param options.periodsPerYear bars in a year
 * @param options.returns [bars] the series, for historical VaR and CVaR; kept for the best sets only
 * @returns figures by name; null where one is undefined, and then its reason under the same name
 */
export function metricsOf(
  trial: TrialResult,
  { periodsPerYear, returns }: { periodsPerYear: number; returns?: Float64Array },
): { metrics: Metrics; undefinedMetrics: Record<string, string> } {
  const figures: Figures = {
    ...growth(trial, periodsPerYear),
    ...ratios(trial, periodsPerYear),
    ...risks(trial, returns),
    ...trading(trial, periodsPerYear),
  }
  const metrics: Metrics = {}
  const undefinedMetrics: Record<string, string> = {}
  for (const [name, figure] of Object.entries(figures)) {
    const sound = typeof figure === 'number' && Number.isFinite(figure)
    metrics[name] = sound ? figure : null
    if (!sound) undefinedMetrics[name] = typeof figure === 'string' ? figure : OVERFLOW
  }
  return { metrics, undefinedMetrics }
}

/** A value, or the reason why there is none. */
type Figures = Record<string, number | string>

const NO_BARS = 'no returns: the span has fewer than two bars'
const ONE_BAR = 'needs two returns, found fewer'
const NO_SPREAD = 'all returns are equal'
const NO_TRADES = 'no trades'
const RUIN = 'the equity fell below 0'
const NO_SERIES = 'needs the series of returns, which is kept for the best sets only'
const OVERFLOW = 'not a finite number'

function growth({ sums, finalEquity, maxDrawdown, maxDrawdownBars }: TrialResult, periodsPerYear: number): Figures {
  return {
    final_equity: finalEquity,
    total_return: finalEquity - 1,
    annual_return: sums.bars > 0 ? (sums.sum / sums.bars) * periodsPerYear : NO_BARS,
    cagr: growthPerYear(finalEquity, sums.bars / periodsPerYear),
    max_drawdown: maxDrawdown,
    max_drawdown_bars: maxDrawdownBars,
  }
}

/** final^(1/years) − 1, through logarithms: they keep the digits of a growth near 0. */
function growthPerYear(finalEquity: number, years: number): number | string {
  if (years <= 0) return NO_BARS
  return finalEquity < 0 ? RUIN : Math.expm1(Math.log(finalEquity) / years)
}

function ratios({ sums, downside2, finalEquity, maxDrawdown }: TrialResult, periodsPerYear: number): Figures {
  const { bars, mean, std, sharpe, skewness, kurtosis } = momentsOf(sums)
  const yearly = Math.sqrt(periodsPerYear)
  const spread = (value: number) => (bars < 2 ? ONE_BAR : std === 0 ? NO_SPREAD : value)
  const cagr = growthPerYear(finalEquity, bars / periodsPerYear)
  return {
    volatility: bars < 2 ? ONE_BAR : std * yearly,
    sharpe: spread(sharpe * yearly),
    sortino: downside2 > 0 ? (mean / Math.sqrt(downside2 / bars)) * yearly : 'no return is below 0',
    calmar: typeof cagr === 'string' ? cagr : maxDrawdown > 0 ? cagr / maxDrawdown : 'no drawdown',
    skewness: spread(skewness),
    kurtosis: spread(kurtosis),
  }
}

/** Losses of one bar are positive. */
function risks({ sums }: TrialResult, returns?: Float64Array): Figures {
  const { bars, mean, std } = momentsOf(sums)
  const z = normalQuantile(RISK_TAIL)
  return {
    var_parametric: bars < 2 ? ONE_BAR : -(mean + z * std),
    cvar_parametric: bars < 2 ? ONE_BAR : -(mean - (normalDensity(z) / RISK_TAIL) * std),
    ...historicalRisk(returns),
  }
}

function historicalRisk(returns: Float64Array | undefined): Figures {
  if (!returns?.length) {
    const reason = returns ? NO_BARS : NO_SERIES
    return { var_historical: reason, cvar_historical: reason }
  }
  const sorted = returns.slice().sort()
  const place = (sorted.length - 1) * RISK_TAIL
  const below = sorted[Math.floor(place)]
  const quantile = below + (place - Math.floor(place)) * (sorted[Math.ceil(place)] - below)
  let sum = 0
  let count = 0
  for (; count < sorted.length && sorted[count] <= quantile; count++) sum += sorted[count]
  return { var_historical: -quantile, cvar_historical: -(sum / count) }
}

function trading(trial: TrialResult, periodsPerYear: number): Figures {
  const { sums, trades, wins, grossProfit, grossLoss, turnover, exposureBars } = trial
  return {
    turnover,
    annual_turnover: sums.bars > 0 ? (turnover / sums.bars) * periodsPerYear : NO_BARS,
    exposure: sums.bars > 0 ? exposureBars / sums.bars : NO_BARS,
    trades,
    hit_rate: trades > 0 ? wins / trades : NO_TRADES,
    profit_factor: trades === 0 ? NO_TRADES : grossLoss > 0 ? grossProfit / grossLoss : 'no trade lost',
  }
}
