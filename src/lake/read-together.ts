import type { Bars } from '../types.js'
import type { ParquetSource, ReadOptions } from './parquet.js'
import type { ReadBarsOptions, SeriesInfo } from './series.js'

/** A series that is some of the rows of one file. */
export interface SharedSeries {
  info: SeriesInfo
  /** how its rows are told from those of others */
  equals?: ReadOptions['equals']
}

/**
 * Reads the bars of many series of one file in one pass over it, which otherwise is read once per series.
 *
 * @returns bars in the order of the series, with the columns that the file has; null where they are not such series, or
 *   rows would have to be sorted
 */
export async function readTogether(
  series: SharedSeries[],
  options: ReadBarsOptions & { columns: string[] },
  source: ParquetSource,
): Promise<Bars[] | null> {
  const [first] = series
  const file = first?.info.files[0]
  const column = first?.equals?.column
  if (series.length < 2 || column === undefined || !series.every((one) => isPartOf(file.path, one))) return null
  const columns = options.columns.filter((name) => first.info.columns.includes(name))
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, signal } = options
  const isPart = Number.isFinite(fromMs) || Number.isFinite(toMs)
  const names = [file.timestampColumn, ...columns]
  const growing = new Map(
    series.map(({ info, equals }) => {
      const rowsMax = info.files[0].rows
      return [
        equals?.text,
        startSeries(names.length, { rowsMax, capacity: isPart ? Math.min(rowsMax, 1024) : rowsMax }),
      ]
    }),
  )
  const range = isPart ? { column: file.timestampColumn, from: fromMs, to: toMs } : undefined
  const keys = [file.timestampColumn, column]
  for await (const batch of source.read(file.path, { columns: keys, optional: columns, range, signal })) {
    const texts = batch.columns[column].values as (string | null)[]
    const targets = texts.map((text) => growing.get(text ?? undefined))
    const places = Int32Array.from(targets, (target) => (target ? target.rows++ : -1))
    for (const target of growing.values()) grow(target)
    for (const [k, name] of names.entries()) {
      const values = batch.columns[name]?.values as Float64Array | undefined
      for (let row = 0; values && row < batch.rows; row++) {
        const target = targets[row]
        if (target && Number.isFinite(values[row])) target.values[k][places[row]] = values[row]
      }
    }
  }
  return series.map(({ equals }) => finished(growing.get(equals?.text) as Growing, columns))
}

const isPartOf = (path: string, { info, equals }: SharedSeries): boolean => {
  const [file, ...others] = info.files
  return equals !== undefined && others.length === 0 && file.path === path && (file.ascending ?? file.sorted)
}

/** Columns of a series that is being read: the timestamp, then the others. */
interface Growing {
  rows: number
  rowsMax: number
  values: Float64Array[]
}

function startSeries(columns: number, { rowsMax, capacity }: { rowsMax: number; capacity: number }): Growing {
  const values = Array.from({ length: columns }, () => new Float64Array(capacity).fill(Number.NaN))
  return { rows: 0, rowsMax, values }
}

/** Makes room for the rows that were counted; twice as much as there was, so that copying stays linear. */
function grow(series: Growing): void {
  const capacity = series.values[0].length
  if (series.rows <= capacity) return
  const wider = Math.min(series.rowsMax, Math.max(series.rows, 2 * capacity))
  series.values = series.values.map((values) => {
    const wide = new Float64Array(wider).fill(Number.NaN)
    wide.set(values)
    return wide
  })
}

function finished({ rows, values: [timestamp, ...values] }: Growing, columns: string[]): Bars {
  const named = columns.map((name, k) => [name, values[k].subarray(0, rows)] as const)
  return { rows, timestamp: timestamp.subarray(0, rows), columns: Object.fromEntries(named) }
}
