import { backward, cholesky, dot, forward } from './linear.js'
import type { Places, Program, Row, Solution } from './program.js'
import { rowValue } from './program.js'

const STEPS_MAX = 100
/** Residuals and complementarity up to which the point counts as optimal. */
const TOLERANCE = 1e-13
/** Steps without a better point after which rounding is all that is left. */
const PATIENCE = 8
/** Share of the way to the nearest bound that a step may go. */
const REACH = 0.995

/** Where the method ended. */
export interface Interior extends Solution {
  /** greatest residual: of the constraints, of the slopes, of the complementarity */
  residual: number
  /** greatest violation of a constraint */
  violation: number
}

/**
 * Mehrotra's predictor–corrector method, from outside: the point it begins at need not meet the constraints. Each pair
 * of a distance to a bound and its multiplier is a `Side`; a soft row has a second one, for what it is allowed to be
 * short of. Rows fold into one system of the order of the variables, so a thousand scenarios cost a thousand rank-one
 * updates, not a thousand unknowns.
 *
 * @see Mehrotra 1992, doi:10.1137/0802028; Gertz & Wright 2003, doi:10.1145/641876.641880 (the quadratic form)
 */
export function solveInteriorPoint(program: Program): Interior {
  const state = begin(program)
  let best = measure(program, state)
  let patience = PATIENCE
  for (let steps = 1; steps <= STEPS_MAX && best.residual > TOLERANCE && patience > 0; steps++) {
    if (!advance(program, state)) break
    const now = measure(program, state)
    // The best point is kept: at the end rounding makes steps that lead away from it.
    if (now.residual < best.residual) {
      best = { ...now, steps }
      patience = PATIENCE
    } else patience--
  }
  return best
}

/** A row with one bound, coefficient·x ≥ bound, or a bound of a variable: its distance and its multiplier, both > 0. */
interface Side {
  /** the row, or null: a variable */
  row: Row | null
  at: number
  /** 1: a lower bound, −1: an upper one */
  sign: 1 | -1
  bound: number
  distance: number
  dual: number
  /** of a soft row: what it is short of, and the multiplier of that being ≥ 0; their sum with `dual` is the penalty */
  penalty: number
  short: number
  // of the step under way
  stepDistance: number
  stepDual: number
  stepShort: number
  /** complementarity that the corrector takes off */
  bend: number
  bendShort: number
}

interface State {
  x: Float64Array
  sides: Side[]
  equal: { row: Row; at: number; dual: number }[]
}

function begin(program: Program): State {
  const { size, lower, upper, rows } = program
  const x = Float64Array.from({ length: size }, (_, i) => {
    if (Number.isFinite(lower[i]) && Number.isFinite(upper[i])) return (lower[i] + upper[i]) / 2
    return Number.isFinite(lower[i]) ? lower[i] + 1 : Number.isFinite(upper[i]) ? upper[i] - 1 : 0
  })
  const sides: Side[] = []
  const add = (row: Row | null, at: number, sign: 1 | -1, bound: number) => {
    if (!Number.isFinite(bound)) return
    const penalty = row?.penalty ?? Number.POSITIVE_INFINITY
    const away = sign * ((row ? rowValue(row, x) : x[at]) - bound)
    const steps = { stepDistance: 0, stepDual: 0, stepShort: 0, bend: 0, bendShort: 0 }
    const short = penalty === Number.POSITIVE_INFINITY ? 0 : Math.max(-away, 0) + 1
    const dual = penalty === Number.POSITIVE_INFINITY ? 1 : penalty / 2
    sides.push({ row, at, sign, bound, distance: Math.max(away + short, 0.1), dual, penalty, short, ...steps })
  }
  for (let i = 0; i < size; i++) {
    add(null, i, 1, lower[i])
    add(null, i, -1, upper[i])
  }
  const equal: State['equal'] = []
  for (const [at, row] of rows.entries()) {
    if (row.lower === row.upper) equal.push({ row, at, dual: 0 })
    else {
      add(row, at, 1, row.lower)
      add(row, at, -1, row.upper)
    }
  }
  return { x, sides, equal }
}

const isSoft = ({ penalty }: Side): boolean => penalty !== Number.POSITIVE_INFINITY
const valueAt = ({ row, at }: Side, x: Float64Array): number => (row ? rowValue(row, x) : x[at])
/** How far the side's own equation is off: sign·(value − bound) + short − distance. */
const gapOf = (side: Side, x: Float64Array): number =>
  side.sign * (valueAt(side, x) - side.bound) + side.short - side.distance

/** Adds times·coefficients of a side to a vector. */
function addSide({ row, at }: Side, times: number, to: Float64Array): void {
  if (row === null) to[at] += times
  else for (let k = 0; k < row.index.length; k++) to[row.index[k]] += times * row.value[k]
}

