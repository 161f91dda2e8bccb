import { expect, test } from 'vitest'
import { targetOf } from '../../src/state/dsn.js'
import { failure } from './support.js'

test.each([
  ['postgres://ann:secret@db.example:6543/market', 'postgres://ann:***@db.example:6543/market'],
  ['postgresql://ann:se%40cret@db.example/market', 'postgres://ann:***@db.example:5432/market'],
  ['postgres://ann:secret@[::1]:5433/market', 'postgres://ann:***@[::1]:5433/market'],
  ['postgres://db.example/market?user=ann&password=secret', 'postgres://ann:***@db.example:5432/market'],
])('shows %s without its password', (dsn, shown) => {
  expect(targetOf(dsn).dsn).toBe(shown)
})

test('does not show the rest of a password that has an @ in it', () => {
  expect(targetOf('postgres://ann:se@cret@db.example/market').dsn).not.toMatch(/cret/)
})

test('knows the password as written and as decoded', () => {
  expect(targetOf('postgres://ann:se%40cret@db/m').secrets).toEqual(['se@cret', 'se%40cret'])
})

test('does not repeat a string that it cannot read', async () => {
  const error = await failure((async () => targetOf('postgres://ann:secret@db:port/m'))())
  expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE', 3])
  expect(`${error.stack}${error.hint}${JSON.stringify(error.cause)}`).not.toMatch(/secret/)
})
