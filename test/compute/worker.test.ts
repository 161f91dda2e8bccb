import { describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/compute/addon.js'
import { catalogueOf } from '../../src/compute/catalogue.js'
import { encodeSteps } from '../../src/compute/encode.js'
import { type Lane, NEXT, runLane } from '../../src/compute/worker.js'

const { addon } = loadAddon()

describe.skipIf(!addon)('a lane (skipped without the addon)', () => {
  const catalogue = catalogueOf(addon?.describe() ?? [])
  const steps = encodeSteps([{ kernel: 'negate', inputs: [0], outputs: [1], options: [] }], catalogue, {
    rows: 2,
    cols: 24,
    first: 0,
    scratch: 0,
    local: 0,
  })

  /** A lane that negates 3 tiles of 2 rows. */
  const laneOf = (more: Partial<Lane> = {}): Lane => ({
    target: 'v2',
    ...steps,
    state: new Float64Array(0),
    times: new Float64Array(0),
    arena: Float64Array.from({ length: 96 }, (_, i) => (i < 48 ? i : 0)),
    units: 3,
    unitsPerRange: 1,
    shared: new Int32Array(new SharedArrayBuffer(8)),
    ...more,
  })

  test('takes ranges until none is left', () => {
    const lane = laneOf()
    expect(runLane(lane)).toBeNull()
    expect([...lane.arena.subarray(48)]).toEqual(Array.from({ length: 48 }, (_, i) => -i))
  })

  test('leaves what other lanes have taken', () => {
    const lane = laneOf()
    Atomics.store(lane.shared, NEXT, 2)
    runLane(lane)
    expect([...lane.arena.subarray(48, 80)]).toEqual(Array.from({ length: 32 }, () => 0))
    expect(lane.arena[95]).toBe(-47)
  })

  test('is not busy when it has ended', () => {
    const lane = laneOf()
    runLane(lane)
    expect(lane.shared[1]).toBe(0)
  })

  test('answers with an error, stops the others and is not busy', () => {
    const lane = laneOf({ arena: new Float64Array(10) })
    expect(runLane(lane)).toMatchObject({ message: expect.stringContaining('outside the arena') })
    expect([...lane.shared]).toEqual([3, 0])
  })

  test('answers with the code of a target that does not open', () => {
    expect(runLane(laneOf({ target: 'cuda:99' }))).toMatchObject({ code: 'LQ_GPU_UNAVAILABLE' })
  })

  test('takes another target after one', () => {
    for (const target of ['v2', 'emulated', 'v2'] as const) expect(runLane(laneOf({ target }))).toBeNull()
  })
})
