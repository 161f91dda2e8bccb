import { certify } from './certificate.js'
import type { Returns } from './covariance.js'
import type { Answer } from './frontier.js'
import { type Limits, programOf } from './limits.js'
import type { Row } from './program.js'
import { solveProgram } from './solve.js'

/** Probability beyond which losses count. */
export const CVAR_LEVEL = 0.95

/**
 * The weights of least conditional value at risk: the mean loss in the worst 1 − level of the rows. A linear program:
 * level a + Σ (loss − a)⁺ / ((1 − level)·rows), in units of the mean size of a return, so that it has no scale.
 *
 * @see Rockafellar & Uryasev 2000, doi:10.21314/JOR.2000.038
 */
export function leastCvar(returns: Returns, limits: Limits, level = CVAR_LEVEL): Answer {
  const { assets, rows, values } = returns
  const unit = values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length || 1
  const program = programOf({ quadratic: null, linear: new Float64Array(assets) }, limits, 1)
  const threshold = program.size - 1
  program.linear[threshold] = unit
  const penalty = 1 / ((1 - level) * rows)
  const index = Int32Array.from({ length: assets + 1 }, (_, i) => (i < assets ? i : threshold))
  for (let t = 0; t < rows; t++) {
    const value = Float64Array.from({ length: assets + 1 }, (_, i) => (i < assets ? values[i * rows + t] : unit))
    program.rows.push({
      name: `row ${t}`,
      index,
      value,
      lower: 0,
      upper: Number.POSITIVE_INFINITY,
      penalty,
    } satisfies Row)
  }
  const { solution, conflict } = solveProgram(program)
  if (solution === null) return { conflict }
  return { x: solution.x, certificate: certify(program, solution) }
}

/** Conditional value at risk of weights over rows of returns, a loss > 0. @see definition */
export function cvarOf({ assets, rows, values }: Returns, weights: Float64Array, level = CVAR_LEVEL): number {
  const losses = Float64Array.from({ length: rows }, (_, t) => {
    let loss = 0
    for (let i = 0; i < assets; i++) loss -= weights[i] * values[i * rows + t]
    return loss
  })
  losses.sort((a, b) => b - a)
  const count = (1 - level) * rows
  let sum = 0
  for (let t = 0; t < rows && t < count; t++) sum += losses[t] * Math.min(1, count - t)
  return sum / count
}
