import { denseRow, type Program, type Row } from './program.js'

/** What weights must keep to. */
export interface Limits {
  /** of each weight; `cap` may be +∞ */
  floor: number
  cap: number
  /** sum of the weights: 1 … 1, or with cash from 0 */
  invested: { lower: number; upper: number }
  groups: GroupLimit[]
  turnover: TurnoverLimit | null
  /** least expected return, in units of `mean` */
  target: { mean: Float64Array; least: number } | null
}

export interface GroupLimit {
  name: string
  /** indices of assets */
  members: number[]
  /** of the sum of their weights; −∞ and +∞: none */
  lower: number
  upper: number
}

export interface TurnoverLimit {
  /** greatest Σ |weight − previous| */
  most: number
  /** [assets] */
  previous: Float64Array
  /** Σ |previous| of what is not among the assets any more, and must be sold */
  gone: number
}

/**
 * The program of weights under limits: ½ wᵀQw + linear·w. Weights come first. With a turnover limit as many variables
 * follow: what is bought of each asset, b ≥ 0 and b ≥ w − previous, so that Σ |w − previous| = Σ 2b − w + previous.
 *
 * @param extra variables after those, which only `Program.rows` of the caller's know
 */
export function programOf(
  objective: { quadratic: Float64Array | null; linear: Float64Array },
  limits: Limits,
  extra = 0,
): Program {
  const assets = objective.linear.length
  const { floor, cap, turnover } = limits
  const size = assets * (turnover ? 2 : 1) + extra
  const linear = new Float64Array(size)
  linear.set(objective.linear)
  const lower = new Float64Array(size).fill(floor, 0, assets)
  const upper = new Float64Array(size).fill(Number.POSITIVE_INFINITY).fill(cap, 0, assets)
  lower.fill(Number.NEGATIVE_INFINITY, size - extra)
  return {
    ...{ size, linear, lower, upper, rows: rowsOf(limits, assets) },
    quadratic: objective.quadratic && embed(objective.quadratic, assets, size),
    boundNames: { lower: `each weight at least ${floor}`, upper: `each weight at most ${cap}` },
  }
}

function rowsOf({ invested, groups, target, turnover }: Limits, assets: number): Row[] {
  const ones = new Float64Array(assets).fill(1)
  const name =
    invested.lower === invested.upper ? `weights of sum ${invested.upper}` : `weights of sum ${invested.upper} at most`
  const rows = [denseRow(ones, { name, ...invested })]
  for (const group of groups) {
    const index = Int32Array.from(group.members)
    const bounds = { lower: group.lower, upper: group.upper }
    rows.push({ name: groupName(group), index, value: new Float64Array(index.length).fill(1), ...bounds })
  }
  if (target) {
    // In units of the greatest mean, so that the row weighs as much as the others.
    const greatest = target.mean.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
    const value = target.mean.map((mean) => mean / greatest)
    const bounds = { lower: target.least / greatest, upper: Number.POSITIVE_INFINITY }
    rows.push(denseRow(value, { name: `an expected return of ${target.least} at least`, ...bounds }))
  }
  return turnover ? [...rows, ...turnoverRows(turnover, assets)] : rows
}

function groupName({ name, lower, upper }: GroupLimit): string {
  const least = Number.isFinite(lower) ? ` at least ${lower}` : ''
  const most = Number.isFinite(upper) ? ` at most ${upper}` : ''
  return `group ${name}${least}${most}`
}

function turnoverRows({ most, previous, gone }: TurnoverLimit, assets: number): Row[] {
  const name = `a turnover of ${most} at most`
  const held = previous.reduce((sum, weight) => sum + weight, 0)
  const value = new Float64Array(2 * assets).fill(-1, 0, assets).fill(2, assets)
  const buys = Array.from(previous, (weight, i): Row => {
    const index = Int32Array.of(i, assets + i)
    return { name, index, value: Float64Array.of(-1, 1), lower: -weight, upper: Number.POSITIVE_INFINITY }
  })
  return [denseRow(value, { name, lower: Number.NEGATIVE_INFINITY, upper: most - gone - held }), ...buys]
}

/** A matrix in the corner of a larger one, zero elsewhere. */
function embed(matrix: Float64Array, from: number, to: number): Float64Array {
  if (from === to) return matrix
  const out = new Float64Array(to * to)
  for (let i = 0; i < from; i++) out.set(matrix.subarray(i * from, (i + 1) * from), i * to)
  return out
}

/**
 * Weights of a formula, brought between floor and cap: what is cut off goes to the others in proportion to their
 * weights, again and again until all are within. Every weight that is not at a bound keeps its proportion.
 *
 * @param weights [assets] positive, of sum 1
 * @returns null where the bounds leave no weights of sum 1
 */
export function withinBounds(weights: Float64Array, { floor, cap }: Limits): Float64Array | null {
  const assets = weights.length
  if (floor * assets > 1 || cap * assets < 1) return null
  const place = new Int8Array(assets)
  for (let round = 0; round <= 2 * assets; round++) {
    let left = 1
    let sum = 0
    for (let i = 0; i < assets; i++) {
      if (place[i] === 0) sum += weights[i]
      else left -= place[i] < 0 ? floor : cap
    }
    const at = (i: number) => (place[i] < 0 ? floor : place[i] > 0 ? cap : (weights[i] * left) / sum)
    // Caps and floors pull opposite ways: only the side that breaks by more in all is pinned in a round.
    let over = 0
    let under = 0
    for (let i = 0; i < assets; i++) {
      if (place[i] !== 0) continue
      over += Math.max(0, at(i) - cap)
      under += Math.max(0, floor - at(i))
    }
    if (over === 0 && under === 0) return Float64Array.from(weights, (_, i) => at(i))
    for (let i = 0; i < assets; i++) {
      if (place[i] !== 0) continue
      if (over >= under && at(i) > cap) place[i] = 1
      else if (under > over && at(i) < floor) place[i] = -1
    }
  }
  return null
}
