import { type FactorDates, type HorizonDates, ROLLING_DATES, rollingIc, spreadOf } from '../factors/evaluation/dates.js'
import {
  type FactorCorrelations,
  ORTHOGONAL_BELOW,
  REDUNDANT_ABOVE,
  type RedundantPair,
} from '../factors/evaluation/redundancy.js'
import type { FactorSummary, GroupSummary } from '../factors/evaluation/summary.js'
import { barChart, heatMap, lineChart } from './chart.js'
import { type Cell, digits, drawing, element, type Html, page, table, text, together } from './html.js'

/** What a report of an evaluation shows. */
export interface EvaluationReport {
  /** of the run: what was evaluated, on what */
  facts: [name: string, value: string][]
  delay: number
  /** [dates] ms */
  timestamps: Float64Array
  /** [dates] panel row of each */
  rows: Int32Array
  dates: FactorDates[]
  /** per factor and horizon, the horizons of a factor one after the other */
  summaries: FactorSummary[]
  groups: GroupSummary[]
  correlations: FactorCorrelations
  redundant: RedundantPair[]
  orthogonal: string[]
}

/** Factors that are plotted, and factors of the heat map: the best by |ICIR| at the first horizon. */
export const PLOTTED_MAX = 12
export const MAPPED_MAX = 40
/** Rows of the table of redundant pairs. */
const REDUNDANT_MAX = 50
/** Per one: basis points. */
const BASIS_POINTS = 1e4

/** A report as one page of HTML, its drawings inside: nothing is loaded from elsewhere. */
export function evaluationPage(report: EvaluationReport): string {
  const order = bestFirst(report)
  const plotted = order.slice(0, PLOTTED_MAX)
  let drawings = 0
  const draw = (caption: string, svg: string) => drawing(caption, svg, drawings++)
  return page('Evaluation of factors', [
    element('h1', {}, text('Evaluation of factors')),
    facts(report.facts),
    index(report, order),
    together(plotted.map((factor) => detail(report, factor, draw))),
    correlations(report, order.slice(0, MAPPED_MAX), draw),
    redundancy(report),
    groups(report),
  ])
}

type Draw = (caption: string, svg: string) => Html

/** Places of the factors, the greatest |ICIR| at the first horizon first; those without one last. */
function bestFirst({ dates, summaries }: EvaluationReport): number[] {
  const strength = dates.map((_, factor) => Math.abs(firstOf(summaries, dates, factor).icir ?? -1))
  const known = (factor: number) => (firstOf(summaries, dates, factor).icir === null ? -1 : strength[factor])
  return [...dates.keys()].sort((a, b) => known(b) - known(a) || a - b)
}

function firstOf(summaries: FactorSummary[], dates: FactorDates[], factor: number): FactorSummary {
  return summaries[factor * dates[0].horizons.length]
}

function facts(known: [string, string][]): Html {
  return element(
    'dl',
    {},
    ...known.flatMap(([name, value]) => [element('dt', {}, text(name)), element('dd', {}, text(value))]),
  )
}

const FIGURES: [head: string, cell: (summary: FactorSummary) => string][] = [
  ['IC', ({ ic_mean }) => digits(ic_mean, 4)],
  ['ICIR', ({ icir }) => digits(icir, 3)],
  ['t', ({ t_nw }) => digits(t_nw, 2)],
  ['IC > 0', ({ positive_share }) => digits(positive_share, 3)],
  ['rank IC', ({ rank_ic_mean }) => digits(rank_ic_mean, 4)],
  ['rank ICIR', ({ rank_icir }) => digits(rank_icir, 3)],
  ['rank t', ({ rank_t_nw }) => digits(rank_t_nw, 2)],
  ['spread, bp', ({ spread_mean }) => digits(scaled(spread_mean, BASIS_POINTS), 2)],
  ['spread t', ({ spread_t_nw }) => digits(spread_t_nw, 2)],
  ['hit rate', ({ hit_rate }) => digits(hit_rate, 3)],
  ['turnover', ({ turnover }) => digits(turnover, 3)],
  ['autocorr.', ({ rank_autocorrelation }) => digits(rank_autocorrelation, 3)],
  ['coverage', ({ coverage }) => digits(coverage, 3)],
  ['dates', ({ dates }) => String(dates)],
]

const HEADS = FIGURES.map(([head]) => head)
const cells = (summary: FactorSummary): Cell[] => FIGURES.map(([, cell]) => cell(summary))

const scaled = (value: number | null, by: number): number | null => (value === null ? null : value * by)

function index(report: EvaluationReport, order: number[]): Html {
  const { dates, summaries } = report
  const horizon = dates[0].horizons[0].horizon
  const rows = order.map((factor, place) => {
    const name = text(dates[factor].name)
    const linked = place < PLOTTED_MAX ? element('a', { href: `#factor-${factor}` }, name) : name
    return [linked, ...cells(firstOf(summaries, dates, factor))]
  })
  const of = dates.length > PLOTTED_MAX ? ` The best ${PLOTTED_MAX} of ${dates.length} are plotted below.` : ''
  return section('Factors', [
    note(`At the first horizon, ${horizon} ${horizon === 1 ? 'row' : 'rows'}; best |ICIR| first.${of}`),
    table(['factor', ...HEADS], rows),
  ])
}

