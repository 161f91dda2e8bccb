import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openParquetSource, type ParquetSource } from '../../src/lake/source.js'
import { readUniverse } from '../../src/lake/universe-file.js'
import { readWithFile, type WithFile } from '../../src/lake/with-file.js'
import { openParquetWriter } from '../../src/lake/writer.js'
import { READER, temporaryFolder } from './data.js'

const folder = temporaryFolder()
const DAY = 86_400_000
const day = (text: string) => Date.parse(`${text}T00:00:00Z`)

let source: ParquetSource
beforeAll(async () => {
  source = await openParquetSource(READER)
})

let files = 0
function csv(...lines: string[]): string {
  const path = join(folder, `f${files++}.csv`)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const read = (path: string, timeColumn?: string): Promise<WithFile> =>
  readWithFile({ path, timeColumn }, { source, budgetBytes: 1e6 })

const rowsOf = (file: WithFile, symbol: string): Record<string, unknown> | null => {
  const rows = file.rowsOf(symbol)
  return rows && { at: [...rows.timestamp].map((ms) => ms / DAY), ...rows.columns }
}

describe('a file that is joined', () => {
  test('gives the rows of a symbol by time, of one time the last of the file', async () => {
    const path = csv('symbol,published,eps', 'A,1970-01-04,4', 'A,1970-01-02,2', 'B,1970-01-02,9', 'A,1970-01-04,5')
    const file = await read(path, 'published')
    expect(rowsOf(file, 'A')).toEqual({ at: [1, 3], eps: Float64Array.of(2, 5) })
    expect(file).toMatchObject({ timeColumn: 'published', rows: 4, passedOver: 0 })
  })

  test('matches symbols however they are spelled', async () => {
    const file = await read(csv('Symbol,date,x', 'BTC/USDT,1970-01-02,1'))
    expect([rowsOf(file, 'btcusdt')?.x, file.rowsOf('ETHUSDT')]).toEqual([Float64Array.of(1), null])
  })

  test('without symbols is of all', async () => {
    const file = await read(csv('Date,PER', '1970-01-02,11.5'))
    expect([rowsOf(file, 'A'), rowsOf(file, 'B')]).toEqual([
      { at: [1], PER: Float64Array.of(11.5) },
      { at: [1], PER: Float64Array.of(11.5) },
    ])
  })

  test('has numbers where all texts are, codes in the order of the texts where they are not', async () => {
    const rows = ['A,1970-01-02,Oil,1e3,N/A', 'A,1970-01-03,,,7', 'A,1970-01-04,Banks,-2,']
    const file = await read(csv('symbol,date,sector,cap,pe', ...rows))
    expect(file.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['cap', 'number'],
      ['pe', 'number'],
      ['sector', 'group'],
    ])
    expect(file.rowsOf('A')?.columns).toEqual({
      sector: Float64Array.of(1, Number.NaN, 0),
      cap: Float64Array.of(1000, Number.NaN, -2),
      pe: Float64Array.of(Number.NaN, 7, Number.NaN),
    })
  })

  test('calls columns by names that expressions can have', async () => {
    const file = await read(csv('symbol,date,ROE,Price/Earnings,52 week low,Market Cap', 'A,1970-01-02,1,2,3,4'))
    expect(file.columns.map(({ name }) => name)).toEqual(['_52_week_low', 'market_cap', 'price_earnings', 'ROE'])
  })

  test('passes over rows without a time or a symbol, and counts them', async () => {
    const file = await read(csv('symbol,date,x', 'A,,1', ',1970-01-02,2', 'A,1970-01-03,3'))
    expect([file.rows, file.passedOver, rowsOf(file, 'A')]).toEqual([3, 2, { at: [2], x: Float64Array.of(3) }])
  })

  test('may be Parquet, whose texts are groups and whose other times are left out', async () => {
    const path = join(folder, 'facts.parquet')
    const writer = await openParquetWriter(path, [
      { name: 'symbol', type: 'text' },
      { name: 'seen', type: 'timestamp' },
      { name: 'ended', type: 'timestamp' },
      { name: 'year', type: 'text' },
      { name: 'equity', type: 'double' },
    ])
    const [seen, equity] = [Float64Array.of(DAY, 2 * DAY), Float64Array.of(5, Number.NaN)]
    await writer.write({ rows: 2, columns: { symbol: 'A', seen, ended: seen, year: ['2015', '2014'], equity } })
    await writer.close()
    const file = await read(path, 'seen')
    expect(file.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['equity', 'number'],
      ['year', 'group'],
    ])
    expect(rowsOf(file, 'A')).toEqual({ at: [1, 2], year: Float64Array.of(1, 0), equity })
  })

  test.each<[string, string[], string | undefined, object]>([
    ['no column of times', ['symbol,eps', 'A,1'], undefined, { code: 'LQ_INPUT_INVALID' }],
    ['another column than the one named', ['symbol,date,eps', 'A,1970-01-02,1'], 'seen', { code: 'LQ_INPUT_INVALID' }],
    ['two columns of one name', ['date,P E,p_e', '1970-01-02,1,2'], undefined, { code: 'LQ_INPUT_INVALID' }],
    ['no rows', ['symbol,date,eps'], undefined, { code: 'LQ_INPUT_INVALID' }],
  ])('with %s is refused', async (_what, lines, timeColumn, error) => {
    await expect(read(csv(...lines), timeColumn)).rejects.toMatchObject(error)
  })

  test('that does not fit is refused', async () => {
    const path = csv('date,x', '1970-01-02,1')
    await expect(readWithFile({ path }, { source, budgetBytes: 8 })).rejects.toMatchObject({ code: 'LQ_MEMORY' })
  })

  test('that is not there is missing', async () => {
    await expect(read(join(folder, 'absent.csv'))).rejects.toMatchObject({ code: 'LQ_INPUT_MISSING' })
  })
})

describe('a universe', () => {
  const universe = (...lines: string[]) => readUniverse(csv(...lines), { source })

  test('has the spans of a symbol, open where nothing is written', async () => {
    const rows = ['BTC/USDT,2020-01-01,2020-02-01', 'BTCUSDT,2020-03-01,', 'ETHUSDT,,2020-02-01']
    const { spansOf } = await universe('symbol,start,end', ...rows)
    expect([spansOf('btc/usdt'), spansOf('ETHUSDT'), spansOf('XRPUSDT')]).toEqual([
      [
        { fromMs: day('2020-01-01'), toMs: day('2020-02-01') },
        { fromMs: day('2020-03-01'), toMs: Number.POSITIVE_INFINITY },
      ],
      [{ fromMs: Number.NEGATIVE_INFINITY, toMs: day('2020-02-01') }],
      [],
    ])
  })

  test('may have nothing but open ends', async () => {
    const { spansOf } = await universe('symbol,start,end', 'A,2020-01-01,')
    expect(spansOf('A')).toEqual([{ fromMs: day('2020-01-01'), toMs: Number.POSITIVE_INFINITY }])
  })

  test.each([
    ['a start that is not before its end', 'A,2020-02-01,2020-02-01', 'row 1: expected a start before the end'],
    ['no symbol', ',2020-02-01,', 'row 1: expected a symbol'],
  ])('with %s is refused, naming the row', async (_what, row, message) => {
    await expect(universe('symbol,start,end', row)).rejects.toThrow(message)
  })

  test('without its columns is refused', async () => {
    await expect(universe('symbol,from,to', 'A,2020-01-01,')).rejects.toThrow('expected a column start')
  })
})
