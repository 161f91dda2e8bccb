import type { PoolClient } from 'pg'
import type { Database } from './pool.js'
import { type Outcome, type UpsertTable, upsertRows } from './upsert.js'
import { double, time } from './values.js'

/** What every row of a run's ledger has. Times are ms since 1970-01-01T00:00Z, money in the account's currency. */
interface LedgerRow {
  runId: string
  /** merged into what is there, key by key */
  metadata?: Record<string, unknown>
}

export interface EquityPoint extends LedgerRow {
  time: number
  total: number
  cash?: number
}

export interface Order extends LedgerRow {
  clientOrderId: string
  exchangeOrderId?: string
  /** the earliest one given counts */
  createdAt: number
  symbol: string
  side: string
  orderType: string
  quantity: number
  price?: number
  /** counts only while no order event is known */
  status?: string
}

export interface Position extends LedgerRow {
  symbol: string
  positionSide: string
  quantity: number
  entryPrice?: number
  markPrice?: number
  unrealizedPnl?: number
}

const METADATA = { metadata_json: 'old.metadata_json || EXCLUDED.metadata_json' }

const EQUITY: UpsertTable = {
  table: 'equity',
  key: ['run_id', 'timeindex'],
  columns: { run_id: 'text', timeindex: 'timestamptz', total: 'float8', cash: 'float8', metadata_json: 'jsonb' },
  merge: METADATA,
}

const ORDERS: UpsertTable = {
  table: 'orders',
  key: ['run_id', 'client_order_id'],
  columns: {
    run_id: 'text',
    client_order_id: 'text',
    exchange_order_id: 'text',
    created_at: 'timestamptz',
    symbol: 'text',
    side: 'text',
    order_type: 'text',
    quantity: 'float8',
    price: 'float8',
    status: 'text',
    metadata_json: 'jsonb',
  },
  merge: {
    ...METADATA,
    exchange_order_id: 'COALESCE(EXCLUDED.exchange_order_id, old.exchange_order_id)',
    created_at: 'LEAST(old.created_at, EXCLUDED.created_at)',
    // The newest event has the last word (`settleOrders`); an order written again must not take it back meanwhile.
    status: `CASE WHEN EXISTS (SELECT FROM order_state_events e
        WHERE e.run_id = old.run_id AND e.client_order_id = old.client_order_id)
      THEN old.status ELSE COALESCE(EXCLUDED.status, old.status) END`,
  },
}

const POSITIONS: UpsertTable = {
  table: 'positions',
  key: ['run_id', 'symbol', 'position_side'],
  columns: {
    run_id: 'text',
    symbol: 'text',
    position_side: 'text',
    quantity: 'float8',
    entry_price: 'float8',
    mark_price: 'float8',
    unrealized_pnl: 'float8',
    metadata_json: 'jsonb',
  },
  merge: METADATA,
  stamp: 'updated_at',
}

/** Points of equity curves, one per run and time. */
export function upsertEquity(database: Database, points: EquityPoint[]): Promise<Outcome> {
  const rows = points.map((point) => ({
    run_id: point.runId,
    timeindex: time(point.time),
    total: double(point.total),
    cash: double(point.cash),
    metadata_json: point.metadata ?? {},
  }))
  return upsertRows(database, EQUITY, rows)
}

/** Orders, one per run and client's order id. An exchange's id, once known, stays; events decide the status. */
export function upsertOrders(database: Database, orders: Order[]): Promise<Outcome> {
  const rows = orders.map((order) => ({
    run_id: order.runId,
    client_order_id: order.clientOrderId,
    exchange_order_id: order.exchangeOrderId ?? null,
    created_at: time(order.createdAt),
    symbol: order.symbol,
    side: order.side,
    order_type: order.orderType,
    quantity: double(order.quantity),
    price: double(order.price),
    status: order.status ?? null,
    metadata_json: order.metadata ?? {},
  }))
  return upsertRows(database, ORDERS, rows, (client) => settleOrders(client, rows))
}

/** Positions, one per run, symbol and side. */
export function upsertPositions(database: Database, positions: Position[]): Promise<Outcome> {
  const rows = positions.map((position) => ({
    run_id: position.runId,
    symbol: position.symbol,
    position_side: position.positionSide,
    quantity: double(position.quantity),
    entry_price: double(position.entryPrice),
    mark_price: double(position.markPrice),
    unrealized_pnl: double(position.unrealizedPnl),
    metadata_json: position.metadata ?? {},
  }))
  return upsertRows(database, POSITIONS, rows)
}

const SETTLE_ORDERS = `
UPDATE orders SET status = newest.state
FROM (SELECT DISTINCT run_id, client_order_id FROM json_to_recordset($1) AS k(run_id text, client_order_id text)) named,
  LATERAL (SELECT e.state FROM order_state_events e
    WHERE e.run_id = named.run_id AND e.client_order_id = named.client_order_id
    ORDER BY e.event_time DESC, e.id DESC LIMIT 1) newest
WHERE orders.run_id = named.run_id AND orders.client_order_id = named.client_order_id
  AND orders.status IS DISTINCT FROM newest.state`

/** Gives the orders the state of their newest event, in whatever order orders and events arrive. */
export async function settleOrders(
  client: PoolClient,
  orders: { run_id: string; client_order_id: string | null }[],
): Promise<void> {
  const keys = orders.map(({ run_id, client_order_id }) => ({ run_id, client_order_id }))
  await client.query(SETTLE_ORDERS, [JSON.stringify(keys)])
}
