import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { upsertFills, upsertHeartbeats, upsertOrderStateEvents, upsertRiskEvents } from '../../src/state/events.js'
import { type Order, upsertEquity, upsertOrders, upsertPositions } from '../../src/state/ledger.js'
import { upsertRun } from '../../src/state/runs.js'
import type { State } from '../../src/state/state.js'
import { everyByte, startTestServer, type TestServer } from './support.js'

let server: TestServer
let state: State
beforeAll(async () => {
  server = await startTestServer()
  state = await server.openFresh()
})
afterAll(() => server.close())
beforeEach(async () => {
  await state.query('TRUNCATE runs CASCADE')
  await upsertRun(state, { runId: 'r', mode: 'live', startedAt: 0 })
})

const ORDER: Order = {
  runId: 'r',
  clientOrderId: 'c',
  createdAt: 9,
  symbol: 'S',
  side: 'BUY',
  orderType: 'LIMIT',
  quantity: 1,
  status: 'NEW',
}
const FILL = { runId: 'r', time: 1, symbol: 'S', side: 'BUY', quantity: 1, fillPrice: 0.1, metadata: { a: 1, b: 2 } }
const event = (time: number, of: string) => ({ runId: 'r', time, clientOrderId: 'c', state: of })

const WRITERS: [string, () => Promise<unknown>][] = [
  ['equity', () => upsertEquity(state, [{ runId: 'r', time: 1, total: 100.1, cash: -0 }])],
  ['orders', () => upsertOrders(state, [ORDER])],
  ['fills', () => upsertFills(state, [FILL])],
  ['positions', () => upsertPositions(state, [{ runId: 'r', symbol: 'S', positionSide: 'LONG', quantity: 2 }])],
  ['risk_events', () => upsertRiskEvents(state, [{ runId: 'r', time: 1, reason: 'loss' }])],
  ['heartbeats', () => upsertHeartbeats(state, [{ runId: 'r', time: 1, workerId: 'w' }])],
  ['order_state_events', () => upsertOrderStateEvents(state, [event(1, 'FILLED')])],
]

test.each(WRITERS)('writes %s, and a replay changes no byte', async (table, write) => {
  expect(await write()).toEqual({ inserted: 1, updated: 0, unchanged: 0 })
  const before = await everyByte(state, table)
  expect(await write()).toEqual({ inserted: 0, updated: 0, unchanged: 1 })
  expect(await everyByte(state, table)).toEqual(before)
})

test('writes nothing for no rows', async () => {
  expect(await upsertEquity(state, [])).toEqual({ inserted: 0, updated: 0, unchanged: 0 })
})

test('writes a fill without a key once, in whatever order its keys come', async () => {
  await upsertFills(state, [FILL])
  const other = Object.fromEntries(Object.entries({ ...FILL, metadata: { b: 2, a: 1 } }).reverse()) as typeof FILL
  expect(await upsertFills(state, [other])).toMatchObject({ unchanged: 1 })
})

test('keeps two fills that differ', async () => {
  expect(await upsertFills(state, [FILL, { ...FILL, quantity: 2 }])).toMatchObject({ inserted: 2 })
})

test('keeps the exchange’s id of an order, once known, and its earliest time', async () => {
  await upsertOrders(state, [{ ...ORDER, exchangeOrderId: 'e' }])
  await upsertOrders(state, [{ ...ORDER, createdAt: 7 }])
  expect(await state.query('SELECT exchange_order_id, created_at FROM orders')).toEqual([
    { exchange_order_id: 'e', created_at: '1970-01-01T00:00:00.007Z' },
  ])
})

test('adds to the metadata of an order', async () => {
  await upsertOrders(state, [{ ...ORDER, metadata: { a: 1 } }])
  await upsertOrders(state, [{ ...ORDER, metadata: { b: 2 } }])
  expect(await state.query('SELECT metadata_json FROM orders')).toEqual([{ metadata_json: { a: 1, b: 2 } }])
})

test.each([
  ['orders first', [0, 1, 2]],
  ['events first', [1, 2, 0]],
  ['the newest event first', [2, 0, 1]],
])('gives an order the state of its newest event: %s', async (_, sequence) => {
  const steps = [
    () => upsertOrders(state, [ORDER]),
    () => upsertOrderStateEvents(state, [event(10, 'PARTIAL')]),
    () => upsertOrderStateEvents(state, [event(20, 'FILLED')]),
  ]
  for (const step of sequence) await steps[step]()
  expect(await state.query('SELECT status FROM orders')).toEqual([{ status: 'FILLED' }])
})

test('changes no byte of an order when it and its events are replayed', async () => {
  const play = async () => {
    await upsertOrders(state, [ORDER])
    await upsertOrderStateEvents(state, [event(10, 'PARTIAL'), event(20, 'FILLED')])
  }
  await play()
  const before = await everyByte(state, 'orders')
  await play()
  expect(await everyByte(state, 'orders')).toEqual(before)
})

test('goes with its run', async () => {
  for (const [, write] of WRITERS) await write()
  await state.query(`DELETE FROM runs WHERE run_id = 'r'`)
  for (const [table] of WRITERS) expect(await state.query(`SELECT id FROM ${table}`)).toEqual([])
})
