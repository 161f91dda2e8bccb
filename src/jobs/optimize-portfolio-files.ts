import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import { hashFile } from '../lake/disk.js'
import { findColumn, findSymbol } from '../lake/input/columns.js'
import { openInput } from '../lake/input/input.js'
import { symbolName } from '../lake/layout.js'
import { openParquetSource } from '../lake/source.js'
import type { PortfolioRequest } from './optimize-portfolio-request.js'

/** What the files of a request say; symbols as `symbolName` spells them. */
export interface PortfolioFiles {
  groups: GroupRows[]
  /** symbol → weight held before the first date */
  current: Map<string, number>
  /** symbol → weight in the market; null: equal weights */
  market: Map<string, number> | null
  views: ViewRow[]
  /** role → SHA-256 of the file's bytes */
  identity: Record<string, string>
}

/** A group and its limits; −∞ and +∞ where there is none. */
export interface GroupRows {
  name: string
  symbols: Set<string>
  lower: number
  upper: number
}

/** `long` returns `value` a year more than `short`, or than nothing. */
export interface ViewRow {
  long: string
  short: string | null
  value: number
  confidence?: number
}

/**
 * Reads the files of a request: CSV, JSON, NDJSON or Parquet.
 *
 * @throws LQ_INPUT_MISSING; LQ_INPUT_INVALID naming the row
 */
export async function readPortfolioFiles(
  { groups, current, market, views }: PortfolioRequest,
  { config, signal }: { config: Config; signal?: AbortSignal },
): Promise<PortfolioFiles> {
  const context = { config, signal }
  const identity: Record<string, string> = {}
  for (const [role, path] of Object.entries({ groups, current, market, views })) {
    if (path !== undefined) identity[role] = await hashFile(path)
  }
  return {
    groups: groups === undefined ? [] : groupsOf(groups, await readRows(groups, context, ['group', 'min?', 'max?'])),
    current: new Map(current === undefined ? [] : await readWeights(current, context)),
    market: market === undefined ? null : new Map(await readWeights(market, context)),
    views: views === undefined ? [] : await readViews(views, context),
    identity,
  }
}

interface FileContext {
  config: Config
  signal?: AbortSignal
}

/** A row's number in the file, its symbol, and the texts of the columns asked for; empty where there is none. */
interface FileRow {
  row: number
  symbol: string
  cells: Record<string, string>
}

/** @param names columns, `?` at the end: it may be missing */
async function readRows(
  path: string,
  { config, signal }: FileContext,
  names: string[],
  symbolColumn?: string,
): Promise<FileRow[]> {
  const input = await openInput(path, { source: await openParquetSource(config), signal })
  const rows: FileRow[] = []
  for await (const batch of input.batches()) {
    const there = Object.keys(batch.columns)
    const symbols = symbolColumn ?? findSymbol(path, there) ?? findColumn(path, there, 'symbol')
    const columns = [symbols, ...names.filter((name) => !name.endsWith('?'))].map((name) =>
      findColumn(path, there, name),
    )
    for (const name of names.filter((one) => one.endsWith('?'))) {
      const plain = name.slice(0, -1)
      if (there.includes(plain)) columns.push(plain)
    }
    for (let i = 0; i < batch.rows; i++) {
      const text = (name: string) => {
        const value = batch.columns[name].values[i]
        return value === null || Number.isNaN(value) ? '' : String(value).trim()
      }
      const row = rows.length + 1
      const symbol = text(columns[0])
      if (symbol === '') throw badRow(path, row, `expected a ${symbols}, found none`)
      rows.push({
        row,
        symbol: symbolName(symbol),
        cells: Object.fromEntries(columns.map((name) => [name, text(name)])),
      })
    }
  }
  if (rows.length === 0) throw new LqError('LQ_INPUT_INVALID', `${path}: expected rows, found none`)
  return rows
}

function groupsOf(path: string, rows: FileRow[]): GroupRows[] {
  const groups = new Map<string, GroupRows>()
  for (const { row, symbol, cells } of rows) {
    const name = cells.group
    if (name === '') throw badRow(path, row, 'expected a group, found none')
    const limits = {
      lower: numberOf(cells.min ?? '', Number.NEGATIVE_INFINITY, { path, row, column: 'min' }),
      upper: numberOf(cells.max ?? '', Number.POSITIVE_INFINITY, { path, row, column: 'max' }),
    }
    const group = groups.get(name) ?? { name, symbols: new Set(), ...limits }
    // A limit may be on every row of its group, or on one.
    if (Number.isFinite(limits.lower)) group.lower = agreed(group.lower, limits.lower, { path, row, column: 'min' })
    if (Number.isFinite(limits.upper)) group.upper = agreed(group.upper, limits.upper, { path, row, column: 'max' })
    group.symbols.add(symbol)
    groups.set(name, group)
  }
  return [...groups.values()]
}

interface Place {
  path: string
  row: number
  column: string
}

function agreed(before: number, now: number, { path, row, column }: Place): number {
  if (!Number.isFinite(before) || before === now) return now
  throw badRow(path, row, `expected one ${column} of a group, found ${before} and ${now}`)
}

async function readWeights(path: string, context: FileContext): Promise<[symbol: string, weight: number][]> {
  const rows = await readRows(path, context, ['weight'])
  return rows.map(({ row, symbol, cells }) => {
    const weight = numberOf(cells.weight, Number.NaN, { path, row, column: 'weight' })
    if (Number.isNaN(weight)) throw badRow(path, row, 'expected a weight, found none')
    return [symbol, weight]
  })
}

async function readViews(path: string, context: FileContext): Promise<ViewRow[]> {
  const rows = await readRows(path, context, ['return', 'short?', 'confidence?'], 'long')
  return rows.map(({ row, symbol, cells }): ViewRow => {
    const value = numberOf(cells.return, Number.NaN, { path, row, column: 'return' })
    const confidence = numberOf(cells.confidence ?? '', Number.NaN, { path, row, column: 'confidence' })
    const short = cells.short ? symbolName(cells.short) : null
    if (Number.isNaN(value)) throw badRow(path, row, 'expected a return, found none')
    if (Number.isNaN(confidence)) return { long: symbol, short, value }
    if (confidence > 0 && confidence <= 1) return { long: symbol, short, value, confidence }
    throw badRow(path, row, `expected a confidence above 0, and 1 at most, found ${confidence}`)
  })
}

function numberOf(text: string, none: number, { path, row, column }: Place): number {
  if (text === '') return none
  const value = Number(text)
  if (Number.isFinite(value)) return value
  throw badRow(path, row, `${column}: expected a number, found ${JSON.stringify(text)}`)
}

function badRow(path: string, row: number, what: string): LqError {
  return new LqError('LQ_INPUT_INVALID', `${path}, row ${row}: ${what}`, {
    hint: 'groups: symbol,group,min,max; views: long,short,return,confidence; current and market: symbol,weight',
  })
}
