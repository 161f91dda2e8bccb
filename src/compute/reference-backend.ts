import { setImmediate } from 'node:timers/promises'
import { throwIfAborted } from '../errors.js'
import type { Panel } from '../panel/panel.js'
import { readField, writeField } from '../panel/table.js'
import { REFERENCE } from '../reference/index.js'
import type { Step } from '../types.js'
import { type Catalogue, specOf } from './catalogue.js'

/**
 * Runs steps by their definitions in TypeScript: slow and plain, for machines without a native addon.
 *
 * @throws LQ_INTERRUPTED if the signal is aborted
 */
export async function runOnReference(
  steps: Step[],
  panel: Panel,
  options: { catalogue: Catalogue; signal?: AbortSignal },
): Promise<void> {
  for (const step of steps) {
    // Lets signals and timers of the process have their turn.
    await setImmediate()
    throwIfAborted(options.signal)
    runStep(step, panel, options.catalogue)
  }
}

function runStep(step: Step, panel: Panel, catalogue: Catalogue): void {
  const spec = specOf(catalogue, step.kernel)
  const options = Object.fromEntries(spec.options.map(({ name }, i) => [name, step.options[i]]))
  const inputs = step.inputs.map((slot) => readField(panel, slot))
  const results = REFERENCE[step.kernel](inputs, options, { rows: panel.rows, cols: panel.cols })
  for (const [i, slot] of step.outputs.entries()) writeField(panel, slot, results[i])
}
