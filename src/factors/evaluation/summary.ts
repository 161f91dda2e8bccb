import { mean } from '../../reference/statistics.js'
import { type FactorDates, type HorizonDates, spreadOf } from './dates.js'
import { informationRatio, meanPresent, neweyWestLag, neweyWestT, positiveShare, present, sampleStd } from './series.js'

/** A figure; null where there is none. */
export type Figure = number | null

/** What one factor is worth at one horizon; every mean is over dates. See docs/evaluation.md for each formula. */
export interface FactorSummary {
  name: string
  /** rows of the forward return */
  horizon: number
  ic_mean: Figure
  ic_std: Figure
  icir: Figure
  t_nw: Figure
  positive_share: Figure
  rank_ic_mean: Figure
  rank_ic_std: Figure
  rank_icir: Figure
  rank_t_nw: Figure
  rank_positive_share: Figure
  /** dates with an IC */
  dates: number
  /** mean count of pairs, of the dates with an IC */
  pairs: Figure
  coverage: Figure
  /** mean over the quantiles */
  turnover: Figure
  /** lowest quantile first */
  quantile_turnover: Figure[]
  rank_autocorrelation: Figure
  /** lowest quantile first */
  quantile_returns: Figure[]
  /** top less bottom quantile */
  spread_mean: Figure
  spread_t_nw: Figure
  /** share of the dates at which the spread is positive */
  hit_rate: Figure
}

/** @returns a summary per horizon, in order: the decay of a factor */
export function summarise(factor: FactorDates): FactorSummary[] {
  return factor.horizons.map((one) => {
    const [ic, rankIc, spread] = [one.ic, one.rankIc, spreadOf(one)].map(present)
    const turnover = factor.turnover.map(meanPresent)
    return {
      name: factor.name,
      horizon: one.horizon,
      ic_mean: figure(mean(ic)),
      ic_std: figure(sampleStd(ic)),
      icir: figure(informationRatio(ic)),
      t_nw: figure(meanT(ic, one)),
      positive_share: figure(positiveShare(ic)),
      rank_ic_mean: figure(mean(rankIc)),
      rank_ic_std: figure(sampleStd(rankIc)),
      rank_icir: figure(informationRatio(rankIc)),
      rank_t_nw: figure(meanT(rankIc, one)),
      rank_positive_share: figure(positiveShare(rankIc)),
      dates: ic.length,
      pairs: figure(mean(one.pairs.filter((_, date) => !Number.isNaN(one.ic[date])))),
      coverage: figure(meanPresent(factor.coverage)),
      turnover: figure(meanPresent(Float64Array.from(turnover))),
      quantile_turnover: turnover.map(figure),
      rank_autocorrelation: figure(meanPresent(factor.rankAutocorrelation)),
      quantile_returns: one.returns.map((values) => figure(meanPresent(values))),
      spread_mean: figure(mean(spread)),
      spread_t_nw: figure(meanT(spread, one)),
      hit_rate: figure(positiveShare(spread)),
    }
  })
}

/** What one factor is worth within one group. */
export interface GroupSummary {
  name: string
  horizon: number
  group: string
  ic_mean: Figure
  icir: Figure
  t_nw: Figure
  rank_ic_mean: Figure
  dates: number
}

/**
 * @param groups their names, in the order of the correlations
 * @returns a summary per horizon and group, groups by name
 */
export function summariseGroups(factor: FactorDates, groups: string[]): GroupSummary[] {
  const order = [...groups.keys()].sort((a, b) => (groups[a] < groups[b] ? -1 : 1))
  return factor.horizons.flatMap((one) =>
    order.flatMap((g) => {
      const found = one.groups[g]
      if (!found) return []
      const ic = present(found.ic)
      return {
        ...{ name: factor.name, horizon: one.horizon, group: groups[g] },
        ic_mean: figure(mean(ic)),
        icir: figure(informationRatio(ic)),
        t_nw: figure(meanT(ic, one)),
        rank_ic_mean: figure(meanPresent(found.rankIc)),
        dates: ic.length,
      }
    }),
  )
}

/** JSON has no NaN. */
export function figure(value: number): Figure {
  return Number.isFinite(value) ? value : null
}

function meanT(values: Float64Array, { horizon }: HorizonDates): number {
  return neweyWestT(values, neweyWestLag(horizon, values.length))
}
