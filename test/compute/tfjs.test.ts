import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { loadCatalogue, specOf } from '../../src/compute/catalogue.js'
import { createLedger } from '../../src/compute/ledger.js'
import { layOutFor, type Runners, runPlan } from '../../src/compute/run.js'
import { runOnTfjs, TFJS_KERNELS } from '../../src/compute/tfjs.js'
import { readField } from '../../src/panel/table.js'
import { REFERENCE } from '../../src/reference/index.js'
import type { BackendChoice, KernelSpec, Plan } from '../../src/types.js'
import { DATA, tables } from '../kernels/data.js'
import { byName, optionLists, plain } from '../kernels/options.js'
import { type Judged, scaleOf } from '../kernels/scale.js'
import { MIXED } from './make.js'
import { laidOut, runKernelOnTfjs } from './tfjs-run.js'

/*
 * The engines of TensorFlow.js for tests stand in for the one of TensorFlow itself, which is installed on demand.
 */

const catalogue = loadCatalogue()
const SPECS = Object.keys(TFJS_KERNELS).map((kernel) => specOf(catalogue, kernel))
const CHOICE: BackendChoice = { requested: 'auto', resolved: 'cpu', engine: 'tfjs', device: null, reason: 'asked for' }
const SHAPE = { rows: 80, cols: 9 }
const SEED = 90210

/** Windows and lags that are like those beside them. */
const PASSED_OVER = [3, 5, 8, 20, 64]

/** Units of the last of 24 bits, of the scale of a result. */
const BOUND = 32 * 2 ** -24
/** Below the least normal number of f32 digits end, and some engines have nothing at all. */
const FLOOR = 2 ** -126
const F32_MAX = 2 ** 128 * (1 - 2 ** -24)

/** Plan of two inputs: the momentum of the one where the other is above its mean, ranked. */
const PLAN: Plan = {
  inputs: ['close', 'volume'],
  constants: [0],
  steps: [
    { kernel: 'simple_return', inputs: [0], outputs: [3], options: [5] },
    { kernel: 'rolling_mean', inputs: [1], outputs: [4], options: [20, 5] },
    { kernel: 'less', inputs: [4, 1], outputs: [5], options: [] },
    { kernel: 'where', inputs: [5, 3, 2], outputs: [6], options: [] },
    { kernel: 'cross_rank', inputs: [6], outputs: [7], options: [] },
    { kernel: 'rolling_zscore', inputs: [7], outputs: [8], options: [10, 4] },
  ],
  outputs: { rank: 7, z: 8, plain: 0 },
}

afterEach(() => expect(tf.memory().numTensors).toBe(0))

describe.each(['cpu', 'wasm'])('on the engine %s', (engine) => {
  beforeAll(() => tf.setBackend(engine))

  describe.each(SPECS)('$name', (spec) => {
    test.each(Object.keys(DATA))('is within its bound on %s, and missing where it is missing', async (kind) => {
      const lists = engine === 'cpu' ? optionLists(spec).filter(([rows]) => !PASSED_OVER.includes(rows)) : [plain(spec)]
      for (const options of lists) expect(await difference(spec, { kind, options })).toBeNull()
    })

    test('is within its bound for few rows and columns', async () => {
      for (const shape of [1, 2, 9].flatMap((rows) => [1, 2, 8].map((cols) => ({ rows, cols })))) {
        expect(await difference(spec, { kind: 'two percent missing', options: plain(spec), shape })).toBeNull()
      }
    })
  })

  test('agrees with the reference on a plan, and leaves what it does not compute as it is', async () => {
    const of = { tables: tables('two percent missing', { seed: SEED, count: 2, shape: SHAPE }), shape: SHAPE }
    const [found, expected] = [laidOut(PLAN, of), laidOut(PLAN, of)]
    await runOnTfjs(found.layout, found.panel, { tf, catalogue, ledger: createLedger() })
    const reference = { ...CHOICE, engine: undefined }
    await runPlan(expected.layout, expected.panel, reference, { config: CONFIG, ledger: createLedger() })
    for (const [name, slot] of Object.entries(found.layout.outputs)) {
      const want = readField(expected.panel, slot)
      expect(
        wrongCell(
          readField(found.panel, slot),
          want,
          name === 'plain' ? 0 : 1e-5,
          want.map(() => 1),
        ),
      ).toBe(-1)
      expect(want.filter(Number.isFinite).length).toBeGreaterThan(SHAPE.rows)
    }
  })
})

const CONFIG = { threads: 1, cpuIsa: 'auto' } as const

