import { Command } from 'commander'
import { EXIT, LqError } from '../errors.js'
import { compile } from '../factors/compile.js'
import { createDag } from '../factors/dag.js'
import { columnsOf, stepsOf, typeNameOf } from '../factors/explain.js'
import { type ExpressionFault, faultOf } from '../factors/expression-error.js'
import { DERIVED_FIELDS } from '../factors/fields.js'
import type { Operator } from '../factors/operators/signature.js'
import { FUNCTION_NAMES, OPERATORS, operatorsNamed, signatureOf } from '../factors/operators.js'
import { didYouMean } from '../factors/suggest.js'
import { type Answer, action } from './frame.js'

/** `lq factors ls | show NAME | check EXPR`. */
export function command(): Command {
  const factors = new Command('factors')
  const example = "\nExample:\n  lq factors show ts_rank\n  lq factors check 'rank(delta(log(volume), 2))'"
  factors.addHelpText('after', example)
  action(factors.command('ls').description('every operator and field'), async () => listed()).addHelpText(
    'after',
    '\nExample:\n  lq factors ls --json',
  )
  action(factors.command('show').description('one operator').argument('<name>'), async (_context, _options, [name]) =>
    shown(name),
  ).addHelpText('after', '\nExample:\n  lq factors show decay_linear')
  action<{ json?: boolean }>(
    factors
      .command('check')
      .description('parse, type and explain an expression')
      .argument('<expr>')
      // An expression may begin with a minus.
      .allowUnknownOption(),
    async (_context, options, [text]) => checked(text, options),
  ).addHelpText('after', "\nExample:\n  lq factors check 'rank(close) - 0.5' --json")
  return factors
}

function listed(): Answer {
  const groups = [...new Set(OPERATORS.map(({ group }) => group))]
  const sections = groups.map((group) => {
    const lines = OPERATORS.filter((operator) => operator.group === group).map((operator) => oneLine(operator))
    return `${group}\n${lines.join('\n')}`
  })
  const fields = Object.entries(DERIVED_FIELDS).map(([name, meaning]) => `  ${name.padEnd(34)} ${meaning}`)
  const text = [...sections, `fields besides the columns\n${fields.join('\n')}`].join('\n\n')
  return { json: { operators: OPERATORS.map(documented), fields: DERIVED_FIELDS, sets: [] }, text }
}

function shown(name: string): Answer {
  const operators = operatorsNamed(name)
  if (operators.length === 0) {
    const hint = didYouMean(name, FUNCTION_NAMES, 'lq factors ls lists them')
    throw new LqError('LQ_USAGE', `expected the name of an operator, found ${name}`, { hint })
  }
  const text = operators.map((operator) => {
    const { overload, aliases, summary } = operator
    const names = aliases.length > 0 ? [`  also: ${aliases.join(', ')}`] : []
    const shared = overload ? [`  ${overload.name}(…) means this where ${overload.rule}`] : []
    return [signatureOf(operator), `  ${summary}`, ...names, ...shared].join('\n')
  })
  return { json: { operators: operators.map(documented) }, text: text.join('\n\n') }
}

/** With `--json` a bad expression is a document too; without it, an error on stderr that points at the place. */
function checked(text: string, { json }: { json?: boolean }): Answer {
  try {
    const node = compile(createDag(), text, { columns: null, adjust: 'none' })
    const { warmup } = node
    const found = {
      ok: true,
      type: typeNameOf(node),
      warmup,
      inputs: columnsOf(node),
      steps: stepsOf(node),
      error: null,
    }
    const rows = warmup === null ? 'all rows before (recursive)' : `${warmup} rows before`
    const steps = found.steps.map((step) => `  ${step}`)
    return { json: found, text: [`${found.type} of ${found.inputs.join(', ')}; needs ${rows}`, ...steps].join('\n') }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    if (!json) throw pointed(error as LqError, text, fault)
    const none = { type: null, warmup: null, inputs: [], steps: [] }
    return { json: { ok: false, ...none, error: fault }, text: '', exitCode: EXIT.USAGE }
  }
}

function pointed(error: LqError, text: string, { line, column, hint }: ExpressionFault): LqError {
  const source = text.split('\n')[line - 1] ?? ''
  const place = `${source}\n    ${' '.repeat(column - 1)}^`
  return new LqError(error.code, error.message, { hint: hint ? `${place}\n    ${hint}` : place, cause: error })
}

function oneLine(operator: Operator): string {
  const { overload, aliases, summary } = operator
  const shared = overload ? [`${overload.name}(…) where ${overload.rule}`] : []
  const also = [...aliases, ...shared]
  return `  ${signatureOf(operator).padEnd(34)} ${summary}${also.length > 0 ? `  [${also.join(', ')}]` : ''}`
}

function documented(operator: Operator): object {
  const { name, aliases, group, summary, overload } = operator
  const shared = overload ? { name: overload.name, where: overload.rule } : null
  return { name, aliases, group, signature: signatureOf(operator), summary, overload: shared }
}
