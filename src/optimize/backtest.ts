import { createTally, type Tally } from './tally.js'
import type { TrialResult } from './types.js'

/** When an order that a close decides is filled: at the close of the next bar, at its open, or at once. */
export type Execution = 'next-close' | 'next-open' | 'close'

/** What trading costs, as fractions. */
export interface Costs {
  /** of the equity, for each unit of |Δposition| */
  turn: number
  /** of what is sold short, for each bar that it is held */
  borrow: number
}

/** Prices of one symbol. A bar without a price above 0 is none: nothing is decided, filled or earned at it. */
export interface Prices {
  /** [rows]; only `next-open` looks at it */
  open: Float64Array
  /** [rows] */
  close: Float64Array
}

/** What a strategy says at each bar: [rows] each, 1 or 0 for conditions; missing is not true. Null: it says nothing. */
export interface Signals {
  long: Float64Array | null
  exit: Float64Array | null
  short: Float64Array | null
  cover: Float64Array | null
  /** share of the equity, above 0; where it is not, nothing is entered */
  size: Float64Array | null
}

/** Bounds of a position; Infinity: none. */
export interface Limits {
  /** fractions of the entry price, judged at closes */
  stopLoss: number
  takeProfit: number
  /** bars from the fill of the entry to that of the exit, ≥ 1 */
  holding: number
}

/** How orders become money. */
export interface Rules {
  limits: Limits
  costs: Costs
  execution: Execution
}

/** One trade. Rows are those of its fills; `exitRow` is null where it was open at the end. */
export interface Trade {
  /** 1 long, −1 short */
  side: number
  size: number
  entryRow: number
  exitRow: number | null
  entryPrice: number
  /** of the fill; of the last close where it was open */
  exitPrice: number
  /** of the equity, costs included */
  return: number
}

/** A back-test in full. */
export interface Backtest {
  result: Omit<TrialResult, 'params'>
  /** [rows] */
  equity: Float64Array
  /** [rows − 1] of the bars from the second on */
  returns: Float64Array
  trades: Trade[]
  /** [rows] 1 at bars with a position */
  exposed: Uint8Array
}

/**
 * Back-test of one symbol, bar after bar: the definition that every faster way is held to.
 *
 * At each bar with a price: an order of the bar before is filled, unless the bar is the last; what is held earns; then,
 * at the close, the signals decide whether an order is given. `close` decides first and fills at the same close.
 *
 * @returns equity from 1 on, compounded; one that falls to 0 or below is 0, and nothing is traded after
 * @see docs/optimizer.md, Back-test
 */
export function backtest(prices: Prices, signals: Signals, rules: Rules): Backtest {
  const rows = prices.close.length
  const book = openBook(rows)
  const now = rules.execution === 'close'
  const equity = new Float64Array(rows)
  const returns = new Float64Array(Math.max(0, rows - 1))
  for (let row = 0; row < rows; row++) {
    const bar = { row, open: prices.open[row], close: prices.close[row], isLast: row === rows - 1 }
    if (isBar(bar, rules.execution)) {
      if (now) decide(book, bar, { signals, limits: rules.limits, fillRow: row })
      const growth = trade(book, bar, rules)
      // What the first bar costs is in the return of the next.
      if (row === 0) book.carried = growth
      else returns[row - 1] = book.tally.add(row - 1, growth)
      if (!(book.tally.equity() > 0)) ruin(book, bar)
      if (!now) decide(book, bar, { signals, limits: rules.limits, fillRow: row + 1 })
      book.lastClose = bar.close
    }
    equity[row] = book.tally.equity()
  }
  if (book.held !== 0) endTrade(book, { growth: book.tally.equity() / book.base, row: null, price: book.lastClose })
  return { result: book.tally.result(), equity, returns, trades: book.trades, exposed: book.exposed }
}

/**
 * Back-test of a book that gives each symbol the same share and restores it at each bar: its return is the mean of
 * theirs. Trades are those of all; turnover is of the book's equity; a bar is exposed where one symbol is.
 *
 * @param symbols all of the same rows
 */
export function backtestBook(
  symbols: { prices: Prices; signals: Signals }[],
  rules: Rules,
): Backtest & { parts: Backtest[] } {
  const parts = symbols.map(({ prices, signals }) => backtest(prices, signals, rules))
  const rows = symbols[0].prices.close.length
  const tally = createTally(Math.max(0, rows - 1))
  const equity = new Float64Array(rows).fill(1)
  const returns = new Float64Array(Math.max(0, rows - 1))
  const exposed = new Uint8Array(rows)
  for (let row = 1; row < rows; row++) {
    let sum = 0
    for (const part of parts) sum += part.returns[row - 1]
    returns[row - 1] = tally.add(row - 1, 1 + sum / parts.length)
    equity[row] = tally.equity()
    if (parts.some((part) => part.exposed[row])) exposed[row] = 1
    if (exposed[row]) tally.expose()
  }
  for (const part of parts) {
    tally.turn(part.result.turnover / parts.length)
    for (const one of part.trades) {
      tally.enter()
      tally.leave(one.return)
    }
  }
  return { result: tally.result(), equity, returns, trades: parts.flatMap((part) => part.trades), exposed, parts }
}

