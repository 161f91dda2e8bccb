import { expect, test } from 'vitest'
import { loadCatalogue } from '../../src/compute/catalogue.js'
import { runOnReference } from '../../src/compute/reference-backend.js'
import { readField } from '../../src/panel/table.js'
import { panelOf, randomSeries } from '../panel/make.js'

const catalogue = loadCatalogue()
const lag = { kernel: 'lag', inputs: [0], outputs: [1], options: [2] }
const series = randomSeries({ count: 9, rows: 12, density: 0.8, seed: 9 })

test('passes options by name and tables by row', async () => {
  const panel = panelOf(series)
  await runOnReference([lag], panel, { catalogue })
  const x = readField(panel, 0)
  expect(readField(panel, 1)).toEqual(x.map((_, i) => (i < 18 ? Number.NaN : x[i - 18])))
})

test('an aborted signal stops it', async () => {
  const act = runOnReference([lag], panelOf(series), { catalogue, signal: AbortSignal.abort() })
  await expect(act).rejects.toMatchObject({ code: 'LQ_INTERRUPTED' })
})
