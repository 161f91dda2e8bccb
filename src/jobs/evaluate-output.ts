import { type FactorDates, type HorizonDates, rollingIc, spreadOf } from '../factors/evaluation/dates.js'
import { meanPresent } from '../factors/evaluation/series.js'
import { type ColumnSchema, openParquetWriter, type WriteBatch } from '../lake/writer.js'
import { createChecksum } from './checksum.js'
import type { Evaluated } from './evaluate-compute.js'
import type { SettledEvaluate } from './evaluate-request.js'

/** Writes the figures of every date: a row per factor, horizon and date, in this order. */
export async function writeDates(
  path: string,
  evaluated: Evaluated,
  { quantiles, delay }: SettledEvaluate,
): Promise<{ rows: number; checksum: string }> {
  const schema = schemaOf(quantiles)
  const checksum = createChecksum(schema)
  const writer = await openParquetWriter(path, schema)
  let rows = 0
  try {
    for (const factor of evaluated.factors) {
      const turnover = evaluated.timestamps.map((_, date) => {
        return meanPresent(Float64Array.from(factor.turnover, (of) => of[date]))
      })
      for (const one of factor.horizons) {
        const batch = batchOf(evaluated, { factor, turnover, one, delay })
        rows += batch.rows
        checksum.update(batch)
        await writer.write(batch)
      }
    }
    await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  }
  return { rows, checksum: checksum.digest() }
}

function schemaOf(quantiles: number): ColumnSchema[] {
  const returns = Array.from({ length: quantiles }, (_, q) => returnColumn(q))
  const figures = ['ic', 'rank_ic', 'rolling_ic', 'rolling_rank_ic', ...returns, 'spread', ...FACTOR_FIGURES]
  return [
    { name: 'factor', type: 'text' },
    { name: 'horizon', type: 'int64' },
    { name: 'timestamp', type: 'timestamp' },
    { name: 'pairs', type: 'int64' },
    ...figures.map((name): ColumnSchema => ({ name, type: 'double' })),
  ]
}

/** Figures that are the same at every horizon. */
const FACTOR_FIGURES = ['turnover', 'rank_autocorrelation', 'coverage']

/** The lowest scores are quantile 1. */
const returnColumn = (q: number): string => `return_${q + 1}`

function batchOf(
  { timestamps, rows }: Evaluated,
  { factor, turnover, one, delay }: { factor: FactorDates; turnover: Float64Array; one: HorizonDates; delay: number },
): WriteBatch {
  const known = { horizon: one.horizon, delay, rows }
  return {
    rows: timestamps.length,
    columns: {
      factor: factor.name,
      horizon: new Float64Array(timestamps.length).fill(one.horizon),
      timestamp: timestamps,
      pairs: one.pairs,
      ic: one.ic,
      rank_ic: one.rankIc,
      rolling_ic: rollingIc(one.ic, known),
      rolling_rank_ic: rollingIc(one.rankIc, known),
      ...Object.fromEntries(one.returns.map((values, q) => [returnColumn(q), values])),
      spread: spreadOf(one),
      turnover,
      rank_autocorrelation: factor.rankAutocorrelation,
      coverage: factor.coverage,
    },
  }
}
