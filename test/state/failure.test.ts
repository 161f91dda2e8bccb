import { expect, test } from 'vitest'
import { LqError } from '../../src/errors.js'
import { databaseError } from '../../src/state/failure.js'

const TARGET = { dsn: 'postgres://ann:***@db/m', secrets: ['secret'] }
const withCode = (code: string, message = 'as the server says') => Object.assign(new Error(message), { code })

test.each([
  ['ECONNREFUSED', /no server answers there/, /start PostgreSQL/],
  ['ENOTFOUND', /host name is unknown/, /correct the host/],
  ['ETIMEDOUT', /cannot be reached in time/, /network/],
  ['28P01', /password is wrong/, /correct the password/],
  ['28000', /refuses this user/, /correct the user/],
  ['3D000', /database does not exist/, /create it/],
  ['25006', /read-only/, /primary/],
  ['42501', /lacks a privilege/, /grant/],
  ['42P01', /table is missing/, /lq db init/],
  ['53100', /disk of the server is full/, /free space/],
  ['53300', /no connection left/, /max_connections/],
  ['55P03', /waited too long/, /later/],
  ['57014', /longer than its limit/, /again/],
  ['57P01', /connection was lost/, /again/],
  ['57P03', /refuses or delays/, /later/],
  ['08006', /connection was lost/, /again/],
  ['40P01', /rolled back/, /again/],
  ['EPIPE', /connection was lost/, /again/],
])('tells %s with what to do', (code, message, hint) => {
  const error = databaseError(withCode(code), TARGET) as LqError
  expect([error.code, error.exitCode]).toEqual(['LQ_DATABASE', 3])
  expect(error.message).toMatch(message)
  expect(error.hint).toMatch(hint)
})

test.each([
  ['Connection terminated unexpectedly', /connection was lost/],
  ['timeout exceeded when trying to connect', /cannot be reached in time/],
  ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', /asks for a password/],
  ['The server does not support SSL connections', /encrypted/],
])('tells %j, which has no code', (words, message) => {
  expect((databaseError(new Error(words), TARGET) as LqError).message).toMatch(message)
})

test('shows no password, not even in the cause', () => {
  const error = databaseError(withCode('28P01', 'no entry with secret'), TARGET) as LqError
  expect(`${error.message}${error.stack}${(error.cause as Error).stack}`).not.toMatch(/secret/)
})

test.each([new LqError('LQ_INTERRUPTED', 'x'), withCode('23503'), new TypeError('ours')])('lets %s pass', (error) => {
  expect(databaseError(error, TARGET)).toBe(error)
})

test('lets an error of the file system pass, whatever is in its path', () => {
  const error = Object.assign(new Error('ENOSPC: no space, write /ssl/connection error'), {
    code: 'ENOSPC',
    syscall: 'write',
  })
  expect(databaseError(error, TARGET)).toBe(error)
})
