import { expect, test } from 'vitest'
import { createLedger, recordFallback, recordStep } from '../../src/compute/ledger.js'

test('sums the runs of a step on one backend', () => {
  const ledger = createLedger()
  recordStep(ledger, { step: 'a', backend: 'cpu', seconds: 1 })
  recordStep(ledger, { step: 'a', backend: 'cuda', seconds: 4 })
  recordStep(ledger, { step: 'a', backend: 'cpu', seconds: 2 })
  expect(ledger.steps).toEqual([
    { step: 'a', backend: 'cpu', runs: 2, seconds: 3 },
    { step: 'a', backend: 'cuda', runs: 1, seconds: 4 },
  ])
})

test('has each fallback once', () => {
  const ledger = createLedger()
  for (const reason of ['x', 'y', 'x']) recordFallback(ledger, { step: 'a', from: 'cuda', to: 'cpu', reason })
  expect(ledger.fallbacks.map(({ reason }) => reason)).toEqual(['x', 'y'])
})