/** ∇f − Aᵀy − Σ multipliers, [size]. */
function slopeOf({ size, quadratic, linear }: Program, { x, sides, equal }: State): Float64Array {
  const slope = linear.slice()
  if (quadratic !== null) for (let i = 0; i < size; i++) slope[i] += dot(quadratic, i * size, x, 0, size)
  for (const { row, dual } of equal) {
    for (let k = 0; k < row.index.length; k++) slope[row.index[k]] -= dual * row.value[k]
  }
  for (const side of sides) addSide(side, -side.sign * side.dual, slope)
  return slope
}

/** Mean of distance × multiplier over all pairs. */
function complementarity(sides: Side[]): number {
  let sum = 0
  let pairs = 0
  for (const side of sides) {
    sum += side.distance * side.dual
    pairs++
    if (!isSoft(side)) continue
    sum += side.short * (side.penalty - side.dual)
    pairs++
  }
  return pairs === 0 ? 0 : sum / pairs
}

/** One step of the method. @returns false where the system has no solution, or the step no length */
function advance(program: Program, state: State): boolean {
  const { sides, equal } = state
  const mean = complementarity(sides)
  for (const side of sides) side.bend = side.bendShort = 0
  const system = factor(program, state)
  if (system === null) return false
  const affine = solveStep(state, system, 0)
  const [primal, dual] = reach(sides)
  let left = 0
  let pairs = 0
  for (const side of sides) {
    left += (side.distance + primal * side.stepDistance) * (side.dual + dual * side.stepDual)
    pairs++
    side.bend = side.stepDistance * side.stepDual
    if (!isSoft(side)) continue
    left += (side.short + primal * side.stepShort) * (side.penalty - side.dual - dual * side.stepDual)
    pairs++
    side.bendShort = -side.stepShort * side.stepDual
  }
  let step = affine
  if (pairs > 0 && mean > 0) {
    const share = left / pairs / mean
    step = solveStep(state, system, share * share * share * mean)
  }
  const [far, farDual] = reach(sides)
  // One length for both: with a quadratic form the slopes depend on x too.
  const length = program.quadratic === null ? far : Math.min(far, farDual)
  const dualLength = program.quadratic === null ? farDual : length
  const scaled = (of: number) => (of >= 1 ? 1 : REACH * of)
  const [forX, forDual] = pairs === 0 ? [1, 1] : [scaled(length), scaled(dualLength)]
  if (!(forX > 0) || !step.x.every(Number.isFinite)) return false
  for (let i = 0; i < program.size; i++) state.x[i] += forX * step.x[i]
  for (const [r, row] of equal.entries()) row.dual += forDual * step.duals[r]
  for (const side of sides) {
    side.distance += forX * side.stepDistance
    side.short += forX * side.stepShort
    side.dual += forDual * side.stepDual
  }
  return true
}

/** Longest steps, at most 1, that keep distances, and multipliers, from being negative. */
function reach(sides: Side[]): [primal: number, dual: number] {
  let primal = 1
  let dual = 1
  for (const side of sides) {
    if (side.stepDistance < 0) primal = Math.min(primal, -side.distance / side.stepDistance)
    if (side.stepDual < 0) dual = Math.min(dual, -side.dual / side.stepDual)
    if (!isSoft(side)) continue
    if (side.stepShort < 0) primal = Math.min(primal, -side.short / side.stepShort)
    if (side.stepDual > 0) dual = Math.min(dual, (side.penalty - side.dual) / side.stepDual)
  }
  return [primal, dual]
}

interface Factored {
  factor: Float64Array
  size: number
  /** L⁻¹·rowsᵀ of the equalities, [equal × size] */
  across: Float64Array
  schur: Float64Array
  weights: Float64Array
  slope: Float64Array
}

/** Share of itself, and of the program's unit, that a diagonal element gets: it keeps singular forms solvable. */
const RIDGE = 1e-13

