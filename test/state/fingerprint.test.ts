import { expect, test } from 'vitest'
import { canonicalJson, fingerprint, payloadFingerprint, runIdOf } from '../../src/state/fingerprint.js'

const PARTS = { kind: 'sweep', parameters: { fast: 5 }, dataIdentity: { 'a/b': 'c0' }, semanticVersion: '1' }

test('gives the published value for a payload', () => {
  const payload = { nested: { z: 9, a: 1 }, beta: 2, alpha: 1 }
  expect(payloadFingerprint(payload)).toBe('3d416e2b991c9620a4043650ea772e25ac83df9e6ce1b32a40bbeef6247e1ed6')
})

test('sorts keys at every level and leaves no spaces', () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x y' })).toBe('{"a":"x y","b":[{"c":null,"d":1}]}')
})

test('sorts keys by their UTF-8 bytes, not by UTF-16 units', () => {
  expect(canonicalJson({ '\u{1f600}': 1, '\uff5e': 2 })).toBe('{"\uff5e":2,"\u{1f600}":1}')
})

test('leaves out what is undefined', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}')
})

test('writes a date as ISO 8601 in UTC', () => {
  expect(canonicalJson(new Date(0))).toBe('"1970-01-01T00:00:00.000Z"')
})

test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s, which JSON cannot tell from null', (value) => {
  expect(() => canonicalJson({ value })).toThrow(TypeError)
})

test('is the same for the same inputs in any key order', () => {
  const { semanticVersion, dataIdentity, parameters, kind } = PARTS
  expect(fingerprint({ semanticVersion, dataIdentity, parameters, kind })).toBe(fingerprint(PARTS))
})

test.each(Object.keys(PARTS))('differs where %s differs', (name) => {
  expect(fingerprint({ ...PARTS, [name]: 'other' })).not.toBe(fingerprint(PARTS))
})

test('makes a run id of 32 hex digits', () => {
  expect(runIdOf({ command: 'score' })).toMatch(/^[0-9a-f]{32}$/)
})
