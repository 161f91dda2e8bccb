import { backward, cholesky, dot, eliminate, forward } from './linear.js'
import { type Places, type Program, type Row, rowValue, type Solution } from './program.js'

const STEPS_MAX = 60
/** Steps without fewer wrong signs after which one place is changed at a time. */
const PATIENCE = 6
/** A multiplier of the wrong sign counts from this share of the greatest slope on. */
const DUAL_TOLERANCE = 1e-12
/** A row counts as broken from this share of the size of its terms on. */
const ROW_TOLERANCE = 1e-13
/** Order up to which a system that has no Cholesky factor is solved by elimination. */
const ELIMINATE_MAX = 1200

/**
 * Solves a program by guessing which bounds hold: all places are set to what the last solution says at once, and one
 * at a time when that goes round in circles. What it answers meets every bound exactly, and every multiplier has its
 * sign; it may also answer null: the program is singular, or the guess was too far off.
 *
 * @param hint [rows] multipliers to take where the bounds alone fix the point, and leave those of the rows open
 * @see Hintermüller, Ito & Kunisch 2002, doi:10.1137/S1052623401383558; Júdice & Pires 1994,
 *   doi:10.1016/0305-0548(94)90106-6 (block principal pivoting)
 */
export function solveActiveSet(program: Program, start: Places, hint?: Float64Array): Solution | null {
  const places = { variables: start.variables.slice(), rows: start.rows.slice() }
  let least = Number.POSITIVE_INFINITY
  let patience = PATIENCE
  for (let steps = 1; steps <= STEPS_MAX; steps++) {
    const point = solveAt(program, places, hint)
    if (point === null) return null
    const wrong = wrongPlaces(program, places, point)
    if (wrong.length === 0) return { ...point, places, steps }
    if (wrong.length < least) {
      least = wrong.length
      patience = PATIENCE
    } else patience--
    // The last one alone: the least-index rule, which cannot go in circles where the matrix is positive definite.
    for (const { of, at, place } of patience >= 0 ? wrong : wrong.slice(-1)) places[of][at] = place
  }
  return null
}

type Point = Pick<Solution, 'x' | 'rowDual' | 'boundDual'>
interface Change {
  of: keyof Places
  at: number
  place: number
}

/** What must be somewhere else: variables and rows past their bounds, multipliers of the wrong sign. */
function wrongPlaces(program: Program, places: Places, { x, rowDual, boundDual }: Point): Change[] {
  const { size, lower, upper, rows } = program
  const wrong: Change[] = []
  let slope = 0
  for (const value of boundDual) slope = Math.max(slope, Math.abs(value))
  for (const value of program.linear) slope = Math.max(slope, Math.abs(value))
  const noise = DUAL_TOLERANCE * slope
  for (let i = 0; i < size; i++) {
    const place = places.variables[i]
    if (place === 0) {
      if (x[i] < lower[i]) wrong.push({ of: 'variables', at: i, place: -1 })
      else if (x[i] > upper[i]) wrong.push({ of: 'variables', at: i, place: 1 })
    } else if (lower[i] !== upper[i] && boundDual[i] * place > noise) wrong.push({ of: 'variables', at: i, place: 0 })
  }
  for (const [r, row] of rows.entries()) {
    const place = placeOfRow(row, places.rows[r], { x, dual: rowDual[r], noise })
    if (place !== places.rows[r]) wrong.push({ of: 'rows', at: r, place })
  }
  return wrong
}

function placeOfRow(
  row: Row,
  place: number,
  { x, dual, noise }: { x: Float64Array; dual: number; noise: number },
): number {
  if (row.lower === row.upper) return place
  if (place === -1) {
    if (dual < -noise) return 0
    return row.penalty !== undefined && dual > row.penalty + noise ? 2 : -1
  }
  if (place === 1) return dual > noise ? 0 : 1
  const value = rowValue(row, x)
  const tolerance = ROW_TOLERANCE * termsOf(row, x)
  if (place === 2) return value > row.lower + tolerance ? -1 : 2
  if (value < row.lower - tolerance) return -1
  return value > row.upper + tolerance ? 1 : 0
}

function termsOf({ index, value }: Row, x: Float64Array): number {
  let sum = 0
  for (let k = 0; k < index.length; k++) sum += Math.abs(value[k] * x[index[k]])
  return sum
}

