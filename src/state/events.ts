import { payloadFingerprint } from './fingerprint.js'
import { settleOrders } from './ledger.js'
import type { Database } from './pool.js'
import { type Outcome, type Row, type UpsertTable, upsertRows } from './upsert.js'
import { double, time } from './values.js'

/** What every event of a run has. Times are ms since 1970-01-01T00:00Z. */
interface RunEvent {
  runId: string
  /** left out: the SHA-256 of what the event says, so the same event is written once */
  dedupeKey?: string
  time: number
}

export interface Fill extends RunEvent {
  symbol: string
  side: string
  quantity: number
  fillPrice?: number
  fillCost?: number
  commission?: number
  clientOrderId?: string
  exchangeOrderId?: string
  status?: string
  metadata?: Record<string, unknown>
}

export interface RiskEvent extends RunEvent {
  reason: string
  details?: Record<string, unknown>
}

export interface Heartbeat extends RunEvent {
  workerId?: string
  status?: string
  details?: Record<string, unknown>
}

export interface OrderStateEvent extends RunEvent {
  symbol?: string
  clientOrderId?: string
  exchangeOrderId?: string
  state: string
  message?: string
  details?: Record<string, unknown>
}

/** Fills, one per run and key. */
export function upsertFills(database: Database, fills: Fill[]): Promise<Outcome> {
  const rows = fills.map((fill) =>
    keyed(fill, {
      run_id: fill.runId,
      fill_time: time(fill.time),
      symbol: fill.symbol,
      side: fill.side,
      quantity: double(fill.quantity),
      fill_price: double(fill.fillPrice),
      fill_cost: double(fill.fillCost),
      commission: double(fill.commission),
      client_order_id: fill.clientOrderId ?? null,
      exchange_order_id: fill.exchangeOrderId ?? null,
      status: fill.status ?? null,
      metadata_json: fill.metadata ?? {},
    }),
  )
  return upsertRows(database, FILLS, rows)
}

/** Risk events, one per run and key. */
export function upsertRiskEvents(database: Database, events: RiskEvent[]): Promise<Outcome> {
  const rows = events.map((event) =>
    keyed(event, {
      run_id: event.runId,
      event_time: time(event.time),
      reason: event.reason,
      details_json: event.details ?? {},
    }),
  )
  return upsertRows(database, RISK_EVENTS, rows)
}

/** Heartbeats, one per run and key. */
export function upsertHeartbeats(database: Database, heartbeats: Heartbeat[]): Promise<Outcome> {
  const rows = heartbeats.map((heartbeat) =>
    keyed(heartbeat, {
      run_id: heartbeat.runId,
      worker_id: heartbeat.workerId ?? null,
      heartbeat_time: time(heartbeat.time),
      status: heartbeat.status ?? null,
      details_json: heartbeat.details ?? {},
    }),
  )
  return upsertRows(database, HEARTBEATS, rows)
}

/** Events of orders, one per run and key; each order gets the state of its newest event. */
export function upsertOrderStateEvents(database: Database, events: OrderStateEvent[]): Promise<Outcome> {
  const rows = events.map((event) =>
    keyed(event, {
      run_id: event.runId,
      event_time: time(event.time),
      symbol: event.symbol ?? null,
      client_order_id: event.clientOrderId ?? null,
      exchange_order_id: event.exchangeOrderId ?? null,
      state: event.state,
      message: event.message ?? null,
      details_json: event.details ?? {},
    }),
  )
  return upsertRows(database, ORDER_STATE_EVENTS, rows, (client) => settleOrders(client, rows))
}

const EVENT_KEY = ['run_id', 'dedupe_key']

const FILLS: UpsertTable = {
  table: 'fills',
  key: EVENT_KEY,
  columns: {
    run_id: 'text',
    dedupe_key: 'text',
    fill_time: 'timestamptz',
    symbol: 'text',
    side: 'text',
    quantity: 'float8',
    fill_price: 'float8',
    fill_cost: 'float8',
    commission: 'float8',
    client_order_id: 'text',
    exchange_order_id: 'text',
    status: 'text',
    metadata_json: 'jsonb',
  },
  merge: { metadata_json: 'old.metadata_json || EXCLUDED.metadata_json' },
}

const RISK_EVENTS: UpsertTable = {
  table: 'risk_events',
  key: EVENT_KEY,
  columns: { run_id: 'text', dedupe_key: 'text', event_time: 'timestamptz', reason: 'text', details_json: 'jsonb' },
}

const HEARTBEATS: UpsertTable = {
  table: 'heartbeats',
  key: EVENT_KEY,
  columns: {
    run_id: 'text',
    dedupe_key: 'text',
    worker_id: 'text',
    heartbeat_time: 'timestamptz',
    status: 'text',
    details_json: 'jsonb',
  },
}

const ORDER_STATE_EVENTS: UpsertTable = {
  table: 'order_state_events',
  key: EVENT_KEY,
  columns: {
    run_id: 'text',
    dedupe_key: 'text',
    event_time: 'timestamptz',
    symbol: 'text',
    client_order_id: 'text',
    exchange_order_id: 'text',
    state: 'text',
    message: 'text',
    details_json: 'jsonb',
  },
}

function keyed<R extends Row>(event: RunEvent, row: R): R & { dedupe_key: string } {
  return { ...row, dedupe_key: event.dedupeKey ?? payloadFingerprint(row) }
}
