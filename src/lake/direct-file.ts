import type { BarOptions } from './input/bars.js'
import { detectFormat } from './input/bytes.js'
import { findColumns } from './input/columns.js'
import { PRICE_COLUMNS } from './layout.js'
import type { ParquetSource } from './parquet.js'
import type { SeriesFile } from './series.js'

/** A Parquet file whose bars can be streamed as they lie. */
export interface DirectFile {
  path: string
  timestampColumn: string
  symbolColumn: string | null
  exchange: string | null
  columns: string[]
  parts: { symbol: string | null; span: Omit<SeriesFile, 'path' | 'timestampColumn'> }[]
}

/**
 * Looks whether a file is Parquet with the usual names of columns and times that are UTC, and which series it holds.
 *
 * @returns null if its bars must be made row by row
 */
export async function scanDirect(path: string, options: BarOptions, source: ParquetSource): Promise<DirectFile | null> {
  if (!options.timeframe || options.clock || options.stamp === 'close' || options.tsFormat || options.tsUnit)
    return null
  if ((await detectFormat(path)).format !== 'parquet') return null
  const { columns } = await source.describe(path)
  const empty = columns.map(({ name, kind }) => [
    name,
    kind === 'text' ? { kind, values: [] } : { kind, values: new Float64Array() },
  ])
  const roles = findColumns(path, { rows: 0, columns: Object.fromEntries(empty) }, options)
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]))
  // Texts that are no prices are not asked for; prices as text are to be read as numbers first.
  const values = [...roles.values].filter(
    ([name, column]) => kinds.get(column) === 'number' || (PRICE_COLUMNS as readonly string[]).includes(name),
  )
  const isPlain = values.every(([name, column]) => name === column && kinds.get(column) === 'number')
  const [time] = roles.time
  if (!isPlain || roles.time.length !== 1 || kinds.get(time) !== 'timestamp' || (options.symbol && roles.symbol))
    return null
  if (columns.some(({ name, kind }) => kind === 'text' && /^(timeframe|time_frame|interval)$/i.test(name))) return null
  if ([roles.symbol, roles.exchange].some((name) => name !== null && kinds.get(name) !== 'text')) return null
  const { symbol, exchange } = roles
  return scanSeries({ path, source, time, symbol, exchange, columns: values.map(([name]) => name) })
}

interface Request {
  path: string
  source: ParquetSource
  time: string
  symbol: string | null
  exchange: string | null
  columns: string[]
}

async function scanSeries({ path, source, time, symbol, exchange, columns }: Request): Promise<DirectFile | null> {
  const parts = new Map<string | null, DirectFile['parts'][number]['span']>()
  const exchanges = new Set<string | null>()
  const names = [...new Set([time, symbol, exchange])].filter((name) => name !== null)
  for await (const batch of source.read(path, { columns: names })) {
    const times = batch.columns[time].values as Float64Array
    const symbols = symbol === null ? null : (batch.columns[symbol].values as (string | null)[])
    if (exchange !== null) for (const name of batch.columns[exchange].values as (string | null)[]) exchanges.add(name)
    let current: string | null | undefined
    let span = emptySpan()
    for (let row = 0; row < batch.rows; row++) {
      const of = symbols === null ? null : symbols[row]
      // Rows of no symbol belong to none: they must be left out row by row.
      if (symbols !== null && (of === null || of.trim() === '')) return null
      if (of !== current) {
        current = of
        span = parts.get(of) ?? emptySpan()
        parts.set(of, span)
      }
      widen(span, times[row])
    }
  }
  // Symbols of two exchanges may share a name: they must be told apart row by row.
  if (exchanges.size > 1) return null
  const found = [...parts]
    .filter(([, span]) => span.minMs <= span.maxMs)
    .map(([of, span]) => ({
      symbol: of,
      span: { ...span, ascending: span.sorted, sorted: span.sorted && parts.size === 1 },
    }))
  return {
    path,
    timestampColumn: time,
    symbolColumn: symbol,
    exchange: [...exchanges][0] ?? null,
    columns,
    parts: found,
  }
}

const emptySpan = () => ({ rows: 0, minMs: Number.POSITIVE_INFINITY, maxMs: Number.NEGATIVE_INFINITY, sorted: true })

function widen(span: ReturnType<typeof emptySpan>, ms: number): void {
  if (!(ms > span.maxMs)) span.sorted = false
  if (ms < span.minMs) span.minMs = ms
  if (ms > span.maxMs) span.maxMs = ms
  span.rows++
}
