// What `lq bench` runs, one process per case:
//   node dist/bench/main.js list [SUITE]            → names, one JSON array
//   node dist/bench/main.js machine                 → the machine, one JSON object
//   node dist/bench/main.js run NAME [--compare] [--profile] [--backend cpu|cuda]   → results, one JSON array
import { availableParallelism, cpus } from 'node:os'
import { loadAddon } from 'luminaquant/compute/addon.js'
import { copyBandwidth } from './bandwidth.js'
import type { BenchCase } from './case.js'
import { databaseCases } from './db.js'
import { factorCases } from './factors.js'
import { ioCases } from './io.js'
import { kernelCases } from './kernels.js'
import { portfolioCases } from './portfolio.js'
import { resampleCases } from './resample.js'
import { sweepCases } from './sweep.js'

const CASES: BenchCase[] = [
  ...kernelCases,
  ...resampleCases,
  ...factorCases,
  ...sweepCases,
  ...portfolioCases,
  ...ioCases,
  ...databaseCases,
]

async function machine() {
  const { addon } = loadAddon()
  const threads = availableParallelism()
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads,
    isa: addon?.isa() ?? null,
    gpu: addon?.devices().devices[0]?.name ?? null,
    copy_gb_s: await copyBandwidth(threads),
  }
}

async function run(name: string, flags: string[]) {
  const found = CASES.find((one) => one.name === name)
  if (!found) throw new Error(`no case ${name}`)
  const backend = flags[flags.indexOf('--backend') + 1] === 'cuda' && flags.includes('--backend') ? 'cuda' : 'cpu'
  return found.run({ compare: flags.includes('--compare'), backend, profile: flags.includes('--profile') })
}

const [verb, word = '', ...flags] = process.argv.slice(2)
const answer =
  verb === 'list'
    ? CASES.filter(({ suite }) => !word || suite === word).map(({ suite, name }) => ({ suite, name }))
    : verb === 'machine'
      ? await machine()
      : await run(word, flags)
process.stdout.write(`${JSON.stringify(answer)}\n`)
process.exit(0)
