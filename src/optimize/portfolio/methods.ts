import { LqError } from '../../errors.js'
import { blackLitterman, impliedReturns, MARKET_AVERSION, type View } from './black-litterman.js'
import { type Certificate, certify, certifyShares, NO_CERTIFICATE } from './certificate.js'
import type { Returns } from './covariance.js'
import { CVAR_LEVEL, leastCvar } from './cvar.js'
import { type Answer, greatestRatio, greatestReward } from './frontier.js'
import { hrpWeights } from './hrp.js'
import { type Limits, programOf, withinBounds } from './limits.js'
import { inverseVolatilityWeights, riskParityWeights } from './risk-parity.js'
import { solveProgram } from './solve.js'

/** What a method is given: everything a year but the returns. */
export interface Estimates {
  returns: Returns
  /** [assets] fraction a year */
  mean: Float64Array
  /** [assets × assets] a year */
  covariance: Float64Array
}

export interface MethodOptions {
  limits: Omit<Limits, 'invested' | 'target'>
  /** least expected return, or greatest volatility, fraction a year; null: the method's own objective */
  target: { kind: 'return' | 'risk'; value: number } | null
  /** fraction a year */
  rf: number
  /** what a unit of variance costs, in units of return: of mean-variance */
  aversion: number
  /** probability beyond which losses count: of cvar */
  level: number
  /** share of the full Kelly bet: of kelly */
  fraction: number
  /** [assets] the market's weights, of sum 1: of black-litterman */
  market: Float64Array | null
  /** of black-litterman */
  views: View[]
}

export const DEFAULTS = { aversion: 1, level: CVAR_LEVEL, fraction: 0.5, rf: 0 }

export interface Weights {
  /** [assets] */
  weights: Float64Array
  certificate: Certificate
  /** expected returns that the weights were chosen by, where they are not `mean` */
  mean?: Float64Array
}

interface Method {
  /** what `--target` may bound */
  targets: ('return' | 'risk')[]
  /** a formula of the covariance alone: group and turnover limits have no meaning for it */
  formula: boolean
  weights(of: Estimates, options: MethodOptions): Answer | Weights
}

const FULL = { lower: 1, upper: 1 }
const ratioOf = (mean: Float64Array, rf: number) => mean.map((value) => value - rf)

/** The methods, by the name that a user gives. */
export const METHODS: Record<string, Method> = {
  'min-variance': {
    targets: ['return'],
    formula: false,
    weights: (of, options) => quadratic(of, options, { tolerance: 0 }),
  },
  'max-sharpe': {
    targets: [],
    formula: false,
    weights: (of, options) => sharpest(of, options, ratioOf(of.mean, options.rf)),
  },
  'mean-variance': { targets: ['return', 'risk'], formula: false, weights: meanVariance },
  'risk-parity': {
    targets: [],
    formula: true,
    weights: ({ covariance }, options) => {
      const weights = formula(riskParityWeights(covariance), options)
      return 'conflict' in weights ? weights : { ...weights, certificate: certifyShares(covariance, weights.weights) }
    },
  },
  'inverse-volatility': {
    targets: [],
    formula: true,
    weights: ({ covariance }, options) => formula(inverseVolatilityWeights(covariance), options),
  },
  hrp: {
    targets: [],
    formula: true,
    weights: ({ covariance }, options) => formula(hrpWeights(covariance), options),
  },
  cvar: {
    targets: ['return'],
    formula: false,
    weights: (of, options) => leastCvar(of.returns, limitsOf(of, options), options.level),
  },
  'black-litterman': {
    targets: ['return', 'risk'],
    formula: false,
    weights: (of, options) => {
      const market = options.market ?? of.mean.map((_, __, all) => 1 / all.length)
      const prior = impliedReturns(of.covariance, market, MARKET_AVERSION)
      const after = blackLitterman(of.covariance, prior, { views: options.views })
      const believed = { ...of, ...after }
      const answer = options.target ? meanVariance(believed, options) : sharpest(believed, options, after.mean)
      return 'conflict' in answer ? answer : { ...taken(answer, of), mean: after.mean }
    },
  },
  kelly: { targets: [], formula: false, weights: kelly },
  'max-diversification': {
    targets: [],
    formula: false,
    weights: (of, options) =>
      sharpest(
        of,
        options,
        of.mean.map((_, i, { length }) => Math.sqrt(of.covariance[i * length + i])),
      ),
  },
}

