import { expect, test } from 'vitest'
import { periodsPerYear, restsOnWeekends } from '../../src/optimize/annual.js'
import { MS_PER_DAY, MS_PER_HOUR, parseTimeframe } from '../../src/timeframe.js'

const NEW_YORK = { sessionMs: 6.5 * MS_PER_HOUR }

test.each([
  ['1m', {}, 525_600],
  ['1h', {}, 8760],
  ['1d', {}, 365],
  ['1w', {}, 365 / 7],
  ['1M', {}, 12],
  ['3M', NEW_YORK, 4],
  ['1d', NEW_YORK, 252],
  ['1m', NEW_YORK, 390 * 252],
  ['1h', NEW_YORK, 7 * 252],
  ['1w', NEW_YORK, 365 / 7],
  ['1m', { ...NEW_YORK, annual: 1000 }, 1000],
])('a year has bars of %s with %j: %d', (timeframe, options, expected) => {
  expect(periodsPerYear(parseTimeframe(timeframe), options)).toBeCloseTo(expected, 10)
})

test('bars that leave out Saturdays and Sundays are those of an exchange with sessions', () => {
  const days = Float64Array.from({ length: 5 }, (_, i) => Date.UTC(2024, 0, 1) + i * MS_PER_DAY)
  expect(restsOnWeekends(days)).toBe(true)
  expect(restsOnWeekends(Float64Array.of(...days, Date.UTC(2024, 0, 6)))).toBe(false)
  expect(restsOnWeekends(Float64Array.of(Date.UTC(1965, 7, 29)))).toBe(false)
})
