import { expect, test } from 'vitest'
import { workerFile } from '../../src/compute/worker-file.js'

test('says how to build where a worker is missing', () => {
  expect(() => workerFile('compute/no-such-worker')).toThrow(
    /expected a compiled worker at .*dist.compute.no-such-worker\.js/,
  )
  try {
    workerFile('compute/no-such-worker')
  } catch (error) {
    expect(error).toMatchObject({ code: 'LQ_INTERNAL', hint: 'run npm run build' })
  }
})
