import { expect, test } from 'vitest'
import { type BarBatch, type BarOptions, barMaker, FATE } from '../../../src/lake/input/bars.js'
import type { InputBatch } from '../../../src/lake/input/batch.js'
import { openZone } from '../../../src/resample/zone.js'

const OPTIONS: BarOptions = { exchange: 'x', symbol: 'S', timeframe: '1m' }
const NAMES = ['timestamp', 'open', 'high', 'low', 'close', 'volume']

/** A batch of texts, one array per row. */
function texts(rows: (string | null)[][], names = NAMES): InputBatch {
  const columns = names.map((name, i) => [name, { kind: 'text', values: rows.map((row) => row[i]) }])
  return { rows: rows.length, columns: Object.fromEntries(columns) }
}

const make = (batch: InputBatch, options: BarOptions = OPTIONS, zoned: string[] = []): BarBatch =>
  barMaker({ path: 'x', zoned: new Set(zoned) }, options)(batch)

const times = (bars: BarBatch) => Array.from(bars.timestamp, (ms) => new Date(ms).toISOString())
const GOOD = ['2024-01-02 10:00', '1', '2', '0.5', '1.5', '10']
const withValue = (name: string, value: string | null) => GOOD.map((cell, i) => (NAMES[i] === name ? value : cell))

test('a good row stays as it is written', () => {
  const bars = make(texts([GOOD]))
  expect([...bars.fate]).toEqual([FATE.GOOD])
  expect(times(bars)).toEqual(['2024-01-02T10:00:00.000Z'])
  expect(Object.fromEntries(Object.entries(bars.columns).map(([name, [value]]) => [name, value]))).toEqual({
    open: 1,
    high: 2,
    low: 0.5,
    close: 1.5,
    volume: 10,
  })
})

test.each([
  ['no timestamp', 'timestamp', ''],
  ['unreadable timestamp soon', 'timestamp', 'soon'],
  ['unreadable timestamp 2024-02-30 10:00', 'timestamp', '2024-02-30 10:00'],
  ['close is not a number: 12x', 'close', '12x'],
  ['volume is not a number: N/A', 'volume', 'N/A'],
])('a row is quarantined: %s', (reason, name, value) => {
  const bars = make(texts([GOOD, withValue(name, value)]))
  expect([[...bars.fate], bars.reasons.get(1)]).toEqual([[FATE.GOOD, FATE.QUARANTINED], reason])
})

test.each([
  ['zero price', 'open', '0'],
  ['negative price', 'low', '-1'],
  ['high below low', 'high', '0.1'],
  ['open above high', 'open', '3'],
  ['close below low', 'close', '0.25'],
  ['negative volume', 'volume', '-1'],
  ['NaN', 'close', 'NaN'],
  ['infinity', 'volume', 'inf'],
])('a row is suspect: %s', (_, name, value) => {
  expect([...make(texts([withValue(name, value)])).fate]).toEqual([FATE.SUSPECT])
  const strict = make(texts([withValue(name, value)]), { ...OPTIONS, strict: true })
  expect([[...strict.fate], strict.reasons.get(0)]).toEqual([[FATE.QUARANTINED], expect.stringMatching(/^suspect: /)])
})

test('NaN and infinities become missing', () => {
  const bars = make(texts([withValue('close', 'NaN'), withValue('close', '-inf')]))
  expect([...bars.columns.close]).toEqual([Number.NaN, Number.NaN])
})

test('an empty price is missing, and not suspect', () => {
  const bars = make(texts([withValue('open', ''), withValue('volume', null)]))
  expect([...bars.fate]).toEqual([FATE.GOOD, FATE.GOOD])
  expect(bars.columns.open[0]).toBeNaN()
})

test('a fraction of a trade is not a number of trades', () => {
  const bars = make(
    texts(
      [
        [...GOOD, '3'],
        [...GOOD, '3.5'],
      ],
      [...NAMES, 'trades'],
    ),
  )
  expect(bars.reasons.get(1)).toBe('trades is not a whole number: 3.5')
})

test('further columns of numbers are kept, texts are not', () => {
  const batch = texts([[...GOOD, '1', 'abc', '']], [...NAMES, 'Quote Volume', 'name', 'later'])
  expect(Object.keys(make(batch).columns).slice(5)).toEqual(['quote_volume', 'later'])
})

