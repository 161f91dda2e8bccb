import { describe, expect, test } from 'vitest'
import { seeded } from '../factors/evaluate.js'
import { closes, plain, START, scores, textFile } from './score-support.js'

const random = seeded(111)
const COUNT = 40
/** Symbols with a sector, a size and a second size that is thrice the first. */
const facts = Array.from({ length: COUNT }, (_, n) => ({
  symbol: `S${String(n).padStart(2, '0')}`,
  close: 10 + 5 * random() + (n % 4) * 3,
  sector: ['Banks', 'Energy', 'Tech', 'Utilities'][n % 4],
  size: 1 + 4 * random(),
}))
const listings = facts.map(({ symbol, close }) => closes(symbol, [close]))
const at = new Date(START).toISOString()
const path = textFile('facts.csv', [
  'symbol,date,sector,size,thrice',
  ...facts.map(({ symbol, sector, size }) => `${symbol},${at},${sector},${size},${3 * size}`),
])

async function residuals(group: string | null, columns: string[]): Promise<number[]> {
  const scoring = { winsorize: null, neutralize: { group, columns }, standardize: null }
  const { rows } = await scores(listings, plain({ f: 'close' }, { joins: [{ path }], scoring }))
  return rows.map(([, , value]) => value as number)
}

/** Residuals by the normal equations. */
function regressed(y: number[], x: number[][]): number[] {
  const size = x.length
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)
  const table = x.map((row) => [...x.map((other) => dot(row, other)), dot(row, y)])
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) {
      if (i === k) continue
      const ratio = table[i][k] / table[k][k]
      for (let j = 0; j <= size; j++) table[i][j] -= ratio * table[k][j]
    }
  }
  return y.map((value, n) => value - x.reduce((sum, column, k) => sum + (table[k][size] / table[k][k]) * column[n], 0))
}

const y = facts.map(({ close }) => close)
const one = y.map(() => 1)
const size = facts.map((fact) => fact.size)
const dummies = ['Banks', 'Energy', 'Tech', 'Utilities'].map((name) =>
  facts.map(({ sector }) => Number(sector === name)),
)

function near(found: number[], expected: number[]): void {
  expect(found.length).toBe(expected.length)
  for (const [n, value] of expected.entries()) expect(found[n]).toBeCloseTo(value, 10)
}

describe('neutral factors', () => {
  test('are the residuals of a regression on a constant and columns', async () => {
    near(await residuals(null, ['size', 'log(size)']), regressed(y, [one, size, size.map(Math.log)]))
  })

  test('are the residuals of a regression on groups', async () => {
    near(await residuals('sector', []), regressed(y, dummies))
  })

  test('are the residuals of a regression on both', async () => {
    near(await residuals('sector', ['size']), regressed(y, [...dummies, size]))
  })

  test('do not change by a column that others explain', async () => {
    near(await residuals(null, ['size', 'thrice', '0.1 * size + 7']), regressed(y, [one, size]))
  })

  test('are standardized afterwards', async () => {
    const scoring = { winsorize: null, neutralize: { group: 'sector', columns: [] }, standardize: 'z' as const }
    const { rows } = await scores(listings, plain({ f: 'close' }, { joins: [{ path }], scoring }))
    const values = rows.map(([, , value]) => value as number)
    const mean = values.reduce((a, b) => a + b, 0) / COUNT
    const variance = values.reduce((sum, value) => sum + value * value, 0) / COUNT
    expect([mean, variance]).toEqual([expect.closeTo(0, 10), expect.closeTo(1, 10)])
  })
})
