import { LqError } from '../../errors.js'
import { PRICE_COLUMNS, SEQUENCE_COLUMN } from '../layout.js'
import type { InputBatch } from './batch.js'
import { NOT_A_NUMBER, parseNumber } from './number-text.js'
import type { InputOptions } from './options.js'

/** Which column of a file is what. */
export interface Roles {
  time: string[]
  symbol: string | null
  exchange: string | null
  timeframe: string | null
  /** bar column → column of the file; those of the contract first */
  values: Map<string, string>
}

const TIME_NAMES = ['timestamp', 'datetime', 'date', 'time', 'ts', 'open_time']
const TIMEFRAME_NAMES = ['timeframe', 'time_frame', 'interval']
const KNOWN_VALUES = [...PRICE_COLUMNS, 'turnover', 'trades', 'adj_close']
/** Names that mean something else in the lake. */
const RESERVED = [...TIME_NAMES, ...TIMEFRAME_NAMES, 'exchange', 'symbol', SEQUENCE_COLUMN]
const TIMEFRAME = /^[1-9][0-9]*[smhdwSHDWM]$/
const SAMPLE_ROWS = 5000

/** `Adj Close`, `<CLOSE>` and `adj-close` are names a person would take for `adj_close` and `close`. */
function plainName(name: string): string {
  return name
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
}

/**
 * Finds the columns of a bar by the names that are asked for, else by the usual ones.
 *
 * @throws LQ_INPUT_INVALID if there is no time or no price; LQ_USAGE if there are several that could be meant
 */
export function findColumns(path: string, batch: InputBatch, options: InputOptions): Roles {
  const find = finder(path, Object.keys(batch.columns))
  const map = options.map ?? {}
  const time =
    options.tsColumns?.map(find.required) ?? (map.timestamp ? [find.required(map.timestamp)] : timeColumns(path, find))
  const symbolName = options.symbolColumn ?? map.symbol
  const symbol = symbolName !== undefined ? find.required(symbolName) : find.optional('symbol')
  const exchange = map.exchange ? find.required(map.exchange) : find.optional('exchange')
  const timeframe =
    TIMEFRAME_NAMES.map(find.optional).find((name) => name !== null && holdsTimeframes(batch, name)) ?? null
  const taken = new Set([...time, symbol, exchange, timeframe])
  const values = valueColumns(batch, { find, map, taken })
  if (!PRICE_COLUMNS.slice(0, 4).some((name) => values.has(name))) {
    throw new LqError(
      'LQ_INPUT_INVALID',
      `${path}: expected a column open, high, low or close, found ${find.names.join(', ')}`,
      {
        hint: 'say which column is which: --map close=last,volume=qty',
      },
    )
  }
  return { time, symbol, exchange, timeframe, values }
}

/**
 * Finds which columns say when a row is known, and of which symbol, in a file that need not hold bars.
 *
 * @param asked.time the column of the times, where the usual names do not say it
 * @returns symbol null: the rows are of no symbol, or of all
 * @throws LQ_INPUT_INVALID if there is no time; LQ_USAGE if there are several that could be meant
 */
export function findKeys(
  path: string,
  names: string[],
  asked: { time?: string },
): { time: string[]; symbol: string | null } {
  const find = finder(path, names)
  const time = asked.time === undefined ? timeColumns(path, find) : [find.required(asked.time)]
  return { time, symbol: findSymbol(path, names) }
}

/** @returns the column of the symbols, or null. @throws LQ_USAGE if there are several */
export function findSymbol(path: string, names: string[]): string | null {
  const find = finder(path, names)
  return find.optional('symbol') ?? find.optional('ticker')
}

/** Finds a column by its name, whatever its case and blanks. @throws LQ_INPUT_INVALID if it is not there */
export function findColumn(path: string, names: string[], wanted: string): string {
  return finder(path, names).required(wanted)
}

interface Finder {
  names: string[]
  required(name: string): string
  optional(name: string): string | null
}

function finder(path: string, names: string[]): Finder {
  const optional = (wanted: string): string | null => {
    if (names.includes(wanted)) return wanted
    const alike = names.filter((name) => plainName(name) === plainName(wanted))
    if (alike.length <= 1) return alike[0] ?? null
    throw new LqError('LQ_USAGE', `${path}: which of ${alike.join(', ')} is ${wanted}?`, {
      hint: `--map ${wanted}=…, spelled as in the file`,
    })
  }
  const required = (wanted: string): string => {
    const name = optional(wanted)
    if (name !== null) return name
    throw new LqError('LQ_INPUT_INVALID', `${path}: expected a column ${wanted}, found ${names.join(', ') || 'none'}`, {
      hint: 'name a column that is there',
    })
  }
  return { names, optional, required }
}

function timeColumns(path: string, find: Finder): string[] {
  const found = TIME_NAMES.map(find.optional).filter((name) => name !== null)
  if (found.length === 1) return found
  const plain = found.map(plainName)
  // A date with a time of day beside it, as MetaTrader writes them.
  if (found.length === 2 && plain[0] === 'date' && plain[1] === 'time') return found
  if (found.length > 1)
    throw new LqError('LQ_USAGE', `${path}: which of ${found.join(', ')} is the time of a bar?`, {
      hint: `--ts-column ${found[0]}`,
    })
  throw new LqError(
    'LQ_INPUT_INVALID',
    `${path}: expected a column ${TIME_NAMES.join(', ')}, found ${find.names.join(', ') || 'none'}`,
    {
      hint: 'name it: --ts-column C, or --ts-column DATE,TIME for two',
    },
  )
}

function holdsTimeframes(batch: InputBatch, name: string): boolean {
  const column = batch.columns[name]
  if (column.kind !== 'text') return false
  const values = column.values.slice(0, SAMPLE_ROWS).filter((value) => value !== null)
  return values.length > 0 && values.every((value) => TIMEFRAME.test(value.trim()))
}

interface ValueRequest {
  find: Finder
  map: Record<string, string>
  taken: Set<string | null>
}

function valueColumns(batch: InputBatch, { find, map, taken }: ValueRequest): Map<string, string> {
  const values = new Map<string, string>()
  for (const [target, source] of Object.entries(map))
    if (!RESERVED.includes(target)) values.set(target, find.required(source))
  for (const name of KNOWN_VALUES) {
    const source = values.has(name) ? null : find.optional(name)
    if (source !== null && !taken.has(source)) values.set(name, source)
  }
  const used = new Set([...values.values(), ...taken])
  for (const source of find.names) {
    const name = plainName(source)
    if (used.has(source) || values.has(name) || RESERVED.includes(name) || !isNumeric(batch, source)) continue
    values.set(name, source)
  }
  return values
}

/** Numbers, or texts of which some and all that are not empty are numbers; of a text without any we cannot know. */
function isNumeric(batch: InputBatch, name: string): boolean {
  const column = batch.columns[name]
  if (column.kind !== 'text') return column.kind === 'number'
  const sample = column.values.slice(0, SAMPLE_ROWS)
  return sample.every((text) => parseNumber(text) !== NOT_A_NUMBER)
}
