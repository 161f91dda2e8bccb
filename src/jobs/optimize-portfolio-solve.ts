import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import { symbolName } from '../lake/layout.js'
import { solveHere, solveTogether } from '../optimize/portfolio/pool.js'
import type { Portfolio, PortfolioTask, TaskResult } from '../optimize/portfolio/task.js'
import type { PortfolioFiles } from './optimize-portfolio-files.js'
import { membersOf, type PortfolioDate, type Prices } from './optimize-portfolio-prices.js'
import type { PortfolioRequest } from './optimize-portfolio-request.js'

/** A date and what came of it. */
export interface SolvedDate {
  atMs: number
  /** ms: the last bar that it knows */
  barMs: number
  /** symbols that take part, in the order of the weights */
  symbols: string[]
  /** symbols without a price at every row */
  leftOut: string[]
  /** null: the limits conflict */
  portfolio: Portfolio | null
  conflict: string[]
}

interface SolveContext {
  config: Config
  signal?: AbortSignal
  onProgress?: (progress: { done: number; total: number }) => void
}

/**
 * Solves the dates: together, or with a turnover limit one after the other, as each then begins at what the one before
 * holds.
 *
 * @throws LQ_INPUT_MISSING where a date has no symbol; LQ_INPUT_INVALID where its estimates allow no answer
 */
export async function solveDates(
  request: PortfolioRequest & { annual: number },
  { prices, dates, files }: { prices: Prices; dates: PortfolioDate[]; files: PortfolioFiles },
  { config, signal, onProgress }: SolveContext,
): Promise<SolvedDate[]> {
  const members = dates.map((date) => memberDate(prices, date))
  let done = 0
  const advance = (count: number) => {
    done += count
    onProgress?.({ done, total: dates.length })
  }
  if (request.turnover === null) {
    const tasks = members.map((member) => taskOf(request, { prices, member, files, held: null }))
    const results = await solveTogether(tasks, { threads: config.threads, signal, advance })
    return results.map((result, i) => solvedDate(members[i], result))
  }
  const solved: SolvedDate[] = []
  let held = files.current.size > 0 ? files.current : null
  for (const member of members) {
    const task = taskOf(request, { prices, member, files, held })
    const one = solvedDate(member, solveHere(task, { signal, advance }))
    const { portfolio } = one
    if (portfolio) held = new Map(one.symbols.map((symbol, i) => [symbolName(symbol), portfolio.weights[i]]))
    solved.push(one)
  }
  return solved
}

type Member = ReturnType<typeof memberDate>

function memberDate(prices: Prices, date: PortfolioDate) {
  const { assets, leftOut } = membersOf(prices, date)
  if (assets.length === 0) {
    const at = new Date(date.atMs).toISOString()
    throw new LqError('LQ_INPUT_MISSING', `expected a symbol with bars throughout the lookback to ${at}, found none`, {
      hint: 'take a shorter --lookback, or a later date',
    })
  }
  return { ...date, barMs: prices.timestamps[date.to - 1], assets, leftOut, symbols: namesOf(prices, assets) }
}

const namesOf = ({ symbols }: Prices, assets: Int32Array): string[] => Array.from(assets, (n) => symbols[n])

function taskOf(
  request: PortfolioRequest & { annual: number },
  of: { prices: Prices; member: Member; files: PortfolioFiles; held: Map<string, number> | null },
): PortfolioTask {
  const { prices, member, files, held } = of
  const names = member.symbols.map(symbolName)
  const { method, returns, covariance, decay, annual, rf, floor, cap, target, aversion, level, fraction } = request
  const groups = files.groups.map(({ name, symbols, lower, upper }) => {
    return { name, lower, upper, members: names.flatMap((symbol, i) => (symbols.has(symbol) ? [i] : [])) }
  })
  const turnover = request.turnover !== null && held ? turnoverOf(request.turnover, names, held) : null
  return {
    ...{ prices: prices.values, rows: prices.timestamps.length, assets: member.assets },
    ...{ from: member.from, to: member.to, method },
    options: {
      ...{ returns, covariance, decay, annual, rf, target, aversion, level, fraction },
      limits: { floor, cap, turnover, groups },
      market: marketOf(names, files.market),
      views: viewsOf(names, files.views),
    },
  }
}

function turnoverOf(most: number, names: string[], held: Map<string, number>) {
  const there = new Set(names)
  let gone = 0
  for (const [symbol, weight] of held) if (!there.has(symbol)) gone += Math.abs(weight)
  return { most, gone, previous: Float64Array.from(names, (symbol) => held.get(symbol) ?? 0) }
}

/** The market's weights among those that take part. */
function marketOf(names: string[], market: Map<string, number> | null): Float64Array | null {
  if (market === null) return null
  const weights = Float64Array.from(names, (symbol) => market.get(symbol) ?? 0)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (sum > 0) return weights.map((weight) => weight / sum)
  throw new LqError('LQ_INPUT_INVALID', '--market: expected weights of the symbols above 0, found none', {
    hint: 'rows are symbol,weight',
  })
}

/** Views of which every symbol takes part. */
function viewsOf(names: string[], views: PortfolioFiles['views']) {
  const place = new Map(names.map((symbol, i) => [symbol, i]))
  return views.flatMap(({ long, short, value, confidence }) => {
    const [at, against] = [place.get(long), short === null ? -1 : place.get(short)]
    if (at === undefined || against === undefined) return []
    const loads = new Float64Array(names.length)
    loads[at] += 1
    if (against >= 0) loads[against] -= 1
    return [{ loads, value, confidence }]
  })
}

function solvedDate({ atMs, barMs, symbols, leftOut }: Member, result: TaskResult): SolvedDate {
  if ('failure' in result) {
    const { code, message, hint } = result.failure
    throw new LqError(code, `${new Date(atMs).toISOString()}: ${message}`, { hint })
  }
  const portfolio = 'portfolio' in result ? result.portfolio : null
  return { atMs, barMs, symbols, leftOut, portfolio, conflict: 'conflict' in result ? result.conflict : [] }
}
