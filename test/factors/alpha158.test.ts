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
  cells,
  correlation,
  delay,
  differences,
  div,
  larger,
  less,
  log,
  mean,
  mul,
  quantile,
  type Rows,
  residual,
  rowsOf,
  rSquare,
  slope,
  smaller,
  stddev,
  sub,
  sum,
  tsMax,
  tsMin,
  tsRank,
} from './naive.js'

afterAll(closePool)

/** The features of one bar in the notation of qlib, in its order. */
const BAR = {
  KMID: '($close-$open)/$open',
  KLEN: '($high-$low)/$open',
  KMID2: '($close-$open)/($high-$low+1e-12)',
  KUP: '($high-Greater($open, $close))/$open',
  KUP2: '($high-Greater($open, $close))/($high-$low+1e-12)',
  KLOW: '(Less($open, $close)-$low)/$open',
  KLOW2: '(Less($open, $close)-$low)/($high-$low+1e-12)',
  KSFT: '(2*$close-$high-$low)/$open',
  KSFT2: '(2*$close-$high-$low)/($high-$low+1e-12)',
  OPEN0: '$open/$close',
  HIGH0: '$high/$close',
  LOW0: '$low/$close',
  VWAP0: '$vwap/$close',
}

const CHANGE = 'Sum(Abs($x-Ref($x, 1)), %d)+1e-12'
const RISES = 'Sum(Greater($x-Ref($x, 1), 0), %d)'
const FALLS = 'Sum(Greater(Ref($x, 1)-$x, 0), %d)'
const MOVED = 'Abs($close/Ref($close, 1)-1)*$volume'
const of = (column: string, text: string) => text.replaceAll('$x', `$${column}`)

/** The features of a window of %d rows, in the same order. */
const WINDOW = {
  ROC: 'Ref($close, %d)/$close',
  MA: 'Mean($close, %d)/$close',
  STD: 'Std($close, %d)/$close',
  BETA: 'Slope($close, %d)/$close',
  RSQR: 'Rsquare($close, %d)',
  RESI: 'Resi($close, %d)/$close',
  MAX: 'Max($high, %d)/$close',
  MIN: 'Min($low, %d)/$close',
  QTLU: 'Quantile($close, %d, 0.8)/$close',
  QTLD: 'Quantile($close, %d, 0.2)/$close',
  RANK: 'Rank($close, %d)',
  RSV: '($close-Min($low, %d))/(Max($high, %d)-Min($low, %d)+1e-12)',
  IMAX: 'IdxMax($high, %d)/%d',
  IMIN: 'IdxMin($low, %d)/%d',
  IMXD: '(IdxMax($high, %d)-IdxMin($low, %d))/%d',
  CORR: 'Corr($close, Log($volume+1), %d)',
  CORD: 'Corr($close/Ref($close,1), Log($volume/Ref($volume, 1)+1), %d)',
  CNTP: 'Mean($close>Ref($close, 1), %d)',
  CNTN: 'Mean($close<Ref($close, 1), %d)',
  CNTD: 'Mean($close>Ref($close, 1), %d)-Mean($close<Ref($close, 1), %d)',
  SUMP: of('close', `${RISES}/(${CHANGE})`),
  SUMN: of('close', `${FALLS}/(${CHANGE})`),
  SUMD: of('close', `(${RISES}-${FALLS})/(${CHANGE})`),
  VMA: 'Mean($volume, %d)/($volume+1e-12)',
  VSTD: 'Std($volume, %d)/($volume+1e-12)',
  WVMA: `Std(${MOVED}, %d)/(Mean(${MOVED}, %d)+1e-12)`,
  VSUMP: of('volume', `${RISES}/(${CHANGE})`),
  VSUMN: of('volume', `${FALLS}/(${CHANGE})`),
  VSUMD: of('volume', `(${RISES}-${FALLS})/(${CHANGE})`),
}

const QLIB = [
  ...Object.entries(BAR),
  ...Object.entries(WINDOW).flatMap(([name, text]) =>
    [5, 10, 20, 30, 60].map((rows) => [`${name}${rows}`, text.replaceAll('%d', String(rows))]),
  ),
]

const { factors } = loadSet('alpha158')
const dag = createDag()
const compiled = (text: string) => compile(dag, text, { columns: null, adjust: 'none' })

test('alpha158 has the 158 names of qlib, in its order', () => {
  expect(factors.map(({ name }) => name)).toEqual(QLIB.map(([name]) => name))
  expect(factors).toHaveLength(158)
})

