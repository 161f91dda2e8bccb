import { describe, expect, test } from 'vitest'
import { loadAddon } from '../../src/compute/addon.js'
import { createLedger } from '../../src/compute/ledger.js'
import type { Execution } from '../../src/optimize/backtest.js'
import { bindTrials, compileStrategy, type Params } from '../../src/optimize/program.js'
import { readStrategy } from '../../src/optimize/strategy.js'
import { runTrials } from '../../src/optimize/sweep.js'
import { type Market, referenceTrial } from '../../src/optimize/sweep-reference.js'
import { openTable } from '../../src/optimize/table.js'
import type { TrialResult } from '../../src/optimize/types.js'
import type { PanelSeries } from '../../src/panel/panel.js'

const absent = loadAddon().reason
const ISAS = loadAddon().addon ? (['v2', 'v3', 'v4'] as const).filter((isa) => isa <= loadAddon().addon!.isa()) : []
const FIELDS = ['open', 'high', 'low', 'close', 'volume']

/** Numbers 0 … 1. @see Mulberry32, Tommy Ettinger 2017 */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A random walk; a share of its bars has no price. */
function walk(
  rows: number,
  { seed, gaps = 0, move = 0.05 }: { seed: number; gaps?: number; move?: number },
): PanelSeries {
  const next = uniform(seed)
  const columns = Object.fromEntries(FIELDS.map((name) => [name, new Float64Array(rows)]))
  let price = 100
  for (let t = 0; t < rows; t++) {
    const open = price * (1 + move * (next() - 0.5))
    price = open * (1 + move * (next() - 0.499))
    const hole = next() < gaps
    const bar = {
      open,
      close: price,
      high: Math.max(open, price) * 1.001,
      low: Math.min(open, price) * 0.999,
      volume: 1,
    }
    for (const [name, value] of Object.entries(bar)) columns[name][t] = hole ? Number.NaN : value
  }
  const timestamp = Float64Array.from({ length: rows }, (_, t) => t * 60_000)
  return { symbol: 'X', bars: { rows, timestamp, columns } }
}

const STRATEGIES: Record<string, { text: string; sets: Params[] }> = {
  crossing: {
    text: 'long = mean(close, $a) > mean(close, $b)',
    sets: [3, 5, 8, 13].flatMap((a) => [10, 20, 30, 40, 50].map((b) => ({ a, b }))),
  },
  'a condition that is computed whole': {
    text: 'long = close > delay(close, $a)',
    sets: Array.from({ length: 11 }, (_, i) => ({ a: i + 1 })),
  },
  'a column against a number': {
    text: 'long = rsi(close, $a) < $b',
    sets: [5, 9].flatMap((a) => [30, 45, 60].map((b) => ({ a, b }))),
  },
  'both sides, sizes and limits': {
    text: [
      'long = close < mean(close, $a) - $b * stddev(close, $a)',
      'exit = close > mean(close, $a)',
      'short = close > mean(close, $a) + $b * stddev(close, $a)',
      'size = $c + 0.1 / (1 + stddev(close, 5))',
      'stop_loss = $s',
      'take_profit = 0.03',
      'holding = 9',
    ].join('\n'),
    sets: [5, 12].flatMap((a) => [0.5, 1].flatMap((b) => [0.3, 1, 2.5].map((c) => ({ a, b, c, s: 0.01 * c })))),
  },
  'what ruins': {
    text: 'long = close > mean(close, $a)\nshort = close < mean(close, $a)\nsize = $c',
    sets: [3, 7, 20].flatMap((a) => [10, 25, 60].map((c) => ({ a, c }))),
  },
}

const scope = { columns: new Set(FIELDS), adjust: 'none' as const }
const choice = { requested: 'cpu', resolved: 'cpu', device: null, reason: 'test' } as const
const contextOf = (cpuIsa: 'auto' | 'v2' | 'v3' | 'v4' = 'auto', threads = 1) => {
  return { config: { threads, cpuIsa, memoryLimitMb: 1024 }, choice, ledger: createLedger() }
}

