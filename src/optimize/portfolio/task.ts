import { type ErrorCode, LqError } from '../../errors.js'
import type { View } from './black-litterman.js'
import { type Certificate, NO_CERTIFICATE } from './certificate.js'
import { type CovarianceName, covarianceOf, meanReturns, type Returns } from './covariance.js'
import { bilinear, dot } from './linear.js'
import { type MethodOptions, weightsOf } from './methods.js'

/** One date: the prices it knows, and what is asked of them. Sent to threads as it is. */
export interface PortfolioTask {
  /** [assets × rows] of all assets, asset after asset, over shared memory */
  prices: Float64Array
  rows: number
  /** assets that take part */
  assets: Int32Array
  /** first row of the prices, and the one after the last; returns are one fewer */
  from: number
  to: number
  method: string
  options: PortfolioOptions
}

/** Options of all dates of a run but what depends on who takes part. */
export interface PortfolioOptions extends Omit<MethodOptions, 'views' | 'market'> {
  returns: 'simple' | 'log'
  covariance: CovarianceName
  decay: number
  /** periods a year */
  annual: number
  /** [assets that take part] */
  market: Float64Array | null
  views: View[]
}

/** What a date's weights are worth, by the estimates they were made of. */
export interface Portfolio {
  weights: Float64Array
  /** what is not invested, at the rate */
  cash: number
  /** fraction a year */
  expectedReturn: number
  /** fraction a year */
  volatility: number
  /** null: no volatility */
  sharpe: number | null
  certificate: Certificate
}

export type TaskResult =
  | { portfolio: Portfolio }
  | { conflict: string[] }
  | { failure: { code: ErrorCode; message: string; hint: string } }

/** Solves one date. What a user can cause comes back as data: classes do not cross threads. */
export function solveTask(task: PortfolioTask): TaskResult {
  try {
    return solve(task)
  } catch (error) {
    if (!(error instanceof LqError)) throw error
    const { code, message, hint } = error
    return { failure: { code, message, hint } }
  }
}

function solve(task: PortfolioTask): TaskResult {
  const { method, options } = task
  const returns = returnsOf(task)
  const scaled = (values: Float64Array) => values.map((value) => value * options.annual)
  const mean = scaled(meanReturns(returns))
  const covariance = scaled(covarianceOf(returns, { name: options.covariance, decay: options.decay }))
  const answer = weightsOf(method, { returns, mean, covariance }, options)
  if ('conflict' in answer) return answer
  const { weights, certificate = NO_CERTIFICATE } = answer
  const invested = weights.reduce((sum, weight) => sum + weight, 0)
  const cash = method === 'kelly' ? 1 - invested : 0
  const expectedReturn = dot(weights, 0, mean, 0, mean.length) + cash * options.rf
  const volatility = Math.sqrt(Math.max(0, bilinear(covariance, weights, weights)))
  const sharpe = volatility > 0 ? (expectedReturn - options.rf) / volatility : null
  return { portfolio: { weights, cash, expectedReturn, volatility, sharpe, certificate } }
}

function returnsOf({ prices, rows, assets, from, to, options }: PortfolioTask): Returns {
  const count = to - from - 1
  const values = new Float64Array(assets.length * count)
  for (const [k, asset] of assets.entries()) {
    for (let t = 0, at = asset * rows + from; t < count; t++, at++) {
      const ratio = prices[at + 1] / prices[at]
      values[k * count + t] = options.returns === 'log' ? Math.log(ratio) : ratio - 1
    }
  }
  return { assets: assets.length, rows: count, values }
}
