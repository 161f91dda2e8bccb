import { LqError } from '../../errors.js'
import { parseTimeframe, stepBars } from '../../timeframe.js'
import type { SeriesKey } from '../../types.js'
import { INTEGER_COLUMNS, PRICE_COLUMNS, symbolName } from '../layout.js'
import type { Column } from '../parquet.js'
import type { InputBatch } from './batch.js'
import { findColumns, type Roles } from './columns.js'
import type { Input } from './input.js'
import { NOT_A_NUMBER, NOT_FINITE, parseNumber } from './number-text.js'
import type { InputOptions } from './options.js'
import { openTimeColumn, type TimeColumn } from './time-column.js'

/** What becomes of a row. */
export const FATE = { GOOD: 0, SUSPECT: 1, QUARANTINED: 2, PASSED_OVER: 3 } as const

/** A batch of bars, ready for the lake. */
export interface BarBatch {
  rows: number
  /** FATE of each row */
  fate: Uint8Array
  /** [rows] ms since epoch, UTC, open of the bar */
  timestamp: Float64Array
  exchange: Label
  symbol: Label
  timeframe: Label
  columns: Record<string, Float64Array>
  /** row → why it is quarantined */
  reasons: Map<number, string>
}

/** One text for all rows, or one each. */
export type Label = string | (string | null)[]

const labelAt = (label: Label, row: number): string | null => (typeof label === 'string' ? label : label[row])

/** Rows of one series that follow each other, [from, to). */
export interface BarRun {
  key: SeriesKey
  from: number
  to: number
}

/** The rows to keep, cut wherever the series changes. */
export function* runsOf({ rows, fate, exchange, symbol, timeframe }: BarBatch): Generator<BarRun> {
  const isKept = (row: number) => row < rows && fate[row] <= FATE.SUSPECT
  const isSame = (a: number, b: number) =>
    labelAt(symbol, a) === labelAt(symbol, b) &&
    labelAt(timeframe, a) === labelAt(timeframe, b) &&
    labelAt(exchange, a) === labelAt(exchange, b)
  for (let from = 0; from < rows; ) {
    if (!isKept(from)) {
      from++
      continue
    }
    let to = from + 1
    while (isKept(to) && isSame(from, to)) to++
    const key = {
      exchange: labelAt(exchange, from)!,
      symbol: labelAt(symbol, from)!,
      timeframe: labelAt(timeframe, from)!,
    }
    yield { key, from, to }
    from = to
  }
}

export interface BarOptions extends InputOptions {
  /** suspect rows are quarantined too */
  strict?: boolean
  /** stands in for a symbol or exchange that neither a flag nor a column gives; where unset, that is a usage error */
  fallback?: { exchange: string; symbol: string }
}

/**
 * A function that makes bars of the batches of one file. Columns are found, and their forms decided, on the first
 * batch.
 *
 * @throws LQ_USAGE, LQ_INPUT_INVALID if the columns do not make a bar
 */
export function barMaker(input: Pick<Input, 'path' | 'zoned'>, options: BarOptions): (batch: InputBatch) => BarBatch {
  let layout: Layout | null = null
  return (batch) => {
    layout ??= openLayout(input, batch, options)
    return toBars(batch, layout)
  }
}

interface Layout {
  path: string
  roles: Roles
  time: TimeColumn
  options: BarOptions
  /** the symbol seen where --symbol stands for a column */
  seen: string | null
}

function openLayout({ path, zoned }: Pick<Input, 'path' | 'zoned'>, batch: InputBatch, options: BarOptions): Layout {
  const roles = findColumns(path, batch, options)
  if (!options.symbol && !roles.symbol && !options.fallback)
    throw missing(path, 'symbol', '--symbol BTC/USDT, or --symbol-column C')
  if (!options.exchange && !roles.exchange && !options.fallback) throw missing(path, 'exchange', '--exchange binance')
  if (!options.timeframe && !roles.timeframe) throw missing(path, 'timeframe', '--timeframe 1m')
  const sample =
    options.timeframe ?? (batch.columns[roles.timeframe!].values as (string | null)[]).find((text) => text !== null)!
  const dated = /[dwM]$/.test(sample)
  const time = openTimeColumn(path, batch, { names: roles.time, zoned, dated, options })
  return { path, roles, time, options, seen: null }
}

function missing(path: string, what: string, flag: string): LqError {
  return new LqError('LQ_USAGE', `${path}: no column ${what} and no flag says which ${what} the bars are of`, {
    hint: flag,
  })
}

function toBars(batch: InputBatch, layout: Layout): BarBatch {
  const { roles, options, path } = layout
  const fallback = options.fallback
  const bars: BarBatch = {
    rows: batch.rows,
    fate: new Uint8Array(batch.rows),
    timestamp: new Float64Array(batch.rows),
    exchange: options.exchange ?? label(batch, roles.exchange, lowerCase) ?? fallback!.exchange,
    symbol: options.symbol ?? label(batch, roles.symbol) ?? fallback!.symbol,
    timeframe: options.timeframe ?? label(batch, roles.timeframe, normalTimeframe)!,
    columns: {},
    reasons: new Map(),
  }
  if (options.symbol) assertOneSymbol(layout, batch)
  for (const name of PRICE_COLUMNS)
    if (!roles.values.has(name)) bars.columns[name] = new Float64Array(batch.rows).fill(Number.NaN)
  for (const [name, source] of roles.values) bars.columns[name] = numbers(path, source, batch)
  if (options.timeframe) passOver(bars, label(batch, roles.timeframe, normalTimeframe), options.timeframe)
  for (let row = 0; row < batch.rows; row++) {
    if (bars.fate[row] === FATE.PASSED_OVER) continue
    const fault =
      batch.faults?.get(row) ?? placeRow(bars, row, { batch, layout }) ?? badValue(bars, row, { batch, roles })
    if (fault !== null) quarantine(bars, row, fault)
    else judge(bars, row, options.strict === true)
  }
  return bars
}

