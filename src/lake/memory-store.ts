import { LqError } from '../errors.js'
import type { SeriesKey } from '../types.js'
import { type Files, identityOf, infoOf, lookUp, nameOf, select } from './file-series.js'
import { barMaker, runsOf } from './input/bars.js'
import { openInput } from './input/input.js'
import { BATCH_ROWS } from './parquet.js'
import { concatRows, type Rows, sortUnique } from './rows.js'
import { type BarStore, columnsOf, toBars } from './series.js'
import { openStaging } from './staging.js'

const BYTES = Float64Array.BYTES_PER_ELEMENT

/** Bars of files of any format, read once and held. */
export async function memoryStore({
  files,
  options,
  source,
  budgetBytes,
}: Files & { budgetBytes: number }): Promise<BarStore> {
  // Never over its budget, it has no use for a place on disk.
  const staging = openStaging({ lakeDir: '', budgetBytes: Number.POSITIVE_INFINITY })
  const named = new Set<string>()
  const names = new Set<string>()
  let bytes = 0
  let sequence = 0
  for (const path of files) {
    const fallback = { exchange: '', symbol: nameOf(path) }
    const input = await openInput(path, { ...options, source })
    const toBarBatch = barMaker(input, { ...options, fallback })
    for await (const batch of input.batches()) {
      const bars = toBarBatch(batch)
      for (const name of Object.keys(bars.columns)) names.add(name)
      bytes += bars.rows * BYTES * (2 + names.size)
      if (bytes > budgetBytes) throw tooLarge(files, budgetBytes)
      const { timestamp, columns } = bars
      for (const run of runsOf(bars)) {
        if (typeof bars.symbol !== 'string' || options.symbol) named.add(run.key.symbol)
        staging.add({ ...run, timestamp, columns, firstSequence: sequence })
      }
      sequence += bars.rows
    }
  }
  const held = new Map<string, { key: SeriesKey; parts: Rows[] }>()
  for (const part of staging.partitions(names)) {
    const id = `${part.key.symbol}\0${part.key.timeframe}\0${part.key.exchange}`
    const series = held.get(id) ?? { key: part.key, parts: [] }
    series.parts.push(await part.load())
    held.set(id, series)
  }
  const series = [...held.values()].map(({ key, parts }) => {
    const rows = sortUnique(concatRows(parts))
    const span = { rows: rows.rows, minMs: rows.timestamp[0], maxMs: rows.timestamp[rows.rows - 1] }
    const info = infoOf(
      key,
      [{ path: files[0], ...span, sorted: false, timestampColumn: '' }],
      Object.keys(rows.columns),
    )
    return { info, rows, isNamed: named.has(key.symbol) }
  })
  const identity = identityOf(files)
  return {
    list: async (filter) => select(series, filter),
    async *read(info, request = {}) {
      const { rows } = lookUp(series, info)
      const bars = toBars(rows, columnsOf(info, request), request)
      for (let from = 0; from < bars.rows; from += BATCH_ROWS) {
        const to = Math.min(bars.rows, from + BATCH_ROWS)
        const columns = Object.entries(bars.columns).map(([name, values]) => [name, values.subarray(from, to)])
        yield { rows: to - from, timestamp: bars.timestamp.subarray(from, to), columns: Object.fromEntries(columns) }
      }
    },
    identity,
    identityBefore: identity,
  }
}

function tooLarge(files: string[], budgetBytes: number): LqError {
  return new LqError(
    'LQ_MEMORY',
    `${files.join(', ')}: the bars do not fit in ${Math.floor(budgetBytes / 2 ** 20)} MiB`,
    {
      hint: 'take them into the lake first (lq ingest), or raise LQ_MEMORY_LIMIT_MB',
    },
  )
}
