import { LqError } from '../errors.js'
import { checkedName, type NamedExpression, namedExpression } from './named.js'

/** One factor of a file. */
export interface FactorDefinition extends NamedExpression {
  /** the section it stands in, or null */
  category: string | null
  /** the comment directly above it; empty where there is none */
  note: string
}

/** A file of factors: what it says of itself, and its factors in their order. */
export interface FactorFile {
  note: string
  factors: FactorDefinition[]
}

/** What has been read so far. */
interface Reader extends FactorFile {
  /** lines of the comment above the next definition */
  comment: string[]
  category: string | null
  /** the definition that an indented line continues */
  open: FactorDefinition | null
  /** name → line of its definition */
  lineOf: Map<string, number>
}

/**
 * Reads a file of factors. A line is `name = expression`; indented lines continue it; what follows a `#` is a comment.
 * A comment directly above a definition is its note, the file's first comment, with an empty line after it, that of
 * the file. `[category]` opens a section. Or the file is one JSON object, name → expression.
 *
 * @param source name of the file, for messages
 * @throws LQ_USAGE naming the line that is none of these, or whose name was given before
 */
export function readFactorFile(text: string, source: string): FactorFile {
  if (text.trimStart().startsWith('{')) return jsonObject(text, source)
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const reader: Reader = { note: '', factors: [], comment: [], category: null, open: null, lineOf: new Map() }
  for (const [i, line] of lines.entries()) readLine(reader, line.trimEnd(), { source, line: i + 1 })
  fileNote(reader)
  return { note: reader.note, factors: reader.factors }
}

interface Place {
  source: string
  line: number
}

function readLine(reader: Reader, line: string, place: Place): void {
  const content = line.replace(/#.*/, '').trimEnd()
  if (/^\s/.test(line)) {
    if (content.trim() !== '') continued(reader, content, place)
  } else if (line === '') fileNote(reader)
  else if (line.startsWith('#')) {
    reader.comment.push(line.replace(/^# ?/, ''))
    reader.open = null
  } else if (line.startsWith('[')) openCategory(reader, content, place)
  else define(reader, content, place)
}

/** A comment that documents no definition is the file's, if it is the first. */
function fileNote(reader: Reader): void {
  if (reader.note === '' && reader.factors.length === 0) reader.note = reader.comment.join('\n')
  reader.comment = []
}

function continued({ open }: Reader, content: string, { source, line }: Place): void {
  const hint = 'an indented line continues the definition above it; begin a definition without blanks'
  if (!open) throw new LqError('LQ_USAGE', `${source}, line ${line}: expected a definition above, found none`, { hint })
  open.text = `${open.text}\n${content}`.trim()
}

function openCategory(reader: Reader, content: string, { source, line }: Place): void {
  fileNote(reader)
  const name = /^\[(.*)\]$/.exec(content)?.[1]
  const hint = 'write [value]'
  if (name === undefined) {
    throw new LqError('LQ_USAGE', `${source}, line ${line}: expected [category], found ${content}`, { hint })
  }
  reader.category = checkedName(name.trim(), `${source}, line ${line}`)
  reader.open = null
}

function define(reader: Reader, content: string, { source, line }: Place): void {
  const { name, text } = namedExpression(content, `${source}, line ${line}`)
  const before = reader.lineOf.get(name)
  if (before !== undefined) {
    const hint = `its first definition is in line ${before}: rename one of them`
    throw new LqError('LQ_USAGE', `${source}, line ${line}: the factor ${name} is given twice`, { hint })
  }
  reader.lineOf.set(name, line)
  const note = reader.comment.join('\n')
  reader.open = { name, text, category: reader.category, note, at: `${source}, line ${line}` }
  reader.factors.push(reader.open)
  reader.comment = []
}

function jsonObject(text: string, source: string): FactorFile {
  let entries: [string, unknown][]
  try {
    entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
  } catch (cause) {
    const hint = 'write { "ma20": "mean(close, 20)" }, or lines of name = expression'
    throw new LqError('LQ_USAGE', `${source}: expected a JSON object of name and expression`, { hint, cause })
  }
  const factors = entries.map(([name, value]): FactorDefinition => {
    if (typeof value === 'string') return { name: checkedName(name, source), text: value, category: null, note: '' }
    throw new LqError('LQ_USAGE', `${source}: expected a text as the expression of ${name}, found ${typeof value}`)
  })
  return { note: '', factors }
}
