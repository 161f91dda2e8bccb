import { createHash } from 'node:crypto'

/** What a result row stands for: inputs only. Never results, times, hosts, backend or thread count. */
export interface FingerprintParts {
  /** what was computed: `sweep`, `score`, … */
  kind: string
  parameters: unknown
  /** partition → content checksum of its current rows */
  dataIdentity: unknown
  semanticVersion: string
}

/**
 * JSON with sorted keys and no spaces: equal values give equal bytes. Keys sort by their UTF-8 bytes; a key whose value
 * is undefined is left out; what has a `toJSON` (a Date) is what it says.
 *
 * @throws TypeError for NaN, ±Infinity and bigint: JSON has no such numbers, and `null` in their place would make
 *         different inputs equal
 */
export function canonicalJson(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`no JSON for the number ${value}`)
  if (typeof value !== 'object') return JSON.stringify(value)
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON())
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}

/** @returns SHA-256 of the canonical JSON of the inputs, 64 hex digits */
export function fingerprint({ kind, parameters, dataIdentity, semanticVersion }: FingerprintParts): string {
  return sha256(canonicalJson({ kind, parameters, data_identity: dataIdentity, semantic_version: semanticVersion }))
}

/** @param spec the job's canonical spec: command, options that change results, data identity. @returns 32 hex digits */
export function runIdOf(spec: unknown): string {
  return sha256(canonicalJson(spec)).slice(0, 32)
}

/** The key of an event that brings none of its own: the same payload, in any key order, is the same event. */
export function payloadFingerprint(...parts: unknown[]): string {
  return sha256(canonicalJson({ parts }))
}

/** @returns SHA-256 of the text's UTF-8, 64 hex digits */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
