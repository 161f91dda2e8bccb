import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { upsertRun } from '../../src/state/runs.js'
import { COPY_HEADER, COPY_TRAILER, encodeScores, type ScoreRows } from '../../src/state/score-rows.js'
import { writeScores } from '../../src/state/scores.js'
import { openState, type State } from '../../src/state/state.js'
import { everyByte, failure, SILENT, startTestServer, type TestServer } from './support.js'

let server: TestServer
let dsn: string
let state: State
beforeAll(async () => {
  server = await startTestServer()
  dsn = await server.createDatabase()
  state = (await openState({ postgresDsn: dsn, dataDir: '' }, { log: SILENT })) as State
})
afterAll(async () => {
  await state.close()
  await server.close()
})
beforeEach(async () => {
  await state.query('TRUNCATE runs, factor_scores CASCADE')
  await upsertRun(state, { runId: 'r', mode: 'score', startedAt: 0 })
})

const SLICE = { runId: 'r', factor: 'momentum' }
const T0 = Date.UTC(2026, 0, 1)

/** By time, then symbol, as a job writes them. */
function grid(times: number, symbols: number, scoreOf = (row: number) => row / 7): ScoreRows {
  const rows = times * symbols
  const index = Array.from({ length: rows }, (_, row) => row)
  const raw = Float64Array.from(index, scoreOf)
  return {
    rows,
    symbols: index.map((row) => `S${row % symbols}`),
    timestamps: Float64Array.from(index, (row) => T0 + Math.floor(row / symbols) * 60_000),
    raw,
    zscore: raw.map((v) => -v),
    percentile: raw.map((v) => v % 100),
  }
}

test('writes each value where it belongs', async () => {
  const { inserted } = await writeScores(state, SLICE, [grid(2, 2)])
  expect(inserted).toBe(4)
  expect(await state.query('SELECT * FROM factor_scores ORDER BY timestamp, symbol LIMIT 3 OFFSET 1')).toEqual(
    [1, 2, 3].map((row) => ({
      run_id: 'r',
      factor: 'momentum',
      symbol: `S${row % 2}`,
      timestamp: row < 2 ? '2026-01-01T00:00:00Z' : '2026-01-01T00:01:00Z',
      raw_value: row / 7,
      zscore: -row / 7,
      percentile: row / 7,
    })),
  )
})

test('changes no byte in a replay', async () => {
  const scores = grid(500, 9)
  await writeScores(state, SLICE, [scores])
  const before = await everyByte(state, 'factor_scores')
  expect(await writeScores(state, SLICE, [scores])).toEqual({ inserted: 0, updated: 0, unchanged: 4500 })
  expect(await everyByte(state, 'factor_scores')).toEqual(before)
})

test('writes only what is new or differs', async () => {
  await writeScores(state, SLICE, [grid(10, 3)])
  const next = grid(11, 3, (row) => (row === 4 ? 99 : row / 7))
  expect(await writeScores(state, SLICE, [next])).toEqual({ inserted: 3, updated: 1, unchanged: 29 })
  expect(await state.query('SELECT symbol FROM factor_scores WHERE raw_value = 99')).toEqual([{ symbol: 'S1' }])
})

test('writes missing and non-finite values as NULL, and takes them for equal in a replay', async () => {
  const scores = { rows: 2, symbols: ['A', 'B'], timestamps: [T0, T0], raw: [Number.NaN, Number.POSITIVE_INFINITY] }
  await writeScores(state, SLICE, [scores])
  expect(
    await state.query('SELECT raw_value, zscore, percentile FROM factor_scores WHERE raw_value IS NULL'),
  ).toHaveLength(2)
  expect(await writeScores(state, SLICE, [scores])).toMatchObject({ unchanged: 2 })
})

test.each([-0, 5e-324, Number.MAX_VALUE, 0.1])('writes the double %s bit for bit', async (value) => {
  await writeScores(state, SLICE, [{ rows: 1, symbols: ['A'], timestamps: [T0], raw: [value] }])
  const [{ raw_value }] = await state.query('SELECT raw_value FROM factor_scores')
  expect(Object.is(raw_value, value)).toBe(true)
})

test.each([
  ['1969-12-31T23:59:59.999Z'],
  ['1999-12-31T23:59:59.999Z'],
  ['2000-01-01T00:00:00Z'],
  ['2100-06-30T12:34:56.789Z'],
])('writes the time %s', async (text) => {
  await writeScores(state, SLICE, [{ rows: 1, symbols: ['A'], timestamps: [Date.parse(text)], raw: [1] }])
  expect(await state.query('SELECT timestamp FROM factor_scores')).toEqual([{ timestamp: text }])
})

