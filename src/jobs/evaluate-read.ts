import { LqError, throwIfAborted } from '../errors.js'
import { symbolName } from '../lake/layout.js'
import type { Batch } from '../lake/parquet.js'
import type { GroupLabels } from './evaluate-groups.js'
import type { ScoreFile } from './evaluate-scores.js'

/** Scores of some dates as tables, [symbols × dates] each; missing is NaN. */
export interface ReadTables {
  /** per factor */
  scores: Float64Array[]
  /** code of the group of each cell; null if the file has no groups */
  groups: Float64Array | null
  /** rows of the file that have a cell */
  placed: number
}

/** Symbols by name, whatever their spelling (`BTC/USDT` is `BTCUSDT`), to their places. */
export function symbolIndex(symbols: string[]): (symbol: string) => number | undefined {
  const byName = new Map(symbols.map((symbol, n) => [symbolName(symbol), n]))
  const known = new Map<string, number | undefined>()
  return (symbol) => {
    if (!known.has(symbol)) known.set(symbol, byName.get(symbolName(symbol)))
    return known.get(symbol)
  }
}

/**
 * Reads the scores of some dates.
 *
 * @param of.timestamps [dates] ms, ascending; rows of other timestamps are passed over
 * @throws LQ_INPUT_INVALID if a symbol has two rows at one timestamp
 */
export async function readTables(
  file: ScoreFile,
  of: {
    timestamps: Float64Array
    index: (symbol: string) => number | undefined
    symbols: number
    labels: GroupLabels
    /** tables that nobody reads any more: fresh memory costs more than to fill it */
    reuse?: Float64Array[]
    signal?: AbortSignal
  },
): Promise<ReadTables> {
  const { timestamps, signal } = of
  const dates = timestamps.length
  const table = (used?: Float64Array) => tableOf(of.symbols * dates, used)
  const scores = file.factors.map((_, f) => table(of.reuse?.[f]))
  const groups = file.group === null ? null : table()
  const taken = new Uint8Array(of.symbols * dates)
  const dateOf = new Map(Array.from(timestamps, (ms, t) => [ms, t]))
  const columns = ['timestamp', 'symbol', ...file.factors, ...(file.group === null ? [] : [file.group])]
  const range = { column: 'timestamp', from: timestamps[0], to: timestamps[dates - 1] + 1 }
  let placed = 0
  for await (const batch of file.source.read(file.path, { columns, range, signal })) {
    throwIfAborted(signal)
    const cells = cellsOf(batch, { ...of, dateOf, taken, path: file.path })
    for (const cell of cells) if (cell >= 0) placed++
    for (const [f, name] of file.factors.entries()) {
      place(scores[f], cells, batch.columns[name].values as Float64Array)
    }
    if (groups && file.group !== null) place(groups, cells, of.labels.codes(batch.columns[file.group].values))
  }
  return { scores, groups, placed }
}

/** A table of cells, all missing. */
function tableOf(cells: number, used?: Float64Array): Float64Array {
  return (used && used.length >= cells ? used.subarray(0, cells) : new Float64Array(cells)).fill(Number.NaN)
}

/** Cell of each row of a batch; −1 = none. */
function cellsOf(
  { rows, columns }: Batch,
  to: {
    timestamps: Float64Array
    dateOf: Map<number, number>
    index: (symbol: string) => number | undefined
    taken: Uint8Array
    path: string
  },
): Int32Array {
  const times = columns.timestamp.values as Float64Array
  const symbols = columns.symbol.values as string[]
  return Int32Array.from({ length: rows }, (_, i) => {
    const [t, n] = [to.dateOf.get(times[i]), to.index(symbols[i])]
    if (t === undefined || n === undefined) return -1
    const cell = n * to.timestamps.length + t
    if (to.taken[cell]++ === 0) return cell
    const when = new Date(times[i]).toISOString()
    throw new LqError('LQ_INPUT_INVALID', `${to.path}: expected one row of ${symbols[i]} at ${when}, found more`, {
      hint: 'leave one row per symbol and timestamp',
    })
  })
}

/** Kernels see finite numbers or NaN only; infinities of a foreign file become missing. */
function place(table: Float64Array, cells: Int32Array, values: Float64Array): void {
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] >= 0) table[cells[i]] = Number.isFinite(values[i]) ? values[i] : Number.NaN
  }
}
