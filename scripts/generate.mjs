// Writes what is made from the catalogue of kernels (src/generated: specs, typed calls; docs/kernels.md) and from the
// factor language (docs/factors.md, the operators in docs/language.md).
//   node scripts/generate.mjs [--check]     --check: writes none of them, fails where one is stale
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { describe } = createRequire(import.meta.url)(join(root, 'build/native/lq.node'))
const specs = describe()

const SHAPES = {
  map: 'Elementwise',
  rolling: 'Rolling: the last rows of a column',
  scan: 'Recursive: a column from its first row on',
  cross: 'Cross-sectional: all columns of a row',
  segment: 'Segments: buckets of one series',
}
const camel = (name) => name.replace(/_(zscore|[a-z])/g, (_, w) => (w === 'zscore' ? 'ZScore' : w.toUpperCase()))
const bounds = (o) => `${o.min} … ${o.max} ${o.unit}`
const isTable = (spec) => spec.shape !== 'segment'

function call(spec) {
  const inputs = spec.inputs.join(', ')
  const options = spec.options.map((o) => `${camel(o.name)}?: number`).join('; ')
  const values = spec.options.map((o) => `options.${camel(o.name)} ?? ${o.fallback}`).join(', ')
  const tables = spec.inputs.map((name) => `${name}: Float64Array`).join(', ')
  const docs = [
    spec.summary,
    '',
    ...spec.inputs.map((name) => `@param ${name} [rows × cols] row-major; NaN = missing`),
    '@param shape rows, cols',
    ...spec.options.map((o) => `@param options.${camel(o.name)} ${bounds(o)}; default ${o.fallback}`),
    `@returns [rows × cols] ${spec.formula}`,
    ...(spec.options.length > 0 ? ['@throws LQ_OPTION_RANGE if an option is out of range'] : []),
    '@throws LQ_USAGE if a table has another size',
    `@see ${spec.source}`,
  ]
  return `/**
${docs.map((line) => ` * ${line}`.trimEnd()).join('\n')}
 */
export function ${camel(spec.name)}(${tables}, shape: TableShape${options ? `, options: { ${options} } = {}` : ''}) {
  return runKernel('${spec.name}', [${inputs}], shape, [${values}])[0]
}
`
}

const mark = '// Written by scripts/generate.mjs from the catalogue in kernels/. Do not edit: npm run generate.'
const data = `${mark}
import type { KernelSpec } from '../types.js'

/** Every kernel of the catalogue, in its order: the index is the kernel's number in the addon. */
export const KERNELS: readonly KernelSpec[] = ${JSON.stringify(specs, null, 2)}
`
const calls = `${mark}
import { runKernel, type TableShape } from '../compute/kernel-call.js'

${specs.filter(isTable).map(call).join('\n')}`

const cell = (s) => s.replaceAll('|', '\\|')
const markdown = `# Kernels

Written by \`npm run generate\` from the catalogue in \`kernels/\`. NaN is missing; row t uses rows ≤ t only; the bits
are the same on the CPU and on CUDA. Accuracy is the greatest error against the reference in \`src/reference\`, relative
to the scale of the values that enter a result.

${Object.entries(SHAPES)
  .map(([shape, title]) => {
    const rows = specs.filter((spec) => spec.shape === shape)
    return `## ${title}

| kernel | inputs | options | result | formula | accuracy | source |
|---|---|---|---|---|---|---|
${rows
  .map((s) =>
    [
      `\`${s.name}\``,
      s.inputs.join(', '),
      s.options.map((o) => `\`${o.name}\` ${bounds(o)}, default ${o.fallback}`).join('; '),
      s.summary,
      `\`${s.formula}\``,
      s.accuracy === 0 ? 'exact' : s.accuracy.toExponential(0),
      s.source,
    ]
      .map(cell)
      .join(' | '),
  )
  .map((row) => `| ${row} |`)
  .join('\n')}
`
  })
  .join('\n')}`

let stale = false
function settle(path, text) {
  const file = join(root, path)
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is stale: npm run generate`)
    stale = true
  }
}

settle('src/generated/specs.ts', data)
settle('src/generated/calls.ts', calls)
settle('docs/kernels.md', markdown)
if (!stale) {
  // The language is TypeScript, and reads the specs that were just written: it is compiled first.
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.json'], { cwd: root, stdio: 'inherit' })
  const { setsPage, withOperators } = await import(join(root, 'dist/factors/document.js'))
  settle('docs/factors.md', setsPage())
  settle('docs/language.md', withOperators(readFileSync(join(root, 'docs/language.md'), 'utf8')))
}
process.exit(stale ? 1 : 0)
