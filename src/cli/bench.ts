import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, Option } from 'commander'
import { LqError, throwIfAborted } from '../errors.js'
import { type Answer, action, type Context } from './frame.js'

const SUITES = ['kernels', 'resample', 'factors', 'sweep', 'portfolio', 'io', 'db']
/** Errors of a case that fails are cut to this many characters. */
const TAIL = 400

interface Options {
  compare?: boolean
  profile?: boolean
  backend: string
  only?: string
}

/** One measured case; the shape is the contract's, bench/case.ts has its meaning. */
interface Case {
  name: string
  backend: string
  threads: number
  median_s: number
  rate: number
  unit: string
  bandwidth_share: number | null
  peers: Record<string, { ratio: number }>
  profile?: { kernel: string; steps: number; seconds: number; ns_per_cell: number; bandwidth_share: number }[]
}

/** `lq bench`: measures this machine, one process per case, ratios inside one run. */
export function command(): Command {
  const self = new Command('bench')
    .argument('[suite]', `one of ${SUITES.join(', ')}; default: all`)
    .option('--compare', 'measure the peers in the same run')
    .addOption(new Option('--backend <list>', 'cpu, cuda or both').default('cpu'))
    .option('--profile', 'where the time of the suite factors goes, kernel by kernel')
    .option('--only <text>', 'cases whose name holds this text')
    .addHelpText('after', '\nExample:\n  lq bench resample --compare --json')
  return action<Options>(self, bench)
}

async function bench(context: Context, options: Options, [suite = '']: string[]): Promise<Answer> {
  if (suite && !SUITES.includes(suite))
    throw new LqError('LQ_USAGE', `expected a suite of ${SUITES.join(', ')}, got ${suite}`)
  const backends = options.backend.split(',').map((word) => word.trim())
  for (const word of backends) {
    if (word !== 'cpu' && word !== 'cuda')
      throw new LqError('LQ_USAGE', `--backend: expected cpu, cuda or cpu,cuda, got ${word}`)
  }
  const machine = (await child(['machine'], context)) as {
    copy_gb_s: number
    cpu: string
    threads: number
    isa: string
  }
  const listed = (await child(['list', suite], context)) as { name: string }[]
  const names = listed.map(({ name }) => name).filter((name) => name.includes(options.only ?? ''))
  const cases: Case[] = []
  context.progress.start('bench', names.length * backends.length)
  for (const backend of backends) {
    for (const name of names) {
      const flags = [
        ...(options.compare ? ['--compare'] : []),
        ...(options.profile ? ['--profile'] : []),
        '--backend',
        backend,
      ]
      cases.push(...((await child(['run', name, ...flags], context)) as Case[]))
      context.progress.advance()
    }
  }
  return { json: { machine, cases }, text: table(machine, cases) }
}

/** Runs bench/main in a process of its own, so that no case inherits another's heap, caches or threads. */
function child(args: string[], { signal }: Context): Promise<unknown> {
  const main = fileURLToPath(new URL('../bench/main.js', import.meta.url))
  if (!existsSync(main)) throw new LqError('LQ_CONFIG', 'the benches are not built', { hint: 'run npm run build' })
  throwIfAborted(signal)
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal })
    let out = ''
    let err = ''
    process_.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    process_.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    process_.on('error', (cause) => {
      const error = signal.aborted ? new LqError('LQ_INTERRUPTED', 'interrupted') : cause
      reject(error)
    })
    process_.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out))
      else reject(new LqError('LQ_FAILED', `bench ${args.join(' ')} ended with ${code}: ${err.trim().slice(-TAIL)}`))
    })
  })
}

function table(machine: { cpu: string; threads: number; isa: string; copy_gb_s: number }, cases: Case[]): string {
  const rows = cases.map((one) => [
    one.name,
    one.backend,
    String(one.threads),
    `${(one.median_s * 1000).toFixed(1)} ms`,
    `${(one.rate / 1e6).toFixed(1)} M ${one.unit}`,
    one.bandwidth_share === null ? '' : `${(one.bandwidth_share * 100).toFixed(0)} %`,
    Object.entries(one.peers)
      .map(([peer, { ratio }]) => `${ratio < 0.001 ? ratio.toExponential(1) : ratio.toFixed(3)} × ${peer}`)
      .join(', '),
  ])
  return [
    `${machine.cpu}, ${machine.threads} threads, ${machine.isa}, copy ${machine.copy_gb_s.toFixed(1)} GB/s`,
    ...aligned(['case', 'backend', 'threads', 'median', 'rate', 'of copy', 'ours ÷ peer'], rows),
    ...cases.flatMap(profileTable),
  ].join('\n')
}

function profileTable({ name, threads, profile }: Case): string[] {
  if (!profile) return []
  const rows = profile.map(({ kernel, steps, seconds, ns_per_cell, bandwidth_share }) => [
    ...[kernel, String(steps), `${(seconds * 1000).toFixed(1)} ms`],
    ...[`${ns_per_cell.toFixed(2)} ns`, `${(bandwidth_share * 100).toFixed(0)} %`],
  ])
  return ['', `${name}, threads ${threads}`, ...aligned(['kernel', 'steps', 'time', 'per cell', 'of copy'], rows)]
}

function aligned(head: string[], rows: string[][]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)))
  return all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  )
}
