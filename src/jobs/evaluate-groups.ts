import { LqError } from '../errors.js'
import { groupCorrelations } from '../factors/evaluation/correlation.js'
import type { FactorDates } from '../factors/evaluation/dates.js'

/** Names of groups, and the codes that stand for them in tables. */
export interface GroupLabels {
  /** in the order in which they were met: the code of a group is its place */
  names: string[]
  /** @returns codes of texts or numbers; NaN = of no group. @throws LQ_INPUT_INVALID if there are too many groups */
  codes(values: ArrayLike<string | number | null>): Float64Array
}

/** A column with more values than this is hardly one of groups. */
const GROUPS_MAX = 1000

/** @returns labels of no group yet */
export function groupLabels(): GroupLabels {
  const names: string[] = []
  const codeOf = new Map<string | number, number>()
  const codeFor = (value: string | number): number => {
    const known = codeOf.get(value)
    if (known !== undefined) return known
    if (names.length === GROUPS_MAX) {
      throw new LqError('LQ_INPUT_INVALID', `--group: expected at most ${GROUPS_MAX} groups, found more`, {
        hint: 'name a column of groups, such as a sector',
      })
    }
    codeOf.set(value, names.length)
    return names.push(String(value)) - 1
  }
  const isMissing = (value: string | number | null) => value === null || Number.isNaN(value)
  return {
    names,
    codes: (values) =>
      Float64Array.from(values as ArrayLike<string>, (value: string | number | null) =>
        isMissing(value) ? Number.NaN : codeFor(value as string | number),
      ),
  }
}

/** Puts the correlations within groups of one factor at some dates into their places. */
export function addGroups(
  factor: FactorDates,
  of: {
    /** [symbols × dates] */
    scores: Float64Array
    /** per horizon [symbols × dates] */
    forward: Float64Array[]
    /** [symbols × dates] codes */
    groups: Float64Array
    timestamps: Float64Array
    symbols: string[]
    /** first date */
    from: number
  },
): void {
  const dates = of.timestamps.length
  for (let t = 0; t < dates; t++) {
    const row = (table: Float64Array) => Float64Array.from(of.symbols, (_, n) => table[n * dates + t])
    const [scores, groups] = [row(of.scores), row(of.groups)]
    for (const [h, horizon] of factor.horizons.entries()) {
      for (const { group, ic, rankIc } of groupCorrelations({ scores, groups, forward: row(of.forward[h]) })) {
        const missing = () => new Float64Array(horizon.ic.length).fill(Number.NaN)
        while (horizon.groups.length <= group) horizon.groups.push({ ic: missing(), rankIc: missing() })
        horizon.groups[group].ic[of.from + t] = ic
        horizon.groups[group].rankIc[of.from + t] = rankIc
      }
    }
  }
}
