import { type ColumnSchema, openParquetWriter } from '../lake/writer.js'
import type { Backtest, Trade } from '../optimize/backtest.js'
import { createChecksum } from './checksum.js'
import type { SweptMarket } from './optimize-sweep-prepare.js'
import type { BestRow } from './optimize-sweep-result.js'
import type { OutputFile } from './resample-output.js'

/** What a kept set left when it was run again. */
export interface Replayed {
  market: SweptMarket
  /** from 1, among those of its market */
  rank: number
  run: Backtest & { parts?: Backtest[] }
}

/** A file of kept sets. */
export interface SweepFile {
  write(one: Replayed): Promise<void>
  close(): Promise<OutputFile>
  abort(): Promise<void>
}

/** Equity at the close of every bar, and the return of the bar (missing at the first): a row per kept set and bar. */
export function writeEquity(path: string): Promise<SweepFile> {
  return openFile(path, EQUITY, ({ market, rank, run }) => {
    const rows = market.to - market.from
    const returns = new Float64Array(rows).fill(Number.NaN)
    returns.set(run.returns, 1)
    return {
      rows,
      columns: {
        symbol: market.symbol,
        rank: new Float64Array(rows).fill(rank),
        timestamp: market.series[0].bars.timestamp.subarray(market.from, market.to),
        equity: run.equity,
        return: returns,
      },
    }
  })
}

/** A row per trade of each kept set, in the order of entry. Times are the open times of the bars of the fills. */
export function writeTrades(path: string): Promise<SweepFile> {
  return openFile(path, TRADES, ({ market, rank, run }) => {
    const trades = (run.parts ?? [run]).flatMap((part, n) =>
      part.trades.map((trade) => ({ trade, symbol: market.series[n].symbol })),
    )
    trades.sort((a, b) => a.trade.entryRow - b.trade.entryRow)
    const { timestamp } = market.series[0].bars
    const time = (row: number | null) => (row === null ? Number.NaN : timestamp[market.from + row])
    const column = (of: (trade: Trade) => number) => Float64Array.from(trades, ({ trade }) => of(trade))
    return {
      rows: trades.length,
      columns: {
        symbol: trades.map(({ symbol }) => symbol),
        rank: column(() => rank),
        entry_time: column(({ entryRow }) => time(entryRow)),
        exit_time: column(({ exitRow }) => time(exitRow)),
        side: column(({ side }) => side),
        size: column(({ size }) => size),
        entry_price: column(({ entryPrice }) => entryPrice),
        exit_price: column(({ exitPrice }) => exitPrice),
        return: column((trade) => trade.return),
      },
    }
  })
}

const double = (name: string): ColumnSchema => ({ name, type: 'double' })
const HEAD: ColumnSchema[] = [
  { name: 'symbol', type: 'text' },
  { name: 'rank', type: 'int64' },
]
const EQUITY: ColumnSchema[] = [...HEAD, { name: 'timestamp', type: 'timestamp' }, double('equity'), double('return')]
const TRADES: ColumnSchema[] = [
  ...HEAD,
  { name: 'entry_time', type: 'timestamp' },
  { name: 'exit_time', type: 'timestamp' },
  { name: 'side', type: 'int64' },
  ...['size', 'entry_price', 'exit_price', 'return'].map(double),
]

type Batch = Parameters<Awaited<ReturnType<typeof openParquetWriter>>['write']>[0]

async function openFile(path: string, schema: ColumnSchema[], batchOf: (one: Replayed) => Batch): Promise<SweepFile> {
  const writer = await openParquetWriter(path, schema)
  return {
    write: (one) => writer.write(batchOf(one)),
    close: async () => ({ path, rows: (await writer.close()).rows }),
    abort: () => writer.abort(),
  }
}

const FIGURES = ['sharpe', 'cagr', 'final_equity', 'max_drawdown', 'trades', 'deflated_sharpe'] as const

/** Checksum of the kept sets: symbol, rank, parameters by name, figures. */
export function checksumOf(best: BestRow[]): string {
  const names = [...new Set(best.flatMap(({ params }) => Object.keys(params)))].sort()
  const checksum = createChecksum([...HEAD, ...names.map(double), ...FIGURES.map(double)])
  const column = (of: (row: BestRow) => number | null) => Float64Array.from(best, (row) => of(row) ?? Number.NaN)
  const figures = FIGURES.map((name) => [name, column((row) => row[name])] as const)
  const params = names.map((name) => [name, column((row) => row.params[name])] as const)
  const columns = { symbol: best.map(({ symbol }) => symbol), rank: column(({ rank }) => rank) }
  checksum.update({ rows: best.length, columns: { ...columns, ...Object.fromEntries([...params, ...figures]) } })
  return checksum.digest()
}