const programOf = (text: string, sets: Params[]) =>
  compileStrategy(readStrategy(text, { name: 's', source: 's' }), scope, new Set(Object.keys(sets[0])))

async function byReference({ text, sets }: (typeof STRATEGIES)[string], market: Market): Promise<TrialResult[]> {
  const program = programOf(text, sets)
  const binding = bindTrials(program, sets)
  const { stride, next } = openTable(binding.nodes, { series: market.series, rowsMax: market.to }, contextOf())
  const table = await next(market.to)
  return sets.map((params, trial) => {
    return { params, ...referenceTrial(program, binding, { trial, market, table, stride }).result }
  })
}

const markets = (['next-close', 'next-open', 'close'] as Execution[]).flatMap((execution) =>
  [0, 0.03].map((gaps) => ({ execution, gaps })),
)

describe.skipIf(absent !== '').each(Object.keys(STRATEGIES))('%s', (name) => {
  const { text, sets } = STRATEGIES[name]

  test.each(markets)('has the bits of the definition: $execution, gaps $gaps', async ({ execution, gaps }) => {
    const series = [walk(1100, { seed: 5, gaps })]
    const market: Market = { series, from: 130, to: 1090, execution, costs: { turn: 0.0007, borrow: 0.00002 } }
    const expected = await byReference(STRATEGIES[name], market)
    for (const isa of ISAS) {
      const found = await runTrials(programOf(text, sets), sets, market, contextOf(isa))
      expect(found).toEqual(expected)
    }
    expect(expected.reduce((sum, { trades }) => sum + trades, 0)).toBeGreaterThan(sets.length)
  })
})

describe.skipIf(absent !== '')('spans', () => {
  const { text, sets } = STRATEGIES.crossing

  test.each([1, 2, 3, 17, 18, 255, 256, 257, 258])('of %i bars have the bits of the definition', async (rows) => {
    const series = [walk(rows + 60, { seed: rows })]
    const market: Market = {
      series,
      from: 60,
      to: 60 + rows,
      execution: 'next-close',
      costs: { turn: 0.001, borrow: 0 },
    }
    const found = await runTrials(programOf(text, sets), sets, market, contextOf())
    expect(found).toEqual(await byReference(STRATEGIES.crossing, market))
  })

  test('that are longer than a chunk have the same bits on several threads', async () => {
    const ema = { text: 'long = ema(close, $a) > mean(close, $b)', sets }
    const many = {
      ...ema,
      sets: Array.from({ length: 700 }, (_, i) => ({ a: 2 + (i % 70), b: 5 + Math.floor(i / 70) })),
    }
    const series = [walk(60_000, { seed: 9, move: 0.01 })]
    const market: Market = { series, from: 5000, to: 60_000, execution: 'next-open', costs: { turn: 0.001, borrow: 0 } }
    const found = await runTrials(programOf(many.text, many.sets), many.sets, market, contextOf('auto', 2))
    const some = [0, 69, 350, 699].map((i) => many.sets[i])
    const expected = await byReference({ ...many, sets: some }, market)
    expect([0, 69, 350, 699].map((i) => found[i])).toEqual(expected)
  })

  test('that are shorter begin with the same equity: no signal sees the bar after', async () => {
    const series = [walk(400, { seed: 3 })]
    const market: Market = { series, from: 0, to: 400, execution: 'next-close', costs: { turn: 0.001, borrow: 0 } }
    const program = programOf(text, sets)
    const binding = bindTrials(program, sets)
    const equity = async (bars: PanelSeries, to: number) => {
      const { stride, next } = openTable(binding.nodes, { series: [bars], rowsMax: to }, contextOf())
      const at = { trial: 7, market: { ...market, series: [bars], to }, table: await next(to), stride }
      return referenceTrial(program, binding, at).equity
    }
    const other = walk(400, { seed: 3 })
    for (let t = 300; t < 400; t++) other.bars.columns.close[t] *= 1 + 0.01 * (t % 7)
    const [whole, changed] = [await equity(series[0], 400), await equity(other, 400)]
    expect([...changed.subarray(0, 300)]).toEqual([...whole.subarray(0, 300)])
    expect([...changed]).not.toEqual([...whole])
  })
})