test.each(factors.map(({ name, text }, i) => ({ name, text, qlib: QLIB[i][1] })))(
  '$name is what qlib computes, step for step',
  ({ text, qlib }) => {
    expect(compiled(text)).toBe(compiled(qlib))
  },
)

const market = randomMarket(158, { rows: 90, cols: 13 })
const [open, high, low, close, volume] = ['open', 'high', 'low', 'close', 'volume'].map((name) => rowsOf(market, name))
const span = add(sub(high, low), 1e-12)
const top = larger(open, close)
const bottom = smaller(open, close)
const change = (x: Rows) => sub(x, delay(x, 1))
const gain = (x: Rows) => cells((a) => Math.max(a, 0), change(x))
const loss = (x: Rows) => cells((a) => Math.max(-a, 0), change(x))
const moved = mul(abs(sub(div(close, delay(close, 1)), 1)), volume)
const twiceMiddle = sub(sub(mul(2, close), high), low)

/** Every feature of one bar and of windows of n rows, written plainly. */
const plainly = (n: number): Record<string, Rows> => {
  const perClose = (x: Rows) => div(x, close)
  const share = (x: Rows, of: Rows) => div(sum(x, n), add(sum(abs(change(of)), n), 1e-12))
  const changes = (of: Rows) => [gain(of), loss(of), change(of)].map((x) => share(x, of))
  const [rises, falls, net] = changes(close)
  const [busier, calmer, traded] = changes(volume)
  const [up, down] = [less(delay(close, 1), close), less(close, delay(close, 1))]
  return {
    KMID: div(sub(close, open), open),
    KLEN: div(sub(high, low), open),
    KMID2: div(sub(close, open), span),
    KUP: div(sub(high, top), open),
    KUP2: div(sub(high, top), span),
    KLOW: div(sub(bottom, low), open),
    KLOW2: div(sub(bottom, low), span),
    KSFT: div(twiceMiddle, open),
    KSFT2: div(twiceMiddle, span),
    OPEN0: perClose(open),
    HIGH0: perClose(high),
    LOW0: perClose(low),
    VWAP0: perClose(div(add(high, low, close), 3)),
    [`ROC${n}`]: perClose(delay(close, n)),
    [`MA${n}`]: perClose(mean(close, n)),
    [`STD${n}`]: perClose(stddev(close, n)),
    [`BETA${n}`]: perClose(slope(close, n)),
    [`RSQR${n}`]: rSquare(close, n),
    [`RESI${n}`]: perClose(residual(close, n)),
    [`MAX${n}`]: perClose(tsMax(high, n)),
    [`MIN${n}`]: perClose(tsMin(low, n)),
    [`QTLU${n}`]: perClose(quantile(close, n, 0.8)),
    [`QTLD${n}`]: perClose(quantile(close, n, 0.2)),
    [`RANK${n}`]: tsRank(close, n),
    [`RSV${n}`]: div(sub(close, tsMin(low, n)), add(sub(tsMax(high, n), tsMin(low, n)), 1e-12)),
    [`IMAX${n}`]: div(argMax(high, n), n),
    [`IMIN${n}`]: div(argMin(low, n), n),
    [`IMXD${n}`]: div(sub(argMax(high, n), argMin(low, n)), n),
    [`CORR${n}`]: correlation(close, log(add(volume, 1)), n),
    [`CORD${n}`]: correlation(div(close, delay(close, 1)), log(add(div(volume, delay(volume, 1)), 1)), n),
    [`CNTP${n}`]: mean(up, n),
    [`CNTN${n}`]: mean(down, n),
    [`CNTD${n}`]: sub(mean(up, n), mean(down, n)),
    [`SUMP${n}`]: rises,
    [`SUMN${n}`]: falls,
    [`SUMD${n}`]: net,
    [`VMA${n}`]: div(mean(volume, n), add(volume, 1e-12)),
    [`VSTD${n}`]: div(stddev(volume, n), add(volume, 1e-12)),
    [`WVMA${n}`]: div(stddev(moved, n), add(mean(moved, n), 1e-12)),
    [`VSUMP${n}`]: busier,
    [`VSUMN${n}`]: calmer,
    [`VSUMD${n}`]: traded,
  }
}

describe.each([5, 60])('computed, and written plainly, over %s rows:', (n) => {
  const plain = plainly(n)
  const results = computed(
    factors.filter(({ name }) => name in plain),
    market,
  )

  test.each(Object.entries(plain))('%s is the same within 1e-9', async (name, expected) => {
    expect(expected.flat().filter(Number.isFinite).length).toBeGreaterThan(100)
    expect(differences((await results)[name], expected)).toEqual([])
  })
})
