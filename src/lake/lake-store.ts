import type { Config } from '../config.js'
import { assertAllThere, bySeries, explain, hashFiles, matches, toSeries } from './lake-series.js'
import { seriesFolder } from './layout.js'
import { listLegacy } from './legacy.js'
import { readManifest } from './manifest.js'
import { inParallel } from './parallel.js'
import { readPartition } from './partition.js'
import { readFiles } from './read-files.js'
import { contentChecksum, rowsBefore } from './rows.js'
import type { BarStore } from './series.js'
import { openParquetSource } from './source.js'

/**
 * Opens the lake for reading, as its manifest is now: later commits are not seen. Where the lake has no such series
 * of its own, the two legacy layouts below its root are read in place.
 */
export async function openLakeStore(
  config: Pick<Config, 'lakeDir' | 'parquetReader' | 'threads' | 'memoryLimitMb'>,
): Promise<BarStore> {
  const source = await openParquetSource(config)
  const state = await readManifest(config.lakeDir)
  const own = bySeries(state)

  return {
    async list(filter) {
      const found = [...own.values()]
        .filter(([first]) => matches(first, filter))
        .map((partitions) => toSeries(config.lakeDir, partitions))
      const legacy = (await listLegacy(config.lakeDir, filter, { source, alone: own.size === 0 })).filter(
        ({ key }) => !own.has(seriesFolder(key)),
      )
      const all = [...found, ...legacy].sort(
        (a, b) => compare(a.key.symbol, b.key.symbol) || compare(a.key.exchange, b.key.exchange),
      )
      assertAllThere(all, filter, config.lakeDir)
      return all
    },
    async *read(series, options = {}) {
      try {
        yield* readFiles(series, options, { source })
      } catch (error) {
        throw await explain(error, { lakeDir: config.lakeDir, state })
      }
    },
    async identity(series, { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }) {
      const partitions = own.get(seriesFolder(series.key))
      if (!partitions) return hashFiles(config.lakeDir, series, { fromMs, toMs })
      const within = partitions.filter(({ min_ms, max_ms }) => max_ms >= fromMs && min_ms < toMs)
      return Object.fromEntries(within.map(({ partition, checksum }) => [partition, checksum]))
    },
    async identityBefore(series, toMs) {
      const partitions = own.get(seriesFolder(series.key))
      if (!partitions) return hashFiles(config.lakeDir, series, { fromMs: Number.NEGATIVE_INFINITY, toMs })
      const before = partitions.filter(({ min_ms }) => min_ms < toMs)
      const checksums = await inParallel(before, async (one) => {
        if (one.max_ms < toMs) return one.checksum
        return contentChecksum(rowsBefore(await readPartition(source, config.lakeDir, one), toMs))
      })
      return Object.fromEntries(before.map(({ partition }, i) => [partition, checksums[i]]))
    },
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