function label(batch: InputBatch, name: string | null, normal = (text: string) => text): Label | null {
  if (name === null) return null
  const column = batch.columns[name]
  if (!column) return new Array(batch.rows).fill(null)
  let raw: string | null = null
  let text: string | null = null
  return Array.from(column.values as ArrayLike<string | number | null>, (value) => {
    if (value === raw) return text
    raw = value as string | null
    const trimmed = value === null || Number.isNaN(value) ? '' : String(value).trim()
    text = trimmed === '' ? null : normal(trimmed)
    return text
  })
}

const lowerCase = (text: string): string => text.toLowerCase()

/** `5H` is `5h`, but `M` is month and `m` minute. */
const normalTimeframe = (text: string): string => text.replace(/[SHDW]$/, (unit) => unit.toLowerCase())

/** --symbol may rename the one symbol of a column, but must not make two instruments one. */
function assertOneSymbol(layout: Layout, batch: InputBatch): void {
  const { path, roles } = layout
  for (const value of new Set(label(batch, roles.symbol) ?? [])) {
    if (value === null) continue
    layout.seen ??= value
    if (layout.seen === value) continue
    const found = `${layout.seen} and ${value}, which its column ${roles.symbol} tells apart`
    throw new LqError('LQ_USAGE', `${path}: --symbol would make one of ${found}`, {
      hint: 'leave --symbol out, or split the file',
    })
  }
}

function numbers(path: string, name: string, batch: InputBatch): Float64Array {
  const column: Column | undefined = batch.columns[name]
  if (!column) return new Float64Array(batch.rows).fill(Number.NaN)
  if (column.kind === 'timestamp' || column.kind === 'bool') {
    throw new LqError(
      'LQ_INPUT_INVALID',
      `${path}: expected numbers in column ${name}, found ${column.kind === 'bool' ? 'truth values' : 'times'}`,
      {
        hint: 'say which column is which: --map close=last',
      },
    )
  }
  const out = new Float64Array(batch.rows)
  if (column.kind === 'text') {
    const texts = column.values
    for (let row = 0; row < out.length; row++) out[row] = parseNumber(texts[row])
  } else {
    const values = column.values
    for (let row = 0; row < out.length; row++) out[row] = values[row] === NOT_A_NUMBER ? NOT_FINITE : values[row]
  }
  return out
}

/** With --timeframe, rows of a file that say they are of another are not meant. */
function passOver({ fate }: BarBatch, found: Label | null, wanted: string): void {
  if (found === null) return
  for (let row = 0; row < fate.length; row++)
    if ((labelAt(found, row) ?? wanted) !== wanted) fate[row] = FATE.PASSED_OVER
}

function quarantine(bars: BarBatch, row: number, reason: string): void {
  bars.fate[row] = FATE.QUARANTINED
  bars.reasons.set(row, reason)
}

/** Sets the time of a row. @returns why it has no key, or null */
function placeRow(
  bars: BarBatch,
  row: number,
  { batch, layout }: { batch: InputBatch; layout: Layout },
): string | null {
  const ms = layout.time.read(batch, row)
  if (typeof ms === 'string') return ms
  const timeframe = labelAt(bars.timeframe, row)
  if (timeframe === null) return 'no timeframe'
  if (labelAt(bars.exchange, row) === null) return 'no exchange'
  const symbol = labelAt(bars.symbol, row)
  if (symbol === null || (typeof bars.symbol !== 'string' && symbolName(symbol) === '')) return 'no symbol'
  bars.timestamp[row] = layout.options.stamp === 'close' ? openOf(timeframe, ms) : ms
  return null
}

/** Some exchanges stamp the last millisecond of a bar, others the first after it. */
function openOf(timeframe: string, closeMs: number): number {
  return stepBars(parseTimeframe(timeframe), (closeMs + 1) % 1000 === 0 ? closeMs + 1 : closeMs, -1)
}

function badValue(
  { columns }: BarBatch,
  row: number,
  { batch, roles }: { batch: InputBatch; roles: Roles },
): string | null {
  for (const name in columns) {
    const value = columns[name][row]
    const isFraction = INTEGER_COLUMNS.includes(name) && Number.isFinite(value) && !Number.isSafeInteger(value)
    if (value !== NOT_A_NUMBER && !isFraction) continue
    const written = batch.columns[roles.values.get(name)!].values[row]
    return `${name} is not a${isFraction ? ' whole' : ''} number: ${written}`
  }
  return null
}

/** Marks a row whose values cannot be right, and clears those that are not finite. */
function judge(bars: BarBatch, row: number, strict: boolean): void {
  let why = ''
  for (const name in bars.columns) {
    if (bars.columns[name][row] !== NOT_FINITE) continue
    why = `${name} is not finite`
    if (!strict) bars.columns[name][row] = Number.NaN
  }
  why ||= implausible(bars.columns, row)
  if (!why) return
  if (strict) quarantine(bars, row, `suspect: ${why}`)
  else bars.fate[row] = FATE.SUSPECT
}

/** Comparisons with a missing value are false, so it makes no row suspect. */
function implausible({ open, high, low, close, volume }: Record<string, Float64Array>, row: number): string {
  const [o, h, l, c] = [open[row], high[row], low[row], close[row]]
  if (o <= 0 || h <= 0 || l <= 0 || c <= 0) return 'a price is not positive'
  if (h < l) return 'high is below low'
  if (o > h || o < l) return 'open is outside of low … high'
  if (c > h || c < l) return 'close is outside of low … high'
  return volume[row] < 0 ? 'volume is negative' : ''
}
