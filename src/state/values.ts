/** A double as a value of a statement, bit for bit: missing and non-finite are NULL, and −0 keeps its sign. */
export function double(value: number | null | undefined): number | string | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null
  return Object.is(value, -0) ? '-0' : value
}

/** @param ms since 1970-01-01T00:00Z. @returns ISO 8601, or NULL where there is no time */
export function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
