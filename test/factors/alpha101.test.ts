import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { closePool } from '../../src/compute/pool.js'
import { compile } from '../../src/factors/compile.js'
import { createDag } from '../../src/factors/dag.js'
import { loadSet } from '../../src/factors/sets.js'
import { computed, randomMarket } from './compute.js'
import {
  abs,
  add,
  argMax,
  argMin,
  choose,
  correlation,
  decayLinear,
  delay,
  delta,
  differences,
  div,
  larger,
  less,
  log,
  mean,
  mul,
  neg,
  neutral,
  power,
  product,
  type Rows,
  rank,
  rowsOf,
  scale,
  sign,
  stddev,
  sub,
  sum,
  tsMax,
  tsMin,
  tsRank,
} from './naive.js'

afterAll(closePool)

/** The formulas as the paper prints them, one per line. */
const PRINTED = readFileSync(new URL('alpha101.printed', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')

const { factors } = loadSet('alpha101')
const dag = createDag()
const compiled = (text: string) => compile(dag, text, { columns: null, adjust: 'none' })

test('alpha101 has 101 formulas, numbered', () => {
  expect(factors.map(({ name }) => name)).toEqual(PRINTED.map((_, i) => `alpha${String(i + 1).padStart(3, '0')}`))
})

test.each(factors.map(({ name, text }, i) => ({ name, text, printed: PRINTED[i] })))(
  '$name is what the paper prints, step for step',
  ({ text, printed }) => {
    const columns = printed.replaceAll('IndClass.', '').replaceAll(/\bcap\b/g, 'market_cap')
    expect(compiled(text)).toBe(compiled(columns))
  },
)

const market = randomMarket(101, { rows: 300, cols: 13 })
const fieldsOf = (...names: string[]) => names.map((name) => rowsOf(market, name))
const [open, high, low, close, volume] = fieldsOf('open', 'high', 'low', 'close', 'volume')
const [sector, subindustry, cap] = fieldsOf('sector', 'subindustry', 'market_cap')
const returns = sub(div(close, delay(close, 1)), 1)
const vwap = div(add(high, low, close), 3)
const turnover = mul(close, volume)
const adv = (days: number) => mean(turnover, days)
const middle = div(add(high, low), 2)
const blend = (x: Rows, y: Rows, share: number) => add(mul(x, share), mul(y, 1 - share))
const flow = mul(div(sub(sub(close, low), sub(high, close)), sub(high, low)), volume)

/**
 * Alphas of every kind, written from the paper, windows floored by hand. None that ranks sums of ranks: equal ones
 * among them are equal up to rounding only, and a rank tells them apart or not.
 */
const PLAIN: Record<string, () => Rows> = {
  alpha001: () => sub(rank(argMax(power(choose(less(returns, 0), stddev(returns, 20), close), 2), 5)), 0.5),
  alpha002: () => neg(correlation(rank(delta(log(volume), 2)), rank(div(sub(close, open), open)), 6)),
  alpha007: () => {
    const change = delta(close, 7)
    return choose(less(adv(20), volume), mul(neg(tsRank(abs(change), 60)), sign(change)), -1)
  },
  alpha009: () => {
    const change = delta(close, 1)
    const falling = choose(less(tsMax(change, 5), 0), change, neg(change))
    return choose(less(0, tsMin(change, 5)), change, falling)
  },
  alpha014: () => mul(neg(rank(delta(returns, 3))), correlation(open, volume, 10)),
  alpha021: () => {
    const [long, short, deviation] = [div(sum(close, 8), 8), div(sum(close, 2), 2), stddev(close, 8)]
    const busy = choose(less(div(volume, adv(20)), 1), -1, 1)
    return choose(less(add(long, deviation), short), -1, choose(less(short, sub(long, deviation)), 1, busy))
  },
  alpha024: () => {
    const drift = div(delta(div(sum(close, 100), 100), 100), delay(close, 100))
    return choose(less(0.05, drift), neg(delta(close, 3)), neg(sub(close, tsMin(close, 100))))
  },
  alpha028: () => scale(sub(add(correlation(adv(20), low, 5), middle), close)),
  alpha029: () => {
    const inner = tsMin(rank(rank(neg(rank(delta(sub(close, 1), 5))))), 2)
    return add(tsMin(rank(rank(scale(log(inner)))), 5), tsRank(delay(neg(returns), 6), 5))
  },
  alpha022: () => neg(mul(delta(correlation(high, volume, 5), 5), rank(stddev(close, 20)))),
  alpha035: () => {
    const wide = sub(1, tsRank(sub(add(close, high), low), 16))
    return mul(tsRank(volume, 32), wide, sub(1, tsRank(returns, 32)))
  },
  alpha039: () => {
    const calm = sub(1, rank(decayLinear(div(volume, adv(20)), 9)))
    return mul(neg(rank(mul(delta(close, 7), calm))), add(1, rank(sum(returns, 250))))
  },
  alpha041: () => sub(power(mul(high, low), 0.5), vwap),
  alpha053: () => neg(delta(div(sub(sub(close, low), sub(high, close)), sub(close, low)), 9)),
  alpha054: () => div(neg(mul(sub(low, close), power(open, 5))), mul(sub(low, high), power(close, 5))),
  alpha056: () => neg(mul(rank(div(sum(returns, 10), sum(sum(returns, 2), 3))), rank(mul(returns, cap)))),
  alpha058: () => neg(tsRank(decayLinear(correlation(neutral(vwap, sector), volume, 3), 7), 5)),
  alpha060: () => neg(sub(mul(2, scale(rank(flow))), scale(rank(argMax(close, 10))))),
  alpha062: () => {
    const cheap = rank(less(add(rank(open), rank(open)), add(rank(middle), rank(high))))
    return neg(less(rank(correlation(vwap, sum(adv(20), 22), 9)), cheap))
  },
  alpha064: () => {
    const slow = correlation(sum(blend(open, low, 0.178404), 12), sum(adv(120), 12), 16)
    return neg(less(rank(slow), rank(delta(blend(middle, vwap, 0.178404), 3))))
  },
  alpha071: () => {
    const first = decayLinear(correlation(tsRank(close, 3), tsRank(adv(180), 12), 18), 4)
    const second = decayLinear(power(rank(sub(add(low, open), add(vwap, vwap))), 2), 16)
    return larger(tsRank(first, 15), tsRank(second, 4))
  },
  alpha081: () => {
    const deep = power(rank(correlation(vwap, sum(adv(10), 49), 8)), 4)
    return neg(less(rank(log(product(rank(deep), 14))), rank(correlation(rank(vwap), rank(volume), 5))))
  },
  alpha084: () => power(tsRank(sub(vwap, tsMax(vwap, 15)), 20), delta(close, 4)),
  alpha099: () => {
    const slow = rank(correlation(sum(middle, 19), sum(adv(60), 19), 8))
    return neg(less(slow, rank(correlation(low, volume, 6))))
  },
  alpha100: () => {
    const twice = neutral(neutral(rank(flow), subindustry), subindustry)
    const other = neutral(sub(correlation(close, rank(adv(20)), 5), rank(argMin(close, 30))), subindustry)
    return neg(mul(sub(mul(1.5, scale(twice)), scale(other)), div(volume, adv(20))))
  },
  alpha101: () => div(sub(close, open), add(sub(high, low), 0.001)),
}

describe('computed, and written plainly from the paper:', () => {
  const results = computed(
    factors.filter(({ name }) => name in PLAIN),
    market,
  )

  test.each(Object.entries(PLAIN))('%s is the same within 1e-9', async (name, plain) => {
    const expected = plain()
    expect(expected.flat().filter(Number.isFinite).length).toBeGreaterThan(100)
    expect(differences((await results)[name], expected)).toEqual([])
  })
})
