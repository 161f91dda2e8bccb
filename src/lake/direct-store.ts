import type { SeriesKey } from '../types.js'
import type { DirectFile } from './direct-file.js'
import { type Files, identityOf, infoOf, lookUp, nameOf, select } from './file-series.js'
import type { ReadOptions } from './parquet.js'
import { markOverlaps, readFiles } from './read-files.js'
import { readTogether } from './read-together.js'
import type { BarStore, SeriesFile } from './series.js'

/** Parts of series in Parquet files, streamed when they are read. */
export function directStore(direct: DirectFile[], { files, options, source }: Files): BarStore {
  const groups = new Map<
    string,
    { key: SeriesKey; files: SeriesFile[]; columns: string[]; isNamed: boolean; equals?: ReadOptions['equals'] }
  >()
  for (const { path, parts, symbolColumn, exchange, timestampColumn, columns } of direct) {
    for (const part of parts) {
      const symbol = part.symbol ?? options.symbol ?? nameOf(path)
      const key = {
        exchange: (options.exchange ?? exchange ?? '').toLowerCase(),
        symbol,
        timeframe: options.timeframe!,
      }
      const group = groups.get(symbol) ?? {
        key,
        files: [],
        columns: [],
        isNamed: part.symbol !== null || options.symbol !== undefined,
      }
      group.files.push({ path, ...part.span, timestampColumn })
      group.columns.push(...columns)
      if (symbolColumn && parts.length > 1) group.equals = { column: symbolColumn, text: part.symbol! }
      groups.set(symbol, group)
    }
  }
  const series = [...groups.values()].map(({ key, files, columns, isNamed, equals }) => {
    markOverlaps(files)
    return { isNamed, equals, info: infoOf(key, files, columns) }
  })
  const identity = identityOf(files)
  return {
    list: async (filter) => select(series, filter),
    read: (info, request = {}) =>
      readFiles(info, request, { source, equals: lookUp(series, info).equals, finite: true }),
    readTogether: (infos, request) =>
      readTogether(
        infos.map((info) => ({ info, equals: lookUp(series, info).equals })),
        request,
        source,
      ),
    identity,
    identityBefore: identity,
  }
}