/** One factor: its correlations over time, its decay, its portfolios. */
function detail(report: EvaluationReport, factor: number, draw: Draw): Html {
  const { timestamps, summaries } = report
  const { name, horizons } = report.dates[factor]
  const own = summaries.slice(factor * horizons.length, (factor + 1) * horizons.length)
  const [first] = horizons
  const rolling = rollingIc(first.ic, { horizon: first.horizon, delay: report.delay, rows: report.rows })
  const after = horizons.map(({ horizon }) => `${horizon}`)
  const line = (of: (one: HorizonDates) => Float64Array) =>
    lineChart(
      timestamps,
      horizons.map((one, h) => ({ name: after[h], values: of(one) })),
    )
  const plots = [
    draw(
      `IC over ${first.horizon}, and its mean over the last ${ROLLING_DATES} that were known`,
      lineChart(timestamps, [
        { name: 'IC', values: first.ic, faint: true },
        { name: 'rolling mean', values: rolling },
      ]),
    ),
    draw(
      'Cumulative IC, by horizon',
      line(({ ic }) => cumulative(ic)),
    ),
    draw(
      'Decay: mean IC and rank IC by horizon',
      barChart(after, [
        { name: 'IC', values: own.map(({ ic_mean }) => ic_mean ?? Number.NaN) },
        { name: 'rank IC', values: own.map(({ rank_ic_mean }) => rank_ic_mean ?? Number.NaN) },
      ]),
    ),
    draw(
      'Mean forward return per row by quantile (basis points), by horizon',
      barChart(
        first.returns.map((_, q) => `${q + 1}`),
        own.map(({ horizon, quantile_returns }, h) => ({
          name: after[h],
          values: quantile_returns.map((value) => scaled(value, BASIS_POINTS / horizon) ?? Number.NaN),
        })),
      ),
    ),
    draw(
      'Top less bottom quantile: cumulative sum of spread ÷ horizon, before costs, by horizon',
      line((one) => cumulative(spreadOf(one).map((value) => value / one.horizon))),
    ),
  ]
  return element(
    'section',
    { id: `factor-${factor}` },
    element('h2', {}, text(name)),
    table(
      ['horizon', ...HEADS],
      own.map((summary) => [String(summary.horizon), ...cells(summary)]),
    ),
    element('div', { class: 'plots' }, ...plots),
  )
}

/** Running sum; a date without a value adds nothing. */
function cumulative(values: Float64Array): Float64Array {
  let sum = 0
  return values.map((value) => {
    sum += Number.isNaN(value) ? 0 : value
    return sum
  })
}

function correlations({ correlations: found, dates }: EvaluationReport, order: number[], draw: Draw): Html {
  if (order.length < 2) return together([])
  const matrix = order.map((i) => order.map((j) => found.matrix[i][j]))
  const of = dates.length > order.length ? `, of the best ${order.length} of ${dates.length} factors` : ''
  return section('Correlations', [
    draw(
      `Mean rank correlation over ${found.dates} dates${of}`,
      heatMap(
        order.map((i) => dates[i].name),
        matrix,
      ),
    ),
  ])
}

function redundancy({ redundant, orthogonal, dates }: EvaluationReport): Html {
  if (dates.length < 2) return together([])
  const shown = redundant.slice(0, REDUNDANT_MAX)
  const more = redundant.length > shown.length ? ` (the strongest ${shown.length} of ${redundant.length})` : ''
  const pairs = table(
    ['factor', 'and', 'correlation'],
    shown.map(({ a, b, correlation }) => [a, b, digits(correlation, 3)]),
  )
  return section('Redundancy', [
    note(`Best first, with |correlation| below ${ORTHOGONAL_BELOW} among each other: ${orthogonal.join(', ')}.`),
    note(
      redundant.length === 0
        ? `No pair with |correlation| above ${REDUNDANT_ABOVE}.`
        : `Pairs above ${REDUNDANT_ABOVE}${more}:`,
    ),
    redundant.length === 0 ? together([]) : pairs,
  ])
}

function groups({ groups: found }: EvaluationReport): Html {
  if (found.length === 0) return together([])
  const rows = found.map(({ name, horizon, group, ic_mean, icir, t_nw, rank_ic_mean, dates }) => [
    ...[name, String(horizon), group, digits(ic_mean, 4), digits(icir, 3), digits(t_nw, 2)],
    ...[digits(rank_ic_mean, 4), String(dates)],
  ])
  return section('Groups', [table(['factor', 'horizon', 'group', 'IC', 'ICIR', 't', 'rank IC', 'dates'], rows)])
}

const section = (title: string, content: Html[]): Html =>
  element('section', {}, element('h2', {}, text(title)), ...content)

const note = (words: string): Html => element('p', {}, text(words))
