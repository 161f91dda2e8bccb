import type { Operator } from './operators/signature.js'
import { OPERATORS, signatureOf } from './operators.js'

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
  return `| \`${signatureOf(operator)}\` | ${also} | ${summary.replaceAll('|', '\\|')} |`
}
