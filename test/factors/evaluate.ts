import { kernelSpec } from '../../src/factors/kernels.js'
import type { FactorPlan } from '../../src/factors/plan.js'
import { REFERENCE } from '../../src/reference/index.js'

export interface Table {
  rows: number
  cols: number
  /** name → [rows × cols], row-major */
  fields: Record<string, Float64Array>
}

/** Runs a plan with the reference kernels. */
export function evaluate(plan: FactorPlan, table: Table): Record<string, Float64Array> {
  const { rows, cols, fields } = table
  const values: Float64Array[] = [
    ...plan.inputs.map((name) => fields[name]),
    ...plan.constants.map((value) => new Float64Array(rows * cols).fill(value)),
  ]
  for (const step of plan.steps) {
    const specs = kernelSpec(step.kernel).options
    const options = Object.fromEntries(step.options.map((value, i) => [specs[i].name, value]))
    const inputs = step.inputs.map((value) => values[value])
    values[step.outputs[0]] = REFERENCE[step.kernel](inputs, options, { rows, cols })[0]
  }
  return Object.fromEntries(Object.entries(plan.outputs).map(([name, value]) => [name, values[value]]))
}

/** Random numbers 0 … 1 from a seed. @see Mulberry32, Tommy Ettinger 2017 */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Random bars with gaps and ties, the five columns of every bar. */
export function randomBars(
  seed: number,
  { rows, cols, missing = 0.1 }: { rows: number; cols: number; missing?: number },
): Table {
  const random = seeded(seed)
  const names = ['open', 'high', 'low', 'close', 'volume']
  const fields = Object.fromEntries(names.map((name) => [name, new Float64Array(rows * cols)]))
  for (let i = 0; i < rows * cols; i++) {
    const gap = random() < missing
    const close = 50 + Math.round(random() * 40) / 4
    const bar = {
      open: close + random() - 0.5,
      high: close + 1 + random(),
      low: close - 1 - random(),
      close,
      volume: Math.floor(random() * 1000),
    }
    for (const name of names) fields[name][i] = gap ? Number.NaN : bar[name as keyof typeof bar]
  }
  return { rows, cols, fields }
}

/** The bits of a table, for comparisons in which NaN equals NaN and −0 is not 0. */
export function bits(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex')
}
