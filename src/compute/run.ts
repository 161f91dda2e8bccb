import type { Config } from '../config.js'
import { LqError, messageOf, throwIfAborted } from '../errors.js'
import type { Panel } from '../panel/panel.js'
import type { BackendChoice, Plan } from '../types.js'
import { chooseIsa, loadAddon } from './addon.js'
import { cpuInstead } from './backend.js'
import { loadCatalogue } from './catalogue.js'
import { runStageOnCpu } from './cpu.js'
import { cudaSupports, runStageOnCuda } from './cuda.js'
import { type BackendName, type Ledger, recordFallback, recordStep } from './ledger.js'
import { laneScratch } from './plan-panel.js'
import { closePool } from './pool.js'
import { runOnReference } from './reference-backend.js'
import { type Stage, stageName, stagesOf } from './stages.js'

/** With what a plan is run. */
export interface RunOptions {
  config: Pick<Config, 'threads' | 'cpuIsa'>
  /** takes what ran where, and every fallback */
  ledger: Ledger
  signal?: AbortSignal
}

/** What runs stages; others in tests. */
export interface Runners {
  load: () => ReturnType<typeof loadAddon>
  cpu: typeof runStageOnCpu
  cuda: typeof runStageOnCuda
  reference: typeof runOnReference
}

const RUNNERS: Runners = { load: loadAddon, cpu: runStageOnCpu, cuda: runStageOnCuda, reference: runOnReference }

/**
 * Runs a plan on a panel whose slots 0 … inputs − 1 hold the inputs; results are the slots that `plan.outputs` names.
 *
 * A stage that a device has no memory for runs on the CPU, and without the native addon the TypeScript reference runs;
 * the ledger has every such fallback. With `forced-gpu` nothing runs on the CPU.
 *
 * @throws LQ_GPU_UNSUPPORTED, LQ_GPU_MEMORY with `forced-gpu`; LQ_GPU_UNAVAILABLE if the device fails; LQ_CONFIG if
 *   LQ_CPU_ISA asks for too much; LQ_INTERRUPTED if the signal is aborted
 */
export async function runPlan(
  plan: Plan,
  panel: Panel,
  choice: BackendChoice,
  options: RunOptions,
  runners: Runners = RUNNERS,
): Promise<void> {
  const { ledger, signal } = options
  throwIfAborted(signal)
  const catalogue = loadCatalogue()
  const onHost = hostRunner(plan, panel, options, runners)
  const onDevice = deviceRunner(plan, panel, choice, options, runners)
  try {
    for (const stage of stagesOf(plan, catalogue)) {
      const step = stageName(stage)
      if (onDevice && (await ranOnDevice(stage, { step, onDevice, choice, ledger }))) continue
      const { backend, run } = onHost()
      await timed({ step, backend, ledger }, () => run(stage))
    }
  } catch (error) {
    if (signal?.aborted) await closePool()
    throw error
  }
}

type RunStage = (stage: Stage) => Promise<void>

/** Runs stages on the chosen device, or null if the plan does not run there. */
function deviceRunner(
  plan: Plan,
  panel: Panel,
  choice: BackendChoice,
  { ledger, signal }: RunOptions,
  runners: Runners,
): RunStage | null {
  if (choice.resolved !== 'cuda') return null
  const catalogue = loadCatalogue()
  if (!cudaSupports(plan, catalogue)) {
    recordFallback(ledger, cpuInstead(choice, { step: 'plan', reason: 'the plan has a kernel without a CUDA form' }))
    return null
  }
  const device = choice.device ?? 0
  return (stage) => runners.cuda(stage, panel, { catalogue, device, signal })
}

/** @returns false if the device had no memory for the stage and the CPU may run it */
async function ranOnDevice(
  stage: Stage,
  on: { step: string; onDevice: RunStage; choice: BackendChoice; ledger: Ledger },
): Promise<boolean> {
  const { step, onDevice, choice, ledger } = on
  try {
    await timed({ step, backend: 'cuda', ledger }, () => onDevice(stage))
    return true
  } catch (error) {
    const outOfMemory = error instanceof LqError && error.code === 'LQ_GPU_MEMORY'
    if (!outOfMemory || choice.requested === 'forced-gpu') throw error
    recordFallback(ledger, { step, from: 'cuda', to: 'cpu', reason: messageOf(error) })
    return false
  }
}

/** Decides, when a stage first needs it, whether native code or the reference runs on the CPU. */
function hostRunner(plan: Plan, panel: Panel, options: RunOptions, runners: Runners) {
  const { config, ledger, signal } = options
  const catalogue = loadCatalogue()
  let host: { backend: BackendName; run: RunStage } | undefined
  return () => {
    if (host) return host
    const { addon, reason } = runners.load()
    if (!addon) {
      recordFallback(ledger, { step: 'plan', from: 'cpu', to: 'reference', reason })
      host = { backend: 'reference', run: (stage) => runners.reference(stage.steps, panel, { catalogue, signal }) }
      return host
    }
    const target = chooseIsa(addon, config.cpuIsa)
    const scratch = laneScratch(plan.steps, catalogue, panel.tiles)
    const on = { catalogue, target, threads: config.threads, scratch, signal }
    host = { backend: 'cpu', run: (stage) => runners.cpu(stage, panel, on) }
    return host
  }
}

/** Runs work and records how long it took, if it succeeds. */
async function timed(
  on: { step: string; backend: BackendName; ledger: Ledger },
  work: () => Promise<void>,
): Promise<void> {
  const start = performance.now()
  await work()
  recordStep(on.ledger, { step: on.step, backend: on.backend, seconds: (performance.now() - start) / 1000 })
}