/** The point at which the variables and rows are where they are said to be, or null where there is no one such. */
function solveAt(program: Program, places: Places, hint: Float64Array | undefined): Point | null {
  const { size, quadratic, linear, lower, upper, rows } = program
  const free: number[] = []
  const x = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const place = places.variables[i]
    if (place === 0) free.push(i)
    else x[i] = place < 0 ? lower[i] : upper[i]
    if (!Number.isFinite(x[i])) return null
  }
  const slope = linear.slice()
  if (quadratic !== null && free.length < size) {
    for (let i = 0; i < size; i++) slope[i] += dot(quadratic, i * size, x, 0, size)
  }
  const rowDual = new Float64Array(rows.length)
  const held: number[] = []
  for (const [r, row] of rows.entries()) {
    const place = places.rows[r]
    if (place === 2) {
      rowDual[r] = row.penalty as number
      subtractRow(slope, row, rowDual[r])
    } else if (place !== 0) held.push(r)
  }
  const target = Float64Array.from(held, (r) => {
    return (places.rows[r] < 0 ? rows[r].lower : rows[r].upper) - rowValue(rows[r], x)
  })
  const system = { program, free: Int32Array.from(free), held: held.map((r) => rows[r]), slope, target }
  const answer = solveFactored(system) ?? solveEliminated(system) ?? solveFixed(system, { places, held, hint })
  if (answer === null) return null
  for (const [k, i] of free.entries()) x[i] = answer.values[k]
  for (const [k, r] of held.entries()) rowDual[r] = answer.duals[k]
  return { x, rowDual, boundDual: boundDuals(program, places, x, rowDual) }
}

function subtractRow(slope: Float64Array, { index, value }: Row, times: number): void {
  for (let k = 0; k < index.length; k++) slope[index[k]] -= times * value[k]
}

/** Slope at the variables that a bound holds; 0 at the others, by definition of the point. */
function boundDuals(program: Program, places: Places, x: Float64Array, rowDual: Float64Array): Float64Array {
  const { size, quadratic, linear, rows } = program
  const slope = linear.slice()
  for (const [r, row] of rows.entries()) if (rowDual[r] !== 0) subtractRow(slope, row, rowDual[r])
  for (let i = 0; i < size; i++) {
    if (places.variables[i] === 0) slope[i] = 0
    else if (quadratic !== null) slope[i] += dot(quadratic, i * size, x, 0, size)
  }
  return slope
}

/** P[free, free]·v − heldᵀ·d = −slope[free], held·v = target. */
interface System {
  program: Program
  free: Int32Array
  held: Row[]
  slope: Float64Array
  target: Float64Array
}
interface Answer {
  values: Float64Array
  duals: Float64Array
}

/** Share of the mean curvature that is added to a singular block, so that it has a factor. */
const LIFT = 1e-9
/** Refinements that take the lift out of the answer again, or what great slopes cancelled out of it. */
const REFINEMENTS = 6
/** What an answer may leave of the rows, relative to their sides. */
const LEFT_MAX = 1e-14

/**
 * By the Cholesky factor of the free block, and of what the held rows leave of it. A singular block is lifted first,
 * and the answer refined on the block itself: it converges where there is a solution, to the one near zero.
 */
function solveFactored(system: System): Answer | null {
  const { program, free, held } = system
  const count = free.length
  if (program.quadratic === null || held.length > count) return null
  const block = gather(program.quadratic, program.size, free)
  const factor = block.slice()
  const isLifted = !cholesky(factor, count)
  if (isLifted) {
    factor.set(block)
    let trace = 0
    for (let i = 0; i < count; i++) trace += block[i * count + i]
    for (let i = 0; i < count; i++) factor[i * count + i] += (LIFT * trace) / count
    if (!cholesky(factor, count)) return null
  }
  const rows = denseRows(system)
  const solve = foldRows(factor, rows, count)
  if (solve === null) return null
  const right = Float64Array.from(free, (i) => -system.slope[i])
  const answer = solve(right, system.target)
  for (let k = 0; k < REFINEMENTS; k++) {
    if (!isLifted && keepsRows(rows, system.target, answer.values)) break
    const left = residual({ block, rows, right, target: system.target }, answer)
    const change = solve(left.right, left.target)
    for (let i = 0; i < count; i++) answer.values[i] += change.values[i]
    for (let r = 0; r < held.length; r++) answer.duals[r] += change.duals[r]
  }
  return answer
}

function keepsRows(rows: Float64Array, target: Float64Array, values: Float64Array): boolean {
  return target.every((value, r) => {
    const found = dot(rows, r * values.length, values, 0, values.length)
    return Math.abs(found - value) <= LEFT_MAX * (1 + Math.abs(value))
  })
}

/** Lower triangle of the block of the free variables. */
function gather(quadratic: Float64Array, size: number, free: Int32Array): Float64Array {
  const count = free.length
  const block = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    const row = free[i] * size
    for (let j = 0; j <= i; j++) block[i * count + j] = quadratic[row + free[j]]
  }
  return block
}