function factor(program: Program, state: State): Factored | null {
  const { size, quadratic } = program
  const { sides, equal } = state
  const matrix = quadratic === null ? new Float64Array(size * size) : quadratic.slice()
  const weights = Float64Array.from(sides, ({ distance, dual, penalty, short }) => {
    const soft = penalty === Number.POSITIVE_INFINITY ? 0 : short / (penalty - dual)
    return 1 / (distance / dual + soft)
  })
  for (const [s, { row, at }] of sides.entries()) {
    if (row === null) matrix[at * size + at] += weights[s]
    else addSquare(matrix, size, row, weights[s])
  }
  for (let i = 0; i < size; i++) matrix[i * size + i] += RIDGE * (1 + matrix[i * size + i])
  if (!cholesky(matrix, size)) return null
  const across = new Float64Array(equal.length * size)
  for (const [r, { row }] of equal.entries()) {
    for (let k = 0; k < row.index.length; k++) across[r * size + row.index[k]] = row.value[k]
    forward(matrix, size, across, r * size)
  }
  const schur = new Float64Array(equal.length * equal.length)
  for (let r = 0; r < equal.length; r++) {
    for (let s = 0; s <= r; s++) {
      schur[r * equal.length + s] = dot(across, r * size, across, s * size, size)
    }
  }
  if (!cholesky(schur, equal.length)) return null
  return { factor: matrix, size, across, schur, weights, slope: slopeOf(program, state) }
}

/** Adds weight·row·rowᵀ to the lower triangle. Indices of a row ascend. */
function addSquare(matrix: Float64Array, size: number, { index, value }: Row, weight: number): void {
  const count = index.length
  // Of all variables from 0 on, as scenarios are: runs of memory, several times as fast as places looked up.
  const isPrefix = index[count - 1] === count - 1
  for (let a = 0; a < count; a++) {
    const times = weight * value[a]
    if (times === 0) continue
    const line = index[a] * size
    if (isPrefix) for (let b = 0; b <= a; b++) matrix[line + b] += times * value[b]
    else for (let b = 0; b <= a; b++) matrix[line + index[b]] += times * value[b]
  }
}

/**
 * The step towards distance × multiplier = centre for every pair. Of each side:
 * Δdual = weight·((centre − bend)/dual − distance − (sign·row·Δx + gap + (centre − bendShort)/rest − short)).
 */
function solveStep(state: State, system: Factored, centre: number): { x: Float64Array; duals: Float64Array } {
  const { x, sides, equal } = state
  const { factor: lower, size, across, schur, weights, slope } = system
  const right = Float64Array.from(slope, (value) => -value)
  const pulls = new Float64Array(sides.length)
  for (const [s, side] of sides.entries()) {
    const { dual, distance, penalty, short, bend, bendShort } = side
    const soft = isSoft(side) ? (centre - bendShort) / (penalty - dual) - short : 0
    pulls[s] = (centre - bend) / dual - distance - gapOf(side, x) - soft
    addSide(side, side.sign * weights[s] * pulls[s], right)
  }
  forward(lower, size, right)
  const duals = Float64Array.from(equal, ({ row }, r) => {
    return row.lower - rowValue(row, x) - dot(across, r * size, right, 0, size)
  })
  forward(schur, equal.length, duals)
  backward(schur, equal.length, duals)
  for (let r = 0; r < equal.length; r++) {
    for (let i = 0; i < size; i++) right[i] += duals[r] * across[r * size + i]
  }
  backward(lower, size, right)
  for (const [s, side] of sides.entries()) {
    const { dual, penalty, short, bendShort, sign } = side
    const along = sign * valueAt(side, right)
    const gap = gapOf(side, x)
    side.stepDual = weights[s] * (pulls[s] - along)
    const rest = penalty - dual
    side.stepShort = isSoft(side) ? (centre - bendShort) / rest - short + (short / rest) * side.stepDual : 0
    side.stepDistance = along + gap + side.stepShort
  }
  return { x: right, duals }
}

function measure(program: Program, state: State): Interior {
  const { rows, size, linear } = program
  const { x, sides, equal } = state
  let slopeMax = 0
  for (const value of slopeOf(program, state)) slopeMax = Math.max(slopeMax, Math.abs(value))
  let scale = 0
  for (const value of linear) scale = Math.max(scale, Math.abs(value))
  let violation = 0
  for (const { row } of equal) violation = Math.max(violation, Math.abs(rowValue(row, x) - row.lower))
  for (const side of sides) violation = Math.max(violation, Math.abs(gapOf(side, x)))
  const rowDual = new Float64Array(rows.length)
  const boundDual = new Float64Array(size)
  const places: Places = { variables: new Int8Array(size), rows: new Int8Array(rows.length) }
  for (const { at, dual } of equal) {
    rowDual[at] = dual
    places.rows[at] = -1
  }
  for (const side of sides) {
    const duals = side.row ? rowDual : boundDual
    duals[side.at] += side.sign * side.dual
    const of = side.row ? places.rows : places.variables
    const isHeld = side.dual > side.distance
    if (isHeld) of[side.at] = isSoft(side) && side.short > side.penalty - side.dual ? 2 : -side.sign
  }
  const residual = Math.max(violation, slopeMax / Math.max(scale, 1), complementarity(sides))
  return { x: x.slice(), rowDual, boundDual, places, steps: 0, residual, violation }
}
