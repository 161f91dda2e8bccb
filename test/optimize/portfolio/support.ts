import type { Returns } from '../../../src/optimize/portfolio/covariance.js'
import type { GroupLimit, Limits } from '../../../src/optimize/portfolio/limits.js'
import { DEFAULTS, type MethodOptions } from '../../../src/optimize/portfolio/methods.js'
import type { Program } from '../../../src/optimize/portfolio/program.js'
import { seeded } from '../../factors/evaluate.js'

/** Long-only, fully invested, nothing else. */
export const LIMITS: Limits = {
  floor: 0,
  cap: Number.POSITIVE_INFINITY,
  invested: { lower: 1, upper: 1 },
  groups: [],
  turnover: null,
  target: null,
}

export function optionsOf(over: Partial<MethodOptions> = {}): MethodOptions {
  const { floor, cap, groups, turnover } = LIMITS
  const limits = { floor, cap, groups, turnover }
  return { limits, target: null, market: null, views: [], ...DEFAULTS, ...over }
}

/** Returns with one common factor, of a hundredth or so. */
export function randomReturns(seed: number, { assets, rows }: { assets: number; rows: number }): Returns {
  const random = seeded(seed)
  const normal = () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6)
  const loads = Array.from({ length: assets }, () => 0.3 + random())
  const own = Array.from({ length: assets }, () => 0.3 + 2 * random())
  const drift = Array.from({ length: assets }, () => 0.3 + 0.1 * normal())
  const values = new Float64Array(assets * rows)
  for (let t = 0; t < rows; t++) {
    const market = normal()
    for (let i = 0; i < assets; i++) values[i * rows + t] = 0.01 * (drift[i] + loads[i] * market + own[i] * normal())
  }
  return { assets, rows, values }
}

/** Groups of equal size with limits that leave room. */
export function randomGroups(seed: number, assets: number): GroupLimit[] {
  const random = seeded(seed)
  return Array.from({ length: 3 }, (_, g) => ({
    name: `g${g}`,
    members: Array.from({ length: assets }, (_, i) => i).filter((i) => i % 4 === g),
    lower: g === 0 ? 0.2 + 0.2 * random() : Number.NEGATIVE_INFINITY,
    upper: g === 1 ? 0.1 + 0.2 * random() : Number.POSITIVE_INFINITY,
  }))
}

/** ½ xᵀPx + qᵀx + Σ penalty · shortfall, by the definition. */
export function objectiveOf({ size, quadratic, linear, rows }: Program, x: ArrayLike<number>): number {
  let value = 0
  for (let i = 0; i < size; i++) {
    value += linear[i] * x[i]
    if (quadratic) for (let j = 0; j < size; j++) value += (quadratic[i * size + j] * x[i] * x[j]) / 2
  }
  for (const { index, value: coefficients, lower, penalty } of rows) {
    if (penalty === undefined) continue
    const at = index.reduce((sum, i, k) => sum + coefficients[k] * x[i], 0)
    value += penalty * Math.max(0, lower - at)
  }
  return value
}

/** Greatest difference of two lists. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))
}
