import { paletteStyle } from './palette.js'

/** A piece of a page; texts in it are escaped. */
export type Html = { html: string }

/** @returns the text as a piece of a page, whatever characters it has */
export function text(value: string): Html {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return { html: value.replace(/[&<>"']/g, (character) => entities[character]) }
}

/** Pieces one after the other. */
export const together = (pieces: Html[]): Html => ({ html: pieces.map(({ html }) => html).join('\n') })

/** An element with escaped attributes. */
export function element(name: string, attributes: Record<string, string>, ...content: Html[]): Html {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${text(value).html}"`)
  return { html: `<${name}${given.join('')}>${together(content).html}</${name}>` }
}

/** A cell of a table: a text, a number with its digits, or nothing. */
export type Cell = Html | string

/** A table; all columns but the first are numbers and stand to the right. */
export function table(head: string[], rows: Cell[][]): Html {
  const row = (cells: Cell[], name: string) =>
    element('tr', {}, ...cells.map((cell) => element(name, {}, typeof cell === 'string' ? text(cell) : cell)))
  const body = element('tbody', {}, ...rows.map((cells) => row(cells, 'td')))
  return element('div', { class: 'wide' }, element('table', {}, element('thead', {}, row(head, 'th')), body))
}

/** A number with so many digits behind the point, a dash where there is none. */
export function digits(value: number | null, count: number): string {
  return value === null ? '–' : value.toFixed(count).replace('-', '−')
}

/** A drawing with a caption. The identities in it are made its own: several drawings share one page. */
export function drawing(caption: string, svg: string, number: number): Html {
  const own = { html: svg.replaceAll('zr-', `d${number}-`) }
  return element('figure', {}, element('figcaption', {}, text(caption)), own)
}

/** A whole page that asks nothing of any other place. */
export function page(title: string, content: Html[]): string {
  const head = together([
    { html: '<meta charset="utf-8">' },
    { html: '<meta name="viewport" content="width=device-width,initial-scale=1">' },
    element('title', {}, text(title)),
    { html: `<style>${paletteStyle()}${STYLE}</style>` },
  ])
  const body = element('body', {}, element('main', {}, ...content))
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.html}\n</head>\n${body.html}\n</html>\n`
}

const STYLE = `
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 20px 64px}
h1{font-size:1.6rem;margin:0 0 4px}h2{font-size:1.2rem;margin:40px 0 8px}
p,dl{margin:6px 0;color:var(--muted)}a{color:var(--first)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dt{color:var(--muted)}dd{margin:0;color:var(--ink)}
.wide{overflow-x:auto}.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.87rem;min-width:60%}
th,td{padding:3px 10px;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}
th{color:var(--muted);font-weight:600}th:first-child,td:first-child{text-align:left}
figure{margin:12px 0}figcaption{color:var(--muted);font-size:.87rem}svg{width:100%;height:auto;display:block}
@media print{section{break-inside:avoid}}`
