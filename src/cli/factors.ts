import { Command } from 'commander'
import { EXIT, LqError } from '../errors.js'
import { compile } from '../factors/compile.js'
import { createDag } from '../factors/dag.js'
import {
  type Cost,
  type Description,
  describe,
  describeFactor,
  type FactorDescription,
  oneLine,
  warmupText,
} from '../factors/describe.js'
import { stepsOf } from '../factors/explain.js'
import { type ExpressionFault, excerptOf, faultOf } from '../factors/expression-error.js'
import { DERIVED_FIELDS } from '../factors/fields.js'
import type { Operator } from '../factors/operators/signature.js'
import { FUNCTION_NAMES, OPERATORS, operatorsNamed, signatureOf } from '../factors/operators.js'
import { allFactors, type BuiltInSet, factorsNamed, loadSet, SET_NAMES } from '../factors/sets.js'
import { didYouMean } from '../factors/suggest.js'
import { type Answer, action } from './frame.js'

/** `lq factors ls | show NAME | check EXPR`. */
export function command(): Command {
  const factors = new Command('factors')
  const example = "\nExample:\n  lq factors show alpha001\n  lq factors check 'rank(delta(log(volume), 2))'"
  factors.addHelpText('after', example)
  const ls = factors.command('ls').description('every operator, field and set; or the factors of one set')
  ls.option('--set <name>', 'list the factors of this set')
  action<{ set?: string }>(ls, async (_context, { set }) =>
    set === undefined ? listed() : listedSet(set),
  ).addHelpText('after', '\nExample:\n  lq factors ls --set alpha101 --json')
  const show = factors.command('show').description('a set, a factor of a set, or an operator').argument('<name>')
  action(show, async (_context, _options, [name]) => shown(name)).addHelpText(
    'after',
    '\nExample:\n  lq factors show alpha101/alpha001\n  lq factors show decay_linear',
  )
  const check = factors.command('check').description('parse, type and explain an expression').argument('<expr>')
  check.allowUnknownOption() // an expression may begin with a minus
  action<{ json?: boolean }>(check, async (_context, options, [text]) => checked(text, options)).addHelpText(
    'after',
    "\nExample:\n  lq factors check 'rank(close) - 0.5' --json",
  )
  return factors
}

function listed(): Answer {
  const groups = [...new Set(OPERATORS.map(({ group }) => group))]
  const sections = groups.map((group) => {
    const lines = OPERATORS.filter((operator) => operator.group === group).map(operatorLine)
    return `${group}\n${lines.join('\n')}`
  })
  const fields = Object.entries(DERIVED_FIELDS).map(([name, meaning]) => entry(name, meaning))
  const sets = SET_NAMES.map(loadSet).map(({ name, note, factors }) => {
    return { name, factors: factors.length, summary: note.split('\n\n')[0].replaceAll('\n', ' ') }
  })
  const setLines = sets.map(({ name, factors, summary }) => entry(`${name} (${factors})`, summary))
  const text = [
    ...sections,
    `fields besides the columns\n${fields.join('\n')}`,
    `sets: lq factors ls --set NAME\n${setLines.join('\n')}`,
  ].join('\n\n')
  return { json: { operators: OPERATORS.map(documented), fields: DERIVED_FIELDS, sets }, text }
}

function listedSet(name: string): Answer {
  const set = describedSet(loadSet(name))
  const lines = set.factors.map((factor) => entry(factor.name, oneLine(factor.expression)))
  return { json: set, text: lines.map((line) => line.trim()).join('\n') }
}

function shown(name: string): Answer {
  const dag = createDag()
  const operators = operatorsNamed(name)
  const factors = factorsNamed(name).map(({ set, factor }) => describeFactor(dag, set, factor))
  const sets = SET_NAMES.filter((set) => set === name.trim().toLowerCase()).map((set) => describedSet(loadSet(set)))
  const text = [...sets.map(setText), ...factors.map(factorText), ...operators.map(operatorText)]
  if (text.length > 0) {
    return { json: { operators: operators.map(documented), sets, factors }, text: text.join('\n\n') }
  }
  const known = [...FUNCTION_NAMES, ...SET_NAMES, ...allFactors().map(({ factor }) => factor.name)]
  const hint = didYouMean(name, known, 'lq factors ls lists operators and sets')
  throw new LqError('LQ_USAGE', `expected the name of an operator, a set or a factor, found ${name}`, { hint })
}