interface Bar {
  row: number
  open: number
  close: number
  isLast: boolean
}

/** What is held, and what became of it so far. */
interface Book {
  /** position: a signed share of the equity */
  held: number
  /** position that is asked for */
  order: number
  /** side that a limit has closed, until its condition has not been true for once */
  blocked: number
  entryPrice: number
  entryRow: number
  /** equity before the entry was paid for */
  base: number
  lastClose: number
  /** growth that waits for the first return */
  carried: number
  tally: Tally
  trades: Trade[]
  exposed: Uint8Array
}

function openBook(rows: number): Book {
  const nothing = { held: 0, order: 0, blocked: 0, entryPrice: 0, entryRow: 0, base: 1 }
  const made = { tally: createTally(Math.max(0, rows - 1)), trades: [], exposed: new Uint8Array(rows) }
  return { ...nothing, lastClose: Number.NaN, carried: 1, ...made }
}

/** Whether anything can be decided or filled at a bar. */
export function isBar({ open, close }: { open: number; close: number }, execution: Execution): boolean {
  return close > 0 && (execution !== 'next-open' || open > 0)
}

/** Lets the position earn up to this close, and fills the order. @returns by how much the equity grew */
function trade(book: Book, bar: Bar, { costs, execution }: Rules): number {
  const { held, order, lastClose } = book
  const fills = order !== held && !bar.isLast
  const price = execution === 'next-open' && fills ? bar.open : bar.close
  const change = lastClose > 0 ? price / lastClose - 1 : 0
  const borrowed = held < 0 ? -held * costs.borrow : 0
  const earned = book.carried * (1 + (held * change - borrowed))
  book.carried = 1
  if (!fills) {
    expose(book, bar, held)
    return earned
  }
  const turned = Math.abs(order - held)
  const cut = book.tally.equity() * (earned * (1 - Math.abs(held) * costs.turn))
  if (held !== 0) endTrade(book, { growth: cut / book.base, row: bar.row, price })
  if (order !== 0) beginTrade(book, { order, cut, row: bar.row, price })
  book.tally.turn(turned)
  book.held = order
  expose(book, bar, execution === 'next-open' ? order : held)
  const paid = earned * (1 - turned * costs.turn)
  return execution === 'next-open' ? paid * (1 + order * (bar.close / bar.open - 1)) : paid
}

/** The first bar has no return: it counts nowhere. */
function expose(book: Book, { row }: Bar, held: number): void {
  if (row === 0 || held === 0) return
  book.exposed[row] = 1
  book.tally.expose()
}

function beginTrade(book: Book, entry: { order: number; cut: number; row: number; price: number }): void {
  const { order, cut, row, price } = entry
  Object.assign(book, { entryPrice: price, entryRow: row, base: cut })
  const at = { entryRow: row, exitRow: null, entryPrice: price, exitPrice: price, return: 0 }
  book.trades.push({ side: Math.sign(order), size: Math.abs(order), ...at })
  book.tally.enter()
}

/** @param exit.growth of the equity from before the entry was paid for to after the exit was */
function endTrade({ trades, tally }: Book, exit: { growth: number; row: number | null; price: number }): void {
  const gain = exit.growth - 1
  Object.assign(trades[trades.length - 1], { exitRow: exit.row, exitPrice: exit.price, return: gain })
  tally.leave(gain)
}

/** All is lost: what is held is gone, and stays gone. */
function ruin(book: Book, { row, close }: Bar): void {
  if (book.held !== 0) endTrade(book, { growth: 0, row, price: close })
  book.held = 0
  book.order = 0
}

/** Gives an order, or takes it back, by what the signals say at the close of a bar. */
function decide(
  book: Book,
  { row, close }: Bar,
  { signals, limits, fillRow }: { signals: Signals; limits: Limits; fillRow: number },
): void {
  if (!(book.tally.equity() > 0)) return
  const { held } = book
  const says = (signal: Float64Array | null) => signal !== null && signal[row] > 0
  const leavesLong = signals.exit ? says(signals.exit) : !says(signals.long)
  const leavesShort = signals.cover ? says(signals.cover) : !says(signals.short)
  const wantsLong = says(signals.long) && !leavesLong
  const wantsShort = says(signals.short) && !leavesShort && !wantsLong
  const want = wantsLong ? 1 : wantsShort ? -1 : 0
  if (want !== book.blocked) book.blocked = 0
  const side = Math.sign(held)
  const limited = side !== 0 && isLimited(book, { side, close, fillRow }, limits)
  const leaves = side > 0 ? leavesLong : leavesShort
  let next = side
  if (side === 0) next = want === book.blocked ? 0 : want
  else if (want === -side) next = want
  else if (limited || leaves) next = 0
  if (limited && next === 0) book.blocked = side
  const size = signals.size ? signals.size[row] : 1
  book.order = next === side ? held : size > 0 ? next * size : 0
}

function isLimited(
  { entryPrice, entryRow }: Book,
  { side, close, fillRow }: { side: number; close: number; fillRow: number },
  { stopLoss, takeProfit, holding }: Limits,
): boolean {
  const gain = side * (close - entryPrice)
  return gain <= -stopLoss * entryPrice || gain >= takeProfit * entryPrice || fillRow - entryRow >= holding
}
