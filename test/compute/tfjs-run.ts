import * as tf from '@tensorflow/tfjs-core'
import { loadCatalogue } from '../../src/compute/catalogue.js'
import { type Layout, layOut } from '../../src/compute/layout.js'
import { createLedger } from '../../src/compute/ledger.js'
import { panelForPlan } from '../../src/compute/plan-panel.js'
import { runOnTfjs } from '../../src/compute/tfjs.js'
import type { Panel } from '../../src/panel/panel.js'
import { readField } from '../../src/panel/table.js'
import type { Shape } from '../../src/reference/kernel.js'
import type { KernelSpec, Plan } from '../../src/types.js'

const FIELDS = ['a', 'b', 'c']

/** Runs one kernel on TensorFlow.js, by way of a panel. @returns [rows × cols], row-major */
export async function runKernelOnTfjs(
  spec: KernelSpec,
  inputs: Float64Array[],
  { options, shape }: { options: number[]; shape: Shape },
): Promise<Float64Array> {
  const fields = FIELDS.slice(0, inputs.length)
  const step = { kernel: spec.name, inputs: fields.map((_, i) => i), outputs: [fields.length], options }
  const { layout, panel } = laidOut(
    { inputs: fields, constants: [], steps: [step], outputs: { y: fields.length } },
    {
      tables: inputs,
      shape,
    },
  )
  await runOnTfjs(layout, panel, { tf, catalogue: loadCatalogue(), ledger: createLedger() })
  return readField(panel, layout.outputs.y)
}

/** A panel of given tables, one for each input of a plan. */
export function laidOut(
  plan: Plan,
  { tables, shape: { rows, cols } }: { tables: Float64Array[]; shape: Shape },
): { layout: Layout; panel: Panel } {
  const layout = layOut(plan, loadCatalogue(), { local: false })
  const timestamp = Float64Array.from({ length: rows }, (_, t) => t * 60_000)
  const series = Array.from({ length: cols }, (_, n) => {
    const columnOf = (table: Float64Array) => Float64Array.from({ length: rows }, (_, t) => table[t * cols + n])
    const columns = Object.fromEntries(plan.inputs.map((name, i) => [name, columnOf(tables[i])]))
    return { symbol: `S${String(n).padStart(4, '0')}`, bars: { rows, timestamp, columns } }
  })
  return { layout, panel: panelForPlan(layout, { series, config: { threads: 1, memoryLimitMb: 256 } }) }
}
