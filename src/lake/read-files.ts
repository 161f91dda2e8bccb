import { LqError } from '../errors.js'
import type { Bars } from '../types.js'
import { SEQUENCE_COLUMN, TIMESTAMP_COLUMN } from './layout.js'
import type { Batch, ParquetSource, ReadOptions } from './parquet.js'
import { concatRows, isSortedUnique, type Rows, sortUnique } from './rows.js'
import { columnsOf, type ReadBarsOptions, type SeriesFile, type SeriesInfo, toBars } from './series.js'

/** What reading a file takes beyond its path. */
export interface FileReader {
  source: ParquetSource
  /** the rows of one symbol, in a file of several */
  equals?: ReadOptions['equals']
  /** makes infinities missing, which files from outside may hold */
  finite?: boolean
}

/**
 * Reads the files of a series in the order of time. Files whose spans do not meet are streamed one after the other;
 * those that do are merged in memory, the row with the greatest `ingest_seq` winning (and of equals, the one of the
 * later file).
 */
export async function* readFiles(
  series: SeriesInfo,
  options: ReadBarsOptions,
  reader: FileReader,
): AsyncGenerator<Bars> {
  const fromMs = options.fromMs ?? Number.NEGATIVE_INFINITY
  const toMs = options.toMs ?? Number.POSITIVE_INFINITY
  const names = columnsOf(series, options)
  const within = series.files.filter((file) => file.maxMs >= fromMs && file.minMs < toMs)
  for (const group of overlapping(within)) {
    if (group.length === 1 && isAscending(group[0])) {
      for await (const rows of readRows(group[0], { names, options, reader })) yield toBars(rows, names, options)
      continue
    }
    const parts: Rows[] = []
    for (const [order, file] of group.entries()) {
      // Files without a sequence (legacy, or from outside) rank by their order.
      for await (const rows of readRows(file, { names, options, reader, sequence: order })) parts.push(rows)
    }
    if (parts.length) yield toBars(sortUnique(concatRows(parts)), names, options)
  }
}

const isAscending = (file: SeriesFile): boolean => file.ascending ?? file.sorted

/** Groups of files whose spans meet, in the order of time; within a group the order of the files is kept. */
function overlapping(files: SeriesFile[]): SeriesFile[][] {
  const order = new Map(files.map((file, i) => [file, i]))
  const groups: SeriesFile[][] = []
  let reach = Number.NEGATIVE_INFINITY
  for (const file of [...files].sort((a, b) => a.minMs - b.minMs)) {
    if (file.minMs <= reach) groups.at(-1)?.push(file)
    else groups.push([file])
    reach = Math.max(reach, file.maxMs)
  }
  return groups.map((group) => group.sort((a, b) => order.get(a)! - order.get(b)!))
}

/** Takes the mark `sorted` from files whose spans meet. */
export function markOverlaps(files: SeriesFile[]): void {
  for (const group of overlapping(files)) if (group.length > 1) for (const file of group) file.sorted = false
}

interface Request {
  names: string[]
  options: ReadBarsOptions
  reader: FileReader
  /** rank of the file, where its rows have none; undefined where they need none */
  sequence?: number
}

async function* readRows(file: SeriesFile, { names, options, reader, sequence }: Request): AsyncGenerator<Rows> {
  const columns = [file.timestampColumn]
  const optional = sequence === undefined ? names : [...names, SEQUENCE_COLUMN]
  // Where rows are to be sorted, the range also drops those without a time.
  const bounded = sequence !== undefined || options.fromMs !== undefined || options.toMs !== undefined
  const range = bounded
    ? {
        column: file.timestampColumn,
        from: options.fromMs ?? Number.NEGATIVE_INFINITY,
        to: options.toMs ?? Number.POSITIVE_INFINITY,
      }
    : undefined
  for await (const batch of reader.source.read(file.path, {
    columns,
    optional,
    range,
    equals: reader.equals,
    signal: options.signal,
  })) {
    const rows = rowsOf(file, batch, { names, rank: sequence })
    if (reader.finite) for (const values of Object.values(rows.columns)) clearInfinities(values)
    yield rows
  }
}

function rowsOf(file: SeriesFile, { rows, columns }: Batch, { names, rank }: { names: string[]; rank?: number }): Rows {
  const timestamp = columns[file.timestampColumn].values as Float64Array
  const sequence = (columns[SEQUENCE_COLUMN]?.values as Float64Array) ?? new Float64Array(rows).fill(rank ?? 0)
  if (rank === undefined && !isSortedUnique(timestamp)) {
    throw new LqError(
      'LQ_LAKE_CORRUPT',
      `${file.path}: expected bars sorted by ${TIMESTAMP_COLUMN}, found one that is not`,
      {
        hint: 'run lq lake verify',
      },
    )
  }
  const found = names.filter((name) => columns[name])
  return {
    rows,
    timestamp,
    sequence,
    columns: Object.fromEntries(found.map((name) => [name, columns[name].values as Float64Array])),
  }
}

function clearInfinities(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) values[i] = Number.NaN
}
