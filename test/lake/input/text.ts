import type { InputBatch } from '../../../src/lake/input/batch.js'

/** A text handed over in pieces of this many characters. */
export async function* inPieces(text: string, size = 7): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

/** All rows, as arrays in the order of these columns, and the faults by row. */
export async function collect(
  batches: AsyncIterable<InputBatch>,
): Promise<{ rows: Record<string, unknown>[]; faults: [number, string][] }> {
  const rows: Record<string, unknown>[] = []
  const faults: [number, string][] = []
  for await (const batch of batches) {
    for (const [row, fault] of batch.faults ?? []) faults.push([rows.length + row, fault])
    for (let row = 0; row < batch.rows; row++) {
      rows.push(Object.fromEntries(Object.entries(batch.columns).map(([name, { values }]) => [name, values[row]])))
    }
  }
  return { rows, faults }
}
