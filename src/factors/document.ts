import { createDag } from './dag.js'
import { describeFactor, type FactorDescription, oneLine } from './describe.js'
import type { Operator } from './operators/signature.js'
import { OPERATORS, signatureOf } from './operators.js'
import { loadSet, SET_NAMES } from './sets.js'

const GROUPS: Record<Operator['group'], string> = {
  elementwise: 'Elementwise: one cell',
  condition: 'Conditions: one cell, true or false',
  window: 'Windows: the last n rows of a symbol',
  recursive: 'Recursive: every row of a symbol so far',
  'cross-section': 'Cross-sections: all symbols at one timestamp',
  groups: 'Groups: the symbols of one group at one timestamp',
}

/** The operators as Markdown, a table per group: what `docs/language.md` has. */
export function operatorTables(): string {
  const sections = Object.entries(GROUPS).map(([group, title]) => {
    const rows = OPERATORS.filter((operator) => operator.group === group).map(tableRow)
    return [`### ${title}`, '', '| call | also | value |', '|---|---|---|', ...rows].join('\n')
  })
  return sections.join('\n\n')
}

function tableRow(operator: Operator): string {
  const { aliases, overload, summary } = operator
  const shared = overload && overload.name !== operator.name ? [`\`${overload.name}\` where ${overload.rule}`] : []
  const also = [...aliases.map((alias) => `\`${alias}\``), ...shared].join(', ')
  return `| \`${signatureOf(operator)}\` | ${also} | ${cell(summary)} |`
}

/** Text between these lines of `docs/language.md` is `operatorTables()`. */
export const OPERATORS_BEGIN = '<!-- operators: generated, see src/factors/document.ts -->\n'
export const OPERATORS_END = '<!-- end of operators -->\n'

/** @returns `docs/language.md` with the operators as they are */
export function withOperators(page: string): string {
  const before = page.slice(0, page.indexOf(OPERATORS_BEGIN) + OPERATORS_BEGIN.length)
  return `${before}${operatorTables()}\n${page.slice(page.indexOf(OPERATORS_END))}`
}

/** All sets as a page of Markdown: `docs/factors.md`. */
export function setsPage(): string {
  return [INTRODUCTION, ...SET_NAMES.map(setSection)].join('\n\n').concat('\n')
}

const INTRODUCTION = `# Sets of factors

Written by \`npm run generate\` from the files in \`src/factors/sets\`. \`lq score --set alpha101,alpha158\` computes
sets, \`lq factors show alpha001\` shows one factor, and any file of the same form is a set of its own
([language.md](language.md#several-factors)). Warm-up is the rows before the first full value; inputs are columns.`

function setSection(name: string): string {
  const { note, factors } = loadSet(name)
  const dag = createDag()
  const categories = [...new Set(factors.map(({ category }) => category))]
  const tables = categories.flatMap((category) => {
    const rows = factors.filter((factor) => factor.category === category)
    return [
      ...(category === null ? [] : [`### ${name}: ${category}`]),
      ['| factor | formula | warm-up | inputs | note |', '|---|---|---|---|---|']
        .concat(rows.map((factor) => factorRow(describeFactor(dag, name, factor))))
        .join('\n'),
    ]
  })
  return [`## ${name}: ${factors.length} factors`, ['```text', note, '```'].join('\n'), ...tables].join('\n\n')
}

function factorRow({ name, expression, warmup, inputs, note }: FactorDescription): string {
  const rows = warmup === null ? 'all rows' : String(warmup)
  const plain = note.replaceAll(/[*<]/g, '\\$&')
  const cells = [`\`${name}\``, `\`${oneLine(expression)}\``, rows, inputs.join(' '), plain]
  return `| ${cells.map(cell).join(' | ')} |`
}

const cell = (text: string): string => text.replaceAll('\n', ' ').replaceAll('|', '\\|')
