import type { Config } from '../config.js'
import { LqError, messageOf, throwIfAborted } from '../errors.js'
import type { Panel } from '../panel/panel.js'
import type { BackendChoice, GpuMode, Plan, Step } from '../types.js'
import { chooseIsa, loadAddon } from './addon.js'
import { cpuInstead } from './backend.js'
import { loadCatalogue } from './catalogue.js'
import { runStageOnCpu } from './cpu.js'
import { cudaSupports, runStageOnCuda } from './cuda.js'
import type { Carry, StageCarry } from './encode.js'
import { type Layout, layOut } from './layout.js'
import { type BackendName, type Ledger, recordFallback, timedStep } from './ledger.js'
import { laneRoom } from './plan-panel.js'
import { closePool } from './pool.js'
import { runOnReference } from './reference-backend.js'
import { type Stage, stageName } from './stages.js'
import { loadPeer, type Peer } from './tfjs/peer.js'
import { checkTfjsSupports, runOnTfjs } from './tfjs.js'

/** With what a plan is run. */
export interface RunOptions {
  config: Pick<Config, 'threads' | 'cpuIsa'>
  /** what scans carry from the panel before, and to the next one */
  carry?: PlanCarry
  /** takes the seconds of each step on the CPU, summed over the threads */
  profile?: (step: Step, seconds: number) => void
  /** takes what ran where, and every fallback */
  ledger: Ledger
  signal?: AbortSignal
}

/** What the scans of a plan carry from panel to panel. */
export interface PlanCarry {
  /** over a SharedArrayBuffer */
  states: Float64Array
  /** by place among the plan's steps */
  steps: ReadonlyMap<number, Carry>
}

/** What runs stages; others in tests. */
export interface Runners {
  load: () => ReturnType<typeof loadAddon>
  loadTfjs: (mode: GpuMode) => Promise<Pick<Peer, 'tf'>>
  cpu: typeof runStageOnCpu
  cuda: typeof runStageOnCuda
  reference: typeof runOnReference
}

const RUNNERS: Runners = {
  load: loadAddon,
  loadTfjs: loadPeer,
  cpu: runStageOnCpu,
  cuda: runStageOnCuda,
  reference: runOnReference,
}

/**
 * Lays a plan out for the backend that was chosen.
 *
 * @throws LQ_GPU_UNSUPPORTED if the engine that was asked for has no form of one of its kernels
 */
export function layOutFor(plan: Plan, choice: BackendChoice, load = loadAddon): Layout {
  if (choice.engine === 'tfjs') {
    const layout = layOut(plan, loadCatalogue(), { local: false })
    checkTfjsSupports(layout)
    return layout
  }
  return layOut(plan, loadCatalogue(), { local: choice.resolved === 'cpu' && load().addon !== null })
}

/**
 * Runs a laid-out plan on its panel (`panelForPlan`); results are the slots that `layout.outputs` names.
 *
 * A stage that a device has no memory for runs on the CPU, and without the native addon the TypeScript reference runs;
 * the ledger has every such fallback. With `forced-gpu` nothing runs on the CPU.
 *
 * @throws LQ_GPU_UNSUPPORTED, LQ_GPU_MEMORY with `forced-gpu`; LQ_GPU_UNAVAILABLE if the device fails; LQ_CONFIG if
 *   LQ_CPU_ISA asks for too much; LQ_INTERRUPTED if the signal is aborted
 */
export async function runPlan(
  layout: Layout,
  panel: Panel,
  choice: BackendChoice,
  options: RunOptions,
  runners: Runners = RUNNERS,
): Promise<void> {
  const { ledger, signal } = options
  throwIfAborted(signal)
  if (choice.engine === 'tfjs') {
    const { tf } = await runners.loadTfjs(choice.requested)
    return runOnTfjs(layout, panel, { tf, catalogue: loadCatalogue(), ledger, signal })
  }
  const onHost = hostRunner(layout, panel, options, runners)
  const onDevice = deviceRunner(layout, panel, choice, options, runners)
  try {
    for (const stage of layout.stages) {
      const step = stageName(stage)
      if (onDevice && (await ranOnDevice(stage, { step, onDevice, choice, ledger }))) continue
      const { backend, run } = onHost()
      await timedStep({ step, backend, ledger }, () => run(stage))
    }
  } catch (error) {
    if (signal?.aborted) await closePool()
    throw error
  }
}

type RunStage = (stage: Stage) => Promise<void>

/** Runs stages on the chosen device, or null if the plan does not run there. */
function deviceRunner(
  layout: Layout,
  panel: Panel,
  choice: BackendChoice,
  { ledger, carry, signal }: RunOptions,
  runners: Runners,
): RunStage | null {
  if (choice.resolved !== 'cuda') return null
  const catalogue = loadCatalogue()
  if (!cudaSupports(layout, catalogue)) {
    recordFallback(ledger, cpuInstead(choice, { step: 'plan', reason: 'the plan has a kernel without a CUDA form' }))
    return null
  }
  const device = choice.device ?? 0
  return (stage) => runners.cuda(stage, panel, { catalogue, device, carry: carryOf(layout, stage, carry), signal })
}

/** @returns false if the device had no memory for the stage and the CPU may run it */
async function ranOnDevice(
  stage: Stage,
  on: { step: string; onDevice: RunStage; choice: BackendChoice; ledger: Ledger },
): Promise<boolean> {
  const { step, onDevice, choice, ledger } = on
  try {
    await timedStep({ step, backend: 'cuda', ledger }, () => onDevice(stage))
    return true
  } catch (error) {
    const outOfMemory = error instanceof LqError && error.code === 'LQ_GPU_MEMORY'
    if (!outOfMemory || choice.requested === 'forced-gpu') throw error
    recordFallback(ledger, { step, from: 'cuda', to: 'cpu', reason: messageOf(error) })
    return false
  }
}

/** Decides, when a stage first needs it, whether native code or the reference runs on the CPU. */
function hostRunner(layout: Layout, panel: Panel, options: RunOptions, runners: Runners) {
  const { config, ledger, carry, profile, signal } = options
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
    const { localConstants: constants } = layout
    const on = { catalogue, target, threads: config.threads, room: laneRoom(layout, panel), constants, profile, signal }
    const run: RunStage = (stage) => runners.cpu(stage, panel, { ...on, carry: carryOf(layout, stage, carry) })
    host = { backend: 'cpu', run }
    return host
  }
}

/** What the scans of one stage carry. */
function carryOf({ origins }: Layout, stage: Stage, carry: PlanCarry | undefined): StageCarry | undefined {
  if (!carry) return undefined
  const of = new Map<Step, Carry>()
  for (const step of stage.steps) {
    const carried = carry.steps.get(origins.get(step)!)
    if (carried) of.set(step, carried)
  }
  return { states: carry.states, of }
}
