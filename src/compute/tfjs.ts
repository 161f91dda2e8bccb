import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { LqError, messageOf, throwIfAborted } from '../errors.js'
import type { Panel } from '../panel/panel.js'
import { readField, writeField } from '../panel/table.js'
import { finiteOrMissing } from '../reference/kernel.js'
import type { Step } from '../types.js'
import { type Catalogue, specOf } from './catalogue.js'
import type { Layout } from './layout.js'
import { type Ledger, timedStep } from './ledger.js'
import { stageName } from './stages.js'
import { CROSS } from './tfjs/cross.js'
import { presentOr, type Table, type Tf, type TfjsKernel } from './tfjs/kernel.js'
import { MAP } from './tfjs/map.js'
import { ROLLING } from './tfjs/rolling.js'

/** Kernels that TensorFlow.js runs; it has no recursion over rows, and no order statistics of windows. */
export const TFJS_KERNELS: Record<string, TfjsKernel> = { ...MAP, ...ROLLING, ...CROSS }

/**
 * Asserts that TensorFlow.js has a form of every kernel of a plan.
 *
 * @throws LQ_GPU_UNSUPPORTED with the names of those it has none of
 */
export function checkTfjsSupports({ stages }: Layout): void {
  const kernels = new Set(stages.flatMap(({ steps }) => steps.map(({ kernel }) => kernel)))
  const missing = [...kernels].filter((kernel) => !Object.hasOwn(TFJS_KERNELS, kernel)).sort()
  if (missing.length === 0) return
  throw new LqError('LQ_GPU_UNSUPPORTED', `--backend tfjs has no form of ${missing.join(', ')}`, {
    hint: 'leave --backend out: the others run every kernel',
  })
}

/**
 * Runs a plan, laid out without local tiles, on TensorFlow.js in f32: fields go there when they are first read, results
 * come back at the end, and what lies between stays.
 *
 * @throws LQ_GPU_UNAVAILABLE if TensorFlow.js fails, as where its memory does not suffice; LQ_INTERRUPTED if the signal
 *   is aborted
 */
export async function runOnTfjs(
  layout: Layout,
  panel: Panel,
  on: { tf: Tf; catalogue: Catalogue; ledger: Ledger; signal?: AbortSignal },
): Promise<void> {
  if (panel.rows * panel.cols === 0) return
  const { tf, catalogue, ledger, signal } = on
  const tables = new Map<number, Table>()
  const written = new Set<number>()
  const put = (slot: number, table: Table) => {
    tables.get(slot)?.dispose()
    tables.set(slot, table)
  }
  try {
    for (const stage of layout.stages) {
      await timedStep({ step: stageName(stage), backend: 'tfjs', ledger }, async () => {
        for (const step of stage.steps) {
          // Lets signals and timers of the process have their turn.
          await setImmediate()
          throwIfAborted(signal)
          for (const slot of step.inputs) if (!tables.has(slot)) put(slot, upload(tf, panel, slot))
          const inputs = step.inputs.map((slot) => tables.get(slot)!)
          const [output] = step.outputs
          put(output, runStep(tf, step, { inputs, catalogue }))
          written.add(output)
        }
      })
    }
    for (const slot of Object.values(layout.outputs)) {
      if (written.has(slot)) writeField(panel, slot, Float64Array.from(await tables.get(slot)!.data(), finiteOrMissing))
    }
  } finally {
    tf.dispose([...tables.values()])
  }
}

/** What is too great for f32 is missing. */
function upload(tf: Tf, panel: Panel, slot: number): Table {
  const values = Float32Array.from(readField(panel, slot))
  return tf.tidy(() => presentOr(tf, tf.tensor2d(values, [panel.rows, panel.cols]), Number.NaN))
}

function runStep(tf: Tf, { kernel, options }: Step, of: { inputs: Table[]; catalogue: Catalogue }): Table {
  const spec = specOf(of.catalogue, kernel)
  assert(Object.hasOwn(TFJS_KERNELS, kernel), `${kernel} has no form in TensorFlow.js`)
  const byName = Object.fromEntries(spec.options.map(({ name }, i) => [name, options[i]]))
  try {
    return tf.tidy(() => presentOr(tf, TFJS_KERNELS[kernel](tf, of.inputs, byName), Number.NaN))
  } catch (cause) {
    throw new LqError('LQ_GPU_UNAVAILABLE', `${kernel} failed in TensorFlow.js: ${messageOf(cause)}`, { cause })
  }
}
