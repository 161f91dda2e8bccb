import { dot } from './linear.js'
import type { Places, Program } from './program.js'
import { rowValue } from './program.js'

const SWEEPS = 12
/** Stiffness of the springs that stand for rows, in units of the mean curvature. */
const STIFFNESS = 30

/**
 * A first guess at which bounds hold: coordinate descent on the program with springs in place of its rows. A sweep
 * costs as much as one product with the matrix; to find the bounds that hold by solving would cost a factorisation
 * with all variables in it.
 *
 * @see Hsieh et al. 2008, doi:10.1145/1390156.1390208 (coordinate descent in a box)
 */
export function guessPlaces(program: Program): Places {
  const { size, quadratic, lower, upper, rows } = program
  const variables = new Int8Array(size)
  const places = { variables, rows: Int8Array.from(rows, (row) => (row.lower === row.upper ? -1 : 0)) }
  if (quadratic === null) return places
  const equal = rows.filter((row) => row.lower === row.upper)
  let trace = 0
  for (let i = 0; i < size; i++) trace += quadratic[i * size + i]
  const stiff = (STIFFNESS * trace) / size
  const springs = equal.map((row) => {
    let square = 0
    for (const value of row.value) square += value * value
    return { row, stiff: stiff / Math.max(square / row.value.length, Number.MIN_VALUE) / size }
  })
  const x = Float64Array.from(lower, (low, i) => Math.min(Math.max(0, low), upper[i]))
  const gradient = Float64Array.from({ length: size }, (_, i) => {
    return program.linear[i] + dot(quadratic, i * size, x, 0, size)
  })
  const coefficients = springs.map(({ row }) => {
    const dense = new Float64Array(size)
    for (let k = 0; k < row.index.length; k++) dense[row.index[k]] = row.value[k]
    return dense
  })
  const gaps = springs.map(({ row }) => rowValue(row, x) - row.lower)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 0; i < size; i++) {
      let slope = gradient[i]
      let curvature = quadratic[i * size + i]
      for (let r = 0; r < springs.length; r++) {
        const a = coefficients[r][i]
        slope += springs[r].stiff * a * gaps[r]
        curvature += springs[r].stiff * a * a
      }
      if (!(curvature > 0)) continue
      const next = Math.min(Math.max(x[i] - slope / curvature, lower[i]), upper[i])
      const change = next - x[i]
      if (change === 0) continue
      x[i] = next
      for (let r = 0; r < springs.length; r++) gaps[r] += coefficients[r][i] * change
      const row = i * size
      for (let j = 0; j < size; j++) gradient[j] += quadratic[row + j] * change
    }
  }
  for (let i = 0; i < size; i++) variables[i] = x[i] <= lower[i] ? -1 : x[i] >= upper[i] ? 1 : 0
  return places
}