/**
 * Weights of a method.
 *
 * @returns the names of the constraints that conflict, where there are none
 * @throws LQ_INPUT_INVALID where the estimates allow no answer: an asset that never moves, views that repeat each other
 */
export function weightsOf(name: string, of: Estimates, options: MethodOptions): Weights | { conflict: string[] } {
  const method = METHODS[name]
  if (method.formula || name === 'max-diversification') assertMoves(of)
  const answer = method.weights(of, options)
  return 'conflict' in answer ? answer : taken(answer, of)
}

/** The assets' part of an answer. */
function taken(answer: Weights | { x: Float64Array; certificate: Certificate }, of: Estimates): Weights {
  return 'weights' in answer ? answer : { ...answer, weights: answer.x.slice(0, of.mean.length) }
}

function limitsOf(of: Estimates, { limits, target }: MethodOptions, invested = FULL): Limits {
  const least = target?.kind === 'return' ? { mean: of.mean, least: target.value } : null
  return { ...limits, invested, target: least }
}

/** Least ½ wᵀΣw − tolerance · mean·w. */
function quadratic(of: Estimates, options: MethodOptions, { tolerance }: { tolerance: number }): Answer {
  const linear = of.mean.map((value) => -tolerance * value)
  const program = programOf({ quadratic: of.covariance, linear }, limitsOf(of, options))
  const { solution, conflict } = solveProgram(program)
  return solution ? { x: solution.x, certificate: certify(program, solution) } : { conflict }
}

function sharpest(of: Estimates, options: MethodOptions, reward: Float64Array): Answer {
  const linear = new Float64Array(reward.length)
  const program = programOf({ quadratic: of.covariance, linear }, limitsOf(of, options))
  return greatestRatio(program, reward, `an expected return above the rate ${options.rf}`)
}

/** Greatest mean·w − ½ aversion · wᵀΣw, or the frontier at the target. */
function meanVariance(of: Estimates, options: MethodOptions): Answer {
  const { target, aversion } = options
  if (target === null) return quadratic(of, options, { tolerance: 1 / aversion })
  if (target.kind === 'return') return quadratic(of, options, { tolerance: 0 })
  const linear = new Float64Array(of.mean.length)
  const program = programOf({ quadratic: of.covariance, linear }, limitsOf(of, options))
  const riskName = `a volatility of ${target.value} at most`
  return greatestReward(program, of.mean, { variance: target.value * target.value, riskName })
}

/**
 * A fraction of the bet that lets wealth grow fastest, which is greatest excess·w − ½ wᵀΣw, the growth of continuous
 * bets; what is not bet is cash. In the weights themselves that is greatest excess·w − ½ wᵀΣw / fraction with
 * Σ w ≤ fraction: the fraction is in the program, so no limit and no clean-up takes it out again.
 *
 * @see Thorp 2006, doi:10.1016/S1872-0978(06)01009-X, § 8
 */
function kelly(of: Estimates, options: MethodOptions): Answer {
  const { rf, fraction } = options
  const linear = of.mean.map((value) => rf - value)
  const scaled = of.covariance.map((value) => value / fraction)
  const limits = limitsOf(of, options, { lower: 0, upper: fraction })
  const program = programOf({ quadratic: scaled, linear }, limits)
  const { solution, conflict } = solveProgram(program)
  return solution ? { x: solution.x, certificate: certify(program, solution) } : { conflict }
}

function formula(weights: Float64Array, { limits }: MethodOptions): Weights | { conflict: string[] } {
  const within = withinBounds(weights, { ...limits, invested: FULL, target: null })
  if (within) return { weights: within, certificate: NO_CERTIFICATE }
  const { floor, cap } = limits
  const bound = cap * weights.length < 1 ? `each weight at most ${cap}` : `each weight at least ${floor}`
  return { conflict: ['weights of sum 1', bound] }
}

function assertMoves({ covariance, mean }: Estimates): void {
  for (let i = 0; i < mean.length; i++) {
    if (covariance[i * mean.length + i] > 0) continue
    throw new LqError('LQ_INPUT_INVALID', `expected returns that vary, found an asset (number ${i}) whose do not`, {
      hint: 'leave symbols without a moving price out by --symbols',
    })
  }
}
