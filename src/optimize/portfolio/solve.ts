import { solveActiveSet } from './active-set.js'
import { guessPlaces } from './guess.js'
import { type Interior, solveInteriorPoint } from './interior-point.js'
import { type Places, type Program, type Row, rowValue, type Solution } from './program.js'

/** An answer, or what is in the way of any. */
export type Outcome = { solution: Solution; conflict: null } | { solution: null; conflict: string[] }

/** Residual up to which the interior point's own answer stands, where no set of bounds finishes it. */
const RESIDUAL_MAX = 1e-8
/** Residual from which on the bounds that the interior point holds are no better than a guess. */
const FINISH_MAX = 1e-3
/** Violation that remains where constraints conflict, in units of weights. */
const VIOLATION_MIN = 1e-7
/** Share of the greatest multiplier from which on a constraint is part of a conflict. */
const BLAME_MIN = 1e-4

/**
 * Solves a convex program. A guess at the bounds that hold is tried first, as it is the fastest by far; where it does
 * not lead to an answer, an interior point does, and its bounds finish it: so bounds are met exactly.
 *
 * @param start places of a neighbouring program's solution, instead of a guess
 * @returns the names of the constraints that conflict, where no point meets them all
 */
export function solveProgram(program: Program, start?: Places): Outcome {
  const scaled = scale(program)
  const first = solveActiveSet(scaled.program, start ?? guessPlaces(scaled.program))
  if (first) return { solution: scaled.back(first), conflict: null }
  const inside = solveInteriorPoint(scaled.program)
  const finished = inside.residual < FINISH_MAX ? solveActiveSet(scaled.program, inside.places, inside.rowDual) : null
  if (finished) return { solution: scaled.back(finished), conflict: null }
  if (inside.residual <= RESIDUAL_MAX) return { solution: scaled.back(clamped(scaled.program, inside)), conflict: null }
  const conflict = conflictOf(scaled.program)
  if (conflict) return { solution: null, conflict }
  return { solution: scaled.back(clamped(scaled.program, inside)), conflict: null }
}

/** Rounding may have left a variable an ulp outside of its bounds. */
function clamped({ lower, upper }: Program, solution: Interior): Solution {
  return { ...solution, x: solution.x.map((value, i) => Math.min(Math.max(value, lower[i]), upper[i])) }
}

/**
 * The constraints that no point meets together: those that carry the proof, the multipliers of the least sum of
 * violations (Farkas). null where some point meets all.
 *
 * @see Boyd & Vandenberghe, Convex Optimization, § 5.8.3 and § 11.4
 */
export function conflictOf(program: Program): string[] | null {
  const { size, rows, lower, upper, boundNames } = program
  // Each bound of a row becomes a soft row of its own; bounds of variables stay.
  const elastic = rows.flatMap((row, of) => {
    if (row.penalty !== undefined) return []
    const soft = { upper: Number.POSITIVE_INFINITY, penalty: 1 }
    const mirrored = { ...row, value: row.value.map((value) => -value), lower: -row.upper }
    return [
      ...(Number.isFinite(row.lower) ? [{ of, sign: 1, row: { ...row, ...soft } }] : []),
      ...(Number.isFinite(row.upper) ? [{ of, sign: -1, row: { ...mirrored, ...soft } }] : []),
    ]
  })
  const linear = new Float64Array(size)
  const soft: Row[] = elastic.map(({ row }) => row)
  const found = solveInteriorPoint({ size, quadratic: null, linear, lower, upper, rows: soft, boundNames })
  const short = soft.reduce((most, row) => Math.max(most, row.lower - rowValue(row, found.x)), 0)
  if (!(short > VIOLATION_MIN)) return null
  // Of an equality both bounds have multipliers: what counts is what they leave of each other.
  const pulls = new Float64Array(rows.length)
  for (const [r, { of, sign }] of elastic.entries()) pulls[of] += sign * found.rowDual[r]
  const blamed = new Set<string>()
  for (const [r, { name }] of rows.entries()) if (Math.abs(pulls[r]) > BLAME_MIN) blamed.add(name)
  for (const dual of found.boundDual) {
    if (dual > BLAME_MIN) blamed.add(boundNames.lower)
    if (dual < -BLAME_MIN) blamed.add(boundNames.upper)
  }
  return [...blamed]
}

/** The program with its objective in units of about 1, by a power of two: no bit of a coefficient is lost. */
function scale(program: Program): { program: Program; back: (solution: Solution) => Solution } {
  const { quadratic, linear, rows, size } = program
  let greatest = 0
  for (const value of linear) greatest = Math.max(greatest, Math.abs(value))
  if (quadratic !== null) for (let i = 0; i < size; i++) greatest = Math.max(greatest, quadratic[i * size + i])
  for (const row of rows) greatest = Math.max(greatest, row.penalty ?? 0)
  const unit = greatest > 0 && Number.isFinite(greatest) ? powerOfTwoBelow(greatest) : 1
  const times = (values: Float64Array, by: number) => values.map((value) => value * by)
  return {
    program: {
      ...program,
      quadratic: quadratic && times(quadratic, 1 / unit),
      linear: times(linear, 1 / unit),
      rows: rows.map((row) => (row.penalty === undefined ? row : { ...row, penalty: row.penalty / unit })),
    },
    back: (solution) => ({
      ...solution,
      rowDual: times(solution.rowDual, unit),
      boundDual: times(solution.boundDual, unit),
    }),
  }
}

/** The greatest power of two that is not above a number. */
function powerOfTwoBelow(value: number): number {
  let power = 1
  while (power > value) power /= 2
  while (power * 2 <= value) power *= 2
  return power
}
