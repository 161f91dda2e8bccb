import { Worker } from 'node:worker_threads'
import { timingOf } from './case.js'

const BLOCK_BYTES = 128 * 2 ** 20 // beyond every cache
const ROUNDS = 9

// Each thread copies a block of its own; all begin together.
const COPY = `
const { parentPort, workerData } = require('node:worker_threads')
const from = new Float64Array(workerData.bytes / 8).fill(1), to = new Float64Array(workerData.bytes / 8).fill(2)
parentPort.on('message', (message) => {
  if (message === 'end') process.exit()
  to.set(from)
  parentPort.postMessage('copied')
})
parentPort.postMessage('ready')
`

/** Copy bandwidth with `threads` threads in GB/s, bytes read and written both counted: the fastest of nine rounds. */
export async function copyBandwidth(threads: number): Promise<number> {
  const workers = Array.from(
    { length: threads },
    () => new Worker(COPY, { eval: true, workerData: { bytes: BLOCK_BYTES } }),
  )
  const all = (act: (worker: Worker) => void) =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise<void>((resolve, reject) => {
            worker.once('message', () => resolve()).once('error', reject)
            act(worker)
          }),
      ),
    )
  await all(() => {})
  const seconds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await all((worker) => worker.postMessage('copy'))
    seconds.push((performance.now() - start) / 1000)
  }
  await Promise.all(workers.map((worker) => worker.terminate()))
  return (2 * BLOCK_BYTES * threads) / timingOf(seconds).min_s / 1e9
}
