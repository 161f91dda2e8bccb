import { describe, expect, test } from 'vitest'
import { closes, MINUTE, market, plain, START, scores, textFile, valuesOf } from './score-support.js'

const at = (minute: number) => new Date(START + minute * MINUTE).toISOString()

describe('joined columns', () => {
  const listings = [closes('A', [1, 2, 3, 4]), closes('B', [5, null, 7, 8])]
  const eps = textFile('eps.csv', ['symbol,seen,eps', `A,${at(1)},10`, `B,${at(2.5)},30`, `A,${at(3)},20`])

  test('are what was known at the time of each bar, never later', async () => {
    const request = plain({ e: 'eps' }, { joins: [{ path: eps, timeColumn: 'seen' }] })
    const { rows, result } = await scores(listings, request)
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'B')]).toEqual([
      [null, 10, 10, 20],
      [null, null, 30],
    ])
    expect(result.joined).toEqual([{ path: eps, rows: 3, passed_over: 0, columns: ['eps'] }])
  })

  test('of a file without symbols are of every symbol', async () => {
    const path = textFile('per.csv', ['date,per', `${at(1)},12`])
    const { rows } = await scores(listings, plain({ p: 'close / per' }, { joins: [{ path }] }))
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'B')]).toEqual([
      [null, 2 / 12, 3 / 12, 4 / 12],
      [null, 7 / 12, 8 / 12],
    ])
  })

  test('begin before the span that is asked for', async () => {
    const joins = [{ path: eps, timeColumn: 'seen' }]
    const { rows } = await scores(listings, plain({ e: 'eps' }, { joins, fromMs: START + 2 * MINUTE }))
    expect(valuesOf(rows, 'A')).toEqual([10, 20])
  })

  test('are the same however the panel is cut', async () => {
    const many = market(71, { rows: 6000, symbols: 9 })
    const lines = Array.from({ length: 60 }, (_, i) => `S${i % 9},${at(i * 97)},${i}`)
    const path = textFile('many.csv', ['symbol,date,x', ...lines])
    const request = plain({ m: 'mean(close * x, 9, min_periods=1)', r: 'rank(x)' }, { joins: [{ path }] })
    const whole = await scores(many, request)
    const cut = await scores(many, request, { memoryLimitMb: 11 })
    expect([cut.chunks > 2, cut.result.checksum]).toEqual([true, whole.result.checksum])
  })

  test('that the bars have too are refused, naming both', async () => {
    const path = textFile('clash.csv', ['symbol,date,Volume', `A,${at(1)},12`])
    await expect(scores(listings, plain({ v: 'volume' }, { joins: [{ path }] }))).rejects.toThrow(
      `${path}: its column "Volume" would be volume, which is in the bars too`,
    )
  })

  test('that two files have are refused, naming both', async () => {
    const other = textFile('other.csv', ['symbol,date,eps', `A,${at(1)},12`])
    const joins = [{ path: eps, timeColumn: 'seen' }, { path: other }]
    await expect(scores(listings, plain({ e: 'eps' }, { joins }))).rejects.toThrow(`which is in ${eps} too`)
  })

  test('are part of the identity of a run if they are used', async () => {
    const path = textFile('identity.csv', ['symbol,date,x', `A,${at(1)},12`])
    const ids = async (text: string) =>
      (await scores(listings, plain({ f: text }, { joins: [{ path }] }))).result.run_id
    const [used, unused] = [await ids('x'), await ids('close')]
    textFile('identity.csv', ['symbol,date,x', `A,${at(1)},13`])
    expect([(await ids('x')) === used, (await ids('close')) === unused]).toEqual([false, true])
  })
})

describe('a universe', () => {
  const listings = [closes('A', [1, 2, 3, 4]), closes('B', [5, 6, 7, 8]), closes('C', [9, 9, 9, 9])]
  const universe = textFile('universe.csv', ['symbol,start,end', `A,${at(0)},${at(2)}`, `B,${at(1)},`, `A,${at(3)},`])

  test('keeps others out of cross-sections, and leaves their results missing', async () => {
    const { rows } = await scores(listings, plain({ r: 'rank(close)' }, { universe }))
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'B'), valuesOf(rows, 'C')]).toEqual([
      [1, 0.5, null, 0.5],
      [null, 1, 1, 1],
      [null, null, null, null],
    ])
  })

  test('leaves windows all bars of a symbol', async () => {
    const { rows } = await scores(listings, plain({ m: 'mean(close, 2)' }, { universe }))
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'B')]).toEqual([
      [null, 1.5, null, 3.5],
      [null, 5.5, 6.5, 7.5],
    ])
  })

  test('holds for what is done with a factor too', async () => {
    const request = plain({ c: 'close' }, { universe, scoring: { winsorize: null, standardize: 'percentile' } })
    const { rows } = await scores(listings, request)
    expect([valuesOf(rows, 'A'), valuesOf(rows, 'B')]).toEqual([
      [50, 0, null, 0],
      [null, 100, 50, 100],
    ])
  })

  test('without any symbol of the bars is refused', async () => {
    const path = textFile('others.csv', ['symbol,start,end', `X,${at(0)},`])
    await expect(scores(listings, plain({ c: 'close' }, { universe: path }))).rejects.toMatchObject({
      code: 'LQ_INPUT_MISSING',
    })
  })
})

describe('factors of sets', () => {
  const ofSets = [
    { name: 'a', text: 'close * 2' },
    { name: 'b', text: 'rank(eps / close)' },
  ]

  test('are left out where their columns are not there', async () => {
    const { result } = await scores([closes('A', [1, 2])], plain({ c: 'close' }, { ofSets }))
    expect([result.factors, result.skipped]).toEqual([['a', 'c'], [{ name: 'b', missing: ['eps'] }]])
  })

  test('are an error where none is left', async () => {
    const request = plain({}, { ofSets: ofSets.slice(1) })
    await expect(scores([closes('A', [1])], request)).rejects.toMatchObject({
      code: 'LQ_INPUT_MISSING',
      message: 'expected the columns eps in the bars, found none of them',
    })
  })
})
