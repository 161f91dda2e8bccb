import { join } from 'node:path'
import {
  barsFolder,
  INTEGER_COLUMNS,
  isValueColumn,
  PRICE_COLUMNS,
  SEQUENCE_COLUMN,
  TIMESTAMP_COLUMN,
} from './layout.js'
import type { FileEntry, PartitionState } from './manifest.js'
import type { Batch, ParquetSource } from './parquet.js'
import { concatRows, EMPTY_ROWS, type Rows, sortUnique } from './rows.js'
import { type ColumnSchema, openParquetWriter } from './writer.js'

/** The current rows of a partition: of two rows of one timestamp the one with the greater sequence. */
export async function readPartition(
  source: ParquetSource,
  lakeDir: string,
  state: PartitionState | undefined,
): Promise<Rows> {
  if (!state) return EMPTY_ROWS
  const parts: Rows[] = []
  for (const file of state.files) {
    for await (const batch of source.read(join(barsFolder(lakeDir), file.path))) parts.push(toRows(batch))
  }
  return parts.length ? sortUnique(concatRows(parts)) : EMPTY_ROWS
}

/** A batch of one of the lake's files as rows; texts are left out. */
function toRows({ rows, columns }: Batch): Rows {
  const numeric = Object.entries(columns).filter(([name, { kind }]) => isValueColumn(name) && kind !== 'text')
  return {
    rows,
    timestamp: columns[TIMESTAMP_COLUMN].values as Float64Array,
    sequence: (columns[SEQUENCE_COLUMN]?.values as Float64Array) ?? new Float64Array(rows),
    columns: Object.fromEntries(numeric.map(([name, { values }]) => [name, values as Float64Array])),
  }
}

/** Writes rows as one file of a partition. */
export async function writePart(lakeDir: string, path: string, rows: Rows): Promise<FileEntry> {
  const schema = schemaOf(rows)
  const writer = await openParquetWriter(join(barsFolder(lakeDir), path), schema)
  await writer.write({
    rows: rows.rows,
    columns: { ...rows.columns, [TIMESTAMP_COLUMN]: rows.timestamp, [SEQUENCE_COLUMN]: rows.sequence },
  })
  const { bytes, checksum } = await writer.close()
  return { path, rows: rows.rows, bytes, min_ms: rows.timestamp[0], max_ms: rows.timestamp[rows.rows - 1], checksum }
}

/** Names of value columns as files hold them: prices, then the others by name. */
export function columnOrder(names: Iterable<string>): string[] {
  const others = [...names].filter((name) => !(PRICE_COLUMNS as readonly string[]).includes(name)).sort()
  return [...PRICE_COLUMNS, ...others]
}

function schemaOf({ columns }: Rows): ColumnSchema[] {
  const values = columnOrder(Object.keys(columns)).map(
    (name): ColumnSchema => ({ name, type: INTEGER_COLUMNS.includes(name) ? 'int64' : 'double' }),
  )
  return [{ name: TIMESTAMP_COLUMN, type: 'timestamp' }, ...values, { name: SEQUENCE_COLUMN, type: 'int64' }]
}