/** Held rows over the free variables, [held × free]. */
function denseRows({ program, free, held }: System): Float64Array {
  const count = free.length
  const placeOf = new Int32Array(program.size).fill(-1)
  for (let k = 0; k < count; k++) placeOf[free[k]] = k
  const rows = new Float64Array(held.length * count)
  for (const [r, { index, value }] of held.entries()) {
    for (let k = 0; k < index.length; k++) {
      const place = placeOf[index[k]]
      if (place >= 0) rows[r * count + place] = value[k]
    }
  }
  return rows
}

/** What solves factor·factorᵀ·v − rowsᵀ·d = right, rows·v = target; null where the rows depend on each other. */
function foldRows(
  factor: Float64Array,
  rows: Float64Array,
  count: number,
): ((right: Float64Array, target: Float64Array) => Answer) | null {
  const many = count === 0 ? 0 : rows.length / count
  const across = rows.slice()
  for (let r = 0; r < many; r++) forward(factor, count, across, r * count)
  const schur = new Float64Array(many * many)
  for (let r = 0; r < many; r++) {
    for (let s = 0; s <= r; s++) schur[r * many + s] = dot(across, r * count, across, s * count, count)
  }
  if (!cholesky(schur, many)) return null
  return (right, target) => {
    const values = right.slice()
    forward(factor, count, values)
    const duals = Float64Array.from(target, (value, r) => value - dot(across, r * count, values, 0, count))
    forward(schur, many, duals)
    backward(schur, many, duals)
    for (let r = 0; r < many; r++) {
      for (let k = 0; k < count; k++) values[k] += duals[r] * across[r * count + k]
    }
    backward(factor, count, values)
    return { values, duals }
  }
}

/** What an answer leaves of both sides. */
function residual(
  {
    block,
    rows,
    right,
    target,
  }: { block: Float64Array; rows: Float64Array; right: Float64Array; target: Float64Array },
  { values, duals }: Answer,
): { right: Float64Array; target: Float64Array } {
  const count = right.length
  const left = right.slice()
  for (let i = 0; i < count; i++) {
    left[i] -= dot(block, i * count, values, 0, i + 1)
    for (let j = 0; j < i; j++) left[j] -= block[i * count + j] * values[i]
  }
  for (let r = 0; r < duals.length; r++) {
    for (let k = 0; k < count; k++) left[k] += duals[r] * rows[r * count + k]
  }
  return { right: left, target: target.map((value, r) => value - dot(rows, r * count, values, 0, count)) }
}

/**
 * Of no free variable: the rows must hold as they are. The bounds leave the multiplier of one row an interval, of which
 * it is the end nearest to 0; those of several are taken from the hint.
 */
function solveFixed(
  { program, free, held, slope, target }: System,
  { places, held: numbers, hint }: { places: Places; held: number[]; hint: Float64Array | undefined },
): Answer | null {
  if (free.length > 0) return null
  for (const [r, { value }] of held.entries()) {
    if (Math.abs(target[r]) > ROW_TOLERANCE * value.length) return null
  }
  const values = new Float64Array(0)
  if (held.length !== 1) return hint ? { values, duals: Float64Array.from(numbers, (r) => hint[r]) } : null
  let least = Number.NEGATIVE_INFINITY
  let most = Number.POSITIVE_INFINITY
  const { index, value } = held[0]
  for (let k = 0; k < index.length; k++) {
    const i = index[k]
    if (value[k] === 0 || program.lower[i] === program.upper[i]) continue
    const end = slope[i] / value[k]
    if (value[k] > 0 === places.variables[i] > 0) least = Math.max(least, end)
    else most = Math.min(most, end)
  }
  if (least > most) return { values, duals: Float64Array.of((least + most) / 2) }
  return { values, duals: Float64Array.of(Math.max(least, Math.min(most, 0))) }
}

/** By elimination on the whole system, which need not be definite. */
function solveEliminated({ program, free, held, slope, target }: System): Answer | null {
  const { quadratic, size } = program
  const count = free.length
  const order = count + held.length
  if (order > ELIMINATE_MAX) return null
  const matrix = new Float64Array(order * order)
  const placeOf = new Int32Array(size).fill(-1)
  for (let k = 0; k < count; k++) placeOf[free[k]] = k
  if (quadratic !== null) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) matrix[i * order + j] = quadratic[free[i] * size + free[j]]
    }
  }
  for (const [r, { index, value }] of held.entries()) {
    for (let k = 0; k < index.length; k++) {
      const place = placeOf[index[k]]
      if (place < 0) continue
      matrix[place * order + count + r] = -value[k]
      matrix[(count + r) * order + place] = value[k]
    }
  }
  const right = new Float64Array(order)
  for (let k = 0; k < count; k++) right[k] = -slope[free[k]]
  right.set(target, count)
  if (!eliminate(matrix, order, right)) return null
  return { values: right.slice(0, count), duals: right.slice(count) }
}