test.each([
  ['Adj Close', 'adj_close'],
  ['<TURNOVER>', 'turnover'],
  ['adj-close', 'adj_close'],
])('takes the column %s for %s', (name, expected) => {
  expect(make(texts([[...GOOD, '1']], [...NAMES, name])).columns).toHaveProperty(expected)
})

test('a mapped column is taken by its new name', () => {
  const batch = texts([['2024-01-02', '7', '8']], ['date', 'last', 'qty'])
  const { columns } = make(batch, { ...OPTIONS, map: { close: 'last', volume: 'qty' } })
  expect([columns.close[0], columns.volume[0], columns.open[0]]).toEqual([7, 8, Number.NaN])
})

test.each([
  ['LQ_INPUT_INVALID', 'no time', ['when', 'close']],
  ['LQ_INPUT_INVALID', 'no price', ['date', 'value']],
  ['LQ_USAGE', 'two times', ['timestamp', 'date', 'close']],
  ['LQ_USAGE', 'two closes', ['date', 'Close', 'CLOSE']],
])('%s: %s', (code, _, names) => {
  expect(() => make(texts([names.map(() => '2024-01-01')], names))).toThrow(expect.objectContaining({ code }))
})

test.each(['exchange', 'symbol', 'timeframe'] as const)('asks for the %s where nothing says it', (name) => {
  const { [name]: _, ...rest } = OPTIONS
  expect(() => make(texts([GOOD]), rest)).toThrow(
    expect.objectContaining({ code: 'LQ_USAGE', message: expect.stringContaining(name) }),
  )
})

test('a flag gives a column of one value another name, but does not make two symbols one', () => {
  const names = [...NAMES, 'symbol']
  expect(make(texts([[...GOOD, 'A']], names)).symbol).toBe('S')
  expect(() =>
    make(
      texts(
        [
          [...GOOD, 'A'],
          [...GOOD, 'B'],
        ],
        names,
      ),
    ),
  ).toThrow(/one of A and B/)
})

test('a row without a symbol is quarantined', () => {
  const bars = make(
    texts(
      [
        [...GOOD, 'A'],
        [...GOOD, ' '],
        [...GOOD, '/'],
      ],
      [...NAMES, 'ticker'],
    ),
    {
      ...OPTIONS,
      symbol: undefined,
      symbolColumn: 'ticker',
    },
  )
  expect([...bars.reasons.values()]).toEqual(['no symbol', 'no symbol'])
})

test('of a file of several timeframes those asked for are taken, and without a flag all', () => {
  const batch = texts(
    [
      [...GOOD, '1m'],
      [...GOOD, '1H'],
    ],
    [...NAMES, 'interval'],
  )
  expect([...make(batch, { ...OPTIONS, timeframe: '1h' }).fate]).toEqual([FATE.PASSED_OVER, FATE.GOOD])
  const all = make(batch, { ...OPTIONS, timeframe: undefined })
  expect([all.timeframe, [...all.fate]]).toEqual([
    ['1m', '1h'],
    [0, 0],
  ])
})

test('rows that do not say their timeframe are of the one asked for', () => {
  const batch = texts(
    [
      [...GOOD, '1h'],
      [...GOOD, null as unknown as string],
    ],
    [...NAMES, 'interval'],
  )
  const bars = make(batch, { ...OPTIONS, timeframe: '1h' })
  expect([bars.timeframe, [...bars.fate]]).toEqual(['1h', [FATE.GOOD, FATE.GOOD]])
})

test('a later batch may lack a column that the first had', () => {
  const toBars = barMaker({ path: 'x', zoned: new Set() }, { exchange: 'x', timeframe: '1m' })
  toBars(texts([[...GOOD, 'A']], [...NAMES, 'symbol']))
  expect([...toBars(texts([GOOD])).reasons.values()]).toEqual(['no symbol'])
})

const at = (cells: string[], options: Partial<BarOptions>, names = ['timestamp', 'close']) =>
  make(
    texts(
      cells.map((cell) => [cell, '1']),
      names,
    ),
    { ...OPTIONS, ...options },
  )

test('reads times of a zone, the first of two where the clocks go back', () => {
  const clock = openZone('America/New_York')
  const bars = at(['2024-11-03 01:30', '2024-07-01 12:00', '2024-01-01 12:00:00Z'], { clock })
  expect(times(bars)).toEqual(['2024-11-03T05:30:00.000Z', '2024-07-01T16:00:00.000Z', '2024-01-01T12:00:00.000Z'])
})