test('takes symbols of any script, and any order of rows', async () => {
  const symbols = ['삼성', 'BTC/USDT', 'é', 'BTC/USDT']
  await writeScores(state, SLICE, [{ rows: 4, symbols, timestamps: [T0, T0 + 5, T0, T0 + 1], raw: [1, 2, 3, 4] }])
  const rows = await state.query(`SELECT symbol, raw_value FROM factor_scores ORDER BY raw_value`)
  expect(rows.map((row) => row.symbol)).toEqual(symbols)
})

test('takes no rows at all', async () => {
  expect(await writeScores(state, SLICE, [])).toEqual({ inserted: 0, updated: 0, unchanged: 0 })
})

test('takes batches one after the other, larger than a buffer', async () => {
  const first = grid(4000, 2)
  const second = { ...first, timestamps: Float64Array.from(first.timestamps as Float64Array, (t) => t + 1) }
  expect(await writeScores(state, SLICE, [first, second])).toMatchObject({ inserted: 16_000 })
})

test('keeps slices apart', async () => {
  await writeScores(state, SLICE, [grid(3, 1)])
  expect(await writeScores(state, { ...SLICE, factor: 'value' }, [grid(3, 1)])).toMatchObject({ inserted: 3 })
})

test('lets two writers of one slice follow each other', async () => {
  const scores = grid(300, 5)
  const outcomes = await Promise.all([1, 2].map(() => writeScores(state, SLICE, [scores])))
  expect(outcomes.map((outcome) => outcome.inserted).sort()).toEqual([0, 1500])
})

test('refuses scores of a run that is not there', async () => {
  await expect(writeScores(state, { ...SLICE, runId: 'x' }, [grid(1, 1)])).rejects.toThrow(/upsertRun comes before/)
})

const OTHERS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'lq' AND datname = current_database() AND state <> 'idle'`

test.each(['an empty slice', 'a slice that has rows'])(
  'leaves nothing half written in %s when the connection is killed',
  async (which) => {
    if (which !== 'an empty slice') await writeScores(state, SLICE, [grid(10, 1)])
    const before = await everyByte(state, 'factor_scores')
    async function* batches() {
      yield grid(5000, 3, () => 1)
      await server.elsewhere(dsn, OTHERS)
      yield grid(5000, 3, () => 2)
    }
    const error = await failure(writeScores(state, SLICE, batches()))
    expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE', 3])
    expect(error.message).toMatch(/connection was lost/)
    expect(await everyByte(state, 'factor_scores')).toEqual(before)
  },
)

test('leaves nothing half written when the batches fail', async () => {
  function* batches() {
    yield grid(5000, 3)
    throw new RangeError('no more')
  }
  await expect(writeScores(state, SLICE, batches())).rejects.toThrow('no more')
  expect(await state.query('SELECT symbol FROM factor_scores')).toEqual([])
  expect(await writeScores(state, SLICE, [grid(1, 1)])).toMatchObject({ inserted: 1 })
})

test('leaves nothing half written when it is interrupted', async () => {
  const abort = new AbortController()
  const mine = (await openState({ postgresDsn: dsn, dataDir: '' }, { log: SILENT, signal: abort.signal })) as State
  function* batches() {
    yield grid(5000, 3)
    abort.abort()
    yield grid(5000, 3)
  }
  expect((await failure(writeScores(mine, SLICE, batches()))).code).toBe('LQ_INTERRUPTED')
  await mine.close()
  expect(await state.query('SELECT symbol FROM factor_scores')).toEqual([])
})

test('encodes a signature, rows and an end that the format asks for', () => {
  expect(COPY_HEADER).toHaveLength(19)
  expect(COPY_TRAILER.readInt16BE()).toBe(-1)
  const bytes = Buffer.concat([
    ...encodeScores(
      { runId: 'r', factor: 'f' },
      { rows: 1, symbols: ['S'], timestamps: [Date.UTC(2000, 0, 1)], raw: [1] },
    ),
  ])
  expect(bytes.toString('hex')).toBe(
    [
      '0007',
      '0000000172',
      '0000000166',
      '0000000153',
      '000000080000000000000000',
      '000000083ff0000000000000',
      'ffffffff',
      'ffffffff',
    ].join(''),
  )
})
