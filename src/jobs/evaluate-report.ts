import { openAtomicFile } from '../lake/disk.js'
import type { Evaluated } from './evaluate-compute.js'
import type { SettledEvaluate } from './evaluate-request.js'
import type { EvaluateResult } from './evaluate-result.js'

/** Writes the report of an evaluation, a page that stands alone. @throws LQ_DISK */
export async function writeReport(
  path: string,
  { request, result, evaluated }: { request: SettledEvaluate; result: EvaluateResult; evaluated: Evaluated },
): Promise<void> {
  // The plotting library takes a quarter of a second to load.
  const { evaluationPage } = await import('../report/evaluation.js')
  const { timestamps, rows, factors } = evaluated
  const html = evaluationPage({
    ...{ facts: factsOf(request, result, timestamps), delay: request.delay, timestamps, rows, dates: factors },
    ...{ summaries: result.factors, groups: result.groups, correlations: result.correlations },
    ...{ redundant: result.redundant, orthogonal: result.orthogonal },
  })
  const file = await openAtomicFile(path)
  try {
    await file.write(new TextEncoder().encode(html))
  } catch (error) {
    await file.abort()
    throw error
  }
  await file.commit()
}

function factsOf(
  { exchange, timeframe, price, delay, horizons, quantiles }: SettledEvaluate,
  { run_id, scores, symbols, dates, adjust, checksum }: EvaluateResult,
  timestamps: Float64Array,
): [string, string][] {
  const [first, last] = [timestamps[0], timestamps[timestamps.length - 1]].map((ms) => new Date(ms).toISOString())
  return [
    ['run', run_id],
    ['scores', scores],
    ['bars', [exchange, timeframe].filter((word) => word !== undefined).join(', ')],
    ['dates', `${dates}, ${first} … ${last}`],
    ['symbols', String(symbols)],
    [
      'forward return',
      `${price}${adjust === 'ratio' ? ' (adjusted)' : ''}, delay ${delay}, over ${horizons.join(', ')} rows`,
    ],
    ['quantiles', `${quantiles}, of equal count, 1 has the lowest scores`],
    ['checksum', checksum],
  ]
}