test('quarantines a local time that does not exist', () => {
  const bars = at(['2024-03-10 01:59', '2024-03-10 02:30'], { clock: openZone('America/New_York') })
  expect(bars.reasons.get(1)).toBe('timestamp 2024-03-10T02:30:00 does not exist in America/New_York')
})

test('the date of a daily bar is its label in every zone', () => {
  expect(times(at(['2024-01-02'], { clock: openZone('Asia/Seoul'), timeframe: '1d' }))).toEqual([
    '2024-01-02T00:00:00.000Z',
  ])
  expect(times(at(['2024-01-02'], { clock: openZone('Asia/Seoul') }))).toEqual(['2024-01-01T15:00:00.000Z'])
})

test.each([
  ['1m', '2024-01-01T00:01:00Z', '2024-01-01T00:00:00.000Z'],
  ['1m', '2024-01-01T00:00:59.999Z', '2024-01-01T00:00:00.000Z'],
  ['1M', '2024-03-01T00:00:00Z', '2024-02-01T00:00:00.000Z'],
  ['1w', '2024-01-08T00:00:00Z', '2024-01-01T00:00:00.000Z'],
])('a bar of %s that closes at %s opens at %s', (timeframe, close, open) => {
  expect(times(at([close], { timeframe, stamp: 'close' }))).toEqual([open])
})

test('joins a date and a time of day', () => {
  const batch = texts([['20210101', '09:08', '1']], ['date', 'time_ist', 'close'])
  const bars = make(batch, {
    ...OPTIONS,
    tsColumns: ['date', 'time_ist'],
    clock: openZone('Asia/Kolkata'),
    stamp: 'close',
  })
  expect(times(bars)).toEqual(['2021-01-01T03:37:00.000Z'])
})

test('takes a date with a time beside it for one time', () => {
  expect(times(make(texts([['2021.01.04', '10:00:00', '1']], ['<DATE>', '<TIME>', '<CLOSE>'])))).toEqual([
    '2021-01-04T10:00:00.000Z',
  ])
})

test.each([
  [['1704067200', '1704067260'], undefined],
  [['1704067200000'], undefined],
  [['1704067200000000'], undefined],
  [['1704067200000000000'], undefined],
  [['19723'], 's'],
  [['20240101'], undefined],
] as const)('reads %j with the unit %s', (cells, tsUnit) => {
  const [first] = times(at([...cells], { tsUnit }))
  expect(first).toBe(tsUnit ? '1970-01-01T05:28:43.000Z' : '2024-01-01T00:00:00.000Z')
})

test('a number whose unit cannot be told is a usage error that names the flag', () => {
  expect(() => at(['12345'], {})).toThrow(
    expect.objectContaining({ code: 'LQ_USAGE', hint: expect.stringContaining('--ts-unit') }),
  )
})

test('a date whose order cannot be told is a usage error that names the flag', () => {
  expect(() => at(['01/02/2024'], {})).toThrow(
    expect.objectContaining({ code: 'LQ_USAGE', hint: expect.stringContaining('--ts-format') }),
  )
})

test('a number that does not fit the unit of the others is quarantined', () => {
  const bars = at(['1704067200000', '1704067200', '', 'soon', '1704067260000', '1704067320000', '1704067380000'], {})
  expect([...bars.reasons.keys()]).toEqual([1, 2, 3])
})

test('naive times of Parquet are local where a zone is given, instants are not', () => {
  const column = { kind: 'timestamp', values: Float64Array.of(Date.UTC(2024, 0, 1, 12)) } as const
  const batch: InputBatch = { rows: 1, columns: { ts: column, close: { kind: 'number', values: Float64Array.of(1) } } }
  const options = { ...OPTIONS, clock: openZone('Asia/Tokyo') }
  expect(times(make(batch, options))).toEqual(['2024-01-01T03:00:00.000Z'])
  expect(times(make(batch, options, ['ts']))).toEqual(['2024-01-01T12:00:00.000Z'])
})

test('a column of times or truth values is no price', () => {
  const columns = {
    date: { kind: 'text', values: ['2024-01-01'] },
    close: { kind: 'bool', values: Float64Array.of(1) },
  } as const
  expect(() => make({ rows: 1, columns: columns as unknown as InputBatch['columns'] })).toThrow(
    /expected numbers in column close/,
  )
})
