import { type Certificate, certify } from './certificate.js'
import { bilinear, dot } from './linear.js'
import { denseRow, type Program, type Row, type Solution } from './program.js'
import { solveProgram } from './solve.js'

/** Weights and their proof, or what is in the way. */
export type Answer = { x: Float64Array; certificate: Certificate } | { conflict: string[] }

/** Steps of a search, each one program. */
const SEARCH_MAX = 200
/** Share of the variance up to which the sought point counts as found. */
const FOUND = 1e-13
/** Growth of the tolerance for risk until the sought point is passed. */
const GROWTH = 4
/** Tolerance for risk, relative to where it starts, at which only the greatest reward counts. */
const TOLERANCE_MAX = 2 ** 30

/** Share of the greatest variance below which one counts as none. */
const VARIANCE_MIN = 2 ** -30
/** Share by which the least variance may be above the limit: the limit was then set to it. */
const RISK_TOLERANCE = 1e-9

/** A point of the frontier: least ½ xᵀPx − tolerance·reward·x. */
interface Point {
  tolerance: number
  solution: Solution
  variance: number
  reward: number
}

/**
 * The point of the greatest reward·x / √(xᵀPx), by a search along the frontier: where the tolerance for risk is
 * xᵀPx / reward·x. Between two changes of the bounds that hold, variance − tolerance · reward is a straight line of the
 * tolerance, so regula falsi ends on the root.
 *
 * The certificate is of the convex program with the same answer: least ½ yᵀPy with reward·y = 1, y = x / reward·x.
 *
 * @param program with a quadratic form; its linear one is not used. Its first row is Σ x = 1, over `assets` variables
 * @returns a conflict also where no point has a reward above 0
 * @see Markowitz 1959; Cornuejols & Tütüncü, Optimization Methods in Finance, § 8.2 (the homogeneous program)
 */
export function greatestRatio(program: Program, reward: Float64Array, rewardName: string): Answer {
  const found = search(program, reward, ({ tolerance, variance, reward: gain }) => variance - tolerance * gain)
  if ('conflict' in found) return found
  const { point, passed } = found
  if (!passed || !(point.reward > 0)) return { conflict: [rewardName] }
  return { x: point.solution.x, certificate: certifyRatio(program, reward, point) }
}

/**
 * The point of the greatest reward whose xᵀPx is at most `variance`.
 *
 * @param riskName what a user calls the limit
 */
export function greatestReward(
  program: Program,
  reward: Float64Array,
  { variance, riskName }: { variance: number; riskName: string },
): Answer {
  const found = search(program, reward, (point) => variance - point.variance, true)
  if ('conflict' in found) return found
  const { point, passed } = found
  if (point.variance > variance * (1 + RISK_TOLERANCE)) return { conflict: [riskName] }
  if (!passed) return withoutRisk(program, reward, point)
  return { x: point.solution.x, certificate: certifyReward(program, reward, { point, variance }) }
}

/** The greatest reward of all, a linear program, where no risk is too great. */
function withoutRisk(program: Program, reward: Float64Array, { solution }: Point): Answer {
  const linear = new Float64Array(program.size)
  for (let i = 0; i < reward.length; i++) linear[i] = -reward[i]
  const riskless = { ...program, quadratic: null, linear }
  const outcome = solveProgram(riskless, solution.places)
  if (outcome.solution === null) return { conflict: outcome.conflict }
  return { x: outcome.solution.x, certificate: certify(riskless, outcome.solution) }
}

/**
 * The point of the frontier at which `gap` is 0; it is positive below. Where it is not positive at the point of least
 * variance, that one; where it stays positive however great the tolerance, the last one.
 *
 * @param squared gap is straight in the square of the tolerance
 */
function search(
  program: Program,
  reward: Float64Array,
  gap: (point: Point) => number,
  squared = false,
): { point: Point; passed: boolean } | { conflict: string[] } {
  const quadratic = program.quadratic as Float64Array
  let places: Solution['places'] | undefined
  let conflict: string[] = []
  const at = (tolerance: number): Point | null => {
    const linear = new Float64Array(program.size)
    for (let i = 0; i < reward.length; i++) linear[i] = -tolerance * reward[i]
    const outcome = solveProgram({ ...program, linear }, places)
    if (outcome.conflict) conflict = outcome.conflict
    if (outcome.solution === null) return null
    places = outcome.solution.places
    const { x } = outcome.solution
    return {
      tolerance,
      solution: outcome.solution,
      variance: bilinear(quadratic, x, x),
      reward: dot(reward, 0, x, 0, reward.length),
    }
  }
  const first = at(0)
  if (first === null) return { conflict }
  if (!(gap(first) > 0)) return { point: first, passed: true }
  let low = first
  let high: Point | null = null
  const greatest = reward.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const unit = leastTolerance(program, first, greatest)
  for (let tolerance = unit; greatest > 0 && tolerance <= unit * TOLERANCE_MAX; tolerance *= GROWTH) {
    const next = at(tolerance)
    if (next === null) return { conflict }
    if (!(gap(next) > 0)) {
      high = next
      break
    }
    low = next
  }
  if (high === null) return { point: low, passed: false }
  return { point: between(low, high, { at, gap, squared }) ?? high, passed: true }
}