/** With `--json` a bad expression is a document too; without it, an error on stderr that points at the place. */
function checked(text: string, { json }: { json?: boolean }): Answer {
  try {
    const node = compile(createDag(), text, { columns: null, adjust: 'none' })
    const description = describe(node)
    const steps = stepsOf(node)
    const lines = [summaryOf(description), ...steps.map((step) => `  ${step}`)]
    return { json: { ok: true, ...description, steps, error: null }, text: lines.join('\n') }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    if (!json) throw pointed(error as LqError, text, fault)
    const none = { type: null, warmup: null, inputs: [], cost: null, steps: [] }
    return { json: { ok: false, ...none, error: fault }, text: '', exitCode: EXIT.USAGE }
  }
}

function pointed(error: LqError, text: string, fault: ExpressionFault): LqError {
  const { hint } = fault
  const place = excerptOf(text, fault)
  return new LqError(error.code, error.message, { hint: hint ? `${place}\n    ${hint}` : place, cause: error })
}

/** What `lq factors` says of a set: its own words, the columns it needs in all, and its factors. */
function describedSet({ name, note, factors }: BuiltInSet) {
  const dag = createDag()
  const described = factors.map((factor) => describeFactor(dag, name, factor))
  const inputs = [...new Set(described.flatMap((factor) => factor.inputs))].sort()
  return { name, note, inputs, factors: described }
}

function setText({ name, note, inputs, factors }: ReturnType<typeof describedSet>): string {
  const names = factors.map((factor) => factor.name)
  return [`${name}: ${factors.length} factors of ${inputs.join(', ')}`, note, names.join(' ')].join('\n\n')
}

function factorText(factor: FactorDescription): string {
  const { set, name, category, note, expression } = factor
  const notes = note === '' ? [] : note.split('\n').map((line) => `  ${line}`)
  const title = category === null ? `${set}/${name}` : `${set}/${name} [${category}]`
  return [title, `  ${expression.replaceAll('\n', '\n  ')}`, ...notes, `  ${summaryOf(factor)}`].join('\n')
}

function summaryOf({ type, inputs, warmup, cost }: Description): string {
  const of = inputs.length > 0 ? ` of ${inputs.join(', ')}` : ''
  return `${type}${of}; needs ${warmupText(warmup)}; ${costText(cost)}`
}

function costText({ map, rolling, scan, cross, stages, bytes_per_cell }: Cost): string {
  const shapes = Object.entries({ map, rolling, scan, cross }).filter(([, steps]) => steps > 0)
  const steps = shapes.map(([shape, count]) => `${count} ${shape}`).join(', ')
  const counted = steps ? `${steps}, in ${stages} ${stages === 1 ? 'stage' : 'stages'}` : 'none'
  return `steps: ${counted}; ${bytes_per_cell} bytes per bar`
}

function operatorText(operator: Operator): string {
  const { overload, aliases, summary } = operator
  const names = aliases.length > 0 ? [`  also: ${aliases.join(', ')}`] : []
  const shared = overload ? [`  ${overload.name}(…) means this where ${overload.rule}`] : []
  return [signatureOf(operator), `  ${summary}`, ...names, ...shared].join('\n')
}

function operatorLine(operator: Operator): string {
  const { overload, aliases, summary } = operator
  const shared = overload ? [`${overload.name}(…) where ${overload.rule}`] : []
  const also = [...aliases, ...shared]
  return entry(signatureOf(operator), `${summary}${also.length > 0 ? `  [${also.join(', ')}]` : ''}`)
}

const entry = (name: string, meaning: string): string => `  ${name.padEnd(34)} ${meaning}`

function documented(operator: Operator): object {
  const { name, aliases, group, summary, overload } = operator
  const shared = overload ? { name: overload.name, where: overload.rule } : null
  return { name, aliases, group, signature: signatureOf(operator), summary, overload: shared }
}
