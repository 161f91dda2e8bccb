import type { Config } from '../config.js'
import { LqError } from '../errors.js'
import { BAR_FIELDS, DERIVED_FIELDS } from '../factors/fields.js'
import { MEMBER } from '../factors/member.js'
import { openParquetSource } from '../lake/source.js'
import { readUniverse, type Universe } from '../lake/universe-file.js'
import { readWithFile, type WithFile, type WithRequest } from '../lake/with-file.js'
import { asOf, inside } from '../panel/as-of.js'
import type { PanelSeries } from '../panel/panel.js'
import type { BarSupply } from './score-bars.js'

/** What is laid beside the bars of a run: facts as of their publication, and who belongs to the universe. */
export interface Joins {
  files: WithFile[]
  universe: Universe | null
}

/** Share of the memory that one joined file may take. */
const FILE_SHARE = 0.25
const MIB = 2 ** 20

/** @throws LQ_INPUT_MISSING, LQ_INPUT_INVALID, LQ_USAGE, LQ_MEMORY */
export async function readJoins(
  { joins = [], universe }: { joins?: WithRequest[]; universe?: string },
  { config, signal }: { config: Config; signal?: AbortSignal },
): Promise<Joins> {
  if (joins.length === 0 && universe === undefined) return { files: [], universe: null }
  const source = await openParquetSource(config)
  const budgetBytes = config.memoryLimitMb * MIB * FILE_SHARE
  const files: WithFile[] = []
  for (const join of joins) files.push(await readWithFile(join, { source, budgetBytes, signal }))
  return { files, universe: universe === undefined ? null : await readUniverse(universe, { source, signal }) }
}

/** Columns an expression may name: those of the bars and of the files; and which of them are groups. */
export interface KnownColumns {
  columns: Set<string>
  groups: Set<string>
}

/**
 * @param bars columns of the bars
 * @throws LQ_INPUT_INVALID if two of them have one name, naming both places
 */
export function columnsWith(bars: ReadonlySet<string>, { files }: Joins): KnownColumns {
  const where = new Map([...bars].map((name) => [name, 'the bars']))
  for (const name of Object.keys(DERIVED_FIELDS)) if (!REPLACED.has(name)) where.set(name, 'the language')
  const groups = new Set<string>()
  for (const file of files) {
    for (const { name, source, kind } of file.columns) {
      const plain = BAR_FIELDS.includes(name.toLowerCase()) ? name.toLowerCase() : name
      const other = where.get(plain)
      if (other !== undefined) throw clash({ column: source, path: file.path, name: plain, other })
      where.set(name, file.path)
      if (kind === 'group') groups.add(name)
    }
  }
  const columns = new Set([...bars, ...files.flatMap((file) => file.columns.map(({ name }) => name))])
  return { columns, groups }
}

/** Fields that a column of their name replaces. */
const REPLACED = new Set(['turnover', 'vwap'])

function clash(found: { column: string; path: string; name: string; other: string }): LqError {
  const { column, path, name, other } = found
  const text = `${path}: its column ${JSON.stringify(column)} would be ${name}, which is in ${other} too`
  return new LqError('LQ_INPUT_INVALID', text, { hint: 'rename the column in the file, or leave it out of it' })
}

/** Content of what is joined, of the files that are used: it decides results as the bars do. */
export function joinIdentity({ files, universe }: Joins, columns: string[]): Record<string, string> {
  const identity: Record<string, string> = universe ? { universe: universe.checksum } : {}
  for (const file of files) {
    const used = file.columns.map(({ name }) => name).filter((name) => columns.includes(name))
    if (used.length > 0) identity[`with ${used.sort()} by ${file.timeColumn}`] = file.checksum
  }
  return identity
}

/**
 * Lays the joined columns that are asked for beside the bars of a supply: at each bar what was known at its timestamp.
 *
 * @param columns of the plan, those of the bars among them
 */
export function joinedSupply(supply: BarSupply, joins: Joins, columns: string[]): BarSupply {
  const used = joins.files.map((file) => ({
    rowsOf: file.rowsOf,
    names: file.columns.map(({ name }) => name).filter((name) => columns.includes(name)),
  }))
  const universe = columns.includes(MEMBER) ? joins.universe : null
  const added = used.reduce((sum, { names }) => sum + names.length, universe ? 1 : 0)
  if (added === 0) return supply
  const join = ({ symbol, bars }: PanelSeries): PanelSeries => {
    const joined = { ...bars.columns }
    if (universe) joined[MEMBER] = inside(universe.spansOf(symbol), bars.timestamp)
    for (const { rowsOf, names } of used) {
      const known = rowsOf(symbol)
      for (const name of names) {
        const values = known?.columns[name]
        joined[name] = values
          ? asOf({ timestamp: known.timestamp, values }, bars.timestamp)
          : new Float64Array(bars.rows).fill(Number.NaN)
      }
    }
    return { symbol, bars: { ...bars, columns: joined } }
  }
  return { ...supply, addedColumns: added, read: async (span) => (await supply.read(span)).map(join) }
}