/** Where the search begins: at the ratio of the least variance, or far below all others where there is no variance. */
function leastTolerance({ size, quadratic }: Program, first: Point, greatest: number): number {
  let variance = first.variance
  for (let i = 0; i < size; i++) variance = Math.max(variance, (quadratic as Float64Array)[i * size + i] * VARIANCE_MIN)
  return variance / Math.max(first.reward, greatest / 2 ** 10)
}

/** Regula falsi (Illinois) between two points of the frontier. */
function between(
  from: Point,
  to: Point,
  { at, gap, squared }: { at: (tolerance: number) => Point | null; gap: (point: Point) => number; squared: boolean },
): Point | null {
  const place = (point: Point) => (squared ? point.tolerance * point.tolerance : point.tolerance)
  let low = { point: from, gap: gap(from) }
  let high = { point: to, gap: gap(to) }
  let best = Math.abs(low.gap) < Math.abs(high.gap) ? low.point : high.point
  for (let steps = 0; steps < SEARCH_MAX; steps++) {
    if (Math.abs(gap(best)) <= FOUND * best.variance) break
    const [a, b] = [place(low.point), place(high.point)]
    const straight = (a * high.gap - b * low.gap) / (high.gap - low.gap)
    const middle = straight > a && straight < b ? straight : (a + b) / 2
    const next = at(squared ? Math.sqrt(middle) : middle)
    if (next === null || !(middle > a && middle < b)) break
    const value = gap(next)
    if (Math.abs(value) < Math.abs(gap(best))) best = next
    // The end that stays counts half, so that it cannot stay for long.
    if (value > 0) {
      low = { point: next, gap: value }
      high = { ...high, gap: high.gap / 2 }
    } else {
      high = { point: next, gap: value }
      low = { ...low, gap: low.gap / 2 }
    }
  }
  return best
}

/** Scales a point of the frontier, and its multipliers, to the homogeneous program. */
function certifyRatio(
  program: Program,
  reward: Float64Array,
  { solution, reward: gain, tolerance }: Point,
): Certificate {
  const { size, quadratic, lower, upper, rows } = program
  const zero = new Float64Array(size)
  const budget = rows[0]
  const out: Row[] = [denseRow(reward, { name: 'reward', lower: 1, upper: 1 })]
  const rowDual = [tolerance / gain]
  // coefficient·x ≥ bound becomes coefficient·y − bound·Σy ≥ 0.
  const add = (
    row: { index: ArrayLike<number>; value: ArrayLike<number> },
    sign: 1 | -1,
    bound: number,
    dual: number,
  ) => {
    if (!Number.isFinite(bound)) return
    const value = new Float64Array(size)
    for (let k = 0; k < row.index.length; k++) value[row.index[k]] += sign * row.value[k]
    for (const i of budget.index) value[i] -= sign * bound
    out.push(denseRow(value, { name: '', lower: 0, upper: Number.POSITIVE_INFINITY }))
    rowDual.push(Math.max(0, sign * dual) / gain)
  }
  const boundDual = new Float64Array(size)
  const floors = new Float64Array(size).fill(Number.NEGATIVE_INFINITY)
  for (let i = 0; i < size; i++) {
    const variable = { index: [i], value: [1] }
    if (lower[i] === 0) {
      floors[i] = 0
      boundDual[i] = Math.max(0, solution.boundDual[i]) / gain
    } else add(variable, 1, lower[i], solution.boundDual[i])
    add(variable, -1, upper[i], solution.boundDual[i])
  }
  for (const [r, row] of rows.entries()) {
    if (r === 0) continue
    add(row, 1, row.lower, solution.rowDual[r])
    add(row, -1, row.upper, solution.rowDual[r])
  }
  const infinite = zero.map(() => Number.POSITIVE_INFINITY)
  const homogeneous = { ...program, quadratic, linear: zero, lower: floors, upper: infinite, rows: out }
  const x = solution.x.map((value) => value / gain)
  const { dual, gap } = certify(homogeneous, { x, rowDual: Float64Array.from(rowDual), boundDual })
  // Violations are of the weights themselves, not of what they are scaled to.
  return { primal: certify({ ...program, linear: zero }, solution).primal, dual, gap }
}

/** Of the greatest reward under a limit of variance: −reward·x, with the limit's multiplier ½/tolerance on xᵀPx. */
function certifyReward(
  program: Program,
  reward: Float64Array,
  { point, variance }: { point: Point; variance: number },
): Certificate {
  const { tolerance, solution } = point
  const linear = new Float64Array(program.size)
  for (let i = 0; i < reward.length; i++) linear[i] = -reward[i]
  const scaled = (values: Float64Array) => values.map((value) => value / tolerance)
  const quadratic = (program.quadratic as Float64Array).map((value) => value / tolerance)
  const duals = { rowDual: scaled(solution.rowDual), boundDual: scaled(solution.boundDual) }
  const lagrangian = certify({ ...program, quadratic, linear }, { x: solution.x, ...duals })
  const value = point.variance / tolerance / 2 - point.reward
  const slack = Math.abs(point.variance - variance) / tolerance / 2
  const gap = ((lagrangian.gap ?? 0) * Math.abs(value) + slack) / Math.abs(point.reward)
  const over = Math.max(0, Math.sqrt(point.variance / variance) - 1)
  return { primal: Math.max(lagrangian.primal ?? 0, over), dual: lagrangian.dual, gap }
}