describe('the backend', () => {
  beforeAll(() => tf.setBackend('cpu'))

  const runners = { loadTfjs: async () => ({ tf }) } as unknown as Runners
  const given = () => {
    const of = { tables: tables('walk', { seed: SEED, count: 2, shape: SHAPE }), shape: SHAPE }
    return laidOut(PLAN, of)
  }

  test('runs where it was chosen, and the ledger says so', async () => {
    const { layout, panel } = given()
    const ledger = createLedger()
    await runPlan(layout, panel, CHOICE, { config: CONFIG, ledger }, runners)
    expect(ledger.steps.map(({ step, backend }) => [step, backend])).toEqual([
      ['tiles: simple_return, rolling_mean, less, where', 'tfjs'],
      ['rows: cross_rank', 'tfjs'],
      ['tiles: rolling_zscore', 'tfjs'],
    ])
    expect(ledger.fallbacks).toEqual([])
  })

  test('refuses a plan with a kernel it has no form of, and names it', () => {
    expect(() => layOutFor(MIXED, CHOICE)).toThrow('--backend tfjs has no form of ema, rolling_rank')
    expect(() => layOutFor(MIXED, CHOICE)).toThrow(expect.objectContaining({ code: 'LQ_GPU_UNSUPPORTED', exitCode: 5 }))
  })

  test('lays a plan out without tiles of threads', () => {
    const { stages, locals } = layOutFor(PLAN, CHOICE)
    expect(locals).toBe(0)
    expect(stages.flatMap(({ steps }) => steps.flatMap(({ inputs }) => inputs)).every((place) => place >= 0)).toBe(true)
  })

  test('an aborted signal stops it', async () => {
    const { layout, panel } = given()
    const on = { tf, catalogue, ledger: createLedger(), signal: AbortSignal.abort() }
    await expect(runOnTfjs(layout, panel, on)).rejects.toMatchObject({ code: 'LQ_INTERRUPTED' })
  })

  test('a failure of TensorFlow.js names the kernel', async () => {
    const { layout, panel } = given()
    const failing = {
      ...tf,
      topk: () => {
        throw new Error('OOM when allocating tensor')
      },
    }
    const act = runOnTfjs(layout, panel, { tf: failing, catalogue, ledger: createLedger() })
    await expect(act).rejects.toMatchObject({
      code: 'LQ_GPU_UNAVAILABLE',
      message: 'cross_rank failed in TensorFlow.js: OOM when allocating tensor',
    })
  })

  test('an empty panel is left as it is', async () => {
    for (const shape of [
      { rows: 0, cols: 3 },
      { rows: 3, cols: 0 },
    ]) {
      const { layout, panel } = laidOut(PLAN, { tables: [new Float64Array(0), new Float64Array(0)], shape })
      await runOnTfjs(layout, panel, { tf, catalogue, ledger: createLedger() })
      expect(panel.rows * panel.cols).toBe(0)
    }
  })

  test('what is too great for f32 is missing', async () => {
    const found = await runKernelOnTfjs(specOf(catalogue, 'negate'), [Float64Array.of(1e39, 1, -1e39)], {
      options: [],
      shape: { rows: 3, cols: 1 },
    })
    expect(found).toEqual(Float64Array.of(Number.NaN, -1, Number.NaN))
  })

  test('asks for nothing that @tensorflow/tfjs-node 4.22 does not have', async () => {
    const used = new Set<string>()
    for (const spec of SPECS) {
      const { kernelNames } = await tf.profile(async () => {
        for (const options of optionLists(spec))
          await difference(spec, { kind: 'ties', options, shape: { rows: 4, cols: 3 } })
      })
      for (const name of kernelNames) used.add(name)
    }
    expect([...used].filter((name) => !OF_TFJS_NODE.includes(name))).toEqual([])
  })
})

const OF_TFJS_NODE = (
  'Abs Add Cast ClipByValue Concat Cumsum Equal Exp Fill GatherV2 Greater GreaterEqual Identity IsFinite Less ' +
  'LessEqual Log LogicalAnd LogicalNot LogicalOr Max Maximum Min Minimum Multiply Neg NotEqual OnesLike Pow Range ' +
  'RealDiv Reshape ScatterNd Select Sign Slice Sqrt Square Sub Sum Tile TopK Transpose ZerosLike'
).split(' ')

/** Runs a kernel on numbers that f32 has. @returns what is wrong with the first cell that is off, or null */
async function difference(
  spec: KernelSpec,
  { kind, options, shape = SHAPE }: { kind: string; options: number[]; shape?: typeof SHAPE },
): Promise<string | null> {
  const inputs = tables(kind, { seed: SEED, count: spec.inputs.length, shape }).map((table) => table.map(Math.fround))
  const named = byName(spec, options)
  const [exact] = REFERENCE[spec.name](inputs, named, shape)
  const expected = Float64Array.from(exact, (value) => (Math.abs(value) > F32_MAX ? Number.NaN : value))
  const found = await runKernelOnTfjs(spec, inputs, { options, shape })
  const scale = scaleInF32(spec.name, { inputs, options: named, shape, expected: exact })
  const wrong = wrongCell(found, expected, BOUND, scale)
  if (wrong < 0) return null
  const where = `${kind}, row ${Math.floor(wrong / shape.cols)}, column ${wrong % shape.cols}`
  const what = `expected ${expected[wrong]}, found ${found[wrong]}, scale ${scale[wrong]}`
  return `${spec.name}(${options}) on ${where}: ${what}`
}

/** @returns the first cell that is off by more than `bound` of its scale, or −1 */
function wrongCell(
  found: Float64Array,
  expected: Float64Array,
  bound: number,
  scale: Float64Array = expected.map(Math.abs),
): number {
  return expected.findIndex((want, i) => {
    if (Number.isNaN(want) || Number.isNaN(found[i])) return Number.isNaN(want) !== Number.isNaN(found[i])
    return !(Math.abs(found[i] - want) <= bound * scale[i] + FLOOR)
  })
}

/**
 * The size against which an error in f32 counts. Means are rounded to 24 bits, so that distances from them are off by
 * that much of the greatest value, where f64 has bits to spare.
 */
function scaleInF32(kernel: string, judged: Judged): Float64Array {
  const scale = scaleOf(kernel, judged)
  if (!OF_DISTANCES.includes(kernel)) return scale
  const { inputs, options, shape } = judged
  const of = (name: string, x: Float64Array) => REFERENCE[name]([x], options, shape)[0]
  const sizes = inputs.map((x) => ({ greatest: of('rolling_max', x.map(Math.abs)), spread: of('rolling_std', x) }))
  return scale.map(
    (size, i) => size * sizes.reduce((sum, { greatest, spread }) => sum + greatest[i] / (spread[i] || 1), 0),
  )
}

const OF_DISTANCES = ['rolling_std', 'rolling_var', 'rolling_zscore', 'rolling_cov', 'rolling_corr']
