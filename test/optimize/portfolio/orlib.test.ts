import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { programOf } from '../../../src/optimize/portfolio/limits.js'
import { bilinear } from '../../../src/optimize/portfolio/linear.js'
import type { Places } from '../../../src/optimize/portfolio/program.js'
import { solveProgram } from '../../../src/optimize/portfolio/solve.js'
import { LIMITS } from './support.js'

/* Long-only frontiers of the OR-Library, 2,000 points each. Beasley 1990, doi:10.1057/jors.1990.166 */

const folder = process.env.LQ_TEST_DATA && join(process.env.LQ_TEST_DATA, 'oracles', 'orlib_portfolio')
const absent = !folder || !existsSync(folder)
const numbers = (name: string): number[] =>
  gunzipSync(readFileSync(join(folder as string, name)))
    .toString()
    .trim()
    .split(/\s+/)
    .map(Number)

function readMarket(name: string) {
  const [size, ...rest] = numbers(name)
  const mean = Float64Array.from({ length: size }, (_, i) => rest[2 * i])
  const deviation = Float64Array.from({ length: size }, (_, i) => rest[2 * i + 1])
  const covariance = new Float64Array(size * size)
  for (let at = 2 * size; at < rest.length; at += 3) {
    const [i, j, correlation] = [rest[at] - 1, rest[at + 1] - 1, rest[at + 2]]
    covariance[i * size + j] = covariance[j * size + i] = correlation * deviation[i] * deviation[j]
  }
  return { size, mean, covariance }
}

describe.skipIf(absent)('follows the frontiers of the OR-Library (skipped without LQ_TEST_DATA)', () => {
  test.each([1, 2, 3])('of market %d, at every 20th point', (market) => {
    const { size, mean, covariance } = readMarket(`port${market}.txt.gz`)
    const points = numbers(`portef${market}.txt.gz`)
    let places: Places | undefined
    let worst = 0
    for (let at = 0; at < points.length; at += 40) {
      const [reward, variance] = [points[at], points[at + 1]]
      // Returns there have 10 decimals: the first is the greatest of all, rounded.
      const least = Math.min(reward, Math.max(...mean)) - 1e-12
      const limits = { ...LIMITS, target: { mean, least } }
      const program = programOf({ quadratic: covariance, linear: new Float64Array(size) }, limits)
      const { solution, conflict } = solveProgram(program, places)
      expect(conflict).toBeNull()
      places = solution!.places
      worst = Math.max(worst, Math.abs(bilinear(covariance, solution!.x, solution!.x) / variance - 1))
    }
    expect(worst).toBeLessThan(1e-4)
  })
})
